#include "commands.hpp"
#include "table.hpp"

#include "likvard/analysis/questions.hpp"
#include "likvard/analysis/result_names.hpp"
#include "likvard/io/result_file.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace likvard::cli {
namespace {

/// Lines of at most `width` letters, indented.
std::string wrapped(std::string const& text, std::size_t width) {
  std::string out, line;
  std::size_t letters = 0;
  auto const flush = [&] {
    if (!line.empty()) out += "    " + line + "\n";
    line.clear();
    letters = 0;
  };
  std::size_t at = 0;
  while (at < text.size()) {
    auto const end = std::min(text.find(' ', at), text.size());
    std::string const word = text.substr(at, end - at);
    auto const size = static_cast<std::size_t>(std::count_if(
        word.begin(), word.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    if (letters > 0 && letters + 1 + size > width) flush();
    if (letters > 0) line += ' ', ++letters;
    line += word;
    letters += size;
    at = end + 1;
  }
  flush();
  return out;
}

} // namespace

int answer(AnswerArgs const& args) {
  Result result = read_result(args.result);
  if (result.points.empty()) throw ScenarioError({args.result + ": has no points"});
  lead_with(result, args.policy, args.share, args.measure);
  std::size_t const point = args.point.empty() ? question_point(result) : find_point(result, args.point);
  auto answers = answer_questions(result, point);
  if (!args.questions.empty())
    std::erase_if(answers, [&](QuestionAnswer const& q) {
      return std::find(args.questions.begin(), args.questions.end(), q.number) == args.questions.end();
    });
  if (!result.complete)
    err(fmt::format("{}: the run was interrupted; what was finished answers", args.result));
  if (args.json) {
    out(questions_json(answers, 2));
    return ok;
  }
  bool const swedish = args.language == "sv";
  out(result.title);
  if (result.points.size() > 1)
    out(fmt::format(
        fmt::runtime(swedish ? "Svaren gäller: {} (punkt {} av 0 till {}; --point väljer en annan)"
                             : "The answers are about: {} (point {} of 0 to {}; --point chooses another)"),
        result.points[point].name, point, result.points.size() - 1));
  out(swedish ? "± är simuleringens 95-procentiga osäkerhet; hur osäkra antagandena är står i svaren."
              : "± is the simulation's own 95 % uncertainty; how uncertain the assumptions are is in the "
                "answers.");
  for (auto const& q : answers) {
    out(fmt::format("\n{:>2}. {}", q.number, swedish ? q.question.sv : q.question.en));
    auto const& hint = swedish ? q.hint.sv : q.hint.en;
    fmt::print("{}", wrapped((swedish ? q.answer.sv : q.answer.en) + (hint.empty() ? "" : " " + hint), 110));
  }
  return ok;
}

} // namespace likvard::cli

#include "likvard/analysis/verdict_beside.hpp"

#include "likvard/core/contract.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace likvard {

std::vector<AnswerBeside> beside(std::vector<ScenarioVerdict> const& one,
                                 std::vector<ScenarioVerdict> const& other) {
  LIKVARD_EXPECT(one.size() == other.size());
  std::vector<AnswerBeside> out;
  for (std::size_t i = 0; i < one.size(); ++i) {
    LIKVARD_EXPECT(one[i].answers.size() == other[i].answers.size());
    for (std::size_t j = 0; j < one[i].answers.size(); ++j) {
      auto const &a = one[i].answers[j], &b = other[i].answers[j];
      if (!std::isfinite(a.value) || !std::isfinite(b.value)) continue;
      AnswerBeside row{one[i].name + " " + a.name, a.unit,          a.value, b.value,
                       a.standard_error,           b.standard_error};
      row.difference = b.value - a.value;
      row.error = std::hypot(a.standard_error, b.standard_error, a.sampling_error);
      row.within = std::abs(row.difference) <= 2 * row.error;
      row.one_verdict = standing_text(a.standing);
      row.other_verdict = standing_text(b.standing);
      out.push_back(std::move(row));
    }
  }
  return out;
}

std::string beside_markdown(std::vector<AnswerBeside> const& rows) {
  std::string text = "| question | synthetic | real | difference | its error | within 2 errors | verdict |\n"
                     "| --- | --- | --- | --- | --- | --- | --- |\n";
  std::size_t same = 0, within = 0;
  for (auto const& row : rows) {
    bool const alike = row.one_verdict == row.other_verdict;
    same += alike;
    within += row.within;
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", row.question,
                        figure_text(row.one, row.one_error), figure_text(row.other, row.other_error),
                        figure_text(row.difference, row.error), figure_text(row.error, row.error),
                        row.within ? "yes" : "no",
                        alike ? row.one_verdict : row.one_verdict + " / " + row.other_verdict);
  }
  return text + fmt::format(
                    "\n{} of {} verdicts are the same; {} of {} values agree within twice the error of their "
                    "difference (simulation of both, and which synthetic municipalities were drawn).\n",
                    same, rows.size(), within, rows.size());
}

} // namespace likvard

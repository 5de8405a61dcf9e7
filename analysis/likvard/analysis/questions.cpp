#include "likvard/analysis/questions.hpp"
#include "likvard/analysis/json_number.hpp"

#include "likvard/analysis/detail/question_words.hpp"
#include "likvard/core/contract.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace likvard {
namespace {

struct Question {
  char const *key, *en, *sv;
  QuestionAnswer (*answer)(question::View const&);
};

/// In the order that users' sources ask them: handbooks, questions and answers of municipalities,
/// inspections.
constexpr auto questions = std::to_array<Question>({
    {"chance", "Do our schools differ more than chance?", "Skiljer sig våra skolor mer än slumpen?",
     question::more_than_chance},
    {"share", "How large a share, and what is that in kronor and posts?",
     "Hur stor andel, och vad är det i kronor och tjänster?", question::which_share},
    {"factors", "Which factors should the index have?", "Vilka faktorer ska indexet ha?",
     question::which_factors},
    {"winners", "Who wins and loses, and how much?", "Vilka vinner och förlorar, och hur mycket?",
     question::who_wins},
    {"weights", "The nation's weights or our own?", "Riksmodellen eller egen skattning?",
     question::whose_weights},
    {"threshold", "Should all units get some of it, or only those above a threshold?",
     "Ska alla enheter få del, eller bara de över ett gränsvärde?", question::linear_or_threshold},
    {"individual", "Can money go by statistics when needs are individual?",
     "Kan man fördela efter statistik när behov är individuella?", question::what_an_index_catches},
    {"swing", "How much will it swing from year to year?",
     "Hur mycket svänger tilldelningen från år till år?", question::how_much_it_swings},
    {"small", "Small rural schools: support for size or for need?",
     "Små skolor på landsbygden: stöd för litenhet eller behov?", question::small_schools},
    {"choice", "What if pupils choose otherwise?", "Vad händer om eleverna väljer om?",
     question::school_choice},
    {"effect", "Does it give results, and could we ever see it?",
     "Ger det resultat, och skulle vi kunna se det?", question::can_we_see_it},
    {"follow_up", "How do we follow up that it is well used?", "Hur följer vi upp att det används väl?",
     question::follow_up},
    {"teachers", "Money or qualified teachers?", "Pengar eller behöriga lärare?",
     question::money_or_teachers},
    {"acceptance", "How do we explain it, to those too who get less?",
     "Hur skapar vi förståelse, även hos dem som får mindre?", question::acceptance},
    {"others", "How does it go in other municipalities?", "Hur går det i andra kommuner?",
     question::municipalities_like_us},
});

} // namespace

std::size_t question_point(Result const& r) {
  LIKVARD_EXPECT(!r.points.empty());
  auto const place = [&](std::size_t g) {
    auto const& m = r.points[g].parameters;
    return std::pair(m.pupils, m.units);
  };
  std::size_t best = 0;
  bool one_town = true;
  for (std::size_t g = 1; g < r.points.size(); ++g) one_town &= place(g) == place(0);
  auto const v = question::view_of(r, 0);
  if (one_town || !v.policy) {
    while (best + 1 < r.points.size() && r.replicates[best] == 0) ++best;
    return best;
  }
  double largest = -1;
  for (std::size_t g = 0; g < r.points.size(); ++g) {
    double const change = r.replicates[g] > 0 ? std::abs(v.difference_at(g, *v.policy, v.lead).value) : NAN;
    if (change > largest) largest = change, best = g;
  }
  return best;
}

std::vector<QuestionAnswer> answer_questions(Result const& r, std::size_t point) {
  LIKVARD_EXPECT(point < r.points.size());
  auto const v = question::view_of(r, point);
  std::vector<QuestionAnswer> out;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    auto const& asked = questions[i];
    auto q =
        r.replicates[point] > 0
            ? asked.answer(v)
            : question::not_simulated({"No replicate was finished here.", "Ingen omgång blev klar här."});
    q.number = static_cast<int>(i) + 1;
    q.key = asked.key;
    q.point = r.points[point].name;
    q.question = {asked.en, asked.sv};
    out.push_back(std::move(q));
  }
  return out;
}

std::string questions_json(std::vector<QuestionAnswer> const& answers, int indent) {
  using nlohmann::json;
  auto list = json::array();
  for (auto const& q : answers) {
    auto numbers = json::array();
    for (auto const& n : q.numbers)
      numbers.push_back({{"what", n.what},
                         {"value", json_number(n.value)},
                         {"standard_error", json_number(n.standard_error)},
                         {"unit", n.unit}});
    list.push_back({{"number", q.number},
                    {"key", q.key},
                    {"point", q.point},
                    {"question", {{"en", q.question.en}, {"sv", q.question.sv}}},
                    {"simulated", q.simulated},
                    {"answer", {{"en", q.answer.en}, {"sv", q.answer.sv}}},
                    {"hint", {{"en", q.hint.en}, {"sv", q.hint.sv}}},
                    {"numbers", numbers}});
  }
  return list.dump(indent, ' ', false, json::error_handler_t::replace);
}

std::string questions_json(Result const& r) {
  return questions_json(r.points.empty() ? std::vector<QuestionAnswer>()
                                         : answer_questions(r, question_point(r)));
}

} // namespace likvard

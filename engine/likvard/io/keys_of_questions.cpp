#include "likvard/io/detail/key_makers.hpp"
#include "likvard/model/parameters.hpp"

#include <array>

namespace likvard::detail {

std::span<Key const> keys_of_questions() {
  using enum KeyKind;
  static constexpr auto table = std::to_array<Key>({
      number_key("power.effect", number, "SD", -1, 1, "0.03",
                 "True effect of +10 % money that a municipality tries to detect."),
      number_key("power.years", integer, "years", 1, most_years, "10", "Years of follow-up at most."),
      number_key("power.years_before", integer, "years", 1, most_years, "3",
                 "Years of results before the money was given."),
      number_key("power.pooled", integers, "municipalities", 1, 1000, "[1, 2, 5, 10, 20, 50, 100]",
                 "Numbers of like municipalities that pool their units' results."),
      number_key("power.level", number, "1", above_0, 0.5, "0.05", "Level of the two-sided test."),
      number_key("power.wanted", number, "1", 0.01, 0.999, "0.8", "Power that is held to be enough."),

      choice_key(
          "sensitivity.design", "\"azzini\"", "azzini|saltelli|shapley|morris|sobol|lhs|random|grid|given",
          false,
          "How factors are varied. azzini: indices, also of pairs, 2 + 2d runs a row; saltelli: 2 + d runs; "
          "shapley: 1 + d; morris: screening, 1 + d; sobol, lhs, random, grid: plain points; given: your "
          "own."),
      choice_key("sensitivity.points", "\"sobol\"", "sobol|lhs|random", false,
                 "azzini, saltelli, shapley: points that rows are made of."),
      number_key("sensitivity.rows", integer, "1", 8, 1e8, "8192",
                 "Rows of the design (trajectories), rounded up to what its points need."),
      number_key("sensitivity.scrambles", integer, "1", 2, 64, "8",
                 "Sobol' points: independent scrambles, whose spread gives the intervals."),
      number_key("sensitivity.levels", integer, "1", 2, 100, "4",
                 "morris (an even number), grid: levels of a continuous factor."),
      number_key(
          "sensitivity.replicates", integer, "1", 1, 1000, "2",
          "Replicates of each run, each with its own luck: from 2 on chance is told from effects, from 4 on "
          "what moves chance is found too."),
      choice_key("sensitivity.replicated", "\"all\"", "all|base", false,
                 "base: saltelli replicates the first run of each row only, d + 3 runs for two replicates."),
      {"sensitivity.outputs", texts, "", -inf, inf, "[]", "", false,
       "Measures looked at; [] = the answer's (likvard keys measures)."},
      choice_key("sensitivity.reading", "\"difference\"", "difference|value", false,
                 "difference: to per head, on the same pupils and luck; value: the measure itself."),
      {"sensitivity.points_file", path, "", -inf, inf, "\"\"", "", false,
       "given: CSV with a column for each factor's name and a row for each point, relative to the scenario."},
      number_key(
          "sensitivity.precision", number, "1", above_0, 1, "",
          "Half-width wanted of every first-order and total index: rows double, at least twice, until all "
          "have it."),
      number_key("sensitivity.max_rows", integer, "1", 8, 1e8, "65536", "With a precision: rows at most."),
      number_key("sensitivity.level", number, "1", 0.5, 0.999, "0.95", "Level of the intervals."),
      choice_key("sensitivity.intervals", "\"each\"", "each|all", false,
                 "each: an interval holds with the level; all: those of one output hold together (Šidák)."),

      text_key("factor[].name", "", true, "Name of a factor (a-z, 0-9, _)."),
      text_key(
          "factor[].key", "", true,
          "Scenario key that it sets; 'context' for the contexts, 'answer.policy' and 'answer.share' for the "
          "policy looked at."),
      text_key("factor[].title", "\"\"", false, "What the page calls it."),
      choice_key("factor[].role", "\"\"", "|lever|context|parameter", false,
                 "lever: decided; context: as it is; parameter: not known. By default as the key is."),
      text_key("factor[].group", "\"\"", false, "Factors of one group are moved and judged together."),
      number_key(
          "factor[].law", uncertain, "as the key", -inf, inf, "",
          "Distribution; by default an uncertain key's own. On a whole-number key whole numbers are drawn."),
      {"factor[].values", KeyKind::values, "", -inf, inf, "", "", false,
       "Values in place of a distribution: texts, numbers or lists, as the key takes them."},
      number_key("factor[].weights", numbers, "1", 0, 1e12, "[]", "Weights of the values; [] = equal."),
      {"correlation[].factors", texts, "", -inf, inf, "", "", true, "Names of two factors that go together."},
      number_key("correlation[].rank", number, "1", -0.999, 0.999, "",
                 "Their rank correlation (Spearman), by a Gaussian copula.", true),

      text_key("compare.measure", "\"\"", false,
               "Measure that decides which policy is best; \"\" = the answer's."),
      {"compare.policies", texts, "", -inf, inf, "[]", "", false,
       "Models that are compared, with per head always; [] = all."},
      number_key("compare.shares", numbers, "1", 0, 1, "[]",
                 "Weighting shares that are compared; [] = of each model the nearest to the answer's."),
      choice_key(
          "compare.method", "\"kn\"", "kn|ocba|gsp|rinott", false,
          "How likvard compare chooses: kn promises the best, on common luck; gsp promises a good one of "
          "very many; rinott in two stages; ocba spends a budget best, without promise."),
      number_key("compare.delta", number, "as the measure", above_0, 1e12, "",
                 "Smallest difference that matters: smaller ones need not be told apart."),
      number_key("compare.confidence", number, "1", 0.5, 0.9999, "0.95",
                 "Probability with which the choice is to be right."),
      number_key("compare.first", integer, "blocks", 5, 10000, "16",
                 "Blocks of 64 replicates of each policy before the first decision."),
      number_key("compare.budget", integer, "1", 1024, 1e12, "1000000",
                 "Replicates of likvard compare per point at most, each policy's counted."),
      {"compare.pareto", texts, "", -inf, inf, "[]", "", false,
       "Measures of the Pareto front; [] = the measure and mean_outcome. Of one without a better direction, "
       "a "
       "spread, less is better."},

      {"design.vary", map, "", -inf, inf, "", "", false,
       "\"key\" = [values]: a grid over any scenario keys."},
      text_key("context[].name", "", true, "Name of a design point."),
      {"context[].at", map, "", -inf, inf, "", "", false, "Place on named axes: { axis = \"level\" }."},
      number_key("context[].municipalities", number, "1", 0, 1e6, "0",
                 "How many real municipalities the point stands for."),
      {"context[].set", map, "", -inf, inf, "", "", false,
       "\"key\" = value: what differs in this context, e.g. \"variable.education.shares\"."},
      text_key("points[].name", "", true, "Name of a table whose rows are design points."),
      {"points[].table", path, "", -inf, inf, "\"\"", "", false,
       "CSV with a row per point (likvard import --table), relative to the scenario; in place of an "
       "ensemble."},
      choice_key(
          "points[].ensemble", "\"\"", "|grundskola|forskola", false,
          "Synthetic municipalities of this stage, as likvard ensemble makes them, where no table is given."),
      number_key("points[].municipalities", integer, "municipalities", 1, 100000, "290",
                 "How many synthetic municipalities; set beside a table, at most so many of its rows, evenly "
                 "spread by pupils."),
      number_key("points[].seed", integer, "1", 0, largest_integer, "1", "Key of their random numbers."),
      {"points[].columns", map, "", -inf, inf, "", "", true,
       "\"key\" = \"column\", or a list of columns in which \"rest\" is what they lack to 1. Rows where one "
       "is "
       "empty "
       "are left out."},
      {"points[].at", map, "", -inf, inf, "", "", false, "Place on named axes: { axis = \"column\" }."},
      {"points[].set", map, "", -inf, inf, "", "", false, "\"key\" = value, the same for every row."},
      text_key("verdict[].name", "", true, "Name of a question that likvard verdict answers."),
      text_key("verdict[].title", "\"\"", false, "What it is called."),
      choice_key("verdict[].kind", "\"difference\"",
                 "difference|shares|adoption|power|decomposition|information", false,
                 "How it is answered (engine/MODEL.md §15)."),
      text_key("verdict[].measure", "\"\"", false, "Measure; \"\" = the answer's."),
      text_key("verdict[].policy", "\"\"", false, "Policy; \"\" = the answer's."),
      number_key("verdict[].share", number, "1", 0, 1, "0.1", "Its share (the nearest there is)."),
      text_key("verdict[].reference", "\"per_head\"", false, "Policy that it is compared with."),
      number_key("verdict[].reference_share", number, "1", 0, 1, "0.1", "That policy's share."),
      {"verdict[].at", map, "", -inf, inf, "", "", false,
       "Points looked at: { axis = \"level\" } or { axis = [levels] }; default all."},
      {"verdict[].against", map, "", -inf, inf, "", "", false,
       "Points whose mean is subtracted; default none."},
      choice_key(
          "verdict[].expect", "\"above\"", "above|below|equal", false,
          "What the claim says of the difference: above `matters`, below minus that, or no further from 0."),
      number_key("verdict[].matters", number, "as the measure", -1e12, 1e12, "0",
                 "Smallest difference that matters."),
      choice_key("verdict[].per_krona", "\"no\"", "no|yes", false,
                 "Per 10,000 SEK a pupil and year given out by need."),
      number_key("verdict[].ideal", number, "1", 0, 1, "0.2",
                 "shares, adoption: share that would be given out by need that is known exactly."),
      text_key(
          "verdict[].axis", "\"size\"", false,
          "adoption: axis of the classes in `observed`; information: the parameter that is said to matter "
          "most."),
      {"verdict[].observed", map, "", -inf, inf, "", "", false,
       "adoption: { all = share with a model, \"level|level\" = share in those classes }; A1 stands for \"A1 "
       "...\"."},
      number_key("verdict[].grant", number, "1", 0, 1, "0.05",
                 "decomposition: state grant as a part of all budgets."),
      hard(
          number_key("verdict[].crowd_out", uncertain, "1", 0, 1, "0",
                     "decomposition: of a krona of grant, what the municipality takes from its own budget.")),
      hard(number_key("verdict[].crowd_out_model", uncertain, "1", 0, 1, "0",
                      "decomposition: of what it takes, the part that it takes from its own model.")),
      text_key("verdict[].why", "\"\"", false, "Where `matters` comes from: a source, or stated beforehand."),
      number_key("verdict[].also", number, "as the measure", -1e12, 1e12, "0",
                 "Another threshold that the answer is given for too; without it none."),
      text_key("verdict[].says", "", true, "The answer's words, with {names} of its numbers."),
      {"sources", map, "", -inf, inf, "", "", false,
       "\"key\" = \"source\": printed with the value among the page's assumptions."},
  });
  return table;
}

} // namespace likvard::detail

#include "likvard/io/detail/key_makers.hpp"

#include <array>

namespace likvard::detail {

std::span<Key const> keys_of_study() {
  using enum KeyKind;
  static constexpr auto table = std::to_array<Key>({
      number_key("format", integer, "1", 1, 1, "", "Version of the scenario format.", true),
      text_key("title", "", true, "Name of the study, shown on the page."),
      text_key("question", "\"\"", false, "The question it answers."),
      text_key("claim", "\"\"", false, "The claim it tests."),
      {"base", path, "", -inf, inf, "\"\"", "", false,
       "Scenario file, relative to this one, whose keys and tables stand where this one has none of its "
       "own."},
      {"models", texts, "", -inf, inf, "[]", "", false,
       "Files with further [[index]], [[policy]] and [[block]] tables, relative to the scenario "
       "(scenarios/models has "
       "the formulas of a dozen countries)."},

      number_key("run.seed", integer, "1", 0, largest_integer, "1", "Key of all random numbers."),
      number_key("run.replicates", integer, "1", 128, 1e7, "1024",
                 "Replicates per point, rounded up to whole blocks of 64."),
      number_key(
          "run.precision", per_measure, "as the measure", above_0, 1e12, "",
          "Standard error wanted for paired differences, of the answer's measure or { measure = number } "
          "of several: replicates double until every policy has all of them."),
      number_key("run.max_replicates", integer, "1", 128, 1e7, "65536",
                 "With a precision: replicates per point at most; the run says which of the two ended it."),
      choice_key("run.luck", "\"common\"", "common|independent", false,
                 "common: replicate r meets the same luck at every point; independent: its own at each."),
      choice_key("run.draws", "\"sobol\"", "sobol|latin|independent", false,
                 "How the 64 replicates of a block share out the uncertain parameters: scrambled Sobol' "
                 "points, a Latin hypercube, or each by itself."),
      number_key(
          "run.quantiles", numbers, "1", above_0, 1 - above_0, "[0.05, 0.5, 0.95]",
          "Quantiles over replicates (at most the first 4,096) of values and differences; [] for none."),
      {"run.measures", texts, "", -inf, inf, "[]", "", false,
       "Measures kept in the result; [] keeps all (likvard keys measures)."},

      text_key("answer.measure", "\"not_qualified_gap\"", false, "Measure that the page leads with."),
      text_key("answer.policy", "\"\"", false, "Policy that the page leads with; \"\" = the first."),
      number_key("answer.share", number, "1", 0, 1, "0.1",
                 "Weighting share that the page leads with (the nearest there is)."),
      sourced(number_key("answer.cost_per_post", number, "SEK", 1, 1e7, "765000",
                         "Cost of teaching a year per full-time teacher: answers tell money in posts too."),
              "63,200 SEK for teaching per pupil (Skolverket/SCB 2018, municipal) times 12.1 pupils per "
              "teacher (2017/18)"),
  });
  return table;
}

} // namespace likvard::detail

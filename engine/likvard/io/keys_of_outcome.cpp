#include "likvard/io/detail/key_makers.hpp"
#include "likvard/model/parameters.hpp"

#include <array>

namespace likvard::detail {

std::span<Key const> keys_of_outcome() {
  using enum KeyKind;
  /// Of three keys that were fitted together.
  constexpr std::string_view drift_source =
      "fitted to how fast Swedish compulsory schools change: sd of the change in a unit's share of pupils "
      "with "
      "low-educated parents .033 in one year, .045, .054, .067 and .084 in two, three, five and ten "
      "(Skolverket units, "
      "our computation); the model gives the same to a tenth";
  static constexpr auto table = std::to_array<Key>({
      sourced(number_key("outcome.not_qualified", number, "1", 0.001, 0.999, "0.156",
                         "Share of pupils not qualified for upper-secondary school under per-head money."),
              "Skolverket, final grades of year 9, 2024/25"),
      sourced(number_key("outcome.theta", uncertain, "SD", -1, 1,
                         "{ mixture = [[0.5, 0, 0.015], [0.5, 0.03, 0.02]] }",
                         "Effect of +10 % money for four years at mean use of money."),
              "half weight near zero (IFAU 2025 on the equity grant), half around 0.03 (Fredriksson & Öckert "
              "2008: 0.024 in grades, "
              "0.05 in tests); the weights are judgement"),
      sourced(number_key("outcome.effect_ratio", uncertain, "1", -10, 10, "{ log_normal = [0.182, 0.4] }",
                         "Effect on the need group over the effect on other pupils."),
              "judgement: median 1.2; studies range from no effect on weak pupils to more than on others"),
      sourced(hard(number_key("outcome.curvature", uncertain, "1", -3, 3, "{ uniform = [-1, 1] }",
                              "Box-Cox curvature of the response to money: 1 linear, 0 logarithmic.")),
              "judgement: no sign of diminishing returns in Jackson & Mackevicius"),
      sourced(hard(number_key("outcome.pass_through", uncertain, "1", 0, 1, "{ beta = [3.05, 1.64] }",
                              "Part of extra money that stays at the unit.")),
              "mean .65: Title I .50 (Gordon), California .55 (PPIC), Norway 1.0 (SSB)"),
      number_key("outcome.use_mean", uncertain, "1", -1, 3, "1",
                 "Mean use of money over units (1 = as in the effect studies)."),
      sourced(number_key("outcome.use_sd", number, "1", 0, 3, "0.67",
                         "sd of the use of money between units, truncated to -1 to 3."),
              "as effects vary in Jackson & Mackevicius: sd two thirds of the mean"),
      sourced(
          number_key("outcome.peer", uncertain, "SD", -2, 2, "{ normal = [0.12, 0.08], between = [0, 0.4] }",
                     "Causal effect of one SD in the unit's mean background."),
          "judgement: the causal part of the between-school slope is small and uncertain in the literature"),
      sourced(number_key("outcome.selection", uncertain, "SD", -2, 2, "0.38",
                         "Unobserved prerequisites that follow one SD in the unit's expected background."),
              "so that peer and selection together give the measured between-school slope of merit points on "
              "parents' education"),
      sourced(hard(number_key("outcome.dilution", uncertain, "SD", 0, 1, "0",
                              "Loss per +10 % money where new staff is less qualified.")),
              "assumption: none"),
      sourced(number_key("outcome.unit_sd", number, "SD", 0, 2, "0.19",
                         "sd of what units add beyond their pupils' background."),
              "school residual 13 merit points of 70: Skolverket, final grades of year 9, 2024/25, our "
              "regression"),
      sourced(number_key("outcome.cohort_sd", number, "SD", 0, 2, "0.07",
                         "sd of a year's common shock (realised readings only)."),
              "yearly change of municipal results beyond binomial noise, 1.5-2 percentage points: Kolada "
              "2010-2024, our computation"),
      number_key("outcome.years", number, "years", 0, 40, "4",
                 "Years of exposure; effects build up over four."),
      sourced(hard(number_key("outcome.carry", uncertain, "1", 0, 1, "",
                              "Part of the effect left at the end of grundskola; default 1, or { uniform = "
                              "[0.1, 0.5] } for förskola.")),
              "grundskola: by definition; förskola: assumption"),
      sourced(number_key("outcome.merit_mean", number, "points", 0, 340, "228.6",
                         "Mean merit points (meritvärde), 17 subjects, 2025."),
              "Skolverket, final grades of year 9, 2024/25"),
      sourced(
          number_key("outcome.merit_sd", number, "points", 1, 200, "70", "Merit points per SD of pupils."),
          "about 70 points among pupils (Ekonomistas 2020)"),

      number_key(
          "years.count", integer, "years", 1, most_years, "1",
          "Years simulated; 1 = one state. The result holds the last year's state, measures over the years, "
          "and every year."),
      sourced(
          number_key(
              "years.turnover", number, "1", 0, 1, "0.25",
              "Share of a unit's pupils replaced each year, school leavers and movers; 1 = new pupils every "
              "year."),
          drift_source),
      sourced(number_key("years.drift_sd", number, "log-odds per sd of background", 0, 5, "0.1",
                         "sd of a year's change in whom a unit's entrants are drawn from."),
              drift_source),
      sourced(
          number_key(
              "years.drift_persistence", number, "1", 0, 1, "0.9",
              "AR(1) coefficient of that drift and of sizes: 1 = a random walk, 0 = forgotten in a year."),
          drift_source),
      sourced(number_key("years.size_sd", number, "1", 0, 1, "0",
                         "sd of a year's change in ln(pupils of a unit)."),
              "assumption"),
      sourced(
          number_key("years.enrolment_response", number, "1 per SD", -5, 5, "0",
                     "School choice answering results: change in ln(pupils) per SD by which a unit's results "
                     "under per head stood out last year."),
          "assumption"),
      sourced(number_key("years.price_drift", number, "1", -0.2, 0.2, "0",
                         "Rise of prices above the budget, per year."),
              "assumption"),
      sourced(number_key("years.build_up", integer, "years", 1, 10, "1",
                         "Years over which the effect of money builds up (and is forgotten)."),
              "assumption"),
      sourced(number_key("years.fade", number, "1", 0, 0.99, "0",
                         "Part of the effect of a year's money that is lost per year after."),
              "assumption"),
      sourced(number_key("years.measured", number, "1", 0.001, 1, "0.1",
                         "Share of a unit's pupils whose results a year's statistics show."),
              "one grade of ten leaves each year"),
      sourced(
          number_key("years.unit_year_sd", number, "SD", 0, 2, "0.05",
                     "sd of a unit's own shock of a year in those results, beyond which pupils there are."),
          "assumption"),

      text_key("intervention[].name", "", true, "Something that extra money buys (a-z, 0-9, _)."),
      text_key("intervention[].title", "\"\"", false, "What the page calls it."),
      number_key("intervention[].effect", number, "SD", -2, 2, "",
                 "True mean effect of a full dose on a unit's pupils.", true),
      sourced(number_key("intervention[].effect_sd", number, "SD", 0, 2, "0",
                         "sd of the true mean between replicates: what is not known of it beforehand."),
              "assumption"),
      sourced(number_key("intervention[].unit_sd", number, "SD", 0, 2, "0.05",
                         "sd of a unit's own deviation from the mean effect."),
              "assumption"),
      number_key("intervention[].cost", number, "SEK", above_0, 1e7, "",
                 "Cost of a full dose per pupil of the unit and year; less money buys part of it.", true),
      sourced(number_key("intervention[].fade", number, "1", 0, 0.99, "0",
                         "Part of the effect that is lost per year in place."),
              "assumption"),

      text_key("follow_up[].name", "", true, "Name of a way to follow up (a-z, 0-9, _)."),
      text_key("follow_up[].title", "\"\"", false, "What the page calls it."),
      choice_key("follow_up[].rule", "\"none\"", "none|before_after|compare|shrink|bandit|randomised", false,
                 "How units' next intervention is chosen from the results seen."),
      choice_key("follow_up[].sharing", "\"municipality\"", "unit|municipality|network", false,
                 "Whose results count: one's own, the municipality's, or those of several municipalities."),
      number_key("follow_up[].network", integer, "municipalities", 2, most_network, "2",
                 "network: municipalities that pool their results, this one included."),
      number_key("follow_up[].trial_years", integer, "years", 1, most_years, "3",
                 "randomised: years by lot."),
      number_key("follow_up[].prior_mean", number, "SD", -2, 2, "0",
                 "bandit: effect that is expected beforehand of every intervention."),
      number_key("follow_up[].prior_sd", number, "SD", 0.001, 2, "0.1", "bandit: how uncertain that is."),
      sourced(number_key("follow_up[].adoption", number, "1", 0, 1, "1",
                         "Chance that a unit that should change does so before the next year."),
              "assumption"),
      sourced(number_key(
                  "follow_up[].use_gain", number, "1", -1, 1, "0",
                  "Rise per year in how well units use money (q): an assumption without empirical source."),
              "assumption: no study measures what systematic quality work adds"),
  });
  return table;
}

} // namespace likvard::detail

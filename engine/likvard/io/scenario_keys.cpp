#include "likvard/io/scenario_keys.hpp"
#include "likvard/model/parameters.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace likvard {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double largest_integer = 9223372036854775807.0;
constexpr double above_0 = 1e-6; ///< shown as "above 0"
using enum KeyKind;

constexpr Key text_key(std::string_view path, std::string_view fallback, bool required,
                       std::string_view meaning) {
  return {path, text, "", -inf, inf, fallback, "", required, meaning};
}
constexpr Key choice_key(std::string_view path, std::string_view fallback, std::string_view choices,
                         bool required, std::string_view meaning) {
  return {path, choice, "", -inf, inf, fallback, choices, required, meaning};
}
constexpr Key number_key(std::string_view path, KeyKind kind, std::string_view unit, double low, double high,
                         std::string_view fallback, std::string_view meaning, bool required = false) {
  return {path, kind, unit, low, high, fallback, "", required, meaning};
}
constexpr Key sourced(Key key, std::string_view source) {
  key.source = source;
  return key;
}
constexpr Key hard(Key key) {
  key.hard = true;
  return key;
}

/// Of three keys that were fitted together.
constexpr std::string_view drift_source =
    "fitted to how fast Swedish compulsory schools change: sd of the change in a unit's share of pupils with "
    "low-educated parents .033 in one year, .045, .054, .067 and .084 in two, three, five and ten "
    "(Skolverket units, "
    "our computation); the model gives the same to a tenth";

constexpr auto table = std::to_array<Key>({
    number_key("format", integer, "1", 1, 1, "", "Version of the scenario format.", true),
    text_key("title", "", true, "Name of the study, shown on the page."),
    text_key("question", "\"\"", false, "The question it answers."),
    text_key("claim", "\"\"", false, "The claim it tests."),
    {"base", path, "", -inf, inf, "\"\"", "", false,
     "Scenario file, relative to this one, whose keys and tables stand where this one has none of its own."},
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
    number_key("run.quantiles", numbers, "1", above_0, 1 - above_0, "[0.05, 0.5, 0.95]",
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

    choice_key("municipality.stage", "\"grundskola\"", "grundskola|forskola", false,
               "Compulsory school or preschool (förskola)."),
    number_key("municipality.pupils", integer, "pupils", 1, 1e6, "",
               "Pupils (children) in the municipality."),
    number_key("municipality.units", integer, "units", 1, 2000, "", "School units (preschools)."),
    choice_key("municipality.sizes", "\"drawn\"", "drawn|equal|quantiles", false,
               "Sizes of units: log-normal, drawn anew in each replicate; all equal; at the log-normal's "
               "quantiles."),
    sourced(number_key("municipality.size_sd", number, "1", 0, 3, "0.92",
                       "sd of ln(pupils per unit); 0.92 over all Swedish units 2023/24, about 0.81 within "
                       "municipalities."),
            "Skolverket units 2023/24, our computation"),
    number_key("municipality.smallest_unit", integer, "pupils", 1, 1e6, "10", "No unit is smaller."),
    number_key("municipality.unit_pupils", integers, "pupils", 1, 1e6, "[]",
               "Sizes of the units, in place of a rule."),
    choice_key("municipality.totals", "\"fixed\"", "fixed|free", false,
               "Pupils by background over the municipality: always the same, or a sample."),
    sourced(number_key(
                "municipality.budget_per_pupil", number, "SEK", 1, 1e7, "",
                "Cost per pupil and year; default 112200 (grundskola) or 153200 (förskola), national 2018."),
            "Skolverket/SCB: cost per pupil 2018"),
    number_key("municipality.adequate_per_pupil", number, "SEK", 1, 1e7, "",
               "What is held to be enough per pupil and year, for adequacy; default the budget per pupil."),
    {"municipality.units_file", path, "", -inf, inf, "\"\"", "", false,
     "Unit export of Skolverket, relative to the scenario."},
    text_key("municipality.name", "\"\"", false, "Municipality in that file; \"\" when it holds only one."),

    text_key("background.need_group", "\"low_education\"", false,
             "Group whose gap to the other pupils is measured."),
    number_key("background.joint", numbers, "1", 0, 1, "[]",
               "Shares of all profiles (first variable slowest), in place of margins and loadings."),
    text_key("variable[].name", "", true, "Name of a register variable (a-z, 0-9, _)."),
    {"variable[].levels", texts, "", -inf, inf, "", "", true, "Its levels, best prerequisites first."},
    number_key("variable[].shares", numbers, "1", 0, 1, "", "Share of pupils with each level; sums to 1.",
               true),
    number_key("variable[].log_odds", numbers, "1", -10, 10, "",
               "Log-odds of not reaching the goals, against the first level.", true),
    sourced(number_key("variable[].loading", number, "1", -0.99, 0.99, "0.5",
                       "Correlation of the variable's latent score with the common factor; products give "
                       "latent correlations."),
            "assumption"),
    choice_key("variable[].given_by", "\"\"", "|post_secondary|foreign", false,
               "Column of the units file that gives the first level's share (foreign: one minus it)."),
    text_key("group[].name", "", true, "Name of a group of pupils (a-z, 0-9, _)."),
    text_key("group[].title", "\"\"", false, "What the page calls it."),
    text_key("group[].variable", "", true, "Variable that defines it."),
    {"group[].levels", texts, "", -inf, inf, "", "", true, "Levels of that variable that belong to it."},

    choice_key(
        "sorting.mechanism", "\"rank\"", "rank|random|tilt|dirichlet|given|choice", false,
        "How pupils come to different units: noisy ranking, chance, tilting, unordered, the units file, "
        "residence and school choice."),
    number_key("sorting.strength", number, "1", 0, 1e6, "",
               "Strength in place of targets: r (rank, 0-1), λ (tilt, 0-50), α₀ (dirichlet, above 0), power "
               "(given, 0-20)."),
    sourced(number_key("sorting.areas", integer, "areas", 1, 2000, "50",
                       "choice: residential areas, of equal population, around the units."),
            "assumption"),
    sourced(number_key("sorting.residence", number, "1", 0, 1, "0.3",
                       "choice: correlation with background of the ranking that fills the areas."),
            "assumption"),
    number_key("sorting.residence_eps2", number, "1", 0, 1, "",
               "choice: unevenness (ε²) of the need group between areas, in place of sorting.residence."),
    sourced(number_key("sorting.smoothness", number, "1", 0.01, 10, "0.3",
                       "choice: distance over which areas are alike, as a part of the municipality's width."),
            "assumption"),
    sourced(number_key("sorting.active", number, "1", 0, 1, "0.5",
                       "choice: share of families that choose; the others go to the nearest unit with a "
                       "catchment."),
            "assumption"),
    sourced(number_key("sorting.distance", number, "utility per spacing of units", 0, 20, "1",
                       "choice: utility that choosers lose per mean distance between neighbouring units."),
            "assumption"),
    sourced(number_key("sorting.standing", number, "utility", 0, largest_standing, "1",
                       "choice: utility of one sd of a unit's standing to a family one sd above the mean "
                       "background; the opposite one sd below."),
            "assumption"),
    sourced(number_key("sorting.own_group", number, "utility", 0, largest_own_group, "0",
                       "choice: utility of a unit with only one's own group over one with none of it."),
            "assumption"),
    text_key("sorting.own_group_of", "\"\"", false,
             "choice: the group that families see themselves in or outside; \"\" = the need group."),
    sourced(number_key("sorting.independent_share", number, "1", 0, 1, "0",
                       "choice: share of units without a catchment, which take choosers only (fewer where "
                       "choosers do not fill them)."),
            "assumption"),
    choice_key("sorting.solve", "\"residence\"", "residence|standing|own_group", false,
               "choice: what a [[target]] is reached by."),
    text_key("target[].group", "", true, "Group whose unevenness is aimed at."),
    choice_key(
        "target[].index", "\"eps2\"",
        "eps2|variance_ratio|dissimilarity|theil_h|mutual_information|gini|hutchens|isolation|icc", false,
        "Index of the systematic unevenness (free of small-number noise); icc: of the background score, "
        "whatever the group."),
    number_key("target[].value", number, "1", 0, 1, "", "The index wanted.", true),

    text_key("need.index", "\"risk\"", false,
             "What the index averages: risk (modelled), the name of a group, need_group, tail or tiers."),
    number_key("need.tail_share", number, "1", above_0, 1, "0.15",
               "tail: part of the pupils, those with the lowest score, that counts."),
    number_key("need.tail_depth", number, "1", 0, 4, "1",
               "tail: exponent of a pupil's distance below the mean score; 0 counts pupils."),
    number_key("need.tier_bounds", numbers, "1", 0, 1, "[0.25, 0.5, 0.75]",
               "tiers: upper ends of all tiers but the last, in ranks by score (0 neediest)."),
    number_key("need.tier_weights", numbers, "1", 0, 1e6, "[2, 1, 0, 0]",
               "tiers: weight of a pupil in each."),
    number_key("need.lag", integer, "years", 0, 10, "1",
               "Age of the newest cohort that the index sees (0 = the present pupils)."),
    number_key("need.years", integer, "years", 1, 10, "1", "Cohorts seen."),
    choice_key(
        "need.pooling", "\"mean\"", "mean|largest|ever", false,
        "Of several cohorts: mean of all; largest of the newest, the one before and the mean; ever marked in "
        "one of the years."),
    sourced(number_key("need.stays", number, "1", 0, 1, "0.85",
                       "ever: chance that a marked pupil is still marked a year later."),
            "assumption"),
    number_key("need.missing", number, "1", 0, 0.9, "0", "Share of pupils without register data."),
    number_key("need.smallest", integer, "pupils", 0, 1000, "0",
               "A unit with fewer pupils seen gets the municipality's mean."),
    choice_key("need.shrinkage", "\"none\"", "none|empirical_bayes", false,
               "Draw noisy unit means towards the municipality's."),

    text_key("index[].name", "", true,
             "Name of a further need index that policies can refer to (a-z, 0-9, _)."),
    text_key("index[].of", "\"need_group\"", false,
             "What it averages: risk, the name of a group, need_group, tail or tiers."),
    number_key("index[].tail_share", number, "1", above_0, 1, "0.15",
               "tail: part of the pupils, those with the lowest score, that counts."),
    number_key("index[].tail_depth", number, "1", 0, 4, "1",
               "tail: exponent of a pupil's distance below the mean score; 0 counts pupils."),
    number_key("index[].tier_bounds", numbers, "1", 0, 1, "[0.25, 0.5, 0.75]",
               "tiers: upper ends of all tiers but the last, in ranks by score (0 neediest)."),
    number_key("index[].tier_weights", numbers, "1", 0, 1e6, "[2, 1, 0, 0]",
               "tiers: weight of a pupil in each."),
    number_key("index[].lag", integer, "years", 0, 10, "1",
               "Age of the newest cohort seen (0 = the present pupils)."),
    number_key("index[].years", integer, "years", 1, 10, "1", "Cohorts seen."),
    choice_key(
        "index[].pooling", "\"mean\"", "mean|largest|ever", false,
        "Of several cohorts: mean of all; largest of the newest, the one before and the mean; ever marked in "
        "one of the years."),
    sourced(number_key("index[].stays", number, "1", 0, 1, "0.85",
                       "ever: chance that a marked pupil is still marked a year later."),
            "assumption"),
    number_key("index[].missing", number, "1", 0, 0.9, "0", "Share of pupils without register data."),
    number_key("index[].smallest", integer, "pupils", 0, 1000, "0",
               "A unit with fewer pupils seen gets the municipality's mean."),
    choice_key("index[].shrinkage", "\"none\"", "none|empirical_bayes", false,
               "Draw noisy unit means towards the municipality's."),

    text_key("policy[].name", "", true, "Name of an allocation model (a-z, 0-9, _)."),
    text_key("policy[].title", "\"\"", false, "What the page calls it."),
    choice_key("policy[].pot", "\"closed\"", "closed|open", false,
               "closed: shares of the budget; open: rates per pupil, scaled to the budget."),
    text_key("policy[].index", "\"\"", false, "Index that the money follows; \"\" = that of [need]."),
    choice_key(
        "policy[].scale", "\"relative\"", "relative|raw", false,
        "How the response reads it: relative to the municipality (mean 1), or the plain mean (a share)."),
    choice_key("policy[].response", "\"linear\"",
               "linear|threshold|concentration|ramp|power|quadratic|bands|brackets|label", false,
               "Money by need: how the weighted part depends on the unit's index."),
    number_key(
        "policy[].shares", numbers, "1", 0, 1, "",
        "Weighting shares: part of the budget given out by need. An open pot without them has the share its "
        "rates come to."),
    number_key("policy[].threshold", number, "index", 0, 100, "1",
               "threshold, concentration: index above which more is paid."),
    number_key("policy[].slope", number, "1", 0, 100, "0.65",
               "concentration: extra weight above the threshold."),
    number_key("policy[].ramp_from", number, "index", 0, 100, "0.8",
               "ramp: index where the weight begins to rise."),
    number_key("policy[].ramp_to", number, "index", 0, 100, "1.5", "ramp: index where it has risen."),
    number_key("policy[].ramp_low", number, "1", 0, 100, "0.47", "ramp: weight below."),
    number_key("policy[].ramp_high", number, "1", 0, 100, "0.57", "ramp: weight above."),
    number_key("policy[].exponent", number, "1", 0.1, 10, "2", "power: exponent of the index."),
    number_key("policy[].saturation", number, "index", above_0, 100, "1.5",
               "quadratic: index from which it is linear."),
    number_key("policy[].bounds", numbers, "index", 0, 100, "[0.8, 1.0, 1.2]",
               "bands, brackets: upper bounds of all but the last."),
    number_key("policy[].weights", numbers, "1", 0, 1e6, "[0, 0.5, 1, 2]",
               "bands: money in each; brackets: money per unit of the index within each."),
    choice_key("policy[].weights_per", "\"pupil\"", "pupil|need", false,
               "bands: money per pupil of the unit, or per pupil and unit of its index."),
    number_key("policy[].count_bounds", numbers, "pupils", 0, 1e6, "[]",
               "brackets: the same by number (index times pupils); the larger of the two counts."),
    number_key("policy[].count_weights", numbers, "1", 0, 1e6, "[]", "brackets: weights by number."),
    number_key("policy[].top_share", number, "1", above_0, 1, "0.2",
               "label: share of units that get the label."),
    number_key("policy[].least_share", number, "1", 0, 1, "0",
               "A unit whose plain mean of the index is not above this gets nothing by it."),
    number_key("policy[].least_pupils", number, "pupils", 0, 1e6, "0",
               "Nor one with no more pupils in need (mean times pupils) than this."),
    number_key("policy[].rate", number, "SEK", 0, 1e7, "", "open: money per pupil and unit of the response."),
    number_key("policy[].phase_weights", numbers, "1", 0, 100, "[]",
               "Weights of per-head money in grades F-3, 4-6 and 7-9, where the units file shows grades."),
    number_key("policy[].lump_share", number, "1", 0, 1, "0",
               "Part of the budget given as the same sum to every unit."),
    number_key("policy[].small_share", number, "1", 0, 1, "0", "Part of the budget for small units."),
    number_key("policy[].small_pupils", number, "pupils", 1, 10000, "100",
               "Units of half this size or less get full small-unit support, tapering to none at it."),
    number_key("policy[].base", number, "SEK", 0, 1e7, "", "open: money per pupil."),
    number_key("policy[].lump", number, "SEK", 0, 1e9, "0", "open: money per unit."),
    number_key("policy[].small", number, "SEK", 0, 1e9, "0", "open: money per small unit, tapering."),
    number_key("policy[].pace", number, "1", above_0, 1, "1",
               "Part of the way from per head to the formula that has been gone."),
    number_key("policy[].largest_loss", number, "1", 0, 1, "",
               "Hold-harmless: no unit loses more than this part of per-head money."),
    number_key("policy[].largest_gain", number, "1", 0, 100, "",
               "Cap: no unit gains more than this part of per-head money."),
    number_key("policy[].least", number, "1", 0, 1, "0",
               "No unit gets less per pupil than this part of the municipality's mean."),
    number_key("policy[].reach", number, "1", 0, 1, "0",
               "Delivery: part of the need money that follows the pupils of the need group; the rest is for "
               "all of the "
               "unit's pupils."),
    text_key("policy[].intervention", "\"\"", false,
             "Intervention that all units run by central decision; none: no intervention, need money works "
             "as money "
             "does; \"\" = each begins by lot and follow-up moves it."),
    {"policy[].follow_up", texts, "", -inf, inf, "[]", "", false,
     "Ways to follow up that the policy is run with, one policy for each; [] = all [[follow_up]]."},
    number_key(
        "policy[].pass_through", number, "1", 0, 1, "",
        "Share of the money above per head that becomes help in the unit, in place of outcome.pass_through: "
        "1 for staff sent by the municipality."),

    text_key("block[].name", "", true, "Name of one of several need blocks of a policy (a-z, 0-9, _)."),
    text_key("block[].policy", "", true, "Policy that it belongs to."),
    number_key("block[].part", number, "1", above_0, 1e6, "1",
               "closed: its part of the need money, in proportion to the other blocks'."),
    number_key("block[].rate", number, "SEK", 0, 1e7, "", "open: money per pupil and unit of the response."),
    text_key("block[].index", "\"\"", false, "Index that the money follows; \"\" = that of [need]."),
    choice_key("block[].scale", "\"relative\"", "relative|raw", false, "As in a policy."),
    choice_key("block[].response", "\"linear\"",
               "linear|threshold|concentration|ramp|power|quadratic|bands|brackets|label", false,
               "Money by need, as in a policy without blocks."),
    number_key("block[].threshold", number, "index", 0, 100, "1",
               "threshold, concentration: index above which more is paid."),
    number_key("block[].slope", number, "1", 0, 100, "0.65",
               "concentration: extra weight above the threshold."),
    number_key("block[].ramp_from", number, "index", 0, 100, "0.8",
               "ramp: index where the weight begins to rise."),
    number_key("block[].ramp_to", number, "index", 0, 100, "1.5", "ramp: index where it has risen."),
    number_key("block[].ramp_low", number, "1", 0, 100, "0.47", "ramp: weight below."),
    number_key("block[].ramp_high", number, "1", 0, 100, "0.57", "ramp: weight above."),
    number_key("block[].exponent", number, "1", 0.1, 10, "2", "power: exponent of the index."),
    number_key("block[].saturation", number, "index", above_0, 100, "1.5",
               "quadratic: index from which it is linear."),
    number_key("block[].bounds", numbers, "index", 0, 100, "[0.8, 1.0, 1.2]",
               "bands, brackets: upper bounds of all but the last."),
    number_key("block[].weights", numbers, "1", 0, 1e6, "[0, 0.5, 1, 2]",
               "bands: money in each; brackets: money per unit of the index within each."),
    choice_key("block[].weights_per", "\"pupil\"", "pupil|need", false,
               "bands: money per pupil of the unit, or per pupil and unit of its index."),
    number_key("block[].count_bounds", numbers, "pupils", 0, 1e6, "[]",
               "brackets: the same by number (index times pupils); the larger of the two counts."),
    number_key("block[].count_weights", numbers, "1", 0, 1e6, "[]", "brackets: weights by number."),
    number_key("block[].top_share", number, "1", above_0, 1, "0.2",
               "label: share of units that get the label."),
    number_key("block[].least_share", number, "1", 0, 1, "0",
               "A unit whose plain mean of the index is not above this gets nothing by it."),
    number_key("block[].least_pupils", number, "pupils", 0, 1e6, "0",
               "Nor one with no more pupils in need (mean times pupils) than this."),

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
    sourced(
        number_key("outcome.unit_sd", number, "SD", 0, 2, "0.19",
                   "sd of what units add beyond their pupils' background."),
        "school residual 13 merit points of 70: Skolverket, final grades of year 9, 2024/25, our regression"),
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
    sourced(number_key("outcome.merit_sd", number, "points", 1, 200, "70", "Merit points per SD of pupils."),
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
    sourced(number_key(
                "years.drift_persistence", number, "1", 0, 1, "0.9",
                "AR(1) coefficient of that drift and of sizes: 1 = a random walk, 0 = forgotten in a year."),
            drift_source),
    sourced(
        number_key("years.size_sd", number, "1", 0, 1, "0", "sd of a year's change in ln(pupils of a unit)."),
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
    sourced(number_key("years.unit_year_sd", number, "SD", 0, 2, "0.05",
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
    number_key("follow_up[].trial_years", integer, "years", 1, most_years, "3", "randomised: years by lot."),
    number_key("follow_up[].prior_mean", number, "SD", -2, 2, "0",
               "bandit: effect that is expected beforehand of every intervention."),
    number_key("follow_up[].prior_sd", number, "SD", 0.001, 2, "0.1", "bandit: how uncertain that is."),
    sourced(number_key("follow_up[].adoption", number, "1", 0, 1, "1",
                       "Chance that a unit that should change does so before the next year."),
            "assumption"),
    sourced(
        number_key("follow_up[].use_gain", number, "1", -1, 1, "0",
                   "Rise per year in how well units use money (q): an assumption without empirical source."),
        "assumption: no study measures what systematic quality work adds"),

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
        "shapley: 1 + d; morris: screening, 1 + d; sobol, lhs, random, grid: plain points; given: your own."),
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
     "Measures of the Pareto front; [] = the measure and mean_outcome. Of one without a better direction, a "
     "spread, less is better."},

    {"design.vary", map, "", -inf, inf, "", "", false, "\"key\" = [values]: a grid over any scenario keys."},
    text_key("context[].name", "", true, "Name of a design point."),
    {"context[].at", map, "", -inf, inf, "", "", false, "Place on named axes: { axis = \"level\" }."},
    number_key("context[].municipalities", number, "1", 0, 1e6, "0",
               "How many real municipalities the point stands for."),
    {"context[].set", map, "", -inf, inf, "", "", false,
     "\"key\" = value: what differs in this context, e.g. \"variable.education.shares\"."},
    text_key("points[].name", "", true, "Name of a table whose rows are design points."),
    {"points[].table", path, "", -inf, inf, "\"\"", "", false,
     "CSV with a row per point (likvard import --table), relative to the scenario; in place of an ensemble."},
    choice_key(
        "points[].ensemble", "\"\"", "|grundskola|forskola", false,
        "Synthetic municipalities of this stage, as likvard ensemble makes them, where no table is given."),
    number_key("points[].municipalities", integer, "municipalities", 1, 100000, "290",
               "How many synthetic municipalities; set beside a table, at most so many of its rows, evenly "
               "spread by pupils."),
    number_key("points[].seed", integer, "1", 0, largest_integer, "1", "Key of their random numbers."),
    {"points[].columns", map, "", -inf, inf, "", "", true,
     "\"key\" = \"column\", or a list of columns in which \"rest\" is what they lack to 1. Rows where one is "
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
    text_key("verdict[].axis", "\"size\"", false,
             "adoption: axis of the classes in `observed`; information: the parameter that is said to matter "
             "most."),
    {"verdict[].observed", map, "", -inf, inf, "", "", false,
     "adoption: { all = share with a model, \"level|level\" = share in those classes }; A1 stands for \"A1 "
     "...\"."},
    number_key("verdict[].grant", number, "1", 0, 1, "0.05",
               "decomposition: state grant as a part of all budgets."),
    hard(number_key("verdict[].crowd_out", uncertain, "1", 0, 1, "0",
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

} // namespace

std::span<Key const> scenario_keys() {
  return table;
}

Key const* find_key(std::string_view path) {
  auto const found =
      std::find_if(table.begin(), table.end(), [&](Key const& key) { return key.path == path; });
  return found == table.end() ? nullptr : &*found;
}

std::string_view kind_text(KeyKind kind) {
  switch (kind) {
  case KeyKind::text: return "a text";
  case KeyKind::integer: return "a whole number";
  case KeyKind::number: return "a number";
  case KeyKind::choice: return "one of the choices";
  case KeyKind::uncertain: return "a number or a distribution";
  case KeyKind::integers: return "a list of whole numbers";
  case KeyKind::numbers: return "a list of numbers";
  case KeyKind::texts: return "a list of texts";
  case KeyKind::path: return "the name of a file";
  case KeyKind::map: return "a table";
  case KeyKind::values: return "a list of values";
  case KeyKind::per_measure: return "a number, or a table of numbers by measure";
  }
  return "";
}

std::vector<std::string_view> choices_of(Key const& key) {
  std::vector<std::string_view> out;
  for (std::string_view rest = key.choices; !rest.empty();) {
    std::size_t const bar = std::min(rest.find('|'), rest.size());
    if (bar > 0) out.push_back(rest.substr(0, bar));
    rest.remove_prefix(std::min(bar + 1, rest.size()));
  }
  return out;
}

std::string plain_number(double x) {
  if (x >= largest_integer && std::isfinite(x)) return "2^63 - 1";
  return std::abs(x) < 1e15 && x == std::floor(x) ? fmt::format("{:.0f}", x) : fmt::format("{:g}", x);
}

std::string range_text(Key const& key) {
  if (!key.choices.empty()) {
    std::string text = key.choices.front() == '|' ? "\"\"" : "";
    for (char c : key.choices) text += c == '|' ? ", " : std::string(1, c);
    return text;
  }
  bool const low = std::isfinite(key.low), high = std::isfinite(key.high) && key.high < 1e12;
  bool const seed = key.high == largest_integer;
  if (!low) return std::string(kind_text(key.kind));
  if (key.low == key.high) return plain_number(key.low);
  bool const positive = key.low == above_0, below_1 = key.high == 1 - above_0;
  std::string text = positive ? "above 0" : plain_number(key.low);
  if (high || seed)
    text += below_1 ? ", below 1" : (positive ? ", at most " : " to ") + plain_number(key.high);
  return text;
}

} // namespace likvard

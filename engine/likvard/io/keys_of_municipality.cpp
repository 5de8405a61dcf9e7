#include "likvard/io/detail/key_makers.hpp"
#include "likvard/model/parameters.hpp"

#include <array>

namespace likvard::detail {

std::span<Key const> keys_of_municipality() {
  using enum KeyKind;
  static constexpr auto table = std::to_array<Key>({
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
      sourced(
          number_key(
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
      number_key(
          "sorting.strength", number, "1", 0, 1e6, "",
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
      sourced(
          number_key("sorting.smoothness", number, "1", 0.01, 10, "0.3",
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
  });
  return table;
}

} // namespace likvard::detail

#include "likvard/io/import.hpp"
#include "likvard/model/population.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace likvard {
namespace {

/// Below this many leavers one year's share qualified is mostly chance (sd above 3 percentage points).
constexpr double enough_leavers = 150;

/// A TOML basic string.
std::string quoted(std::string const& text) {
  std::string out = "\"";
  for (char c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += '\\', out += c;
    else if (byte < 0x20 || byte == 0x7f)
      out += fmt::format("\\u{:04X}", byte);
    else
      out += c;
  }
  return out + '"';
}

/// A text as part of a comment line.
std::string comment(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
      ' ');
  return text;
}

/// " [0.1 to 0.3]": what hidden cells allow.
std::string could_be(MarkerFacts const& m, Interval const& interval) {
  return m.hidden() ? fmt::format(" [{:.3f} to {:.3f}]", interval.low, interval.high) : "";
}

std::string marker_comment(MarkerFacts const& m) {
  if (!m.index.defined) return "one unit or one group only: no unevenness to measure";
  bool const settled = (m.p_bounds.low < 0.05) == (m.p_bounds.high < 0.05);
  return fmt::format("D {:.3f}{} (by chance alone {:.3f}), V {:.4f}, free of chance {:.4f}{}; {}",
                     m.index.dissimilarity, could_be(m, m.bounds.dissimilarity), m.expected_dissimilarity,
                     m.index.variance_ratio, m.index.eps2, could_be(m, m.bounds.eps2),
                     !settled ? "whether it is more than chance (5 % level) depends on what is hidden"
                     : m.p_value < 0.05 ? "more than chance (5 % level)"
                                        : "not to be told from chance (5 % level)");
}

/// Shares with 6 decimals that sum to 1 as written: in millionths, by largest remainder.
std::string shares_line(std::vector<double> const& shares) {
  std::vector<std::uint32_t> millionths(shares.size());
  round_to_sum(shares, 1'000'000, millionths);
  std::string text = "shares = [";
  for (std::size_t i = 0; i < shares.size(); ++i)
    text += fmt::format("{}{:.6f}", i ? ", " : "", millionths[i] / 1e6);
  return text + "]";
}

/// One register variable of the municipality: its levels after the first share the rest as in the nation.
struct VariableText {
  std::string name, levels, what;
  std::vector<double> nation; ///< [levels - 1] national proportions of the levels after the first
  double fallback;            ///< national share of the file's column
  bool column_is_first;       ///< the file's column gives the first level; else the others together
  std::string rest;           ///< log odds, loading
  std::string given_by;
  Interval could_be; ///< the share of the file's column over all units, by what hidden cells allow
};

/// What the column's share over all units with pupils could be: every hidden cell at either end.
Interval share_bounds(std::vector<UnitRow const*> const& units, Cell UnitRow::* column) {
  double low = 0, high = 0, pupils = 0;
  for (auto const* row : units) {
    if (!has_pupils(*row)) continue;
    auto const range = members_of(row->*column, row->pupils.value);
    low += range.low;
    high += range.high;
    pupils += row->pupils.value;
  }
  return pupils > 0 ? Interval{low / pupils, high / pupils} : Interval{};
}

std::string variable_text(VariableText const& v, std::optional<MeanShare> const& mean,
                          MarkerFacts const& marker) {
  double const column = mean ? mean->share : v.fallback;
  double const first = std::clamp(v.column_is_first ? column : 1 - column, 0.0, 1.0);
  std::vector<double> shares{first};
  double whole = 0;
  for (double part : v.nation) whole += part;
  for (double part : v.nation) shares.push_back((1 - first) * part / whole);
  std::string text = fmt::format("[[variable]]\nname = {}\nlevels = {}\n", quoted(v.name), v.levels);
  if (mean) {
    text +=
        fmt::format("# {:.1f} % {}, pupil-weighted over {} units; {}.\n", 100 * column, v.what, mean->units,
                    v.column_is_first ? "the others split as in the nation (.29 to .07)"
                                      : "split as in the nation (.11, .13, .03)");
    if (v.could_be.low < v.could_be.high)
      text += fmt::format(
          "# Suppressed shares ({}) are set to the middle of what they may be, those of units without data "
          "({}) to the mean:\n# the share of all lies between {:.1f} and {:.1f} %.\n",
          mean->suppressed, marker.missing, 100 * v.could_be.low, 100 * v.could_be.high);
    text += fmt::format("# Unevenness{}: {}.\n", v.column_is_first ? " of pupils without" : "",
                        marker_comment(marker));
  } else {
    text += "# No unit has this share in the file: the nation's shares, the same at every unit.\n";
  }
  text += shares_line(shares) + "\n" + v.rest;
  if (mean) text += fmt::format("given_by = {}\n", quoted(v.given_by));
  return text + "\n";
}

constexpr std::string_view groups_and_sorting = R"toml([[group]]
name = "low_education"
title = "parents without post-secondary education"
variable = "education"
levels = ["upper_secondary", "compulsory"]

[[group]]
name = "foreign"
title = "foreign background"
variable = "migration"
levels = ["native_foreign_parents", "immigrated", "newly_arrived"]

# The units as they are. To see the same municipality more or less segregated, add a [[target]].
[sorting]
mechanism = "given"

# The index sees last year's pupils, or the mean of the last three years' (the two [[context]] at the end).
[need]
index = "risk"
lag = 1
years = 1

# Year by year: pupils leave and come, the index lags, effects of money build up. For a quick look at one state: remove
# this table, or run with --set years.count=1.
[years]
count = 4
build_up = 4  # assumption: effects build up over four years
measured = 0.3  # national tests in grades 3, 6 and 9: three grades of ten

# Could we ever see that it works? (likvard power)
[power]
effect = 0.05  # SD per +10 % money held to be true: Fredriksson & Öckert 2008, tests; the larger Swedish estimate
years = 10
years_before = 3  # assumption
pooled = [1, 7, 50]  # this municipality alone, with six like it, with fifty
)toml";

constexpr std::string_view policies = R"toml(
# Six ways to turn need into money; the index is 1 at the municipality's mean. Remove what you do not consider.
[[policy]]
name = "proportional"
title = "In proportion to need"
response = "linear"
shares = [0.05, 0.10, 0.20]

[[policy]]
name = "threshold"
title = "Only units above the mean"
response = "threshold"
threshold = 1.0
shares = [0.05, 0.10, 0.20]

[[policy]]
name = "concentration"
title = "Extra where need is concentrated"
response = "concentration"
threshold = 1.2
slope = 0.65
shares = [0.05, 0.10, 0.20]

[[policy]]
name = "squared"
title = "Need squared"
response = "power"
exponent = 2
shares = [0.05, 0.10, 0.20]

[[policy]]
name = "steps"
title = "In steps (five bands)"
response = "bands"
bounds = [0.7, 0.9, 1.1, 1.4]
weights = [0, 0.5, 1, 1.5, 2.5]
shares = [0.05, 0.10, 0.20]

[[policy]]
name = "label"
title = "The neediest fifth of the units"
response = "label"
top_share = 0.2
shares = [0.05, 0.10, 0.20]
)toml";

std::string outcome_text(std::optional<QualifiedFacts> const& qualified, std::string const& grades_file) {
  std::string text = "\n# What money does: the defaults of `likvard keys outcome` (small, uncertain effects) "
                     "unless you set something here.\n[outcome]\n";
  if (qualified && qualified->leavers >= enough_leavers)
    return text + fmt::format("# {:.1f} % of {:.0f} leavers qualified, {} units of {} ({} units hidden: the "
                              "rate lies between {:.1f} and "
                              "{:.1f} %)\nnot_qualified = {:.4f}\n",
                              100 * qualified->share, qualified->leavers, qualified->units,
                              comment(grades_file), qualified->hidden, 100 * qualified->bounds.low,
                              100 * qualified->bounds.high, std::clamp(1 - qualified->share, 0.001, 0.999));
  if (qualified)
    text += fmt::format("# {:.1f} % of only {:.0f} leavers qualified: too few for a rate of your own, so the "
                        "nation's is used\n",
                        100 * qualified->share, qualified->leavers);
  return text +
         "not_qualified = 0.156  # nation 2025 (Skolverket); give a file of final grades to `likvard import` "
         "for your own\n";
}
constexpr std::string_view contexts = R"toml(
[[context]]
name = "index of one year's pupils"
at = { "pupils in the index" = "one year's" }
set = { "need.years" = 1 }

[[context]]
name = "index of three years' pupils"
at = { "pupils in the index" = "three years'" }
set = { "need.years" = 3 }
)toml";

std::string sources_text(std::string const& units, std::string const& not_qualified) {
  return fmt::format(R"toml(
[sources]
"municipality.units_file" = {}
"variable.education.log_odds" = "Skolverket 2020-2024: qualified by parents' education"
"variable.migration.log_odds" = "Skolverket 2020: qualified by migration background"
"variable.education.loading" = "assumption"
"variable.migration.loading" = "assumption"
"outcome.not_qualified" = {}
"outcome.theta" = "SD per +10 % money for four years: half weight near zero (IFAU 2025), half around 0.03 (Fredriksson & Öckert 2008); judgement"
)toml",
                     quoted(units), quoted(not_qualified));
}

} // namespace

std::string scenario_text(UnitTable const& table, MunicipalityFacts const& facts,
                          std::optional<QualifiedFacts> const& qualified, std::string const& grades_file,
                          std::string const& units_file) {
  auto const units = units_of(table, facts.name);
  auto const educated = mean_share(units, &UnitRow::post_secondary),
             foreign = mean_share(units, &UnitRow::foreign);
  if (!educated && !foreign)
    throw ScenarioError(
        {fmt::format("{}: no unit of '{}' has pupils and a share with post-secondary parents or foreign "
                     "background (nothing to tell the units apart by)",
                     table.path, facts.name)});
  std::string const year = table.school_year.empty() ? "" : " " + table.school_year;
  std::string const file = comment(std::filesystem::path(units_file).filename().string());
  std::string const who = facts.name.empty() ? "the municipality" : facts.name;
  std::string text = fmt::format(
      R"toml(# {}: what would it mean to give out part of the school budget by socioeconomic need?
# Made by `likvard import`; every derived number says where it comes from. Change what you know better.
# Source of the units: {} (Skolverket). Pupils are counted where the school is.

format = 1
title = {}
question = {}

[run]
seed = 1
replicates = 512

[answer]
measure = "not_qualified_gap"
policy = "proportional"
share = 0.10

[municipality]
stage = "grundskola"
units_file = {}
name = {}
# {} units with {:.0f} pupils in grades 1-9; {} units ({:.0f} pupils) have independent providers.
)toml",
      comment(who + year), file, quoted(who + year + ": money by need"),
      quoted("Do the units of " + who +
             " differ enough for a compensating model to matter, and what would each "
             "model and share do?"),
      quoted(units_file), quoted(facts.name), facts.units, facts.pupils, facts.independent,
      facts.independent_pupils);
  if (facts.unknown_size > 0)
    text += fmt::format("# {} units without a known number of pupils are left out.\n", facts.unknown_size);
  text +=
      "budget_per_pupil = 112200  # SEK: national cost per pupil 2018 (Skolverket/SCB); put in your own\n\n"
      "[background]\nneed_group = \"low_education\"\n\n";
  text +=
      variable_text({"education",
                     R"(["post_secondary", "upper_secondary", "compulsory"])",
                     "with a parent with post-secondary education",
                     {0.29, 0.07},
                     0.64,
                     true,
                     "log_odds = [0, 1.2, 2.1]  # gives about 91 and 73 % qualified nationally (Skolverket)\n"
                     "loading = 0.6  # assumption\n",
                     "post_secondary",
                     share_bounds(units, &UnitRow::post_secondary)},
                    educated, facts.low_education);
  text += variable_text({"migration",
                         R"(["native", "native_foreign_parents", "immigrated", "newly_arrived"])",
                         "with foreign background",
                         {0.11, 0.13, 0.03},
                         0.27,
                         false,
                         "log_odds = [0, 0.45, 0.8, 2.6]  # 91, 85, 85-68 and 32 % qualified nationally 2020 "
                         "(Skolverket)\nloading = 0.5  # assumption\n",
                         "foreign",
                         share_bounds(units, &UnitRow::foreign)},
                        foreign, facts.foreign);
  text += groups_and_sorting;
  text += policies;
  text += outcome_text(qualified, grades_file);
  text +=
      sources_text("Skolverket, " + file + year, qualified && qualified->leavers >= enough_leavers
                                                     ? "Skolverket, " + grades_file
                                                     : "Skolverket, final grades of year 9, 2024/25, nation");
  text += contexts;
  return text;
}

} // namespace likvard

#include "likvard/io/import.hpp"

#include "likvard/model/population.hpp"

#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace likvard {
namespace {

MarkerFacts marker_facts(std::vector<UnitRow const*> const& units, Cell UnitRow::* column, bool others) {
  constexpr double smallest = 10; // smaller units are left out of indices, as their shares are hidden anyway
  MarkerFacts facts;
  std::vector<double> n, x;
  for (auto const* row : units) {
    Cell const& cell = row->*column;
    if (row->pupils.state != Cell::State::known || row->pupils.value < smallest) continue;
    facts.suppressed += cell.state == Cell::State::suppressed;
    if (cell.state != Cell::State::known && cell.state != Cell::State::suppressed) {
      ++facts.missing;
      continue;
    }
    double const pupils = row->pupils.value, in_column = pupils * share_of(cell, pupils, 0);
    n.push_back(pupils);
    x.push_back(others ? pupils - in_column : in_column);
  }
  facts.units = n.size();
  facts.index = segregation(n, x);
  facts.expected_dissimilarity = expected_dissimilarity(n, facts.index.share * facts.index.pupils);
  facts.expected_variance_ratio = expected_variance_ratio(n.size(), facts.index.pupils);
  if (facts.index.defined) {
    double const chi2 = (facts.index.pupils - 1) * facts.index.variance_ratio;
    boost::math::chi_squared_distribution<> const by_chance(static_cast<double>(n.size() - 1));
    facts.p_value = cdf(complement(by_chance, chi2));
  }
  return facts;
}

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

std::string marker_comment(MarkerFacts const& m) {
  if (!m.index.defined) return "one unit or one group only: no unevenness to measure";
  return fmt::format("D {:.3f} (by chance alone {:.3f}), V {:.4f}, free of chance {:.4f}; {}",
                     m.index.dissimilarity, m.expected_dissimilarity, m.index.variance_ratio, m.index.eps2,
                     m.p_value < 0.05 ? "more than chance (5 % level)"
                                      : "not to be told from chance (5 % level)");
}

/// Below this many leavers one year's share qualified is mostly chance (sd above 3 percentage points).
constexpr double enough_leavers = 150;

/// Shares with 6 decimals that sum to 1 as written: in millionths, by largest remainder.
std::string shares_line(std::vector<double> const& shares) {
  std::vector<std::uint32_t> millionths(shares.size());
  round_to_sum(shares, 1'000'000, millionths);
  std::string text = "shares = [";
  for (std::size_t i = 0; i < shares.size(); ++i)
    text += fmt::format("{}{:.6f}", i ? ", " : "", millionths[i] / 1e6);
  return text + "]";
}

constexpr std::string_view policies = R"toml(
# Six ways to turn need into money; the index is 1 at the municipality's mean. Remove what you do not consider.
[[policy]]
name = "proportional"
title = "In proportion to need"
response = "linear"
shares = [0.05, 0.10, 0.15, 0.20, 0.25]

[[policy]]
name = "threshold"
title = "Only units above the mean"
response = "threshold"
threshold = 1.0
shares = [0.05, 0.10, 0.15, 0.20, 0.25]

[[policy]]
name = "concentration"
title = "Extra where need is concentrated"
response = "concentration"
threshold = 1.2
slope = 0.65
shares = [0.05, 0.10, 0.15, 0.20, 0.25]

[[policy]]
name = "squared"
title = "Need squared"
response = "power"
exponent = 2
shares = [0.05, 0.10, 0.15, 0.20, 0.25]

[[policy]]
name = "steps"
title = "In steps (five bands)"
response = "bands"
bounds = [0.7, 0.9, 1.1, 1.4]
weights = [0, 0.5, 1, 1.5, 2.5]
shares = [0.05, 0.10, 0.15, 0.20, 0.25]

[[policy]]
name = "label"
title = "The neediest fifth of the units"
response = "label"
top_share = 0.2
shares = [0.05, 0.10, 0.15, 0.20, 0.25]
)toml";

} // namespace

MunicipalityFacts municipality_facts(UnitTable const& table, std::string const& municipality) {
  auto const units = units_of(table, municipality);
  MunicipalityFacts facts;
  facts.name = units.front()->municipality;
  facts.code = units.front()->municipality_code;
  facts.school_year = table.school_year;
  for (auto const* row : units) {
    if (row->pupils.state != Cell::State::known || row->pupils.value < 1) {
      ++facts.unknown_size;
      continue;
    }
    ++facts.units;
    facts.pupils += row->pupils.value;
    if (row->independent) {
      ++facts.independent;
      facts.independent_pupils += row->pupils.value;
    }
  }
  facts.low_education = marker_facts(units, &UnitRow::post_secondary, true);
  facts.foreign = marker_facts(units, &UnitRow::foreign, false);
  return facts;
}

std::optional<QualifiedFacts> qualified_facts(UnitTable const& grades, std::string const& municipality) {
  QualifiedFacts facts;
  double sum = 0;
  for (auto const* row : units_of(grades, municipality)) {
    if (row->leavers.state != Cell::State::known || row->qualified.state != Cell::State::known) {
      ++facts.hidden;
      continue;
    }
    ++facts.units;
    facts.leavers += row->leavers.value;
    // "~100" hides one to four pupils who did not qualify: 2.5 is the middle.
    sum += row->qualified.approximate ? row->leavers.value - std::min(2.5, row->leavers.value / 2)
                                      : row->leavers.value * row->qualified.value;
  }
  if (!(facts.leavers > 0)) return std::nullopt;
  facts.share = sum / facts.leavers;
  return facts;
}

std::string scenario_text(UnitTable const& table, MunicipalityFacts const& facts,
                          std::optional<QualifiedFacts> const& qualified, std::string const& grades_file,
                          std::string const& units_file) {
  // Shares by the same rules as the model reads the units: all units with known size, suppressed ones in the
  // middle.
  double const high = std::clamp(
      1 - (facts.low_education.index.pupils > 0 ? facts.low_education.index.share : 0.36), 0.0, 1.0);
  double const foreign =
      std::clamp(facts.foreign.index.pupils > 0 ? facts.foreign.index.share : 0.27, 0.0, 1.0);
  std::string const year = table.school_year.empty() ? "" : " " + table.school_year;
  std::string const file = comment(std::filesystem::path(units_file).filename().string());
  std::string text;
  auto const line = [&](std::string const& added) { text += added + "\n"; };
  line(fmt::format("# {}{}: what would it mean to give out part of the school budget by socioeconomic need?",
                   comment(facts.name), year));
  line("# Made by `likvard import`; every derived number says where it comes from. Change what you know "
       "better.");
  line(fmt::format("# Source of the units: {} (Skolverket). Pupils are counted where the school is.", file));
  line("");
  line("format = 1");
  line(fmt::format("title = {}", quoted(facts.name + year + ": money by need")));
  line(fmt::format(
      "question = {}",
      quoted("Do the units of " + facts.name +
             " differ enough for a compensating model to matter, and what would each model and share do?")));
  line("");
  line("[run]\nseed = 1\nreplicates = 1024\n");
  line("[answer]\nmeasure = \"not_qualified_gap\"\npolicy = \"proportional\"\nshare = 0.10\n");
  line("[municipality]");
  line("stage = \"grundskola\"");
  line(fmt::format("units_file = {}", quoted(units_file)));
  line(fmt::format("name = {}", quoted(facts.name)));
  line(fmt::format(
      "# {} units with {:.0f} pupils in grades 1-9; {} units ({:.0f} pupils) have independent providers.",
      facts.units, facts.pupils, facts.independent, facts.independent_pupils));
  if (facts.unknown_size > 0)
    line(fmt::format("# {} units without a known number of pupils are left out.", facts.unknown_size));
  line("budget_per_pupil = 112200  # SEK: national cost per pupil 2018 (Skolverket/SCB); put in your own\n");
  line("[background]\nneed_group = \"low_education\"\n");
  line("[[variable]]\nname = \"education\"\nlevels = [\"post_secondary\", \"upper_secondary\", "
       "\"compulsory\"]");
  line(fmt::format("# {:.1f} % with a parent with post-secondary education, pupil-weighted over {} units; "
                   "the others split as in the nation (.29 to .07).",
                   100 * high, facts.low_education.units));
  if (facts.low_education.suppressed > 0)
    line(fmt::format("# {} suppressed shares set to min(5, n/2) pupils.", facts.low_education.suppressed));
  line(fmt::format("# Unevenness of pupils without: {}.", marker_comment(facts.low_education)));
  line(shares_line({high, (1 - high) * 29 / 36, (1 - high) * 7 / 36}));
  line("log_odds = [0, 1.2, 2.1]  # gives about 91 and 73 % qualified nationally (Skolverket)\nloading = 0.6 "
       " # assumption\ngiven_by = \"post_secondary\"\n");
  line("[[variable]]\nname = \"migration\"\nlevels = [\"native\", \"native_foreign_parents\", "
       "\"immigrated\", \"newly_arrived\"]");
  line(fmt::format("# {:.1f} % with foreign background, pupil-weighted over {} units; split as in the nation "
                   "(.11, .13, .03).",
                   100 * foreign, facts.foreign.units));
  if (facts.foreign.suppressed > 0)
    line(fmt::format("# {} suppressed shares set to min(5, n/2) pupils.", facts.foreign.suppressed));
  line(fmt::format("# Unevenness: {}.", marker_comment(facts.foreign)));
  line(shares_line({1 - foreign, foreign * 11 / 27, foreign * 13 / 27, foreign * 3 / 27}));
  line("log_odds = [0, 0.45, 0.8, 2.6]  # 91, 85, 85-68 and 32 % qualified nationally 2020 "
       "(Skolverket)\nloading = 0.5  # assumption\ngiven_by = \"foreign\"\n");
  line("[[group]]\nname = \"low_education\"\ntitle = \"parents without post-secondary education\"\nvariable "
       "= \"education\"\nlevels = [\"upper_secondary\", \"compulsory\"]\n");
  line("[[group]]\nname = \"foreign\"\ntitle = \"foreign background\"\nvariable = \"migration\"\nlevels = "
       "[\"native_foreign_parents\", \"immigrated\", \"newly_arrived\"]\n");
  line("# The units as they are. To see the same municipality more or less segregated, add a [[target]].");
  line("[sorting]\nmechanism = \"given\"\n");
  line("# The index sees last year's pupils.\n[need]\nindex = \"risk\"\nlag = 1\nyears = 1");
  text += policies;
  line("\n# What money does: the defaults of `likvard keys outcome` (small, uncertain effects) unless you "
       "set something here.\n[outcome]");
  if (qualified && qualified->leavers >= enough_leavers) {
    double const not_qualified = std::clamp(1 - qualified->share, 0.001, 0.999);
    line(fmt::format("# {:.1f} % of {:.0f} leavers qualified, {} units of {} ({} units hidden)",
                     100 * qualified->share, qualified->leavers, qualified->units, comment(grades_file),
                     qualified->hidden));
    line(fmt::format("not_qualified = {:.4f}", not_qualified));
  } else {
    if (qualified)
      line(fmt::format("# {:.1f} % of only {:.0f} leavers qualified: too few for a rate of your own, so the "
                       "nation's is used",
                       100 * qualified->share, qualified->leavers));
    line("not_qualified = 0.156  # nation 2025 (Skolverket); give a file of final grades to `likvard import` "
         "for your own");
  }
  line("\n[sources]");
  line(fmt::format("\"municipality.units_file\" = {}", quoted("Skolverket, " + file + year)));
  line("\"variable.education.log_odds\" = \"Skolverket 2020-2024: qualified by parents' education\"");
  line("\"variable.migration.log_odds\" = \"Skolverket 2020: qualified by migration background\"");
  line("\"variable.education.loading\" = \"assumption\"\n\"variable.migration.loading\" = \"assumption\"");
  line(fmt::format("\"outcome.not_qualified\" = {}",
                   quoted(qualified && qualified->leavers >= enough_leavers
                              ? "Skolverket, " + grades_file
                              : "Skolverket, final grades of year 9, 2024/25, nation")));
  line("\"outcome.theta\" = \"SD per +10 % money for four years: half weight near zero (IFAU 2025), half "
       "around 0.03 (Fredriksson & Öckert 2008); judgement\"");
  return text;
}

} // namespace likvard

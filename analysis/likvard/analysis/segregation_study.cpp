#include "likvard/analysis/segregation_study.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/moments.hpp"
#include "likvard/model/population.hpp"
#include "likvard/model/sampling.hpp"
#include "likvard/model/segregation.hpp"
#include "likvard/model/segregation_chance.hpp"
#include "likvard/model/segregation_groups.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace likvard {
namespace {

struct Name {
  std::string_view key, title;
};
constexpr auto two_group_names = std::to_array<Name>({{"dissimilarity", "Dissimilarity D"},
                                                      {"gini", "Gini"},
                                                      {"theil_h", "Information index H"},
                                                      {"mutual_information", "Mutual information M"},
                                                      {"variance_ratio", "Variance ratio V"},
                                                      {"hutchens", "Hutchens S"},
                                                      {"atkinson_half", "Atkinson, b = 1/2"},
                                                      {"gorard", "Gorard GS"},
                                                      {"isolation", "Isolation"},
                                                      {"exposure", "Exposure to others"},
                                                      {"isolation_others", "Isolation, self left out"}});
constexpr auto group_names = std::to_array<Name>({{"dissimilarity", "Dissimilarity D"},
                                                  {"gini", "Gini"},
                                                  {"theil_h", "Information index H"},
                                                  {"mutual_information", "Mutual information M"},
                                                  {"relative_diversity", "Relative diversity R"},
                                                  {"squared_cv", "Squared coefficient of variation C"},
                                                  {"normalised_exposure", "Normalised exposure"}});

std::vector<double> column(Table const& n, Eigen::Index g) {
  std::vector<double> x;
  for (Eigen::Index k = 0; k < n.rows(); ++k) x.push_back(n(k, g));
  return x;
}

std::vector<double> sizes_of(Table const& n) {
  std::vector<double> size;
  for (Eigen::Index k = 0; k < n.rows(); ++k) size.push_back(n.row(k).sum());
  return size;
}

/// In the order of the names.
std::vector<double> two_group_values(Table const& n, Eigen::Index g) {
  auto const size = sizes_of(n), x = column(n, g);
  auto const s = segregation(size, x);
  return {s.dissimilarity,
          segregation_gini(size, x),
          s.theil_h,
          s.mutual_information,
          s.variance_ratio,
          s.hutchens,
          segregation_atkinson(size, x, 0.5),
          s.gorard,
          s.isolation,
          s.exposure,
          s.isolation_others};
}

std::vector<double> group_values(Table const& n) {
  auto const s = segregation_groups(n);
  return {s.dissimilarity,      s.gini, s.theil_h, s.mutual_information, s.relative_diversity, s.squared_cv,
          s.normalised_exposure};
}

/// Expectations that have a closed form; the others are empty.
std::vector<std::optional<double>> two_group_expectations(Table const& n, Eigen::Index g) {
  auto const size = sizes_of(n);
  auto const s = segregation(size, column(n, g));
  double const members = s.share * s.pupils;
  std::vector<double> const two{members, s.pupils - members};
  double const d = expected_dissimilarity(size, members), m = expected_mutual_information(size, two),
               isolation = expected_isolation(s.units, s.pupils, members);
  double const entropy = s.theil_h > 0 ? s.mutual_information / s.theil_h : 0.0;
  return {d,
          {},
          entropy > 0 ? std::optional(m / entropy) : std::nullopt,
          m,
          expected_variance_ratio(s.units, s.pupils),
          expected_hutchens(size, members),
          {},
          (1 - s.share) * d,
          isolation,
          1 - isolation,
          s.pupils > 1 ? std::optional((members - 1) / (s.pupils - 1)) : std::nullopt};
}

std::vector<std::optional<double>> group_expectations(Table const& n) {
  auto const size = sizes_of(n);
  std::vector<double> groups;
  for (Eigen::Index g = 0; g < n.cols(); ++g) groups.push_back(n.col(g).sum());
  auto const s = segregation_groups(n);
  double const m = expected_mutual_information(size, groups), v = expected_variance_ratio(s.units, s.pupils);
  return {expected_dissimilarity(size, groups), {}, s.entropy > 0 ? m / s.entropy : 0.0, m, v, v, v};
}

/// Moments of every index over random allocations: [table][index], tables as in the study.
std::vector<std::vector<Moments>> deal(Table const& counts, bool all_groups, std::uint32_t dealings,
                                       std::uint64_t seed) {
  std::vector<std::uint32_t> size, groups;
  double total = 0;
  for (double n : sizes_of(counts)) {
    size.push_back(static_cast<std::uint32_t>(std::llround(n)));
    total += size.back();
  }
  std::vector<double> members;
  for (Eigen::Index g = 0; g < counts.cols(); ++g) members.push_back(counts.col(g).sum());
  groups.resize(members.size());
  round_to_sum(members, static_cast<std::uint32_t>(total), groups);
  Table pi(counts.rows(), counts.cols());
  for (Eigen::Index g = 0; g < pi.cols(); ++g) pi.col(g) = groups[g] / total;
  Eigen::Index const alone = counts.cols() == 2 ? 1 : counts.cols();
  std::vector<std::vector<Moments>> moments;
  if (all_groups) moments.emplace_back(group_names.size());
  for (Eigen::Index g = 0; g < alone; ++g) moments.emplace_back(two_group_names.size());
  SamplingScratch scratch;
  Counts dealt;
  for (std::uint32_t r = 0; r < dealings; ++r) {
    draw_counts_fixed(size, groups, pi, {seed, 0, r}, scratch, dealt);
    Table const table = dealt.cast<double>();
    std::size_t t = 0;
    auto const add = [&](std::vector<double> const& values) {
      for (std::size_t i = 0; i < values.size(); ++i) moments[t][i].add(values[i]);
      ++t;
    };
    if (all_groups) add(group_values(table));
    for (Eigen::Index g = 0; g < alone; ++g) add(two_group_values(table, g));
  }
  return moments;
}

/// How far the spread is scaled for the systematic index, and for the ends of its interval.
struct Scales {
  double systematic = 0, low = 0, high = 0;
};

Scales scales_of(double ratio, double eps2, Interval const& interval) {
  if (!(ratio > 0)) return {};
  auto const scale = [&](double target) { return std::sqrt(std::max(0.0, target) / ratio); };
  return {scale(eps2), scale(interval.low), scale(interval.high)};
}

template <class Values>
void fill(SegregationTable& table, std::span<Name const> names, Table const& counts, Values const& values_of,
          std::vector<std::optional<double>> const& expected, std::vector<Moments> const& chance,
          Scales const& scales) {
  auto const value = values_of(counts), systematic = values_of(shrunk_composition(counts, scales.systematic)),
             low = values_of(shrunk_composition(counts, scales.low)),
             high = values_of(shrunk_composition(counts, scales.high));
  for (std::size_t i = 0; i < names.size(); ++i) {
    SegregationIndex index;
    index.key = names[i].key;
    index.title = names[i].title;
    index.value = value[i];
    index.expected = expected[i].value_or(chance[i].mean);
    index.sd = std::sqrt(chance[i].variance());
    index.systematic = systematic[i];
    index.interval = {std::min(low[i], high[i]), std::max(low[i], high[i])};
    table.indices.push_back(index);
  }
}

void add_z(SegregationTable& table) {
  for (auto& index : table.indices)
    if (index.sd > 1e-12) index.z = (index.value - index.expected) / index.sd;
}

} // namespace

SegregationStudy study_segregation(Table counts, std::vector<std::string> unit,
                                   std::vector<std::string> group, std::vector<std::string> district,
                                   std::uint32_t dealings, std::uint64_t seed) {
  LIKVARD_EXPECT(counts.rows() >= 1 && counts.cols() >= 2 && dealings >= 2);
  SegregationStudy study;
  study.unit = std::move(unit);
  study.group = std::move(group);
  study.district = std::move(district);
  study.dealings = dealings;
  bool const all_groups = counts.cols() > 2;
  auto const size = sizes_of(counts);
  auto const chance = deal(counts, all_groups, dealings, seed);
  std::size_t t = 0;
  if (all_groups) {
    auto const s = segregation_groups(counts);
    SegregationTable table{"", s.defined, 0, {}};
    auto const interval = systematic_interval(s.relative_diversity, s.units, s.groups, s.pupils, study.level);
    fill(table, group_names, counts, group_values, group_expectations(counts), chance[t++],
         scales_of(s.relative_diversity, s.eps2, interval));
    add_z(table);
    study.tables.push_back(std::move(table));
  }
  Eigen::Index const alone = counts.cols() == 2 ? 1 : counts.cols();
  for (Eigen::Index g = 0; g < alone; ++g) {
    auto const x = column(counts, g);
    auto const s = segregation(size, x);
    double const members = s.share * s.pupils;
    SegregationTable table{study.group[static_cast<std::size_t>(g)], s.defined, s.share, {}};
    auto const interval = systematic_interval(s.variance_ratio, s.units, 2, s.pupils, study.level);
    fill(
        table, two_group_names, counts, [g](Table const& n) { return two_group_values(n, g); },
        two_group_expectations(counts, g), chance[t++], scales_of(s.variance_ratio, s.eps2, interval));
    auto const largest = largest_segregation(size, members);
    for (auto& index : table.indices) {
      if (index.key == "dissimilarity") index.largest = largest.dissimilarity;
      if (index.key == "theil_h") index.largest = largest.theil_h;
      if (index.key == "variance_ratio") {
        index.largest = largest.variance_ratio;
        index.sd = variance_ratio_sd(size, members);
        index.systematic = std::max(0.0, s.eps2);
        index.interval = interval;
      }
    }
    add_z(table);
    study.tables.push_back(std::move(table));
  }
  if (!study.district.empty()) {
    std::map<std::string, std::size_t> number;
    std::vector<std::size_t> place;
    for (auto const& name : study.district)
      place.push_back(number.emplace(name, number.size()).first->second);
    auto const parts = decompose(counts, place);
    study.between_districts = parts.total > 0 ? parts.between / parts.total : 0.0;
  }
  study.counts = std::move(counts);
  return study;
}

std::string segregation_answer(SegregationStudy const& study) {
  auto const find = [](SegregationTable const& table, std::string_view key) -> SegregationIndex const& {
    return *std::find_if(table.indices.begin(), table.indices.end(),
                         [&](auto const& i) { return i.key == key; });
  };
  std::string text;
  for (auto const& table : study.tables) {
    std::string const who = table.group.empty()
                                ? "All groups together"
                                : fmt::format("{} ({:.1f} % of the pupils)", table.group, 100 * table.share);
    if (!text.empty()) text += "\n";
    if (!table.defined) {
      text += who + ": undefined, as there is one unit or one group only; every index is 0.";
      continue;
    }
    auto const& d = find(table, "dissimilarity");
    auto const& v = find(table, table.group.empty() ? "relative_diversity" : "variance_ratio");
    double const z = v.z.value_or(0);
    std::string const verdict = z > 3       ? "clearly more uneven than chance would make it"
                                : z > 1.64  ? "somewhat more uneven than chance would make it"
                                : z < -1.64 ? "more even than chance would make it"
                                            : "no more uneven than chance would make it";
    text += fmt::format(
        "{}: {}. D is {:.3f}, of which pupils dealt at random would give {:.3f}. The systematic part of the "
        "variation between units (ε²) is {:.4f} ({:.0f} % interval {:.4f} to {:.4f}).",
        who, verdict, d.value, d.expected, v.systematic, 100 * study.level, v.interval.low, v.interval.high);
  }
  if (study.between_districts)
    text += fmt::format(
        "\n{:.1f} % of the mutual information M lies between districts, the rest between units within them.",
        100 * *study.between_districts);
  return text;
}

} // namespace likvard

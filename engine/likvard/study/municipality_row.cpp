#include "likvard/study/municipality_row.hpp"

#include "likvard/model/replicate.hpp"
#include "likvard/model/segregation.hpp"

#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

namespace likvard {

std::string size_class(double pupils, Stage stage) {
  constexpr double children_per_inhabitant = 0.047, pupils_per_inhabitant = 0.106;
  double const n =
      stage == Stage::grundskola ? pupils : pupils * pupils_per_inhabitant / children_per_inhabitant;
  if (n < 500) return "under 500";
  if (n < 1000) return "500-1,000";
  if (n < 2000) return "1,000-2,000";
  if (n < 5000) return "2,000-5,000";
  if (n < 15000) return "5,000-15,000";
  return "over 15,000";
}

double typical_not_qualified(double low_education, double foreign) {
  double const low = std::isfinite(low_education) ? low_education : 0.36;
  double const abroad = std::isfinite(foreign) ? foreign : 0.27;
  return std::clamp(0.008 + 0.312 * low + 0.085 * abroad, 0.02, 0.6);
}

MarkerRow marker_row(std::span<double const> n, std::span<double const> x) {
  constexpr double smallest = 10;
  std::vector<double> pupils, members;
  for (std::size_t s = 0; s < n.size(); ++s)
    if (n[s] >= smallest) {
      pupils.push_back(n[s]);
      members.push_back(x[s]);
    }
  MarkerRow row;
  row.units = static_cast<double>(pupils.size());
  if (pupils.empty()) return row;
  Segregation const index = segregation(pupils, members);
  row.share = index.share;
  if (!index.defined) return row;
  row.dissimilarity = index.dissimilarity;
  row.eps2 = index.eps2;
  row.theil_h = index.theil_h;
  boost::math::chi_squared_distribution<> const by_chance(static_cast<double>(pupils.size() - 1));
  row.p_value = cdf(complement(by_chance, (index.pupils - 1) * index.variance_ratio));
  row.systematic = std::max(0.0, index.eps2);
  return row;
}

double as_published(double members, double n) {
  constexpr double fewest = 10;
  return members < fewest ? std::min(fewest / 2, n / 2) : members;
}

double share_correlation(std::span<double const> n, std::span<double const> x, std::span<double const> y) {
  double sum = 0, mx = 0, my = 0;
  for (std::size_t s = 0; s < n.size(); ++s) {
    sum += n[s];
    mx += x[s];
    my += y[s];
  }
  if (n.size() < 2 || !(sum > 0)) return not_known;
  mx /= sum;
  my /= sum;
  double xx = 0, yy = 0, xy = 0;
  for (std::size_t s = 0; s < n.size(); ++s) {
    if (!(n[s] > 0)) continue;
    double const a = x[s] / n[s] - mx, b = y[s] / n[s] - my;
    xx += n[s] * a * a;
    yy += n[s] * b * b;
    xy += n[s] * a * b;
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : not_known;
}

double log_size_sd(std::span<double const> n) {
  if (n.size() < 2) return 0;
  double mean = 0, square = 0;
  for (double size : n) mean += std::log(size) / static_cast<double>(n.size());
  for (double size : n) square += (std::log(size) - mean) * (std::log(size) - mean);
  return std::sqrt(square / static_cast<double>(n.size() - 1));
}

Parameters row_parameters(MunicipalityRow const& row) {
  constexpr double log_odds = 1.15, loading = 0.55; // as in the Swedish scenarios: see there
  constexpr std::uint32_t smallest_unit = 10;
  auto const share = [](double x, double nation) {
    return std::clamp(std::isfinite(x) ? x : nation, 0.001, 0.999);
  };
  double const low = share(row.low_education.share, 0.36), foreign = share(row.foreign.share, 0.27);
  Parameters p;
  p.municipality.stage = row.stage;
  p.municipality.pupils = static_cast<std::uint32_t>(row.pupils);
  p.municipality.units = static_cast<std::uint32_t>(row.units);
  p.municipality.size_log_sd = row.size_sd;
  p.municipality.smallest_unit =
      std::clamp(p.municipality.pupils / std::max(1U, p.municipality.units), 1U, smallest_unit);
  p.municipality.budget_per_pupil_sek = 1;
  auto& background = p.background;
  background.variables = {
      {"education", {"post_secondary", "no_post_secondary"}, {1 - low, low}, {0, log_odds}, loading, ""},
      {"migration", {"swedish", "foreign"}, {1 - foreign, foreign}, {0, log_odds}, loading, ""}};
  background.groups = {{"low_education", "", 0, {1}}, {"foreign", "", 1, {1}}};
  p.sorting.targets = {{0, Index::eps2, row.low_education.systematic},
                       {1, Index::eps2, row.foreign.systematic}};
  p.outcome.not_qualified = typical_not_qualified(low, foreign);
  return p;
}

void settle_targets(MunicipalityRow& row) {
  constexpr int raised = 20, lowered = 40;
  double &low = row.low_education.systematic, &foreign = row.foreign.systematic;
  if (row.units < 2) low = foreign = 0;
  auto const reached = [&] {
    try {
      make_plan(row_parameters(row), 1);
      return true;
    } catch (Unreachable const&) {
      return false;
    }
  };
  if (reached()) return;
  double& smaller = low < foreign ? low : foreign;
  double const larger = std::max(low, foreign), before = smaller;
  for (int step = 1; step <= raised; ++step) {
    double const next = larger * step / (2.0 * raised);
    if (next <= before) continue;
    smaller = next;
    if (reached()) return;
  }
  smaller = before;
  for (int step = 0; step < lowered; ++step) {
    low *= 0.9;
    foreign *= 0.9;
    if (reached()) return;
  }
  low = foreign = 0;
}

} // namespace likvard

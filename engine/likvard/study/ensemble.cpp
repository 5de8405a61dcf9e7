#include "likvard/study/ensemble.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/portable.hpp"
#include "likvard/core/random.hpp"
#include "likvard/model/replicate.hpp"
#include "likvard/study/design_points.hpp"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <span>

namespace likvard {
namespace {

double share_at_logit(double x) {
  return 1 / (1 + std::exp(-x));
}

/// ln-linear between the knots, flat beyond them.
double pupils_at(std::vector<std::array<double, 2>> const& knots, double u) {
  auto const above = std::find_if(knots.begin(), knots.end(), [u](auto const& k) { return k[0] >= u; });
  if (above == knots.begin()) return knots.front()[1];
  if (above == knots.end()) return knots.back()[1];
  auto const& [u0, n0] = *(above - 1);
  auto const& [u1, n1] = *above;
  return std::exp(std::log(n0) + (u - u0) / (u1 - u0) * (std::log(n1) - std::log(n0)));
}

/// Linear between the knots, flat beyond them.
double between_knots(std::vector<std::array<double, 2>> const& knots, double x) {
  auto const above = std::find_if(knots.begin(), knots.end(), [x](auto const& k) { return k[0] >= x; });
  if (above == knots.begin()) return knots.front()[1];
  if (above == knots.end()) return knots.back()[1];
  auto const& [x0, y0] = *(above - 1);
  auto const& [x1, y1] = *above;
  return y0 + (x - x0) / (x1 - x0) * (y1 - y0);
}

/// A normal with some skewness: (z + k (z² - 1))/√(1 + 2k²), mean 0 and variance 1.
std::vector<std::array<double, 2>> skewed(double k) {
  std::vector<std::array<double, 2>> out;
  for (double z = -4; z <= 4; z += 0.25) out.push_back({z, (z + k * (z * z - 1)) / std::sqrt(1 + 2 * k * k)});
  return out;
}

double at(LogLine const& line, double log_pupils, double z) {
  return line.intercept + line.slope * log_pupils +
         line.sd * (line.shape.empty() ? z : between_knots(line.shape, z));
}

std::array<double, 5> correlated(std::array<std::array<double, 5>, 5> const& correlation,
                                 std::span<double const> u) {
  Eigen::Matrix<double, 5, 5> matrix;
  Eigen::Matrix<double, 5, 1> z;
  for (Eigen::Index i = 0; i < 5; ++i) {
    z(i) = portable::normal_quantile(u[static_cast<std::size_t>(i)]);
    for (Eigen::Index j = 0; j < 5; ++j)
      matrix(i, j) = correlation[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
  }
  Eigen::LLT<Eigen::Matrix<double, 5, 5>> const root(matrix);
  LIKVARD_EXPECT(root.info() == Eigen::Success);
  z = root.matrixL() * z;
  return {z(0), z(1), z(2), z(3), z(4)};
}

/// SKR's kinds of municipalities (2023): how many, mean and sd of ln N and of the two logits among them
/// (Skolverket units 2023/24, our computation).
struct Kind {
  char const* name;
  double count;
  std::array<double, 3> mean, sd;
};
constexpr std::array<Kind, 9> kinds{{
    {"A1 Storstäder", 3, {10.98, -0.81, -0.41}, {0.49, 0.30, 0.41}},
    {"A2 Pendlingskommun nära storstad", 43, {8.42, -0.86, -1.31}, {0.63, 0.50, 0.70}},
    {"B3 Större stad", 23, {9.36, -0.63, -0.95}, {0.37, 0.33, 0.47}},
    {"B4 Pendlingskommun nära större stad", 63, {7.31, -0.17, -1.50}, {0.62, 0.37, 0.57}},
    {"B5 Lågpendlingskommun nära större stad", 24, {7.39, 0.03, -1.14}, {0.80, 0.24, 0.41}},
    {"C6 Mindre stad/tätort", 27, {8.31, -0.35, -1.36}, {0.39, 0.28, 0.42}},
    {"C7 Pendlingskommun nära mindre tätort", 51, {6.88, 0.05, -1.22}, {0.52, 0.29, 0.51}},
    {"C8 Landsbygdskommun", 35, {6.85, 0.13, -1.38}, {0.74, 0.23, 0.40}},
    {"C9 Landsbygdskommun med besöksnäring", 21, {6.73, -0.11, -1.55}, {0.63, 0.32, 0.44}},
}};

/// A kind drawn by its probability given size and background (Bayes' rule, the three taken as independent
/// normals within a kind).
std::string draw_kind(double log_pupils, double low_logit, double foreign_logit, double u) {
  std::array<double, 3> const x{log_pupils, low_logit, foreign_logit};
  std::array<double, kinds.size()> weight{};
  double sum = 0;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    weight[i] = kinds[i].count;
    for (std::size_t j = 0; j < x.size(); ++j) {
      double const z = (x[j] - kinds[i].mean[j]) / kinds[i].sd[j];
      weight[i] *= std::exp(-0.5 * z * z) / kinds[i].sd[j];
    }
    sum += weight[i];
  }
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    u -= weight[i] / sum;
    if (u < 0) return kinds[i].name;
  }
  return kinds.back().name;
}

/// ε² from its signed root.
double unevenness(double root, double factor, double most) {
  return root <= 0 ? 0 : std::min(most, factor * root * root);
}

/// Deal the municipality's pupils once and look at them.
void observe(MunicipalityRow& row, StreamKey key) {
  Parameters const parameters = row_parameters(row);
  Plan const plan = make_plan(parameters, key.seed);
  std::array<double, coefficient_count> u{};
  u.fill(0.5);
  std::vector<Policy> const per_head(1);
  std::vector<double> values(measure_count);
  Workspace work;
  simulate(plan, per_head, key, u, wanted_for({}), work, values);
  auto const units = static_cast<std::size_t>(work.n.rows());
  std::vector<double> n(units), low(units), foreign(units);
  for (std::size_t s = 0; s < units; ++s)
    for (std::size_t p = 0; p < plan.profiles.size(); ++p) {
      double const count = work.n(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(p));
      n[s] += count;
      low[s] += plan.profiles.in_group[0][p] ? count : 0.0;
      foreign[s] += plan.profiles.in_group[1][p] ? count : 0.0;
    }
  // Statistics of schools hide a share that rests on fewer than ten pupils counted: those with foreign
  // background, those whose parents have post-secondary education.
  for (std::size_t s = 0; s < units && row.stage == Stage::grundskola; ++s) {
    foreign[s] = as_published(foreign[s], n[s]);
    low[s] = n[s] - as_published(n[s] - low[s], n[s]);
  }
  double const low_systematic = row.low_education.systematic, foreign_systematic = row.foreign.systematic;
  row.low_education = marker_row(n, low);
  row.foreign = marker_row(n, foreign);
  row.low_education.systematic = low_systematic;
  row.foreign.systematic = foreign_systematic;
  row.marker_correlation = share_correlation(n, low, foreign);
}

} // namespace

EnsembleLaw ensemble_law(Stage stage) {
  // Skolverket, every compulsory-school unit 2023/24, our computation over 290 municipalities: quantiles of
  // pupils in grades 1-9 (the largest six by name, the tenth largest 15,000), regressions on ln N and the
  // correlations of their residuals. The roots of systematic ε² are by maximum likelihood: given ε², (N-1)V
  // of pupils dealt to units is noncentral χ² with K-1 degrees of freedom and noncentrality (N-1)ε² (Patnaik
  // 1949), and the root is skew normal about a line in ln N and in the residual of the foreign share's logit.
  // The spread and the dependence on the share are then the municipalities' own in every class of size;
  // chance adds the rest when pupils are dealt.
  EnsembleLaw law;
  law.pupils = {{0.0017, 214},   {0.05, 424},     {0.10, 559},     {0.25, 972},     {0.50, 1718},
                {0.75, 4111},    {0.90, 7770},    {0.95, 12466},   {0.9655, 15000}, {0.9810, 17204},
                {0.9845, 17392}, {0.9879, 24650}, {0.9914, 36705}, {0.9948, 55948}, {0.9983, 98025}};
  law.units = {-3.588, 0.781, 0.29};
  // Residuals of the logit of low education have a long tail down: their measured quantiles (in sd) stand at
  // the normal ones.
  law.low_education = {1.966,
                       -0.290,
                       0.368,
                       {{-2.93, -4.14},
                        {-2.05, -2.50},
                        {-1.64, -1.80},
                        {-1.28, -1.24},
                        {-0.67, -0.53},
                        {0, 0.14},
                        {0.67, 0.68},
                        {1.28, 1.14},
                        {1.64, 1.32},
                        {2.05, 1.50},
                        {2.93, 2.10}}};
  law.foreign = {-2.455, 0.150, 0.52};
  law.low_unevenness = {-0.367, 0.0691, 0.0515, skewed(0.136)};
  law.foreign_unevenness = {-0.539, 0.1027, 0.0984, skewed(0.057)};
  law.low_most = 0.17;     // the largest measured: Göteborg
  law.foreign_most = 0.35; // Borlänge
  law.correlation = {{{1, 0.16, -0.10, 0.10, 0.04},
                      {0.16, 1, 0.57, -0.08, 0.40},
                      {-0.10, 0.57, 1, -0.02, 0.53},
                      {0.10, -0.08, -0.02, 1, 0.29},
                      {0.04, 0.40, 0.53, 0.29, 1}}};
  law.any_independent = {-12.26, 1.741, 0};
  law.independent_mean = {{6.5, 0.095}, {8.2, 0.100}, {9.1, 0.185}, {11, 0.24}};
  law.independent_low = -0.037;
  law.independent_sd = 0.085;
  law.size_sd = 0.81; // within municipalities, pooled
  if (stage == Stage::grundskola) return law;
  // No figure per preschool is published. Children: 4.7 per 100 inhabitants (population quantiles 2021,
  // SCB); 55 per preschool (Skolverket 2023), sizes as in Göteborg (10th to 90th percentile 22 to 100);
  // background as schools'; unevenness: schools' times 1.15 (low stages are that much more uneven than
  // upper ones) and the spread of units per municipality: assumptions.
  law.pupils = {{0.0017, 113}, {0.05, 224},  {0.10, 288},     {0.25, 473},     {0.50, 767},    {0.75, 1709},
                {0.90, 3548},  {0.95, 5073}, {0.9914, 17000}, {0.9948, 27600}, {0.9983, 46000}};
  law.school_pupils = 0.106 / 0.047;
  law.units = {-std::log(55.0 * law.school_pupils), 1.0, 0.20};
  law.unevenness_factor = 1.15;
  law.low_most *= law.unevenness_factor;
  law.foreign_most *= law.unevenness_factor;
  law.size_sd = 0.55;
  law.smallest_unit = 6;
  return law;
}

MunicipalityRow synthetic_municipality(EnsembleLaw const& law, Stage stage, std::uint64_t seed,
                                       std::uint32_t i, std::uint32_t count) {
  LIKVARD_EXPECT(i < count);
  StreamKey const key{seed, i + 1, 0};
  // Sizes in order, everything else from a scrambled Sobol' point: together a Hammersley set, so the few
  // hundred municipalities of a nation are closer to the law than as many independent draws.
  PointSource const points = make_points(PointKind::sobol, 8, seed);
  std::array<double, 8> u{};
  unit_point(points, i, u);
  MunicipalityRow row;
  row.stage = stage;
  row.code = fmt::format("{:04}", i + 1);
  row.name = fmt::format("synthetic {:03}", i + 1);
  row.pupils = std::round(pupils_at(law.pupils, (i + u[7]) / count));
  row.size = size_class(row.pupils, stage);
  double const x = std::log(row.pupils * law.school_pupils);
  auto const z = correlated(law.correlation, std::span(u).first<5>());
  row.units = std::clamp(std::round(std::exp(at(law.units, x, z[0]))), 1.0,
                         std::floor(row.pupils / law.smallest_unit));
  row.size_sd = row.units > 1 ? law.size_sd : 0;
  double const low_logit = at(law.low_education, x, z[1]), foreign_logit = at(law.foreign, x, z[2]);
  row.low_education.share = share_at_logit(low_logit);
  row.foreign.share = share_at_logit(foreign_logit);
  row.low_education.systematic =
      unevenness(at(law.low_unevenness, x, z[3]), law.unevenness_factor, law.low_most);
  row.foreign.systematic =
      unevenness(at(law.foreign_unevenness, x, z[4]), law.unevenness_factor, law.foreign_most);
  bool const any = u[5] < share_at_logit(at(law.any_independent, x, 0)) && row.units > 1;
  double const low_residual = low_logit - law.low_education.intercept - law.low_education.slope * x,
               independent =
                   std::clamp(between_knots(law.independent_mean, x) + law.independent_low * low_residual +
                                  law.independent_sd * portable::normal_quantile(u[6]),
                              0.005, 0.55);
  row.independent_share = any ? independent : 0.0;
  Stream stream(key, Purpose::municipality);
  row.group = draw_kind(x, low_logit, foreign_logit, uniform01(stream));
  settle_targets(row);
  observe(row, key);
  row.not_qualified = typical_not_qualified(row.low_education.share, row.foreign.share);
  return row;
}

} // namespace likvard

#include "likvard/analysis/row_terms.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/study/interval.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace likvard {
namespace {

/// SplitMix64 (Steele, Lea & Flood 2014): a hash of seed + (i + 1) γ, so resample r's draws can be made
/// alone. A tenth of Philox's cost, and only rows are chosen by it.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}
constexpr std::uint64_t weyl = 0x9e3779b97f4a7c15ULL;

Estimate interval(double value, double error, double quantile) {
  return {value, error, value - quantile * error, value + quantile * error};
}

double spread(Eigen::ArrayXd const& values) {
  double const mean = values.mean();
  return std::sqrt((values - mean).square().sum() / static_cast<double>(values.size() - 1));
}

/// Estimates of each scramble by itself, [K][q].
Eigen::ArrayXXd by_stratum(RowTerms const& terms) {
  auto const strata = 1 + *std::max_element(terms.stratum.begin(), terms.stratum.end());
  Eigen::Index const q = terms.numerator.cols();
  Eigen::ArrayXXd numerator = Eigen::ArrayXXd::Zero(strata, q),
                  denominator = Eigen::ArrayXXd::Zero(strata, terms.denominator.cols());
  for (Eigen::Index j = 0; j < terms.numerator.rows(); ++j) {
    auto const k = static_cast<Eigen::Index>(terms.stratum[static_cast<std::size_t>(j)]);
    numerator.row(k) += terms.numerator.row(j);
    denominator.row(k) += terms.denominator.row(j);
  }
  std::vector<Eigen::Index> whole;
  for (Eigen::Index k = 0; k < numerator.rows(); ++k)
    if ((denominator.row(k) > 0).all()) whole.push_back(k);
  Eigen::ArrayXXd out(static_cast<Eigen::Index>(whole.size()), q);
  for (std::size_t k = 0; k < whole.size(); ++k)
    for (Eigen::Index i = 0; i < q; ++i)
      out(static_cast<Eigen::Index>(k), i) =
          numerator(whole[k], i) / denominator(whole[k], i % denominator.cols());
  return out;
}

/// Each column over its largest size, in single precision: six digits are more than a standard error has, and
/// the product takes half the time.
Eigen::MatrixXf scaled(Eigen::ArrayXXd const& values, Eigen::ArrayXd& scale) {
  scale = values.abs().colwise().maxCoeff().transpose();
  scale = (scale > 0).select(scale, 1.0);
  return (values.rowwise() / scale.transpose()).matrix().cast<float>();
}

/// Estimates of each resample, [R][q]. A few resamples at a time: their counts stay in the cache.
Eigen::ArrayXXd by_resample(RowTerms const& terms, IntervalRule const& rule) {
  constexpr Eigen::Index batch = 16;
  Eigen::ArrayXd top, bottom;
  Eigen::MatrixXf const above = scaled(terms.numerator, top), below = scaled(terms.denominator, bottom);
  Eigen::ArrayXXf counts(above.rows(), batch);
  Eigen::ArrayXXd out(rule.resamples, above.cols());
  for (Eigen::Index r = 0; r < out.rows(); r += batch) {
    Eigen::Index const size = std::min(batch, out.rows() - r);
    resampling_counts(rule.seed, static_cast<std::uint32_t>(r), counts.leftCols(size));
    Eigen::MatrixXf const numerator = counts.leftCols(size).matrix().transpose() * above,
                          denominator = counts.leftCols(size).matrix().transpose() * below;
    for (Eigen::Index i = 0; i < out.cols(); ++i) {
      Eigen::Index const d = i % denominator.cols();
      out.col(i).segment(r, size) = numerator.col(i).array().cast<double>() /
                                    denominator.col(d).array().cast<double>() * (top(i) / bottom(d));
    }
  }
  return out;
}

} // namespace

double interval_quantile(IntervalRule const& rule, double degrees_of_freedom) {
  double const level = std::pow(rule.level, 1.0 / std::max(1U, rule.family));
  return t_quantile(0.5 + level / 2, degrees_of_freedom);
}

void resampling_counts(std::uint64_t seed, std::uint32_t first, Eigen::Ref<Eigen::ArrayXXf> out) {
  LIKVARD_EXPECT(out.rows() > 0 && out.rows() < Eigen::Index{1} << 31);
  auto const n = static_cast<std::uint64_t>(out.rows());
  std::vector<std::uint16_t> counts(n);
  for (Eigen::Index r = 0; r < out.cols(); ++r) {
    std::fill(counts.begin(), counts.end(), std::uint16_t{0});
    std::uint64_t state = mixed(seed + weyl * (first + static_cast<std::uint64_t>(r) + 1));
    for (std::uint64_t j = 0; j + 1 < n; j += 2) { // two draws of 32 bits from each hash
      std::uint64_t const bits = mixed(state += weyl);
      ++counts[((bits & 0xffffffffULL) * n) >> 32U];
      ++counts[((bits >> 32U) * n) >> 32U];
    }
    if (n % 2 == 1) ++counts[((mixed(state + weyl) >> 32U) * n) >> 32U];
    float* column = &out(0, r);
    for (std::uint64_t j = 0; j < n; ++j) column[j] = counts[j];
  }
}

void keep_rows(Eigen::ArrayXXd& values, std::vector<Eigen::Index> const& keep) {
  auto const n = static_cast<Eigen::Index>(keep.size());
  if (n == values.rows()) return;
  for (Eigen::Index j = 0; j < n; ++j)
    if (keep[static_cast<std::size_t>(j)] != j) values.row(j) = values.row(keep[static_cast<std::size_t>(j)]);
  values.conservativeResize(n, Eigen::NoChange);
}

std::vector<Estimate> ratio_estimates(RowTerms const& terms, IntervalRule const& rule) {
  Eigen::Index const n = terms.numerator.rows(), q = terms.numerator.cols();
  LIKVARD_EXPECT(n >= 2 && terms.denominator.rows() == n && q % terms.denominator.cols() == 0);
  std::vector<Estimate> out(static_cast<std::size_t>(q));
  Eigen::ArrayXd const means = terms.denominator.colwise().mean().transpose();
  Eigen::ArrayXXd others;
  double const many = std::numeric_limits<double>::infinity();
  double z = interval_quantile(rule, many);
  double parts = 1; // the spread of `others` over the root of this is the standard error
  if (rule.method == IntervalMethod::scrambles) {
    others = by_stratum(terms);
    LIKVARD_EXPECT(!terms.stratum.empty());
    if (others.rows() < 2) return out;
    parts = std::sqrt(static_cast<double>(others.rows()));
    z = interval_quantile(rule, static_cast<double>(others.rows() - 1));
  } else if (rule.method == IntervalMethod::bootstrap) {
    others = by_resample(terms, rule);
  }
  for (Eigen::Index i = 0; i < q; ++i) {
    Eigen::Index const d = i % terms.denominator.cols();
    if (!(means(d) > 0)) continue;
    double const value = terms.numerator.col(i).mean() / means(d);
    double const error =
        rule.method == IntervalMethod::delta
            ? spread((terms.numerator.col(i) - value * terms.denominator.col(d)) / means(d)) /
                  std::sqrt(static_cast<double>(n))
            : spread(others.col(i)) / parts;
    out[static_cast<std::size_t>(i)] = interval(value, error, z);
  }
  return out;
}

} // namespace likvard

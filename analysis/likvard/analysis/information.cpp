#include "likvard/analysis/information.hpp"

#include "likvard/analysis/detail/polynomial_fit.hpp"
#include "likvard/core/contract.hpp"
#include "likvard/core/moments.hpp"
#include "likvard/study/collect.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace likvard {
namespace {

using Matrix = Eigen::MatrixXd;
using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t most_folds = 8, rows_a_term = 10;

std::size_t largest(auto const& values) {
  Eigen::Index at = 0;
  values.maxCoeff(&at); // of equals the first
  return static_cast<std::size_t>(at);
}

/// The analysis of one choice: values, standardised parameters, and which rows decide for which.
class ChoiceAnalysis {
public:
  explicit ChoiceAnalysis(ChoiceData const& data) : data_(data), blocks_(data.block.back() + std::size_t{1}) {
    auto const n = static_cast<Eigen::Index>(data.block.size());
    y_ = Eigen::Map<Rows const>(data.value.data(), n, static_cast<Eigen::Index>(data.alternatives));
    x_ = Eigen::Map<Rows const>(data.parameter.data(), n, static_cast<Eigen::Index>(data.parameters));
    for (Eigen::Index j = 0; j < x_.cols(); ++j) {
      x_.col(j).array() -= x_.col(j).mean();
      double const sd = std::sqrt(x_.col(j).squaredNorm() / static_cast<double>(n));
      if (sd > 0) x_.col(j) /= sd;
    }
    folds_ = std::min(most_folds, blocks_);
    for (std::uint32_t b : data.block) fold_.push_back(b % folds_);
  }

  ChoiceUnderUncertainty analyse() {
    ChoiceUnderUncertainty out;
    out.best = largest(y_.colwise().mean());
    out.degrees_of_freedom = static_cast<double>(blocks_ - 1);
    for (std::size_t j = 0; j < data_.parameters; ++j) {
      Matrix const fit = fitted({j});
      out.partial.push_back(estimate([&](Eigen::Index r) { return gain(fit, r, out.best); }));
    }
    std::vector<std::size_t> every(data_.parameters);
    std::iota(every.begin(), every.end(), std::size_t{0});
    Matrix const fit = fitted(every);
    out.perfect = estimate([&](Eigen::Index r) { return gain(fit, r, out.best); });
    out.with_chance = estimate([&](Eigen::Index r) { return y_.row(r).maxCoeff() - y_(r, at(out.best)); });
    for (std::size_t d = 0; d < data_.alternatives; ++d) {
      out.expected_regret.push_back(estimate([&](Eigen::Index r) { return gain(fit, r, d); }));
      out.probability_best.push_back(
          estimate([&](Eigen::Index r) { return largest(fit.row(r)) == d ? 1.0 : 0.0; }));
    }
    regrets(fit, out);
    return out;
  }

private:
  static Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

  Matrix fitted(std::vector<std::size_t> const& parameters) const {
    std::size_t const rows = data_.block.size() * (folds_ - 1) / folds_;
    return detail::best_cross_fitted(x_, y_, fold_, folds_,
                                     detail::polynomial_candidates(parameters, rows / rows_a_term));
  }

  /// What deciding by the fit gains over d, in the row's own values.
  double gain(Matrix const& fit, Eigen::Index r, std::size_t d) const {
    return y_(r, at(largest(fit.row(r)))) - y_(r, at(d));
  }

  /// Mean over rows; standard error from block means.
  template <class Function>
  ValueWithError estimate(Function of_row) const {
    std::vector<Moments> blocks(blocks_);
    Moments all, means;
    for (std::size_t r = 0; r < data_.block.size(); ++r) {
      double const x = of_row(at(r));
      all.add(x);
      blocks[data_.block[r]].add(x);
    }
    for (auto const& block : blocks)
      if (block.count > 0) means.add(block.mean);
    return {all.mean, means.standard_error()};
  }

  void regrets(Matrix const& fit, ChoiceUnderUncertainty& out) const {
    Eigen::VectorXd const top = fit.rowwise().maxCoeff();
    for (std::size_t d = 0; d < data_.alternatives; ++d) {
      std::vector<double> all;
      std::vector<std::vector<double>> section(folds_);
      for (std::size_t r = 0; r < fold_.size(); ++r) {
        all.push_back(top(at(r)) - fit(at(r), at(d)));
        section[fold_[r]].push_back(all.back());
      }
      out.largest_regret.push_back(*std::max_element(all.begin(), all.end()));
      Moments spread;
      for (auto& part : section)
        if (!part.empty()) spread.add(sample_quantile(part, high_regret_level));
      out.high_regret.push_back({sample_quantile(all, high_regret_level), spread.standard_error()});
    }
    out.minimax = static_cast<std::size_t>(
        std::min_element(out.largest_regret.begin(), out.largest_regret.end()) - out.largest_regret.begin());
  }

  ChoiceData const& data_;
  std::size_t blocks_, folds_ = 0;
  Matrix y_, x_;
  std::vector<std::size_t> fold_;
};

} // namespace

ChoiceUnderUncertainty choice_under_uncertainty(ChoiceData const& data) {
  std::size_t const rows = data.block.size();
  LIKVARD_EXPECT(data.alternatives >= 2 && rows >= 32 && data.block.back() >= 1 &&
                 data.value.size() == rows * data.alternatives &&
                 data.parameter.size() == rows * data.parameters);
  return ChoiceAnalysis(data).analyse();
}

RegretTable regret_table(std::span<double const> value, std::size_t alternatives) {
  LIKVARD_EXPECT(alternatives > 0 && !value.empty() && value.size() % alternatives == 0);
  RegretTable out;
  out.regret.resize(value.size());
  out.expected.assign(alternatives, 0.0);
  out.largest.assign(alternatives, 0.0);
  std::size_t const count = value.size() / alternatives;
  auto const rows = static_cast<double>(count);
  for (std::size_t at = 0; at < value.size(); at += alternatives) {
    auto const row = value.subspan(at, alternatives);
    double const best = *std::max_element(row.begin(), row.end());
    for (std::size_t d = 0; d < alternatives; ++d) {
      double const regret = out.regret[at + d] = best - row[d];
      out.expected[d] += regret / rows;
      out.largest[d] = std::max(out.largest[d], regret);
    }
  }
  out.minimax = static_cast<std::size_t>(std::min_element(out.largest.begin(), out.largest.end()) -
                                         out.largest.begin());
  return out;
}

} // namespace likvard

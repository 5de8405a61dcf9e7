#pragma once
#include "likvard/core/random.hpp"
#include "likvard/model/population.hpp"
#include "support/parameters.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

/// Random municipalities for property tests: each case is a function of its number.
namespace likvard::test {

struct Town {
  Parameters parameters;
  Profiles profiles;
  std::vector<double> weight; ///< [S] unit sizes over their sum
};

inline std::vector<double> normalised(std::vector<double> values) {
  double sum = 0;
  for (double value : values) sum += value;
  for (double& value : values) value /= sum;
  return values;
}

/// `variables` binary register variables with random margins, `units` of log-normal size.
inline Town random_town(std::uint32_t number, std::uint32_t units, int variables, double log_sd = 0.8) {
  Stream stream({2024, 0, number}, Purpose::parameters);
  Town town;
  town.parameters = small_town();
  auto& background = town.parameters.background;
  background.variables.clear();
  for (int v = 0; v < variables; ++v) {
    double const share = 0.02 + 0.9 * uniform01(stream);
    background.variables.push_back({"v" + std::to_string(v),
                                    {"a", "b"},
                                    {1 - share, share},
                                    {0, 0.2 + uniform01(stream)},
                                    0.8 * uniform01(stream),
                                    ""});
  }
  background.groups = {{"low", "first variable", 0, {1}}};
  if (variables > 1) background.groups.push_back({"other", "second variable", 1, {1}});
  town.profiles = make_profiles(background, 0.156);
  std::vector<double> sizes;
  for (std::uint32_t s = 0; s < units; ++s) sizes.push_back(std::exp(log_sd * standard_normal(stream)));
  town.weight = normalised(sizes);
  return town;
}

inline void expect_margins(std::vector<double> const& weight, std::vector<double> const& share,
                           Table const& pi, double tolerance) {
  ASSERT_EQ(pi.rows(), static_cast<Eigen::Index>(weight.size()));
  ASSERT_EQ(pi.cols(), static_cast<Eigen::Index>(share.size()));
  EXPECT_TRUE(pi.isFinite().all());
  EXPECT_GE(pi.minCoeff(), 0);
  double worst = 0;
  for (Eigen::Index s = 0; s < pi.rows(); ++s) worst = std::max(worst, std::abs(pi.row(s).sum() - 1));
  for (Eigen::Index p = 0; p < pi.cols(); ++p) {
    double column = 0;
    for (Eigen::Index s = 0; s < pi.rows(); ++s) column += weight[s] * pi(s, p);
    worst = std::max(worst, std::abs(column - share[p]));
  }
  EXPECT_LE(worst, tolerance);
}

} // namespace likvard::test

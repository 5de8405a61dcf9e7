#include "likvard/core/portable.hpp"
#include "likvard/core/random.hpp"

#include "support/targets.hpp"

#include <gtest/gtest.h>

#include <boost/math/special_functions/erf.hpp>

#include <cmath>
#include <limits>
#include <vector>

using namespace likvard;

namespace {

/// Largest relative error of f against long double on 100,000 points of [low, high], in units of 2^-53.
template <class F, class G>
double worst(double low, double high, F f, G exact) {
  Stream stream({77, 0, 0}, Purpose::sizes);
  double error = 0;
  for (int i = 0; i < 100'000; ++i) {
    double const x = low + (high - low) * uniform01(stream);
    long double const wanted = exact(static_cast<long double>(x));
    error = std::max(error, static_cast<double>(std::abs((f(x) - wanted) / wanted)) * 0x1p53);
  }
  return error;
}

long double exact_cdf(long double x) {
  return 0.5L * std::erfc(-x * 0.707106781186547524400844362104849039L);
}
long double exact_quantile(long double u) {
  return -std::sqrt(2.0L) * boost::math::erfc_inv(2 * u);
}

} // namespace

// The bounds are those that the header states.
TEST(Portable, ErrorsAgainstLongDouble) {
  auto const exp_of = [](double x) { return portable::exp(x); };
  auto const exact_exp = [](long double x) { return std::exp(x); };
  EXPECT_LT(worst(-1, 1, exp_of, exact_exp), 2);
  EXPECT_LT(worst(-700, 700, exp_of, exact_exp), 2);
  auto const expm1_of = [](double x) { return portable::expm1(x); };
  auto const exact_expm1 = [](long double x) { return std::expm1(x); };
  EXPECT_LT(worst(-0.5, 0.5, expm1_of, exact_expm1), 3);
  EXPECT_LT(worst(-1e-6, 1e-6, expm1_of, exact_expm1), 3);
  EXPECT_LT(worst(-5, 5, expm1_of, exact_expm1), 3);
  auto const log_of = [](double x) { return portable::log(x); };
  auto const exact_log = [](long double x) { return std::log(x); };
  EXPECT_LT(worst(0.5, 2, log_of, exact_log), 4);
  EXPECT_LT(worst(0.99, 1.01, log_of, exact_log), 4);
  EXPECT_LT(worst(1e-300, 1e300, log_of, exact_log), 4);
  auto const log1p_of = [](double x) { return portable::log1p(x); };
  auto const exact_log1p = [](long double x) { return std::log1p(x); };
  EXPECT_LT(worst(-0.5, 0.5, log1p_of, exact_log1p), 4);
  EXPECT_LT(worst(-1e-9, 1e-9, log1p_of, exact_log1p), 4);
  auto const cdf_of = [](double x) { return portable::normal_cdf(x); };
  EXPECT_LT(worst(-8, 8, cdf_of, exact_cdf), 12);
  EXPECT_LT(worst(-37, -8, cdf_of, exact_cdf), 12);
  auto const quantile_of = [](double u) { return portable::normal_quantile(u); };
  EXPECT_LT(worst(0, 1, quantile_of, exact_quantile), 9); // 1e-15
  EXPECT_LT(worst(0, 1e-30, quantile_of, exact_quantile), 9);
  EXPECT_LT(worst(
                300, 1e6, [](double k) { return portable::log_factorial(std::floor(k)); },
                [](long double k) { return std::lgamma(std::floor(k) + 1); }),
            8);
}

TEST(Portable, CosineIsRightToItsAbsoluteError) {
  Stream stream({78, 0, 0}, Purpose::sizes);
  for (int i = 0; i < 100'000; ++i) {
    double const x = (uniform01(stream) - 0.5) * (i % 2 == 0 ? 10 : 2e6);
    ASSERT_NEAR(portable::cos(x), static_cast<double>(std::cos(static_cast<long double>(x))), 0x1p-50) << x;
  }
}

TEST(Portable, PowerIsRightToItsStatedError) {
  Stream stream({79, 0, 0}, Purpose::sizes);
  for (int i = 0; i < 20'000; ++i) {
    double const x = 10 * uniform01(stream), y = 20 * uniform01(stream) - 10;
    long double const wanted = std::pow(static_cast<long double>(x), static_cast<long double>(y));
    double const bound = (2 + 4 * std::abs(y * std::log(x))) * 0x1p-53;
    ASSERT_LT(static_cast<double>(std::abs(portable::pow(x, y) / wanted - 1)), bound) << x << ' ' << y;
  }
}

TEST(Portable, EdgesAreWhatTheyShouldBe) {
  double const infinite = std::numeric_limits<double>::infinity();
  EXPECT_EQ(portable::exp(0), 1);
  EXPECT_EQ(portable::exp(-800), 0);
  EXPECT_EQ(portable::exp(800), infinite);
  EXPECT_TRUE(std::isnan(portable::exp(std::numeric_limits<double>::quiet_NaN())));
  EXPECT_EQ(portable::expm1(0), 0);
  EXPECT_EQ(portable::log(1), 0);
  EXPECT_EQ(portable::log(0), -infinite);
  EXPECT_EQ(portable::log(infinite), infinite);
  EXPECT_TRUE(std::isnan(portable::log(-1)));
  EXPECT_EQ(portable::log1p(0), 0);
  EXPECT_NEAR(portable::normal_cdf(0), 0.5, 12 * 0x1p-54);
  EXPECT_EQ(portable::normal_cdf(-100), 0);
  EXPECT_EQ(portable::normal_cdf(100), 1);
  EXPECT_EQ(portable::normal_quantile(0.5), 0);
  EXPECT_EQ(portable::pow(0, 0), 1);
  EXPECT_EQ(portable::pow(0, 2.5), 0);
  EXPECT_EQ(portable::pow(3, 2), 9);
  EXPECT_EQ(portable::log_factorial(0), 0);
  EXPECT_EQ(portable::log_factorial(1), 0);
  EXPECT_NEAR(portable::exp(portable::log_factorial(10)), 3'628'800, 1e-7);
}

// Every instruction set gives every element the bits of the scalar function.
TEST(Portable, ArraysHaveTheBitsOfTheScalarFunctions) {
  Stream stream({80, 0, 0}, Purpose::sizes);
  std::vector<double> x, u;
  for (int i = 0; i < 1003; ++i) {
    x.push_back(80 * (uniform01(stream) - 0.5));
    u.push_back(i % 3 == 0 ? 1e-9 * uniform01(stream) : uniform01(stream));
  }
  std::vector<double> out(x.size());
  test::on_every_target([&](std::string const& target) {
    portable::exp(x, out);
    for (std::size_t i = 0; i < x.size(); ++i)
      ASSERT_EQ(out[i], portable::exp(x[i])) << target << ' ' << x[i];
    portable::normal_cdf(x, out);
    for (std::size_t i = 0; i < x.size(); ++i)
      ASSERT_EQ(out[i], portable::normal_cdf(x[i])) << target << ' ' << x[i];
    portable::normal_quantile(u, out);
    for (std::size_t i = 0; i < u.size(); ++i)
      ASSERT_EQ(out[i], portable::normal_quantile(u[i])) << target << ' ' << u[i];
  });
}

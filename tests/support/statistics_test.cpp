#include "support/statistics.hpp"

#include "likvard/core/random.hpp"

using namespace likvard;
using namespace likvard::test;

// The helpers must be able to say no: a wrong mean and a wrong law are refused at the sizes used in the
// suite.
TEST(Statistics, BoundIsTheStatedQuantile) {
  EXPECT_NEAR(z_bound(), 6.1094, 1e-3);
}

TEST(Statistics, MeanCheckRefusesAShiftOfSevenStandardErrors) {
  EXPECT_TRUE(mean_agrees(0.10, 0.10, 1, 10'000));
  EXPECT_TRUE(mean_agrees(0.15, 0.10, 1, 10'000));  // 5 standard errors
  EXPECT_FALSE(mean_agrees(0.17, 0.10, 1, 10'000)); // 7 standard errors
}

TEST(Statistics, EstimatedErrorIsUsed) {
  Moments moments;
  Stream stream({1, 0, 0}, Purpose::sizes);
  for (int i = 0; i < 10'000; ++i) moments.add(uniform01(stream));
  EXPECT_TRUE(mean_agrees(moments, 0.5));
  EXPECT_FALSE(mean_agrees(moments, 0.52)); // 0.02 / (0.2887/100) = 6.9 standard errors
}

TEST(Statistics, ConstantDrawsMustEqual) {
  Moments moments;
  moments.add(1);
  moments.add(1);
  EXPECT_TRUE(mean_agrees(moments, 1));
  EXPECT_FALSE(mean_agrees(moments, 1.0000001));
}

TEST(Statistics, CountsRefuseABiasedDie) {
  std::vector<double> const expected(6, 10'000);
  EXPECT_TRUE(counts_agree(std::vector<double>{10'050, 9'950, 10'000, 10'100, 9'900, 10'000}, expected));
  EXPECT_FALSE(counts_agree(std::vector<double>{10'500, 9'500, 10'000, 10'500, 9'500, 10'000}, expected));
}

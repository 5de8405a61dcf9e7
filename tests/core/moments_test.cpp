#include "likvard/core/moments.hpp"

#include "likvard/core/random.hpp"

#include <gtest/gtest.h>

using likvard::Moments;

TEST(Moments, ConstantHasNoVariance) {
  Moments moments;
  for (int i = 0; i < 5; ++i) moments.add(3.5);
  EXPECT_EQ(moments.mean, 3.5);
  EXPECT_EQ(moments.variance(), 0);
}

TEST(Moments, HandWorked) { // 1, 2, 4: mean 7/3, variance 7/3, standard error sqrt(7)/3
  Moments moments;
  for (double x : {1.0, 2.0, 4.0}) moments.add(x);
  EXPECT_DOUBLE_EQ(moments.mean, 7.0 / 3);
  EXPECT_DOUBLE_EQ(moments.variance(), 7.0 / 3);
  EXPECT_DOUBLE_EQ(moments.standard_error(), std::sqrt(7.0) / 3);
}

TEST(Moments, FewValuesAreDefined) {
  Moments moments;
  EXPECT_EQ(moments.variance(), 0);
  moments.add(2);
  EXPECT_EQ(moments.variance(), 0);
  EXPECT_EQ(moments.standard_error(), 0);
}

TEST(Moments, MergingPartsIsOnePass) {
  likvard::Stream stream({1, 0, 0}, likvard::Purpose::sizes);
  Moments whole, merged;
  for (int part = 0; part < 16; ++part) {
    Moments piece;
    for (int i = 0; i < part * 3; ++i) { // the first part is empty
      double const x = 1e6 + likvard::uniform01(stream);
      whole.add(x);
      piece.add(x);
    }
    merged.merge(piece);
  }
  EXPECT_EQ(merged.count, whole.count);
  EXPECT_NEAR(merged.mean, whole.mean, 1e-9);
  EXPECT_NEAR(merged.variance(), whole.variance(), 1e-9);
}

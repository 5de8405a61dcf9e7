#include "likvard/core/random.hpp"

#include "likvard/core/contract.hpp"
#include "support/statistics.hpp"

#include <set>

using namespace likvard;
using namespace likvard::test;

// Known answers: Random123's kat_vectors, philox4x32-10 (Salmon et al. 2011).
TEST(Philox, KnownAnswers) {
  using Words = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox_block({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  std::uint32_t const f = 0xffffffff;
  EXPECT_EQ(philox_block({f, f, f, f}, {f, f}), (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox_block({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Stream, IsAFunctionOfItsKey) {
  Stream a({7, 1, 2}, Purpose::sizes, 3), b({7, 1, 2}, Purpose::sizes, 3);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a(), b());
}

TEST(Stream, EveryPartOfTheKeyMatters) {
  std::set<std::uint32_t> first;
  first.insert(Stream({7, 1, 2}, Purpose::sizes, 3)());
  first.insert(Stream({8, 1, 2}, Purpose::sizes, 3)());
  first.insert(Stream({7ULL + (1ULL << 32), 1, 2}, Purpose::sizes, 3)());
  first.insert(Stream({7, 2, 2}, Purpose::sizes, 3)());
  first.insert(Stream({7, 1, 3}, Purpose::sizes, 3)());
  first.insert(Stream({7, 1, 2}, Purpose::sorting, 3)());
  first.insert(Stream({7, 1, 2}, Purpose::sizes, 4)());
  EXPECT_EQ(first.size(), 7U);
}

// The key's place in the counter is part of every result's definition: random.hpp.
TEST(Stream, IsPhiloxOfItsDocumentedCounter) {
  StreamKey const key{0x1122334455667788, 0x9abcdef0, 0x0fedcba9};
  Stream stream(key, Purpose::earlier, 0x00abcdef);
  for (std::uint32_t block = 0; block < 3; ++block)
    for (std::uint32_t word :
         philox_block({block, 0x04abcdef, 0x0fedcba9, 0x9abcdef0}, {0x55667788, 0x11223344}))
      EXPECT_EQ(stream(), word);
}

TEST(Stream, RefusesAnEntityThatWouldSpillIntoThePurpose) {
  EXPECT_THROW(Stream({1, 0, 0}, Purpose::sizes, 1U << 24), ContractError);
}

// Uniform: mean 1/2, variance 1/12; 20 equal cells by χ².
TEST(Uniform, MomentsAndCells) {
  Stream stream({11, 0, 0}, Purpose::sizes);
  std::vector<double> cells(20, 0.0);
  Moments moments;
  int const draws = 200'000;
  for (int i = 0; i < draws; ++i) {
    double const u = uniform01(stream);
    ASSERT_GT(u, 0);
    ASSERT_LT(u, 1);
    moments.add(u);
    cells[static_cast<std::size_t>(u * 20)] += 1;
  }
  EXPECT_TRUE(mean_agrees(moments.mean, 0.5, std::sqrt(1.0 / 12), draws));
  EXPECT_TRUE(counts_agree(cells, std::vector<double>(20, draws / 20.0)));
}

TEST(Uniform, IsTheDocumentedFunctionOfTwoWords) {
  Stream stream({11, 0, 1}, Purpose::sizes), words({11, 0, 1}, Purpose::sizes);
  for (int i = 0; i < 100; ++i) {
    std::uint64_t const high = words(), low = words();
    // 32 bits of the first word and the upper 20 of the second, in the middle of their interval.
    EXPECT_EQ(uniform01(stream),
              static_cast<double>(high) * 0x1p-32 + static_cast<double>(low >> 12) * 0x1p-52 + 0x1p-53);
  }
}

// Normal: mean 0, sd 1; the mean of squares has sd sqrt(2).
TEST(NormalDraw, MeanAndVariance) {
  Stream stream({12, 0, 0}, Purpose::sizes);
  Moments first, second;
  int const draws = 200'000;
  for (int i = 0; i < draws; ++i) {
    double const z = standard_normal(stream);
    first.add(z);
    second.add(z * z);
  }
  EXPECT_TRUE(mean_agrees(first.mean, 0, 1, draws));
  EXPECT_TRUE(mean_agrees(second.mean, 1, std::sqrt(2.0), draws));
}

TEST(BinomialDraw, EdgesAreExact) {
  Stream stream({13, 0, 0}, Purpose::sizes);
  EXPECT_EQ(binomial(stream, 0, 0.5), 0U);
  EXPECT_EQ(binomial(stream, 10, 0.0), 0U);
  EXPECT_EQ(binomial(stream, 10, -0.1), 0U);
  EXPECT_EQ(binomial(stream, 10, 1.0), 10U);
  EXPECT_EQ(binomial(stream, 10, 1.5), 10U);
}

// Both branches of the sampler (inversion below np = 11, rejection above) against the exact law.
TEST(BinomialDraw, FollowsTheLaw) {
  for (auto const& [n, p] : {std::pair{12U, 0.3}, std::pair{80U, 0.4}, std::pair{80U, 0.9}}) {
    Stream stream({14, 0, n}, Purpose::sizes);
    int const draws = 100'000;
    std::vector<double> observed(n + 1, 0.0), expected;
    for (int i = 0; i < draws; ++i) observed[binomial(stream, n, p)] += 1;
    for (std::uint32_t k = 0; k <= n; ++k)
      expected.push_back(draws *
                         std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) +
                                  k * std::log(p) + (n - k) * std::log1p(-p)));
    EXPECT_TRUE(counts_agree(observed, expected)) << n << ' ' << p;
  }
}

#include "likvard/core/words.hpp"

#include "likvard/core/portable.hpp"

#include "support/targets.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

using namespace likvard;

namespace {

constexpr StreamKey key{0x123456789abcdef0, 7, 12345};

std::vector<std::uint32_t> stream_words(std::uint32_t entity, std::size_t count) {
  Stream stream(key, Purpose::composition, entity);
  std::vector<std::uint32_t> words(count);
  for (auto& word : words) word = stream();
  return words;
}

} // namespace

TEST(Words, AreThoseOfTheStreamOnEveryTarget) {
  test::on_every_target([&](std::string const& target) {
    for (std::size_t count : {1U, 3U, 4U, 31U, 32U, 33U, 200U, 1001U}) {
      std::vector<std::uint32_t> words(count);
      fill_words(key, Purpose::composition, 9, 0, words);
      EXPECT_EQ(words, stream_words(9, count)) << target << ' ' << count;
      fill_words(key, Purpose::composition, 9, 2, words);
      auto const all = stream_words(9, count + 8);
      EXPECT_EQ(words, std::vector(all.begin() + 8, all.end())) << target << ' ' << count;
    }
  });
}

TEST(Words, FirstUniformsAreThoseOfEachStreamOnEveryTarget) {
  test::on_every_target([&](std::string const& target) {
    for (std::size_t count : {1U, 7U, 8U, 30U}) {
      std::vector<double> u(count), v(count);
      first_uniforms(key, Purpose::unit_effect, u, v);
      for (std::uint32_t s = 0; s < count; ++s) {
        Stream stream(key, Purpose::unit_effect, s);
        EXPECT_EQ(u[s], uniform01(stream)) << target;
        EXPECT_EQ(v[s], uniform01(stream)) << target;
      }
    }
  });
}

TEST(Words, CountsBelowBoundsAreThoseOfALoopOnEveryTarget) {
  for (std::size_t bounds : {1U, 2U, 3U, 5U, 8U, 11U}) {
    std::vector<std::uint64_t> limit;
    for (std::size_t b = 0; b < bounds; ++b) limit.push_back((b + 1) * (~std::uint64_t{0} / (bounds + 1)));
    for (std::uint32_t count : {1U, 5U, 31U, 64U, 65U, 333U}) {
      auto const words = stream_words(4, count);
      std::vector<std::uint32_t> wanted(bounds, 0), found(bounds);
      for (std::size_t b = 0; b < bounds; ++b)
        for (auto word : words) wanted[b] += word < limit[b] >> 32;
      test::on_every_target([&](std::string const& target) {
        Stream more(key, Purpose::missing);
        count_stream_below(key, Purpose::composition, 4, 0, count, limit, more, found);
        EXPECT_EQ(found, wanted) << target;
        count_below(words, limit, more, found);
        EXPECT_EQ(found, wanted) << target;
      });
    }
  }
}

// A word equal to a bound's upper half is settled by 32 further bits: a lower half of 0 never counts it, one
// of 2^32 - 1 almost always does.
TEST(Words, AWordOnABoundIsSettledByFurtherBits) {
  auto const words = stream_words(4, 64);
  for (std::uint64_t const fraction : {std::uint64_t{0}, std::uint64_t{0xffffffff}}) {
    std::vector<std::uint64_t> const limit{std::uint64_t{words[10]} << 32 | fraction};
    std::vector<std::uint32_t> found(1);
    std::uint32_t below = 0;
    for (auto word : words) below += word < words[10];
    Stream more(key, Purpose::missing);
    count_stream_below(key, Purpose::composition, 4, 0, 64, limit, more, found);
    EXPECT_EQ(found[0], below + (fraction > 0));
  }
}

// Marsaglia and Tsang's gamma: mean and variance equal the shape, below and above 1.
TEST(Gamma, MeanAndVarianceAreTheShape) {
  for (double const shape : {0.3, 1.0, 4.5}) {
    Stream stream({5, 0, 3}, Purpose::sorting);
    double sum = 0, square = 0;
    int const draws = 200'000;
    for (int i = 0; i < draws; ++i) {
      double const x = standard_gamma(stream, shape);
      ASSERT_GT(x, 0);
      sum += x;
      square += (x - shape) * (x - shape);
    }
    // sd of the mean sqrt(k/n); of the squares' mean sqrt((2 k² + 6 k)/n); 6.1 as everywhere
    // (statistics.hpp).
    EXPECT_NEAR(sum / draws, shape, 6.1 * std::sqrt(shape / draws));
    EXPECT_NEAR(square / draws, shape, 6.1 * std::sqrt((2 * shape * shape + 6 * shape) / draws));
  }
}

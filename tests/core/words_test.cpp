#include "likvard/core/words.hpp"

#include "likvard/core/portable.hpp"

#include "support/targets.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

using namespace likvard;

namespace {

constexpr StreamKey key{0x123456789abcdef0, 7, 12345};

/// Halves of a stream's words from a block on, the lower one first.
std::vector<std::uint16_t> stream_halves(std::uint32_t entity, std::uint32_t first_block, std::size_t count) {
  Stream stream(key, Purpose::composition, entity);
  for (std::uint32_t k = 0; k < 4 * first_block; ++k) stream();
  std::vector<std::uint16_t> halves;
  while (halves.size() < count) {
    std::uint32_t const word = stream();
    halves.push_back(static_cast<std::uint16_t>(word));
    halves.push_back(static_cast<std::uint16_t>(word >> 16));
  }
  halves.resize(count);
  return halves;
}

} // namespace

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

TEST(Words, UniformsOfOneStreamAreItsOwnOnEveryTarget) {
  test::on_every_target([&](std::string const& target) {
    for (std::size_t count : {0U, 1U, 2U, 17U, 127U, 128U, 129U, 300U}) {
      std::vector<double> u(count);
      uniforms_of(key, Purpose::parameters, 5, u);
      Stream stream(key, Purpose::parameters, 5);
      for (double x : u) ASSERT_EQ(x, uniform01(stream)) << target;
    }
  });
}

TEST(Words, CountsBelowBoundsAreThoseOfALoopOnEveryTarget) {
  HalvesScratch scratch;
  for (std::size_t bounds : {1U, 2U, 3U, 5U, 8U, 11U, 17U}) {
    std::vector<std::uint64_t> limit;
    for (std::size_t b = 0; b < bounds; ++b) limit.push_back((b + 1) * (~std::uint64_t{0} / (bounds + 1)));
    for (std::uint32_t count : {0U, 1U, 5U, 8U, 31U, 63U, 64U, 65U, 127U, 129U, 333U}) {
      for (std::uint32_t first : {0U, 3U}) {
        std::vector<std::uint32_t> wanted(bounds, 0), found(bounds);
        for (auto half : stream_halves(4, first, count))
          for (std::size_t b = 0; b < bounds; ++b) {
            ASSERT_NE(half, limit[b] >> 48) << "another key: here no draw is to lie on a bound";
            wanted[b] += half < limit[b] >> 48;
          }
        test::on_every_target([&](std::string const& target) {
          Stream more(key, Purpose::missing), untouched(key, Purpose::missing);
          count_halves_below(key, Purpose::composition, 4, first, count, limit, more, scratch, found);
          EXPECT_EQ(found, wanted) << target << ' ' << count;
          EXPECT_EQ(more(), untouched());
        });
      }
    }
  }
}

// Many entities at once count what each would alone, with bounds of its own and its stream from the beginning
// for draws on a bound: of so many draws some are.
TEST(Words, ManyEntitiesAtOnceCountAsEachAlone) {
  for (std::size_t bounds : {1U, 3U, 9U}) {
    std::vector<HalvesDraw> draws;
    std::vector<std::uint64_t> limits;
    for (std::uint32_t u = 0; u < 50; ++u) {
      draws.push_back({3 * u, u == 20 ? 0xffffU : u == 21 ? 0U : 7 * u});
      for (std::size_t b = 0; b < bounds; ++b)
        limits.push_back((b + 1) * (~std::uint64_t{0} / (bounds + 1 + u % 5)) + u);
    }
    test::on_every_target([&](std::string const& target) {
      HalvesScratch scratch;
      std::vector<std::uint32_t> found(limits.size()), alone(bounds);
      count_halves_below(key, Purpose::composition, 2, draws, limits, scratch, found);
      for (std::size_t u = 0; u < draws.size(); ++u) {
        Stream more(key, Purpose::composition, draws[u].entity);
        count_halves_below(key, Purpose::composition, draws[u].entity, 2, draws[u].count,
                           std::span(limits).subspan(u * bounds, bounds), more, scratch, alone);
        EXPECT_EQ(std::vector(found.begin() + static_cast<std::ptrdiff_t>(u * bounds),
                              found.begin() + static_cast<std::ptrdiff_t>((u + 1) * bounds)),
                  alone)
            << target << ' ' << u;
      }
    });
  }
}

// Draws that equal a bound's first sixteen bits are settled by 64 further ones, each once for all bounds that
// share them: a rest of 0 never counts it, one of 48 ones almost always does, and another where the further
// bits say so.
TEST(Words, ADrawOnABoundIsSettledByFurtherBits) {
  std::uint32_t const count = 60'000; // the half-word of the tenth some more times
  auto const halves = stream_halves(4, 0, count);
  std::uint64_t const limit = halves[10];
  std::uint32_t below = 0, on = 0;
  for (auto half : halves) below += half < limit, on += half == limit;
  ASSERT_GT(on, 1U);
  Stream stream(key, Purpose::missing);
  std::uint64_t const high = stream(), first = high << 32 | stream();
  std::vector<std::uint64_t> const bounds{limit << 48, limit << 48 | (first >> 16),
                                          limit << 48 | ((first >> 16) + 1), limit << 48 | 0xffffffffffff,
                                          (limit + 1) << 48};
  std::uint32_t at_first = 0, after = 0;
  Stream again(key, Purpose::missing);
  for (std::uint32_t k = 0; k < on; ++k) {
    std::uint64_t const upper = again(), fraction = upper << 32 | again();
    at_first += fraction < bounds[1] << 16;
    after += fraction < bounds[2] << 16;
  }
  EXPECT_EQ(after, at_first + 1); // the first of them lies between
  HalvesScratch scratch;
  std::vector<std::uint32_t> found(bounds.size());
  test::on_every_target([&](std::string const& target) {
    Stream more(key, Purpose::missing);
    count_halves_below(key, Purpose::composition, 4, 0, count, bounds, more, scratch, found);
    EXPECT_EQ(found[0], below) << target;
    EXPECT_EQ(found[1], below + at_first) << target;
    EXPECT_EQ(found[2], below + after) << target;
    EXPECT_EQ(found[3], below + on) << target;
    EXPECT_EQ(found[4], below + on) << target; // the next limit, whose rest is 0: none on it counts
  });
  // The last bound of all: whatever is drawn lies below it, and below 0 nothing does.
  std::vector<std::uint64_t> const ends{0, ~std::uint64_t{0}};
  found.resize(2);
  test::on_every_target([&](std::string const& target) {
    Stream more(key, Purpose::missing);
    count_halves_below(key, Purpose::composition, 4, 0, count, ends, more, scratch, found);
    EXPECT_EQ(found, (std::vector<std::uint32_t>{0, count})) << target;
  });
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

#include "likvard/core/random.hpp"

#include "likvard/core/contract.hpp"

#include <Random123/philox.h>
#include <boost/random/binomial_distribution.hpp>
#include <boost/random/normal_distribution.hpp>

namespace likvard {

std::array<std::uint32_t, 4> philox_block(std::array<std::uint32_t, 4> counter,
                                          std::array<std::uint32_t, 2> key) {
  using Generator = r123::Philox4x32_R<10>;
  Generator::ctr_type const c{{counter[0], counter[1], counter[2], counter[3]}};
  Generator::key_type const k{{key[0], key[1]}};
  auto const out = Generator{}(c, k);
  return {out[0], out[1], out[2], out[3]};
}

Stream::Stream(StreamKey key, Purpose purpose, std::uint32_t entity)
    : counter_{0, static_cast<std::uint32_t>(purpose) << 24 | entity, key.replicate, key.point},
      key_{static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)} {
  LIKVARD_EXPECT(entity < (1U << 24));
}

void Stream::refill() {
  words_ = philox_block(counter_, key_);
  ++counter_[0];
  next_ = 0;
}

double uniform01(Stream& stream) {
  std::uint64_t const high = stream();
  std::uint64_t const low = stream();
  return (static_cast<double>((high << 32 | low) >> 12) + 0.5) * 0x1p-52;
}

double standard_normal(Stream& stream) {
  return boost::random::normal_distribution<double>{}(stream);
}

std::uint32_t binomial(Stream& stream, std::uint32_t n, double p) {
  if (n == 0 || !(p > 0)) return 0;
  if (p >= 1) return n;
  LIKVARD_EXPECT(n <= 0x7fffffffU);
  // Boost's rejection branch takes absolute differences: it needs a signed type.
  return static_cast<std::uint32_t>(
      boost::random::binomial_distribution<int>{static_cast<int>(n), p}(stream));
}

} // namespace likvard

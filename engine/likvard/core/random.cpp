#include "likvard/core/random.hpp"

#include "likvard/core/contract.hpp"

#include "likvard/core/portable.hpp"

#include <Random123/philox.h>

#include <cmath>

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
  return portable::normal_quantile(uniform01(stream));
}

double standard_gamma(Stream& stream, double shape) {
  LIKVARD_EXPECT(shape > 0);
  // Below 1, a gamma of shape + 1 times U^(1/shape).
  double const boost = shape < 1 ? portable::pow(uniform01(stream), 1 / shape) : 1.0;
  double const d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3, c = 1 / (3 * std::sqrt(d));
  for (;;) {
    double const x = standard_normal(stream), root = 1 + c * x;
    if (root <= 0) continue;
    double const v = root * root * root, u = uniform01(stream), x2 = x * x;
    if (u < 1 - 0.0331 * x2 * x2 || portable::log(u) < 0.5 * x2 + d * (1 - v + portable::log(v)))
      return boost * d * v;
  }
}

namespace {

/// P(X <= k) summed up from k = 0 until it passes one uniform number. For n p up to about 12.
std::uint32_t binomial_by_inversion(Stream& stream, std::uint32_t n, double p) {
  double const odds = p / (1 - p), u = uniform01(stream);
  double mass = portable::exp(n * portable::log1p(-p)), cumulative = mass;
  std::uint32_t k = 0;
  while (cumulative < u && k < n) {
    mass *= odds * static_cast<double>(n - k) / (k + 1);
    ++k;
    cumulative += mass;
  }
  return k;
}

/// Transformed rejection with squeeze, algorithm BTRS of Hörmann (1993), "The generation of binomial random
/// variates", J. Stat. Comput. Simul. 46. For n p >= 10, p <= 1/2.
std::uint32_t binomial_by_rejection(Stream& stream, std::uint32_t n, double p) {
  double const count = n, spread = std::sqrt(count * p * (1 - p));
  double const b = 1.15 + 2.53 * spread, a = -0.0873 + 0.0248 * b + 0.01 * p, c = count * p + 0.5;
  double const squeeze = 0.92 - 4.2 / b, mode = std::floor((count + 1) * p);
  for (;;) {
    double const u = uniform01(stream) - 0.5;
    double const v = uniform01(stream);
    double const us = 0.5 - std::abs(u), k = std::floor((2 * a / us + b) * u + c);
    if (us >= 0.07 && v <= squeeze) return static_cast<std::uint32_t>(k);
    if (k < 0 || k > count) continue;
    double const alpha = (2.83 + 5.1 / b) * spread;
    double const bound = portable::log_factorial(mode) + portable::log_factorial(count - mode) -
                         portable::log_factorial(k) - portable::log_factorial(count - k) +
                         (k - mode) * portable::log(p / (1 - p));
    if (portable::log(v * alpha / (a / (us * us) + b)) <= bound) return static_cast<std::uint32_t>(k);
  }
}

} // namespace

std::uint32_t binomial(Stream& stream, std::uint32_t n, double p) {
  if (n == 0 || !(p > 0)) return 0;
  if (p >= 1) return n;
  LIKVARD_EXPECT(n <= 0x7fffffffU);
  double const small = p <= 0.5 ? p : 1 - p;
  std::uint32_t const k =
      n * small < 10 ? binomial_by_inversion(stream, n, small) : binomial_by_rejection(stream, n, small);
  return p <= 0.5 ? k : n - k;
}

} // namespace likvard

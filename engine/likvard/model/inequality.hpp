#pragma once
#include <cstdint>
#include <span>

/// Inequality of an amount per pupil over units, pupil-weighted; a ratio scale is taken for granted (money,
/// never standardised scores). engine/MODEL.md §7.
namespace likvard {

struct Inequality {
  double cv = 0;          ///< sqrt(Σ n (x-μ)²/N)/μ, >= 0
  double gini = 0;        ///< 0-1
  double range_ratio = 0; ///< federal range ratio (P95 - P5)/P5, >= 0; 0 where P5 is 0
  double mcloone =
      1; ///< Σ_{x <= med} n x / (med Σ_{x <= med} n), 0-1: 1 = the lower half all have the median
  double verstegen = 1;     ///< the same of x >= med, >= 1
  double theil_t = 0;       ///< Σ (n/N)(x/μ) ln(x/μ), >= 0
  double mld = 0;           ///< Σ (n/N) ln(μ/x), >= 0; 0 where a unit has nothing (undefined there)
  double atkinson_half = 0; ///< 1 - (Σ (n/N) sqrt(x/μ))², 0-1
  double atkinson_one = 0;  ///< 1 - exp(-mld), 0-1; 1 where a unit has nothing
};

/// - Shapes: value, pupils [S]; `order` holds the units by rising value.
/// - Expects: value >= 0, pupils >= 1. All equal, or all 0: the values above.
Inequality inequality(std::span<double const> value, std::span<std::uint32_t const> pupils,
                      std::span<std::uint32_t const> order);

/// What follows from the order alone: gini, range_ratio, mcloone and verstegen; the rest at its value of
/// equality.
Inequality inequality_by_order(std::span<double const> value, std::span<std::uint32_t const> pupils,
                               std::span<std::uint32_t const> order);

/// The smallest value below or at which lies the part p of all pupils.
double pupil_quantile(std::span<double const> value, std::span<std::uint32_t const> pupils,
                      std::span<std::uint32_t const> order, double p);

/// Concentration index of `value` along `order`: C = 2 cov(value, R)/mean, R the ridit over pupils; units
/// whose `key` ties share the mid-rank. Positive when value lies with those who come late in the order. 0
/// when the mean is 0. The Gini when `key` is the value itself. Wagstaff, Paci & van Doorslaer 1991.
double concentration(std::span<double const> value, std::span<std::uint32_t const> pupils,
                     std::span<std::uint32_t const> order, std::span<double const> key);

} // namespace likvard

#pragma once
#include <span>

/// Elementary functions with the same bits on every x86-64 processor, whatever its vector units: the C
/// library chooses other code where there is a fused multiply-add, which moves last digits. Everything that a
/// result depends on calls these. Errors in units of the last place (2^-53 relative):
/// tests/core/portable_test.cpp.
///
/// The functions on arrays give each element the bits of the scalar function: lanes never mix.
namespace likvard::portable {

double exp(double x);   ///< 0 below -707, infinite above 709.78; error below 2
double expm1(double x); ///< |x| <= 700; error below 3
double log(double x);   ///< ln x; -infinite at 0, NaN below; subnormal numbers count as 0; error below 4
double log1p(double x); ///< x > -1; error below 4
double cos(double x);   ///< |x| <= 1e6; absolute error below 2^-50
/// x^y, x >= 0: relative error below (2 + 2 |y ln x|) 2^-53. 0^0 = 1.
double pow(double x, double y);

double normal_cdf(double x);      ///< Φ(x); error below 12 in either tail
double normal_pdf(double x);      ///< φ(x)
double normal_quantile(double u); ///< Φ⁻¹(u), 0 < u < 1; relative error below 1e-15. Wichura 1988, AS241

/// ln k! for k >= 0: a table below 256, Stirling's series above; absolute error below 2^-52 (1 + ln k!).
double log_factorial(double k);

/// out[i] = f(x[i]); `out` may be `x`.
void exp(std::span<double const> x, std::span<double> out);
void log(std::span<double const> x, std::span<double> out); ///< normal positive numbers; -infinite at 0
void normal_cdf(std::span<double const> x, std::span<double> out);
void normal_quantile(std::span<double const> u, std::span<double> out);

} // namespace likvard::portable

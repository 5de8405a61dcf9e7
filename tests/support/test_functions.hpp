#pragma once
#include "likvard/core/random.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

/// Test functions of sensitivity analysis with indices in closed form, and plain random designs on them.
namespace likvard::test {

/// Ishigami & Homma 1990, a = 7, b = 0.1; u in (0,1)³ stands for x = π(2u - 1).
inline double ishigami(std::span<double const> u) {
  std::array<double, 3> x{};
  for (std::size_t i = 0; i < 3; ++i) x[i] = std::numbers::pi * (2 * u[i] - 1);
  double const s = std::sin(x[1]);
  return std::sin(x[0]) + 7 * s * s + 0.1 * x[2] * x[2] * x[2] * x[2] * std::sin(x[0]);
}
struct IshigamiTruth {
  static constexpr double mean = 3.5, variance = 13.844587940719254;
  static constexpr std::array<double, 3> first{0.31390519114781146, 0.4424111447900409, 0},
      total{0.5575888552099592, 0.4424111447900409, 0.24368366406214773},
      shapley{0.4357470231788853, 0.4424111447900409, 0.12184183203107386};
  static constexpr double pair_02 = 0.24368366406214773;
};

/// Sobol's G with a = (0, 1, 4.5, 9, 99, 99, 99, 99): S_i = V_i/V, V_i = 1/(3(1+a)²), ST_i = V_i
/// Π_{j≠i}(1+V_j)/V.
inline constexpr std::array<double, 8> g_a{0, 1, 4.5, 9, 99, 99, 99, 99};
inline double sobol_g(std::span<double const> u) {
  double product = 1;
  for (std::size_t i = 0; i < g_a.size(); ++i) product *= (std::abs(4 * u[i] - 2) + g_a[i]) / (1 + g_a[i]);
  return product;
}

/// Bratley, Fox & Niederreiter 1992: Σ_{i=1..8} (-1)^i Π_{j<=i} u_j.
inline double bratley(std::span<double const> u) {
  double sum = 0, product = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    product *= u[i];
    sum += i % 2 == 0 ? -product : product;
  }
  return sum;
}

/// Morris 1991, twenty inputs on (0,1); the coefficients that he drew are (-1)^i and (-1)^(i+j), counted
/// from 1.
inline double morris_1991(std::span<double const> u) {
  std::array<double, 20> w{};
  for (std::size_t i = 0; i < 20; ++i)
    w[i] = i == 2 || i == 4 || i == 6 ? 2 * (1.1 * u[i] / (u[i] + 0.1) - 0.5) : 2 * (u[i] - 0.5);
  double y = 0;
  for (std::size_t i = 0; i < 20; ++i) y += (i < 10 ? 20 : (i % 2 == 0 ? -1 : 1)) * w[i];
  for (std::size_t i = 0; i < 20; ++i)
    for (std::size_t j = i + 1; j < 20; ++j) y += (j < 6 ? -15 : ((i + j) % 2 == 0 ? 1 : -1)) * w[i] * w[j];
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = i + 1; j < 5; ++j)
      for (std::size_t k = j + 1; k < 5; ++k) y -= 10 * w[i] * w[j] * w[k];
  return y + 5 * w[0] * w[1] * w[2] * w[3];
}

/// Runs of a swap design with independent rows: y[row][A, B, AB_1 … AB_d(, BA_1 … BA_d)][replicate]. `f`
/// takes the point and a stream for the run's luck.
template <class Function>
std::vector<double> swap_runs(std::size_t inputs, std::size_t rows, std::size_t replicates, bool both_ways,
                              std::uint32_t experiment, Function f) {
  std::vector<double> y, a(inputs), b(inputs), x(inputs);
  y.reserve(rows * (2 + 2 * inputs) * replicates);
  Stream points({77, 1, experiment}, Purpose::parameters), luck({77, 2, experiment}, Purpose::parameters);
  auto const run = [&] {
    for (std::size_t k = 0; k < replicates; ++k) y.push_back(f(std::span<double const>(x), luck));
  };
  for (std::size_t j = 0; j < rows; ++j) {
    for (double& u : a) u = uniform01(points);
    for (double& u : b) u = uniform01(points);
    x = a;
    run();
    x = b;
    run();
    for (std::size_t i = 0; i < inputs; ++i) {
      x = a;
      x[i] = b[i];
      run();
    }
    for (std::size_t i = 0; both_ways && i < inputs; ++i) {
      x = b;
      x[i] = a[i];
      run();
    }
  }
  return y;
}

} // namespace likvard::test

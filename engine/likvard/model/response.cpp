#include "likvard/model/response.hpp"

#include "likvard/core/portable.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace likvard {
namespace {

/// ∫₀ˣ ω(t) dt, ω = weights[i] between bounds[i-1] and bounds[i].
double climb(std::vector<double> const& bounds, std::vector<double> const& weights, double x) {
  double sum = 0, from = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    double const to = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
    sum += weights[i] * std::max(0.0, std::min(x, to) - from);
    from = to;
  }
  return sum;
}

/// Indices are told apart to nine decimals: where all units are alike, rounding must not decide who lies
/// above a threshold or comes first.
constexpr double alike = 1e-9;
double steady(double x) {
  return std::round(x / alike) * alike;
}

struct Respond {
  double x, pupils;
  double operator()(Linear) const { return x; }
  double operator()(Threshold const& r) const { return x - r.threshold > alike ? x - r.threshold : 0.0; }
  double operator()(Concentration const& r) const { return x + r.slope * std::max(0.0, x - r.threshold); }
  double operator()(Ramp const& r) const {
    double const t = std::clamp((x - r.from) / (r.to - r.from), 0.0, 1.0);
    return x * (r.low + (r.high - r.low) * t);
  }
  double operator()(Power const& r) const { return x > 0 ? portable::pow(x, r.exponent) : 0.0; }
  double operator()(Quadratic const& r) const { return x * std::min(1.0, x / r.saturation); }
  double operator()(Bands const& r) const {
    auto const band = std::lower_bound(r.bounds.begin(), r.bounds.end(), x - alike) - r.bounds.begin();
    return r.weights[static_cast<std::size_t>(band)] * (r.times_index ? x : 1.0);
  }
  double operator()(Brackets const& r) const {
    double const by_share = climb(r.bounds, r.weights, x);
    if (r.count_weights.empty() || !(pupils > 0)) return by_share;
    return std::max(by_share, climb(r.count_bounds, r.count_weights, pupils * x) / pupils);
  }
  double operator()(Label const&) const { return std::numeric_limits<double>::quiet_NaN(); }
};

void label_units(Label const& label, std::span<double const> index, std::vector<std::uint32_t>& order,
                 std::span<double> out) {
  auto const units = static_cast<double>(index.size());
  auto const chosen = static_cast<std::size_t>(std::ceil(label.top_share * units - 1e-9));
  order.clear();
  for (std::uint32_t s = 0; s < index.size(); ++s)
    if (out[s] > 0 && index[s] > 0) order.push_back(s); // eligible
  auto const neediest = [&](std::uint32_t a, std::uint32_t b) {
    double const x = steady(index[a]), y = steady(index[b]);
    return x > y || (x == y && a < b);
  };
  if (chosen < order.size()) {
    std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(chosen), order.end(),
                     neediest);
    order.resize(chosen);
  }
  std::fill(out.begin(), out.end(), 0.0);
  for (std::uint32_t s : order) out[s] = 1;
}

} // namespace

double respond(Response const& response, double index, double pupils) {
  return std::visit(Respond{index, pupils}, response);
}

void respond_all(Block const& block, std::span<double const> raw, std::span<double const> relative,
                 std::span<std::uint32_t const> pupils, std::vector<std::uint32_t>& order,
                 std::span<double> out) {
  auto const index = block.raw ? raw : relative;
  auto const* label = std::get_if<Label>(&block.response);
  bool const everyone = block.least_share <= 0 && block.least_pupils <= 0;
  for (std::size_t s = 0; s < out.size(); ++s) {
    bool const eligible = everyone || (raw[s] > block.least_share && raw[s] * pupils[s] > block.least_pupils);
    out[s] = !eligible ? 0.0 : label ? 1.0 : respond(block.response, index[s], pupils[s]);
  }
  if (label) label_units(*label, index, order, out);
}

} // namespace likvard

#include "likvard/model/allocation.hpp"

#include "likvard/core/contract.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace likvard {
namespace {

struct Respond {
  double x;
  double operator()(Linear) const { return x; }
  double operator()(Threshold const& r) const { return std::max(0.0, x - r.threshold); }
  double operator()(Concentration const& r) const { return x + r.slope * std::max(0.0, x - r.threshold); }
  double operator()(Ramp const& r) const {
    double const t = std::clamp((x - r.from) / (r.to - r.from), 0.0, 1.0);
    return x * (r.low + (r.high - r.low) * t);
  }
  double operator()(Power const& r) const { return x > 0 ? std::pow(x, r.exponent) : 0.0; }
  double operator()(Quadratic const& r) const { return x * std::min(1.0, x / r.saturation); }
  double operator()(Bands const& r) const {
    auto const band = std::lower_bound(r.bounds.begin(), r.bounds.end(), x) - r.bounds.begin();
    return r.weights[static_cast<std::size_t>(band)];
  }
  double operator()(Label const&) const { return std::numeric_limits<double>::quiet_NaN(); }
};

/// 1 for the ⌈top_share · S⌉ neediest; ties go to the unit that stands first, so that the number is exact.
void label_units(Label const& label, std::span<double const> index, AllocationScratch& scratch) {
  auto const units = static_cast<std::uint32_t>(index.size());
  auto const chosen = static_cast<std::uint32_t>(std::ceil(label.top_share * units - 1e-9));
  scratch.order.resize(units);
  std::iota(scratch.order.begin(), scratch.order.end(), 0U);
  auto const neediest = [&](std::uint32_t a, std::uint32_t b) {
    return index[a] > index[b] || (index[a] == index[b] && a < b);
  };
  if (chosen < units)
    std::nth_element(scratch.order.begin(), scratch.order.begin() + chosen, scratch.order.end(), neediest);
  std::fill(scratch.response.begin(), scratch.response.end(), 0.0);
  for (std::uint32_t k = 0; k < chosen; ++k)
    scratch.response[scratch.order[k]] = index[scratch.order[k]] > 0 ? 1.0 : 0.0;
}

double taper(double pupils, double limit) {
  return std::clamp(2 * (1 - pupils / limit), 0.0, 1.0);
}

} // namespace

double respond(Response const& response, double index) {
  return std::visit(Respond{index}, response);
}

AllocationReport allocate(Policy const& policy, std::span<double const> index,
                          std::span<std::uint32_t const> pupils, AllocationScratch& scratch,
                          std::span<double> money) {
  std::size_t const units = index.size();
  LIKVARD_EXPECT(units > 0 && pupils.size() == units && money.size() == units);
  LIKVARD_EXPECT(policy.share >= 0 && policy.share + policy.lump_share + policy.small_share <= 1 + 1e-12);
  AllocationReport report;
  scratch.response.resize(units);
  if (auto const* label = std::get_if<Label>(&policy.response)) {
    label_units(*label, index, scratch);
  } else {
    for (std::size_t s = 0; s < units; ++s) scratch.response[s] = respond(policy.response, index[s]);
  }
  double total = 0, weighted = 0, small = 0;
  for (std::size_t s = 0; s < units; ++s) {
    total += pupils[s];
    weighted += pupils[s] * scratch.response[s];
    if (policy.small_share > 0) small += taper(pupils[s], policy.small_pupils);
  }
  bool const anyone_in_need = weighted > 0;
  report.per_head_fallback = policy.share > 0 && !anyone_in_need;
  double per_head = 1 - policy.share - policy.lump_share - policy.small_share;
  if (!anyone_in_need) per_head += policy.share;
  if (!(small > 0)) per_head += policy.small_share;
  for (std::size_t s = 0; s < units; ++s) {
    double const n = pupils[s];
    money[s] = per_head + policy.lump_share * total / (static_cast<double>(units) * n);
    if (small > 0) money[s] += policy.small_share * total * taper(n, policy.small_pupils) / (n * small);
    if (anyone_in_need) money[s] += policy.share * scratch.response[s] * total / weighted;
  }
  if (policy.largest_loss || policy.largest_gain)
    report.bound_units =
        apply_bounds(policy.largest_loss ? 1 - *policy.largest_loss : 0.0,
                     policy.largest_gain ? 1 + *policy.largest_gain : std::numeric_limits<double>::infinity(),
                     pupils, money);
  return report;
}

std::uint32_t apply_bounds(double low, double high, std::span<std::uint32_t const> pupils,
                           std::span<double> money) {
  LIKVARD_EXPECT(low <= 1 && high >= 1);
  double total = 0;
  for (std::size_t s = 0; s < money.size(); ++s) {
    total += pupils[s];
    money[s] = std::max(money[s], 1e-9); // a unit without any money must be able to take what others may not
  }
  auto const spent = [&](double lambda) {
    double sum = 0;
    for (std::size_t s = 0; s < money.size(); ++s)
      sum += pupils[s] * std::clamp(lambda * money[s], low, high);
    return sum;
  };
  // Spending is continuous and increasing in λ: find the right piece by bisection, then solve it in closed
  // form.
  double from = 0, to = 1;
  while (spent(to) < total && to < 1e12) to *= 2;
  for (int step = 0; step < 100; ++step) {
    double const middle = 0.5 * (from + to);
    (spent(middle) < total ? from : to) = middle;
  }
  double bound = 0, free = 0;
  for (std::size_t s = 0; s < money.size(); ++s) {
    double const target = to * money[s];
    if (target <= low)
      bound += pupils[s] * low;
    else if (target >= high)
      bound += pupils[s] * high;
    else
      free += pupils[s] * money[s];
  }
  double const lambda = free > 0 ? (total - bound) / free : to;
  std::uint32_t at_bound = 0;
  for (std::size_t s = 0; s < money.size(); ++s) {
    double const target = to * money[s];
    if (target <= low || target >= high) ++at_bound;
    money[s] = target <= low ? low : target >= high ? high : lambda * money[s];
  }
  return at_bound;
}

} // namespace likvard

// Allocation: the six stages of MODEL.md §5, one unit at a time.
#include "reference/reference.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace likvard::reference {
namespace {

std::vector<double> relative(std::vector<double> raw, std::vector<int> const& size) {
  double sum = 0, pupils = 0;
  for (std::size_t s = 0; s < raw.size(); ++s) sum += raw[s] * size[s], pupils += size[s];
  for (double& x : raw) x = sum > 0 ? x * pupils / sum : 0.0;
  return raw;
}

/// Area under the steps from 0 to x.
double area(std::vector<double> const& bounds, std::vector<double> const& weights, double x) {
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    double const from = i == 0 ? 0.0 : bounds[i - 1], to = i < bounds.size() ? std::min(x, bounds[i]) : x;
    if (to > from) sum += weights[i] * (to - from);
  }
  return sum;
}

double response(Response const& response, double x, int pupils) {
  if (auto const* r = std::get_if<Threshold>(&response))
    return x > r->threshold + 1e-9 ? x - r->threshold : 0;
  if (auto const* r = std::get_if<Concentration>(&response))
    return x > r->threshold ? x + r->slope * (x - r->threshold) : x;
  if (auto const* r = std::get_if<Ramp>(&response)) {
    if (x <= r->from) return x * r->low;
    if (x >= r->to) return x * r->high;
    return x * (r->low + (x - r->from) / (r->to - r->from) * (r->high - r->low));
  }
  if (auto const* r = std::get_if<Power>(&response)) return x > 0 ? std::exp(r->exponent * std::log(x)) : 0;
  if (auto const* r = std::get_if<Quadratic>(&response)) return x < r->saturation ? x * x / r->saturation : x;
  if (auto const* r = std::get_if<Bands>(&response)) {
    std::size_t band = 0;
    while (band < r->bounds.size() && x > r->bounds[band] + 1e-9) ++band;
    return r->weights[band] * (r->times_index ? x : 1);
  }
  if (auto const* r = std::get_if<Brackets>(&response)) {
    double best = area(r->bounds, r->weights, x);
    if (!r->count_weights.empty())
      best = std::max(best, area(r->count_bounds, r->count_weights, x * pupils) / pupils);
    return best;
  }
  return x;
}

std::vector<double> claims(Block const& block, std::vector<double> const& raw, std::vector<int> const& size) {
  auto const x = block.raw ? raw : relative(raw, size);
  std::vector<bool> eligible;
  for (std::size_t s = 0; s < x.size(); ++s)
    eligible.push_back((block.least_share <= 0 && block.least_pupils <= 0) ||
                       (raw[s] > block.least_share && raw[s] * size[s] > block.least_pupils));
  std::vector<double> out(x.size(), 0.0);
  if (auto const* label = std::get_if<Label>(&block.response)) {
    int const chosen = static_cast<int>(std::ceil(label->top_share * static_cast<double>(x.size()) - 1e-9));
    for (int i = 0; i < chosen; ++i) { // the neediest one that is left, again and again
      std::size_t best = x.size();
      for (std::size_t s = 0; s < x.size(); ++s)
        if (eligible[s] && x[s] > 0 && out[s] == 0 && (best == x.size() || x[s] > x[best] + 1e-9)) best = s;
      if (best < x.size()) out[best] = 1;
    }
    return out;
  }
  for (std::size_t s = 0; s < x.size(); ++s)
    if (eligible[s]) out[s] = response(block.response, x[s], size[s]);
  return out;
}

double taper(int pupils, double limit) {
  return limit <= 0 ? 0.0 : std::clamp(2 * (1 - pupils / limit), 0.0, 1.0);
}

double spent(std::vector<double> const& f, std::vector<int> const& size) {
  double sum = 0;
  for (std::size_t s = 0; s < f.size(); ++s) sum += f[s] * size[s];
  return sum;
}

} // namespace

Money allocate(Policy const& policy, std::vector<std::vector<double>> const& raw,
               std::vector<int> const& size) {
  std::size_t const units = size.size();
  double const N = std::accumulate(size.begin(), size.end(), 0.0);
  Money money{std::vector<double>(units, 0.0), std::vector<double>(units, 0.0)};
  if (policy.pot == Pot::closed) {
    double parts = 0, small = 0, left = 1;
    for (auto const& block : policy.blocks) parts += block.part;
    for (int n : size) small += taper(n, policy.small_pupils);
    if (policy.share > 0)
      for (auto const& block : policy.blocks) {
        auto const g = claims(block, raw[block.index], size);
        double const all = spent(g, size),
                     pot = policy.share * block.part / parts * N; // in budgets per pupil
        if (all <= 0) continue;
        for (std::size_t s = 0; s < units; ++s) money.need[s] += pot * g[s] / all;
        left -= pot / N;
        money.share += pot / N;
      }
    left -= policy.lump_share;
    bool const small_units = policy.small_share > 0 && small > 0;
    if (small_units) left -= policy.small_share;
    for (std::size_t s = 0; s < units; ++s) {
      money.all[s] = left + money.need[s] + policy.lump_share * N / static_cast<double>(units) / size[s];
      if (small_units)
        money.all[s] += policy.small_share * N * taper(size[s], policy.small_pupils) / small / size[s];
    }
    money.per_head = policy.share > 0 && money.share < policy.share - 1e-12;
  } else {
    std::vector<double> base(units), need(units, 0.0);
    for (std::size_t s = 0; s < units; ++s)
      base[s] = policy.base_sek +
                (policy.lump_sek + policy.small_sek * taper(size[s], policy.small_pupils)) / size[s];
    for (auto const& block : policy.blocks) {
      auto const g = claims(block, raw[block.index], size);
      for (std::size_t s = 0; s < units; ++s) need[s] += block.rate_sek * g[s];
    }
    double const B = spent(base, size), D = spent(need, size);
    double const w = D <= 0 ? 0.0 : policy.own_share ? D / (B + D) : policy.share;
    for (std::size_t s = 0; s < units; ++s) {
      money.need[s] = D > 0 ? w * N * need[s] / D : 0.0;
      money.all[s] = (1 - w) * N * base[s] / B + money.need[s];
    }
    money.share = w;
    money.per_head = D <= 0;
  }
  for (std::size_t s = 0; s < units; ++s) {
    money.all[s] = 1 + policy.pace * (money.all[s] - 1);
    money.need[s] *= policy.pace;
  }
  if (policy.largest_loss || policy.largest_gain || policy.least > 0) {
    double const low = std::max(policy.least, policy.largest_loss ? 1 - *policy.largest_loss : 0.0);
    double const high = policy.largest_gain ? std::max(low, 1 + *policy.largest_gain) : 1e300;
    auto const paid = [&](double lambda) {
      auto f = money.all;
      for (double& x : f) x = std::clamp(lambda * std::max(x, 1e-9), low, high);
      return f;
    };
    double from = 0, to = 1;
    while (spent(paid(to), size) < N && to < 1e15) to *= 2;
    for (int i = 0; i < 300; ++i) (spent(paid(0.5 * (from + to)), size) < N ? from : to) = 0.5 * (from + to);
    auto const f = paid(to);
    for (std::size_t s = 0; s < units; ++s) {
      money.bound += f[s] <= low * (1 + 1e-9) || f[s] >= high * (1 - 1e-9);
      if (money.all[s] > 0) money.need[s] *= std::min(1.0, f[s] / money.all[s]);
    }
    money.all = f;
  }
  return money;
}

} // namespace likvard::reference

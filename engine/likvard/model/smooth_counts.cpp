#include "likvard/model/smooth_counts.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/portable.hpp"

#include <cmath>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "likvard/model/smooth_counts.cpp"
#include <hwy/foreach_target.h>
//
#include "likvard/core/detail/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace likvard::HWY_NAMESPACE {

constexpr std::size_t kTerms = SmoothCounts::terms;
constexpr std::size_t kNodes = 2 * SmoothCounts::reach + 1;
constexpr std::size_t kLanes = 8; // of the widest vectors: sums run in so many fixed parts everywhere

/// Coefficients of the entries `todo` [count], which take the slots from `first_slot` on: lanes are entries.
void Build(SmoothCounts& table, std::uint32_t const* todo, std::size_t count, std::size_t first_slot) {
  hn::ScalableTag<double> d;
  hn::RebindToSigned<decltype(d)> di;
  using V = hn::Vec<decltype(d)>;
  std::size_t const lanes = hn::Lanes(d);
  Cells const& cells = *table.cells;
  bool const second = !table.by_profile.empty();
  HWY_ALIGN std::int64_t unit[kLanes];
  HWY_ALIGN double centre[kLanes], group[kLanes], column[kLanes];
  for (std::size_t i = 0; i < count; i += lanes) {
    for (std::size_t k = 0; k < lanes; ++k) {
      std::uint32_t const entry = todo[i + k < count ? i + k : count - 1];
      unit[k] = (entry >> 8) / 2;
      group[k] = (entry >> 8) % 2;
      centre[k] = 0.5 * (static_cast<double>(entry & 255U) - SmoothCounts::reach);
    }
    auto const place = hn::Load(di, unit);
    V const shift = hn::Load(d, centre), wanted = hn::Load(d, group);
    V sum[kTerms], other[kTerms];
    for (std::size_t k = 0; k < kTerms; ++k) sum[k] = other[k] = hn::Zero(d);
    for (std::size_t p = 0; p < cells.profiles; ++p) {
      auto const mine = wanted == hn::Set(d, cells.needy[p] ? 1.0 : 0.0);
      if (hn::AllFalse(d, mine)) continue;
      V const pupils =
          hn::IfThenElseZero(mine, hn::GatherIndex(d, cells.pupils.data() + p * cells.stride, place));
      V const z = hn::GatherIndex(d, table.z.data() + p * cells.stride, place) - shift;
      V density = z;
      V const below = NormalCdf(d, z, density);
      // g_k = He_{k-1}(z)/k!: g_1 = 1, g_2 = z/2, g_{k+1} = (z g_k - (k-1)/k g_{k-1})/(k+1)
      V term[kTerms];
      term[0] = below;
      V before = hn::Zero(d), g = hn::Set(d, 1.0);
      for (std::size_t k = 1; k < kTerms; ++k) {
        term[k] = hn::Set(d, 0.0) - density * g;
        double const n = static_cast<double>(k);
        V const next = (z * g - hn::Set(d, (n - 1) / n) * before) * hn::Set(d, 1 / (n + 1));
        before = g;
        g = next;
      }
      for (std::size_t k = 0; k < kTerms; ++k) sum[k] = sum[k] + pupils * term[k];
      if (!second) continue;
      V const weighted = pupils * hn::Set(d, table.by_profile[p]);
      for (std::size_t k = 0; k < kTerms; ++k) other[k] = other[k] + weighted * term[k];
    }
    for (std::size_t k = 0; k < kTerms; ++k) {
      hn::Store(sum[k], d, column);
      for (std::size_t j = 0; j < lanes && i + j < count; ++j) {
        std::size_t const slot = first_slot + i + j;
        table.count[slot * kTerms + k] = column[j];
        if (k > 0) table.slope[slot * kTerms + k - 1] = static_cast<double>(k) * column[j];
      }
      if (!second) continue;
      hn::Store(other[k], d, column);
      for (std::size_t j = 0; j < lanes && i + j < count; ++j)
        table.weighted[(first_slot + i + j) * kTerms + k] = column[j];
    }
  }
}

/// Σ c[k] h^k, coefficients of one slot for all lanes.
template <std::size_t N, class D, class V>
HWY_INLINE V Series(D d, V h, double const* c) {
  V const h2 = h * h, h4 = h2 * h2, h8 = h4 * h4;
  V part[8];
  for (std::size_t k = 0; k < N / 2; ++k) part[k] = hn::Set(d, c[2 * k]) + h * hn::Set(d, c[2 * k + 1]);
  if constexpr (N % 2 == 1) part[N / 2] = hn::Set(d, c[N - 1]);
  constexpr std::size_t parts = (N + 1) / 2;
  static_assert(parts == 7);
  V const low = (part[0] + h2 * part[1]) + h4 * (part[2] + h2 * part[3]);
  return low + h8 * ((part[4] + h2 * part[5]) + h4 * part[6]);
}
/// The same, each lane with the coefficients of its own slot.
template <std::size_t N, class D, class V, class I>
HWY_INLINE V SeriesOfSlots(D d, V h, double const* c, I start) {
  hn::RebindToSigned<D> di;
  V const h2 = h * h, h4 = h2 * h2, h8 = h4 * h4;
  auto const at = [&](std::size_t k) HWY_ATTR {
    return hn::GatherIndex(d, c, start + hn::Set(di, static_cast<std::int64_t>(k)));
  };
  V part[8];
  for (std::size_t k = 0; k < N / 2; ++k) part[k] = at(2 * k) + h * at(2 * k + 1);
  if constexpr (N % 2 == 1) part[N / 2] = at(N - 1);
  V const low = (part[0] + h2 * part[1]) + h4 * (part[2] + h2 * part[3]);
  return low + h8 * ((part[4] + h2 * part[5]) + h4 * part[6]);
}

/// Where the lanes of one row stand: the nodes next to their moves `v` (in σ), their distances h, and their
/// slots. False when a node is not made yet; it is then put on the list.
template <class D, class V = hn::Vec<D>>
struct Standing {
  V h;
  std::int32_t slot = 0;                // of all lanes, if `alike`
  hn::Vec<hn::RebindToSigned<D>> start; // else, of each lane: its first coefficient
  bool alike = true;
};
template <class D, class V>
HWY_INLINE bool Stand(D d, SmoothCounts& table, std::size_t row, V v, Standing<D, V>& out) {
  hn::RebindToSigned<D> di;
  V const limit = hn::Set(d, 0.5 * SmoothCounts::reach);
  V const inside = hn::Min(hn::Max(v, hn::Set(d, 0.0) - limit), limit);
  V const magic = hn::Set(d, 0x1.8p52);
  V const shifted = (inside + inside) + magic;
  V const node = shifted - magic;
  out.h = inside - hn::Set(d, 0.5) * node;
  double const first = hn::GetLane(node);
  std::int32_t const* slots = table.slot.data() + row * kNodes;
  out.alike = hn::AllTrue(d, node == hn::Set(d, first));
  if (out.alike) {
    auto const index = static_cast<std::int32_t>(first) + SmoothCounts::reach;
    out.slot = slots[index];
    if (out.slot >= 0) return true;
    table.todo.push_back(static_cast<std::uint32_t>(row << 8) | static_cast<std::uint32_t>(index));
    return false;
  }
  HWY_ALIGN double nodes[kLanes];
  HWY_ALIGN std::int64_t starts[kLanes];
  hn::Store(node, d, nodes);
  bool made = true;
  for (std::size_t k = 0; k < hn::Lanes(d); ++k) {
    auto const index = static_cast<std::int32_t>(nodes[k]) + SmoothCounts::reach;
    starts[k] = std::int64_t{slots[index]} * static_cast<std::int64_t>(kTerms);
    if (starts[k] >= 0) continue;
    table.todo.push_back(static_cast<std::uint32_t>(row << 8) | static_cast<std::uint32_t>(index));
    made = false;
  }
  out.start = hn::Load(di, starts);
  return made;
}

/// One pass of count_all_below; false when nodes were missing.
bool CountBelow(SmoothCounts& table, double scale, double const* effect, std::size_t stride,
                std::size_t policies, double* below, double* along) {
  hn::ScalableTag<double> d;
  using V = hn::Vec<decltype(d)>;
  bool const second = !table.by_profile.empty();
  std::size_t const rows = 2 * table.cells->units;
  V const by = hn::Set(d, scale / table.sigma);
  bool made = true;
  for (std::size_t m = 0; m < policies; m += hn::Lanes(d)) {
    V sum[2] = {hn::Zero(d), hn::Zero(d)}, rank = hn::Zero(d);
    for (std::size_t r = 0; r < rows; ++r) {
      Standing<decltype(d)> at;
      if (!Stand(d, table, r, by * hn::LoadU(d, effect + r * stride + m), at)) {
        made = false;
        continue;
      }
      if (at.alike) {
        std::size_t const start = static_cast<std::size_t>(at.slot) * kTerms;
        sum[r % 2] = sum[r % 2] + Series<kTerms>(d, at.h, table.count.data() + start);
        if (second) rank = rank + Series<kTerms>(d, at.h, table.weighted.data() + start);
      } else {
        sum[r % 2] = sum[r % 2] + SeriesOfSlots<kTerms>(d, at.h, table.count.data(), at.start);
        if (second) rank = rank + SeriesOfSlots<kTerms>(d, at.h, table.weighted.data(), at.start);
      }
    }
    hn::StoreU(sum[0], d, below + m);
    hn::StoreU(sum[1], d, below + stride + m);
    if (second) hn::StoreU(rank, d, along + m);
  }
  return made;
}

/// One pass of quantiles_of_all; false when nodes were missing. out[m] is the move from t in σ.
bool Quantiles(SmoothCounts& table, double wanted, double const* effect, std::size_t stride,
               std::size_t policies, double* out) {
  hn::ScalableTag<double> d;
  using V = hn::Vec<decltype(d)>;
  std::size_t const rows = 2 * table.cells->units;
  V const by = hn::Set(d, 1 / table.sigma), zero = hn::Zero(d);
  bool all_made = true;
  for (std::size_t m = 0; m < policies; m += hn::Lanes(d)) {
    // Σ c0 + c1 (v-τ) + c2 (v-τ)² = wanted, the nodes about 0 being the first slots.
    V constant = hn::Set(d, -wanted), linear = zero, square = zero;
    for (std::size_t r = 0; r < rows; ++r) {
      double const* c = table.count.data() + r * kTerms;
      V const v = by * hn::LoadU(d, effect + r * stride + m);
      V const c1 = hn::Set(d, c[1]), c2v = hn::Set(d, c[2]) * v;
      constant = constant + (hn::Set(d, c[0]) + v * (c1 + c2v));
      linear = linear - (c1 + (c2v + c2v));
      square = square + hn::Set(d, c[2]);
    }
    V const first = zero - constant / linear;
    V tau = zero - (constant + square * first * first) / linear;
    auto settled = zero != zero; // no lane yet
    bool made = true;
    for (int step = 0; step < 12 && made && !hn::AllTrue(d, settled); ++step) {
      V excess = hn::Set(d, -wanted), density = zero;
      for (std::size_t r = 0; r < rows; ++r) {
        Standing<decltype(d)> at;
        if (!Stand(d, table, r, by * hn::LoadU(d, effect + r * stride + m) - tau, at)) {
          made = false;
          continue;
        }
        if (at.alike) {
          std::size_t const start = static_cast<std::size_t>(at.slot) * kTerms;
          excess = excess + Series<kTerms>(d, at.h, table.count.data() + start);
          density = density - Series<kTerms - 1>(d, at.h, table.slope.data() + start);
        } else {
          excess = excess + SeriesOfSlots<kTerms>(d, at.h, table.count.data(), at.start);
          density = density - SeriesOfSlots<kTerms - 1>(d, at.h, table.slope.data(), at.start);
        }
      }
      if (!made) break;
      // A settled lane stays where it is, whatever the lanes beside it still do.
      V const full = excess / hn::Max(density, hn::Set(d, 1e-9 * wanted));
      V const bounded = hn::Min(hn::Max(full, hn::Set(d, -2.0)), hn::Set(d, 2.0));
      V const move = hn::IfThenElse(settled, zero, bounded);
      tau = tau - move;
      // The error after a step is about its square: 1e-7 leaves rounding only.
      settled = hn::Or(settled, hn::Abs(move) < hn::Set(d, 1e-7));
    }
    all_made &= made;
    V const nothing = hn::Set(d, std::numeric_limits<double>::quiet_NaN());
    hn::StoreU(hn::IfThenElse(settled, tau, nothing), d, out + m);
  }
  return all_made;
}

/// Σ w Φ((t - μ)/σ) and Σ w φ over all cells, in eight fixed parts.
void CountAt(Cells const& cells, double t, double sigma, double* sums) {
  hn::ScalableTag<double> d;
  using V = hn::Vec<decltype(d)>;
  std::size_t const lanes = hn::Lanes(d);
  V const by = hn::Set(d, 1 / sigma), at = hn::Set(d, t);
  HWY_ALIGN double below[kLanes], density[kLanes];
  for (std::size_t k = 0; k < kLanes; k += lanes) {
    V sum = hn::Zero(d), slope = hn::Zero(d);
    for (std::size_t i = k; i < cells.pupils.size(); i += kLanes) {
      V const n = hn::LoadU(d, cells.pupils.data() + i);
      V phi = n;
      V const cdf = NormalCdf(d, (at - hn::LoadU(d, cells.mean.data() + i)) * by, phi);
      sum = sum + n * cdf;
      slope = slope + n * phi;
    }
    hn::Store(sum, d, below + k);
    hn::Store(slope, d, density + k);
  }
  sums[0] = ((below[0] + below[1]) + (below[2] + below[3])) + ((below[4] + below[5]) + (below[6] + below[7]));
  sums[1] = ((density[0] + density[1]) + (density[2] + density[3])) +
            ((density[4] + density[5]) + (density[6] + density[7]));
}

} // namespace likvard::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>

namespace likvard {

HWY_EXPORT(Build);
HWY_EXPORT(CountBelow);
HWY_EXPORT(Quantiles);
HWY_EXPORT(CountAt);

namespace {

constexpr std::size_t nodes = 2 * SmoothCounts::reach + 1;

/// Make the nodes on the list, each once.
void build(SmoothCounts& table) {
  auto& todo = table.todo;
  std::sort(todo.begin(), todo.end());
  todo.erase(std::unique(todo.begin(), todo.end()), todo.end());
  std::size_t const first = table.used.size(), size = (first + todo.size()) * SmoothCounts::terms;
  for (std::uint32_t entry : todo) {
    table.slot[(entry >> 8) * nodes + (entry & 255U)] = static_cast<std::int32_t>(table.used.size());
    table.used.push_back(entry);
  }
  if (table.count.size() < size) {
    table.count.resize(size);
    table.slope.resize(size);
    if (!table.by_profile.empty()) table.weighted.resize(size);
  }
  HWY_DYNAMIC_DISPATCH(Build)(table, todo.data(), todo.size(), first);
  todo.clear();
}

} // namespace

void tabulate_counts(Cells const& cells, double threshold, double sigma, std::span<double const> by_profile,
                     SmoothCounts& table) {
  LIKVARD_EXPECT(sigma > 0 && (by_profile.empty() || by_profile.size() == cells.profiles));
  for (std::uint32_t entry : table.used) table.slot[(entry >> 8) * nodes + (entry & 255U)] = -1;
  table.used.clear();
  table.todo.clear();
  if (table.slot.size() < 2 * cells.units * nodes) table.slot.resize(2 * cells.units * nodes, -1);
  table.sigma = sigma;
  table.cells = &cells;
  table.by_profile.assign(by_profile.begin(), by_profile.end());
  if (!by_profile.empty()) table.weighted.resize(std::max(table.weighted.size(), table.count.size()));
  table.z.resize(cells.mean.size());
  for (std::size_t i = 0; i < table.z.size(); ++i) table.z[i] = (threshold - cells.mean[i]) / sigma;
  for (std::uint32_t r = 0; r < 2 * cells.units; ++r) table.todo.push_back(r << 8 | SmoothCounts::reach);
  build(table);
}

void count_all_below(SmoothCounts& table, double scale, std::span<double const> effect, std::size_t stride,
                     std::size_t policies, std::span<double> below, std::span<double> along) {
  LIKVARD_EXPECT(effect.size() == 2 * table.cells->units * stride && below.size() == 2 * stride &&
                 along.size() == stride && stride % 8 == 0);
  while (!HWY_DYNAMIC_DISPATCH(CountBelow)(table, scale, effect.data(), stride, policies, below.data(),
                                           along.data()))
    build(table);
}

void quantiles_of_all(SmoothCounts& table, double threshold, double p, double pupils,
                      std::span<double const> effect, std::size_t stride, std::size_t policies,
                      std::span<double> out) {
  LIKVARD_EXPECT(effect.size() == 2 * table.cells->units * stride && out.size() == stride && stride % 8 == 0);
  while (!HWY_DYNAMIC_DISPATCH(Quantiles)(table, p * pupils, effect.data(), stride, policies, out.data()))
    build(table);
  for (std::size_t m = 0; m < policies; ++m) out[m] = threshold + table.sigma * out[m];
}

double near_quantile(Cells const& cells, double sigma, double p) {
  double n = 0, y = 0, y2 = 0;
  for (std::size_t i = 0; i < cells.pupils.size(); ++i) {
    n += cells.pupils[i];
    y += cells.pupils[i] * cells.mean[i];
    y2 += cells.pupils[i] * cells.mean[i] * cells.mean[i];
  }
  double const mean = y / n, sd = std::sqrt(std::max(0.0, y2 / n - mean * mean) + sigma * sigma);
  double t = mean + sd * portable::normal_quantile(p);
  for (int step = 0; step < 2; ++step) {
    double sums[2];
    HWY_DYNAMIC_DISPATCH(CountAt)(cells, t, sigma, sums);
    double const move = sigma * (sums[0] - p * n) / std::max(sums[1], 1e-3 * n);
    t -= std::clamp(move, -0.5 * sd, 0.5 * sd);
  }
  return t;
}

} // namespace likvard
#endif

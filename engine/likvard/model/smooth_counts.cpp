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

/// Coefficients of the entries `todo` [count], all of group `group`, which take the slots from `first_slot`,
/// a multiple of eight, on: lanes are entries.
void Build(SmoothCounts& table, std::uint32_t const* todo, std::size_t count, std::size_t group,
           std::size_t first_slot) {
  hn::ScalableTag<double> d;
  hn::RebindToSigned<decltype(d)> di;
  using V = hn::Vec<decltype(d)>;
  std::size_t const lanes = hn::Lanes(d);
  Cells const& cells = *table.cells;
  bool const second = !table.by_profile.empty();
  HWY_ALIGN std::int64_t unit[kLanes];
  HWY_ALIGN double centre[kLanes];
  for (std::size_t i = 0; i < count; i += lanes) {
    for (std::size_t k = 0; k < lanes; ++k) {
      std::uint32_t const entry = todo[i + k < count ? i + k : count - 1];
      unit[k] = (entry >> 8) / 2;
      centre[k] = 0.5 * (static_cast<double>(entry & 255U) - SmoothCounts::reach);
    }
    auto const place = hn::Load(di, unit);
    // Mostly one unit after another (rows are padded to whole vectors), which needs no gathering.
    bool in_order = true;
    for (std::size_t k = 1; k < lanes && i + k < count; ++k)
      in_order &= unit[k] == unit[0] + static_cast<std::int64_t>(k);
    auto const of_units = [&](double const* row) HWY_ATTR {
      return in_order && static_cast<std::size_t>(unit[0]) + lanes <= cells.stride
                 ? hn::LoadU(d, row + unit[0])
                 : hn::GatherIndex(d, row, place);
    };
    V const shift = hn::Load(d, centre);
    V sum[kTerms], other[kTerms];
    for (std::size_t k = 0; k < kTerms; ++k) sum[k] = other[k] = hn::Zero(d);
    for (std::size_t p = 0; p < cells.profiles; ++p) {
      if (cells.needy[p] != group) continue;
      V const pupils = of_units(cells.pupils.data() + p * cells.stride);
      V const z = of_units(table.z.data() + p * cells.stride) - shift;
      V density = z;
      V const below = NormalCdf(d, z, density);
      V const second_weight = second ? pupils * hn::Set(d, table.by_profile[p]) : pupils;
      sum[0] = sum[0] + pupils * below;
      if (second) other[0] = other[0] + second_weight * below;
      // g_k = He_{k-1}(z)/k!: g_1 = 1, g_2 = z/2, g_{k+1} = (z g_k - (k-1)/k g_{k-1})/(k+1)
      V before = hn::Zero(d), g = hn::Set(d, 1.0);
      for (std::size_t k = 1; k < kTerms; ++k) {
        V const term = density * g;
        sum[k] = sum[k] - pupils * term;
        if (second) other[k] = other[k] - second_weight * term;
        double const n = static_cast<double>(k);
        V const next = (z * g - hn::Set(d, (n - 1) / n) * before) * hn::Set(d, 1 / (n + 1));
        before = g;
        g = next;
      }
    }
    std::size_t const slot = first_slot + i, start = slot / kLanes * kLanes * kTerms + slot % kLanes;
    for (std::size_t k = 0; k < kTerms; ++k) {
      hn::StoreU(sum[k], d, table.count.data() + start + k * kLanes);
      if (second) hn::StoreU(other[k], d, table.weighted.data() + start + k * kLanes);
      if (table.with_slope && k > 0)
        hn::StoreU(sum[k] * hn::Set(d, static_cast<double>(k)), d,
                   table.slope.data() + start + (k - 1) * kLanes);
    }
  }
}

/// Σ c[8 k] h^k, one node's coefficients for all lanes, or each lane's own from where `at` says.
template <std::size_t N, class V, class At>
HWY_INLINE V Series(V h, V h2, V h4, V h8, At at) {
  static_assert(N == 13 || N == 14);
  V const low = ((at(0) + h * at(1)) + h2 * (at(2) + h * at(3))) +
                h4 * ((at(4) + h * at(5)) + h2 * (at(6) + h * at(7)));
  V const last = N == 14 ? at(12) + h * at(N - 1) : at(12);
  return low + h8 * (((at(8) + h * at(9)) + h2 * (at(10) + h * at(11))) + h4 * last);
}

/// Where the lanes of one row stand: how far from their nodes, and where those nodes' coefficients begin.
template <class D, class V = hn::Vec<D>>
struct Standing {
  V h;
  hn::Vec<hn::RebindToSigned<D>> start; // of each lane
  std::int32_t common = 0;              // of all, if `alike`
  bool alike = true;
};
/// The nodes next to moves `v` (in σ). False when one is not made yet; it is then put on the list.
template <class D, class V>
HWY_INLINE bool Stand(D d, SmoothCounts& table, std::size_t row, V v, Standing<D, V>& out) {
  hn::RebindToSigned<D> di;
  V const limit = hn::Set(d, 0.5 * SmoothCounts::reach);
  V const inside = hn::Min(hn::Max(v, hn::Set(d, 0.0) - limit), limit);
  V const magic = hn::Set(d, 0x1.8p52);
  V const node = ((inside + inside) + magic) - magic;
  out.h = inside - hn::Set(d, 0.5) * node;
  double const first = hn::GetLane(node);
  std::int32_t const* slots = table.slot.data() + row * kNodes;
  out.alike = hn::AllTrue(d, node == hn::Set(d, first));
  HWY_ALIGN double nodes[kLanes];
  HWY_ALIGN std::int64_t starts[kLanes];
  hn::Store(node, d, nodes);
  bool made = true;
  std::size_t const different = out.alike ? 1 : hn::Lanes(d);
  for (std::size_t k = 0; k < different; ++k) {
    auto const index = static_cast<std::int32_t>(nodes[k]) + SmoothCounts::reach;
    starts[k] = slots[index];
    if (starts[k] >= 0) continue;
    table.todo.push_back(static_cast<std::uint32_t>(row << 8) | static_cast<std::uint32_t>(index));
    made = false;
  }
  out.common = static_cast<std::int32_t>(starts[0]);
  if (!out.alike) out.start = hn::Load(di, starts);
  return made;
}

/// Value at h of a series, and of a second one of one term less if there is one, about the nodes that `at`
/// names.
template <bool Pair, class D, class V>
HWY_INLINE V ValueAt(D, Standing<D, V> const& at, double const* c, double const* second, V& second_value) {
  hn::RebindToSigned<D> di;
  V const h2 = at.h * at.h, h4 = h2 * h2, h8 = h4 * h4;
  if (at.alike) {
    auto const from = [&](double const* of) HWY_ATTR {
      of += at.common;
      return [=](std::size_t k) HWY_ATTR { return hn::Set(D(), of[kLanes * k]); };
    };
    if constexpr (Pair) second_value = Series<kTerms - 1>(at.h, h2, h4, h8, from(second));
    return Series<kTerms>(at.h, h2, h4, h8, from(c));
  }
  auto const from = [&](double const* of) HWY_ATTR {
    return [=](std::size_t k) HWY_ATTR {
      return hn::GatherIndex(D(), of, at.start + hn::Set(di, static_cast<std::int64_t>(kLanes * k)));
    };
  };
  if constexpr (Pair) second_value = Series<kTerms - 1>(at.h, h2, h4, h8, from(second));
  return Series<kTerms>(at.h, h2, h4, h8, from(c));
}

/// One pass of count_all_below; false when nodes were missing.
bool CountBelow(SmoothCounts& table, double scale, double const* effect, std::size_t stride,
                std::size_t policies, double* below, double* along) {
  hn::ScalableTag<double> d;
  using V = hn::Vec<decltype(d)>;
  bool const second = !table.by_profile.empty();
  std::size_t const rows = 2 * table.cells->units;
  V const by = hn::Set(d, scale / table.sigma), near_node = hn::Set(d, 0.25);
  bool made = true;
  for (std::size_t m = 0; m < policies; m += hn::Lanes(d)) {
    V sum[2] = {hn::Zero(d), hn::Zero(d)}, rank = hn::Zero(d);
    for (std::size_t r = 0; r < rows; ++r) {
      Standing<decltype(d)> at;
      at.h = by * hn::LoadU(d, effect + r * stride + m);
      if (hn::AllTrue(d, hn::Abs(at.h) < near_node)) {
        at.common = table.slot[r * kNodes + SmoothCounts::reach];
      } else if (!Stand(d, table, r, at.h, at)) {
        made = false;
        continue;
      }
      V unused;
      sum[r % 2] = sum[r % 2] + ValueAt<false>(d, at, table.count.data(), nullptr, unused);
      if (second) rank = rank + ValueAt<false>(d, at, table.weighted.data(), nullptr, unused);
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
  V const by = hn::Set(d, 1 / table.sigma), zero = hn::Zero(d), near_node = hn::Set(d, 0.25);
  bool all_made = true;
  for (std::size_t m = 0; m < policies; m += hn::Lanes(d)) {
    // Σ_k c_k (v-τ)^k to the fourth power, c of the nodes about 0, as a polynomial in τ: its root is the
    // start.
    V poly[5] = {hn::Set(d, -wanted), zero, zero, zero, zero};
    for (std::size_t r = 0; r < rows; ++r) {
      double const* c = table.count.data() + table.slot[r * kNodes + SmoothCounts::reach];
      V const v = by * hn::LoadU(d, effect + r * stride + m);
      V const c1 = hn::Set(d, c[kLanes]), c2 = hn::Set(d, c[2 * kLanes]), c3 = hn::Set(d, c[3 * kLanes]);
      V const c4 = hn::Set(d, c[4 * kLanes]), c4v = c4 * v, c2v = c2 * v;
      V const third = c3 + c4v;
      poly[0] = poly[0] + (hn::Set(d, c[0]) + v * (c1 + c2v + v * v * third));
      V const two = hn::Set(d, 2.0), three = hn::Set(d, 3.0);
      poly[1] = poly[1] - (c1 + two * c2v + v * v * (three * third + c4v));
      poly[2] = poly[2] + (c2 + three * v * (third + c4v));
      poly[3] = poly[3] - (third + three * c4v);
      poly[4] = poly[4] + c4;
    }
    V tau = zero;
    for (int step = 0; step < 4; ++step) {
      V const two = hn::Set(d, 2.0), three = hn::Set(d, 3.0), four = hn::Set(d, 4.0);
      V const value = poly[0] + tau * (poly[1] + tau * (poly[2] + tau * (poly[3] + tau * poly[4])));
      V const slope = poly[1] + tau * (two * poly[2] + tau * (three * poly[3] + tau * (four * poly[4])));
      V const move = value / hn::Max(slope, hn::Set(d, 1e-9 * wanted));
      tau = tau - hn::Min(hn::Max(move, hn::Set(d, -1.0)), hn::Set(d, 1.0));
    }
    auto settled = zero != zero; // no lane yet
    bool made = true;
    for (int step = 0; step < 12 && made && !hn::AllTrue(d, settled); ++step) {
      V excess = hn::Set(d, -wanted), density = zero;
      for (std::size_t r = 0; r < rows; ++r) {
        Standing<decltype(d)> at;
        at.h = by * hn::LoadU(d, effect + r * stride + m) - tau;
        if (hn::AllTrue(d, hn::Abs(at.h) < near_node)) {
          at.common = table.slot[r * kNodes + SmoothCounts::reach];
        } else if (!Stand(d, table, r, at.h, at)) {
          made = false;
          continue;
        }
        V slope;
        excess = excess + ValueAt<true>(d, at, table.count.data(), table.slope.data(), slope);
        density = density - slope;
      }
      if (!made) break;
      // A settled lane stays where it is, whatever the lanes beside it still do.
      V const full = excess / hn::Max(density, hn::Set(d, 1e-9 * wanted));
      V const bounded = hn::Min(hn::Max(full, hn::Set(d, -2.0)), hn::Set(d, 2.0));
      V const move = hn::IfThenElse(settled, zero, bounded);
      tau = tau - move;
      // The error after a step is about its square.
      settled = hn::Or(settled, hn::Abs(move) < hn::Set(d, 1e-6));
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

/// Make the nodes todo[from..to), all of one group, in slots of their own.
void build_group(SmoothCounts& table, std::size_t from, std::size_t to, std::size_t group) {
  if (from == to) return;
  constexpr std::size_t side = 8;
  std::size_t const first = table.slots, count = to - from;
  table.slots += (count + side - 1) / side * side;
  std::size_t const size = table.slots * SmoothCounts::terms;
  for (auto* values : {&table.count, &table.slope, &table.weighted})
    if (values->size() < size) values->resize(size);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t const entry = table.todo[from + i];
    std::size_t const slot = first + i;
    table.slot[(entry >> 8) * nodes + (entry & 255U)] =
        static_cast<std::int32_t>(slot / side * side * SmoothCounts::terms + slot % side);
    table.used.push_back(entry);
  }
  HWY_DYNAMIC_DISPATCH(Build)(table, table.todo.data() + from, count, group, first);
}

/// Make the nodes on the list, each once.
void build_missing(SmoothCounts& table) {
  auto& todo = table.todo;
  auto const group = [](std::uint32_t entry) { return (entry >> 8) % 2; };
  std::sort(todo.begin(), todo.end(), [&](std::uint32_t a, std::uint32_t b) {
    return group(a) < group(b) || (group(a) == group(b) && a < b);
  });
  todo.erase(std::unique(todo.begin(), todo.end()), todo.end());
  auto const others = static_cast<std::size_t>(
      std::count_if(todo.begin(), todo.end(), [&](auto e) { return group(e) == 0; }));
  build_group(table, 0, others, 0);
  build_group(table, others, todo.size(), 1);
  todo.clear();
}

} // namespace

void tabulate_counts(Cells const& cells, double threshold, double sigma, std::span<double const> by_profile,
                     bool with_slope, SmoothCounts& table) {
  LIKVARD_EXPECT(sigma > 0 && (by_profile.empty() || by_profile.size() == cells.profiles));
  for (std::uint32_t entry : table.used) table.slot[(entry >> 8) * nodes + (entry & 255U)] = -1;
  table.used.clear();
  table.todo.clear();
  table.slots = 0;
  if (table.slot.size() < 2 * cells.units * nodes) table.slot.resize(2 * cells.units * nodes, -1);
  table.sigma = sigma;
  table.cells = &cells;
  table.with_slope = with_slope;
  table.by_profile.assign(by_profile.begin(), by_profile.end());
  table.z.resize(cells.mean.size());
  for (std::size_t i = 0; i < table.z.size(); ++i) table.z[i] = (threshold - cells.mean[i]) / sigma;
  auto const units = static_cast<std::uint32_t>(cells.units);
  for (std::uint32_t g = 0; g < 2; ++g)
    for (std::uint32_t s = 0; s < units; ++s) table.todo.push_back((2 * s + g) << 8 | SmoothCounts::reach);
  build_group(table, 0, units, 0);
  build_group(table, units, 2 * units, 1);
  table.todo.clear();
}

void count_all_below(SmoothCounts& table, double scale, std::span<double const> effect, std::size_t stride,
                     std::size_t policies, std::span<double> below, std::span<double> along) {
  LIKVARD_EXPECT(effect.size() == 2 * table.cells->units * stride && below.size() == 2 * stride &&
                 along.size() == stride && stride % 8 == 0);
  while (!HWY_DYNAMIC_DISPATCH(CountBelow)(table, scale, effect.data(), stride, policies, below.data(),
                                           along.data()))
    build_missing(table);
}

void quantiles_of_all(SmoothCounts& table, double threshold, double p, double pupils,
                      std::span<double const> effect, std::size_t stride, std::size_t policies,
                      std::span<double> out) {
  LIKVARD_EXPECT(effect.size() == 2 * table.cells->units * stride && out.size() == stride && stride % 8 == 0);
  while (!HWY_DYNAMIC_DISPATCH(Quantiles)(table, p * pupils, effect.data(), stride, policies, out.data()))
    build_missing(table);
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
  double const t = mean + sd * portable::normal_quantile(p);
  double sums[2];
  HWY_DYNAMIC_DISPATCH(CountAt)(cells, t, sigma, sums);
  double const move = sigma * (sums[0] - p * n) / std::max(sums[1], 1e-3 * n);
  return t - std::clamp(move, -0.5 * sd, 0.5 * sd);
}

} // namespace likvard
#endif

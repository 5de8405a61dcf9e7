#include "likvard/model/smooth_counts.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/portable.hpp"

#include <algorithm>
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

/// Add the series of W profiles at once: a chain of operations that wait for each other is long, and two of
/// them fill its time. Each sum takes the profiles in their order.
template <bool Second, std::size_t W, class D, class V = hn::Vec<D>>
HWY_INLINE void AddProfiles(D d, V const (&pupils)[W], V const (&z)[W], V const (&second)[W],
                            V (&sum)[kTerms], V (&other)[kTerms]) {
  V density[W], before[W], g[W];
  for (std::size_t w = 0; w < W; ++w) {
    V const below = NormalCdf(d, z[w], density[w]);
    sum[0] = sum[0] + pupils[w] * below;
    if constexpr (Second) other[0] = other[0] + second[w] * below;
    // g_k = He_{k-1}(z)/k!: g_1 = 1, g_2 = z/2, g_{k+1} = (z g_k - (k-1)/k g_{k-1})/(k+1)
    before[w] = hn::Zero(d);
    g[w] = hn::Set(d, 1.0);
  }
#pragma GCC unroll 16
  for (std::size_t k = 1; k < kTerms; ++k) {
    double const n = static_cast<double>(k);
#pragma GCC unroll 2
    for (std::size_t w = 0; w < W; ++w) {
      V const term = density[w] * g[w];
      sum[k] = sum[k] - pupils[w] * term;
      if constexpr (Second) other[k] = other[k] - second[w] * term;
      V const next = (z[w] * g[w] - hn::Set(d, (n - 1) / n) * before[w]) * hn::Set(d, 1 / (n + 1));
      before[w] = g[w];
      g[w] = next;
    }
  }
}

/// Coefficients of the entries on the list, which take the slots from `first_slot`, a multiple of eight, on:
/// lanes are entries.
template <bool Second>
void BuildAll(SmoothCounts& table, std::size_t first_slot) {
  hn::ScalableTag<double> d;
  hn::RebindToSigned<decltype(d)> di;
  using V = hn::Vec<decltype(d)>;
  std::size_t const lanes = hn::Lanes(d), count = table.todo.size();
  Cells const& cells = *table.cells;
  std::vector<std::uint32_t> const &others = table.of_group[0], &needy = table.of_group[1];
  V const by = hn::Set(d, table.sigma), at = hn::Set(d, table.threshold);
  HWY_ALIGN std::int64_t unit[kLanes], group[kLanes];
  HWY_ALIGN double centre[kLanes];
  for (std::size_t i = 0; i < count; i += lanes) {
    // Mostly one unit after another of the same group (rows are padded to whole vectors), which needs no
    // gathering.
    bool in_order = true, some[2] = {false, false};
    for (std::size_t k = 0; k < lanes; ++k) {
      std::uint32_t const entry = table.todo[i + k < count ? i + k : count - 1];
      unit[k] = (entry >> 8) / 2;
      group[k] = (entry >> 8) % 2;
      centre[k] = 0.5 * (static_cast<double>(entry & 255U) - SmoothCounts::reach);
      some[group[k]] = true;
      in_order &= i + k >= count || unit[k] == unit[0] + static_cast<std::int64_t>(k);
    }
    in_order &= static_cast<std::size_t>(unit[0]) + lanes <= cells.stride && some[0] != some[1];
    auto const place = hn::Load(di, unit);
    auto const of_needy = hn::RebindMask(d, hn::Load(di, group) == hn::Set(di, std::int64_t{1}));
    V const shift = hn::Load(d, centre);
    V sum[kTerms], other[kTerms];
    for (std::size_t k = 0; k < kTerms; ++k) sum[k] = other[k] = hn::Zero(d);
    std::size_t const most = std::max(some[0] ? others.size() : 0, some[1] ? needy.size() : 0);
    // The k-th profile of each lane's group; no pupils where there are fewer.
    auto const load = [&](std::size_t k, V& pupils, V& z, V& second) HWY_ATTR {
      bool const first_has = k < others.size(), second_has = k < needy.size();
      std::size_t const p = first_has ? others[k] : needy[k], q = second_has ? needy[k] : p;
      V mean = shift;
      if (in_order) {
        std::size_t const from = (some[0] ? p : q) * cells.stride + static_cast<std::size_t>(unit[0]);
        pupils = hn::LoadU(d, cells.pupils.data() + from);
        mean = hn::LoadU(d, cells.mean.data() + from);
      } else {
        auto const row = hn::IfThenElse(hn::RebindMask(di, of_needy),
                                        hn::Set(di, static_cast<std::int64_t>(q * cells.stride)),
                                        hn::Set(di, static_cast<std::int64_t>(p * cells.stride)));
        pupils = hn::GatherIndex(d, cells.pupils.data(), place + row);
        mean = hn::GatherIndex(d, cells.mean.data(), place + row);
        if (!first_has) pupils = hn::IfThenElseZero(of_needy, pupils);
        if (!second_has) pupils = hn::IfThenZeroElse(of_needy, pupils);
      }
      z = (at - mean) / by - shift;
      if constexpr (Second)
        second = pupils *
                 hn::IfThenElse(of_needy, hn::Set(d, table.by_profile[q]), hn::Set(d, table.by_profile[p]));
    };
    std::size_t k = 0;
    for (; k + 2 <= most; k += 2) {
      V pupils[2], z[2], second[2];
      load(k, pupils[0], z[0], second[0]);
      load(k + 1, pupils[1], z[1], second[1]);
      AddProfiles<Second>(d, pupils, z, second, sum, other);
    }
    if (k < most) {
      V pupils[1], z[1], second[1];
      load(k, pupils[0], z[0], second[0]);
      AddProfiles<Second>(d, pupils, z, second, sum, other);
    }
    std::size_t const slot = first_slot + i, start = slot / kLanes * kLanes * kTerms + slot % kLanes;
    for (std::size_t t = 0; t < kTerms; ++t) {
      hn::StoreU(sum[t], d, table.count.data() + start + t * kLanes);
      if constexpr (Second) hn::StoreU(other[t], d, table.weighted.data() + start + t * kLanes);
      if (table.with_slope && t > 0)
        hn::StoreU(sum[t] * hn::Set(d, static_cast<double>(t)), d,
                   table.slope.data() + start + (t - 1) * kLanes);
    }
  }
}
void Build(SmoothCounts& table, std::size_t first_slot) {
  return table.by_profile.empty() ? BuildAll<false>(table, first_slot) : BuildAll<true>(table, first_slot);
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

/// Σ_k c_k (v-τ)^k to the fourth power as a polynomial in τ: what one row adds to it.
template <class D, class V, class At>
HWY_INLINE void StartTerms(D d, V v, At c, V (&term)[5]) {
  V const two = hn::Set(d, 2.0), three = hn::Set(d, 3.0);
  V const c1 = c(1), c2 = c(2), c3 = c(3), c4 = c(4), c4v = c4 * v, c2v = c2 * v;
  V const third = c3 + c4v;
  term[0] = c(0) + v * (c1 + c2v + v * v * third);
  term[1] = c1 + two * c2v + v * v * (three * third + c4v);
  term[2] = c2 + three * v * (third + c4v);
  term[3] = third + three * c4v;
  term[4] = c4;
}

/// Policies in lanes, row after row.
template <class D, class V = hn::Vec<D>>
struct RowsOfPolicies {
  SmoothCounts& table;
  double const* effect; ///< of the first policy
  std::size_t stride;

  HWY_INLINE void start(D d, V (&poly)[5]) const {
    V const by = hn::Set(d, 1 / table.sigma);
    for (std::size_t r = 0; r < 2 * table.cells->units; ++r) {
      double const* of = table.count.data() + table.slot[r * kNodes + SmoothCounts::reach];
      V term[5];
      StartTerms(
          d, by * hn::LoadU(d, effect + r * stride),
          [&](std::size_t k) HWY_ATTR { return hn::Set(d, of[k * kLanes]); }, term);
#pragma GCC unroll 5
      for (std::size_t k = 0; k < 5; ++k) poly[k] = k % 2 == 0 ? poly[k] + term[k] : poly[k] - term[k];
    }
  }

  /// Add the rows' counts and take off their slopes at τ; false when nodes were missing.
  HWY_INLINE bool add(D d, V tau, V& excess, V& density) const {
    V const by = hn::Set(d, 1 / table.sigma), near_node = hn::Set(d, 0.25);
    bool made = true;
    for (std::size_t r = 0; r < 2 * table.cells->units; ++r) {
      Standing<D> at;
      at.h = by * hn::LoadU(d, effect + r * stride) - tau;
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
    return made;
  }
};

/// One policy: rows in lanes, as their nodes about 0 stand in the table, and summed in the order of rows.
template <class D, class V = hn::Vec<D>>
struct RowsOfOne {
  SmoothCounts& table;
  RowsOfPolicies<D> by_row; ///< for moves that other nodes are nearer to

  RowsOfOne(D d, SmoothCounts& of, double const* effect, std::size_t stride)
      : table(of), by_row{of, effect, stride} {
    std::size_t const units = table.cells->units, padded = (2 * units + kLanes - 1) / kLanes * kLanes;
    table.moves.resize(padded);
    table.by_lane.resize(5 * padded);
    for (std::size_t i = 0; i < padded; ++i)
      table.moves[i] = effect[(2 * (i % units) + (i < units ? 0 : 1)) * stride];
    V const by = hn::Set(d, 1 / table.sigma);
    for (std::size_t i = 0; i < padded; i += hn::Lanes(d))
      hn::StoreU(by * hn::LoadU(d, table.moves.data() + i), d, table.moves.data() + i);
  }

  HWY_INLINE void start(D d, V (&poly)[5]) const {
    std::size_t const padded = table.moves.size(), units = table.cells->units;
    for (std::size_t i = 0; i < padded; i += hn::Lanes(d)) {
      V term[5];
      StartTerms(d, hn::LoadU(d, table.moves.data() + i), coefficients(d, table.count, i), term);
      for (std::size_t k = 0; k < 5; ++k) hn::StoreU(term[k], d, table.by_lane.data() + k * padded + i);
    }
    double sum[5];
    for (std::size_t k = 0; k < 5; ++k) sum[k] = hn::GetLane(poly[k]);
    for (std::size_t r = 0; r < 2 * units; ++r)
      for (std::size_t k = 0; k < 5; ++k) {
        double const term = table.by_lane[k * padded + r % 2 * units + r / 2];
        sum[k] = k % 2 == 0 ? sum[k] + term : sum[k] - term;
      }
    for (std::size_t k = 0; k < 5; ++k) poly[k] = hn::Set(d, sum[k]);
  }

  HWY_INLINE bool add(D d, V tau, V& excess, V& density) const {
    std::size_t const padded = table.moves.size(), units = table.cells->units;
    V const near_node = hn::Set(d, 0.25);
    double *values = table.by_lane.data(), *slopes = values + padded;
    for (std::size_t i = 0; i < padded; i += hn::Lanes(d)) {
      V const h = hn::LoadU(d, table.moves.data() + i) - tau, h2 = h * h, h4 = h2 * h2, h8 = h4 * h4;
      if (!hn::AllTrue(d, hn::Abs(h) < near_node)) {
        bool const made = by_row.add(d, tau, excess, density);
        excess = hn::Set(d, hn::GetLane(excess)); // the policy's, in whichever lane the rows are next
        density = hn::Set(d, hn::GetLane(density));
        return made;
      }
      hn::StoreU(Series<kTerms>(h, h2, h4, h8, coefficients(d, table.count, i)), d, values + i);
      hn::StoreU(Series<kTerms - 1>(h, h2, h4, h8, coefficients(d, table.slope, i)), d, slopes + i);
    }
    double sum = hn::GetLane(excess), slope = hn::GetLane(density);
    for (std::size_t s = 0; s < units; ++s) {
      sum = (sum + values[s]) + values[units + s];
      slope = (slope - slopes[s]) - slopes[units + s];
    }
    excess = hn::Set(d, sum);
    density = hn::Set(d, slope);
    return true;
  }

private:
  /// Those of the slots from `slot` on.
  static auto coefficients(D, std::vector<double> const& of, std::size_t slot) {
    double const* from = of.data() + slot / kLanes * kLanes * kTerms + slot % kLanes;
    return [=](std::size_t k) HWY_ATTR { return hn::LoadU(D(), from + k * kLanes); };
  }
};

/// Where `wanted` pupils lie below, as moves from t in σ; NaN where that does not settle. Clears `all_made`
/// when nodes were missing.
template <class D, class Rows, class V = hn::Vec<D>>
V QuantileOf(D d, double wanted, Rows const& rows, bool& all_made) {
  V const zero = hn::Zero(d);
  // Its root is the start.
  V poly[5] = {hn::Set(d, -wanted), zero, zero, zero, zero};
  rows.start(d, poly);
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
    made = rows.add(d, tau, excess, density);
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
  return hn::IfThenElse(settled, tau, hn::Set(d, std::numeric_limits<double>::quiet_NaN()));
}

/// One pass of quantiles_of_all; false when nodes were missing. out[m] is the move from t in σ.
bool Quantiles(SmoothCounts& table, double wanted, double const* effect, std::size_t stride,
               std::size_t policies, double* out) {
  hn::ScalableTag<double> d;
  bool made = true;
  if (policies == 1) {
    RowsOfOne<decltype(d)> const rows(d, table, effect, stride);
    hn::StoreU(QuantileOf(d, wanted, rows, made), d, out);
    return made;
  }
  for (std::size_t m = 0; m < policies; m += hn::Lanes(d)) {
    RowsOfPolicies<decltype(d)> const rows{table, effect + m, stride};
    hn::StoreU(QuantileOf(d, wanted, rows, made), d, out + m);
  }
  return made;
}

/// Σ w Φ((t - μ)/σ) and Σ w φ over all cells at two t, in eight fixed parts.
void CountAt(Cells const& cells, double const* t, double sigma, double* sums) {
  hn::ScalableTag<double> d;
  using V = hn::Vec<decltype(d)>;
  std::size_t const lanes = hn::Lanes(d);
  V const by = hn::Set(d, 1 / sigma);
  HWY_ALIGN double parts[4][kLanes];
  for (std::size_t k = 0; k < kLanes; k += lanes) {
    V sum[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    for (std::size_t i = k; i < cells.pupils.size(); i += kLanes) {
      V const n = hn::LoadU(d, cells.pupils.data() + i), mean = hn::LoadU(d, cells.mean.data() + i);
      for (std::size_t j = 0; j < 2; ++j) {
        V phi = n;
        V const cdf = NormalCdf(d, (hn::Set(d, t[j]) - mean) * by, phi);
        sum[2 * j] = sum[2 * j] + n * cdf;
        sum[2 * j + 1] = sum[2 * j + 1] + n * phi;
      }
    }
    for (std::size_t j = 0; j < 4; ++j) hn::Store(sum[j], d, parts[j] + k);
  }
  for (std::size_t j = 0; j < 4; ++j) {
    double const* x = parts[j];
    sums[j] = ((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + (x[6] + x[7]));
  }
}

} // namespace likvard::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace likvard {

HWY_EXPORT(Build);
HWY_EXPORT(CountBelow);
HWY_EXPORT(Quantiles);
HWY_EXPORT(CountAt);

namespace {

constexpr std::size_t nodes = 2 * SmoothCounts::reach + 1;

/// Make the nodes on the list, in slots of their own.
void build(SmoothCounts& table) {
  constexpr std::size_t side = 8;
  std::size_t const first = table.slots, count = table.todo.size();
  table.slots += (count + side - 1) / side * side;
  std::size_t const size = table.slots * SmoothCounts::terms;
  for (auto* values : {&table.count, &table.slope, &table.weighted})
    if (values->size() < size) values->resize(size);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t const entry = table.todo[i];
    std::size_t const slot = first + i;
    table.slot[(entry >> 8) * nodes + (entry & 255U)] =
        static_cast<std::int32_t>(slot / side * side * SmoothCounts::terms + slot % side);
    table.used.push_back(entry);
  }
  HWY_DYNAMIC_DISPATCH(Build)(table, first);
  table.todo.clear();
}

/// Make the nodes on the list, each once; those of a group stand together.
void build_missing(SmoothCounts& table) {
  auto& todo = table.todo;
  auto const group = [](std::uint32_t entry) { return (entry >> 8) % 2; };
  std::sort(todo.begin(), todo.end(), [&](std::uint32_t a, std::uint32_t b) {
    return group(a) < group(b) || (group(a) == group(b) && a < b);
  });
  todo.erase(std::unique(todo.begin(), todo.end()), todo.end());
  build(table);
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
  table.threshold = threshold;
  table.sigma = sigma;
  table.cells = &cells;
  table.with_slope = with_slope;
  table.by_profile.assign(by_profile.begin(), by_profile.end());
  for (std::uint32_t g = 0; g < 2; ++g) {
    table.of_group[g].clear();
    for (std::uint32_t p = 0; p < cells.profiles; ++p)
      if (cells.needy[p] == g) table.of_group[g].push_back(p);
    // The first slots are those about 0, one group after the other: RowsOfOne reads them in this order.
    for (std::uint32_t s = 0; s < cells.units; ++s)
      table.todo.push_back((2 * s + g) << 8 | SmoothCounts::reach);
  }
  build(table);
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

std::array<double, 2> near_deciles(Cells const& cells, double sigma) {
  static std::array<double, 2> const z{portable::normal_quantile(0.1), portable::normal_quantile(0.9)};
  constexpr std::array<double, 2> part{0.1, 0.9};
  double n = 0, y = 0, y2 = 0;
  for (std::size_t p = 0; p < cells.profiles; ++p)
    for (std::size_t s = 0; s < cells.units; ++s) { // what lies beyond the last unit is 0
      double const pupils = cells.pupils[p * cells.stride + s], mean = cells.mean[p * cells.stride + s];
      n += pupils;
      y += pupils * mean;
      y2 += pupils * mean * mean;
    }
  double const mean = y / n, sd = std::sqrt(std::max(0.0, y2 / n - mean * mean) + sigma * sigma);
  std::array<double, 2> t{mean + sd * z[0], mean + sd * z[1]};
  double sums[4];
  HWY_DYNAMIC_DISPATCH(CountAt)(cells, t.data(), sigma, sums);
  for (std::size_t j = 0; j < 2; ++j) {
    double const move = sigma * (sums[2 * j] - part[j] * n) / std::max(sums[2 * j + 1], 1e-3 * n);
    t[j] -= std::clamp(move, -0.5 * sd, 0.5 * sd);
  }
  return t;
}

} // namespace likvard
#endif

#include "likvard/model/sampling.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/portable.hpp"
#include "likvard/core/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace likvard {
namespace {

/// Words for pupils lie in the upper half of a stream, what else it gives in the lower.
constexpr std::uint32_t first_word_block = 1U << 31;

/// A chance in 2^64ths.
std::uint64_t bound_of(double chance) {
  return chance >= 1 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(std::max(0.0, chance) * 0x1p64);
}

/// Whether a draw for each pupil against so many bounds costs less than as many binomials, by the numbers
/// alone. As measured when it was chosen (another choice is another sample), in ns: a pupil 0.2 for every
/// eight bounds and 0.018 for each, 30 to begin; a binomial 57.
bool cheaper_by_pupil(std::uint32_t pupils, std::size_t bounds) {
  std::size_t const eights = (bounds + 7) / 8;
  double const pupil = 0.2 * static_cast<double>(eights) + 0.018 * static_cast<double>(bounds);
  return pupils <= 0xffff && 30 + pupils * pupil <= 57.0 * static_cast<double>(bounds);
}

/// Profile by profile, each a binomial part of who is left.
void draw_by_profile(std::uint32_t pupils, std::span<double const> shares, Stream& stream,
                     std::span<std::uint32_t> out) {
  double rest = 1;
  for (std::size_t p = 0; p + 1 < shares.size(); ++p) {
    out[p] = pupils > 0 && rest > 0 ? binomial(stream, pupils, std::min(1.0, shares[p] / rest)) : 0;
    pupils -= out[p];
    rest -= shares[p];
  }
  out.back() = pupils;
}

/// chance[s] = odds/(1 + odds) after one factor on all odds so that Σ capacity · chance is near the total,
/// well within its standard deviation: the law does not depend on the factor, only how often a draw is
/// accepted does.
void centre(std::span<std::uint32_t const> capacity, double total, std::span<double const> odds,
            std::span<double> chance) {
  double factor = 1;
  for (int step = 0; step < 100; ++step) {
    double sum = -total, slope = 0;
    for (std::size_t s = 0; s < chance.size(); ++s) {
      double const scaled = factor * odds[s];
      chance[s] = scaled / (1 + scaled);
      sum += capacity[s] * chance[s];
      slope += capacity[s] * chance[s] * (1 - chance[s]);
    }
    if (!(slope > 0) || sum * sum <= 0.003 * slope) return;
    factor = std::clamp(factor * portable::exp(-std::clamp(sum / slope, -2.0, 2.0)), 1e-130, 1e130);
  }
}

/// The common chance: as many places have a higher one as pupils are to be placed. It maximises
/// Σ capacity · min(r[s] (1-r), (1-r[s]) r), the variance that is left open.
double common_chance(std::span<std::uint32_t const> capacity, std::uint32_t total,
                     std::span<double const> chance) {
  auto const [least, most] = std::minmax_element(chance.begin(), chance.end());
  double low = *least, high = *most;
  for (int step = 0; step < 10 && high - low > 1e-3 * low; ++step) {
    double const middle = 0.5 * (low + high);
    std::uint64_t above = 0;
    for (std::size_t s = 0; s < chance.size(); ++s) above += chance[s] > middle ? capacity[s] : 0U;
    (above > total ? low : high) = middle;
  }
  return std::clamp(0.5 * (low + high), 1e-12, 1 - 1e-12);
}

/// Draws one profile's pupils over the units' places, given their sum.
class PlacedProfile {
public:
  PlacedProfile(StreamKey key, std::uint32_t profile, SamplingScratch& scratch)
      : key_(key), profile_(profile), stream_(key, Purpose::composition, profile), scratch_(scratch) {}

  /// - Expects: 0 < total < Σ capacity; scratch.capacity and scratch.odds set.
  void draw(std::uint32_t total) {
    auto const& capacity = scratch_.capacity;
    auto &taken = scratch_.draw, &open = scratch_.open;
    auto &odds = scratch_.odds, &chance = scratch_.chance;
    std::size_t const units = capacity.size();
    centre(capacity, total, odds, chance);
    double const common = common_chance(capacity, total, chance);
    double expected = 0, variance = 0;
    // From here on `chance` is that of a place's being settled, `odds` 1 where that means taken, 0 where
    // left.
    for (std::size_t s = 0; s < units; ++s) {
      bool const surely_taken = chance[s] > common;
      double const settled = surely_taken ? (chance[s] - common) / (1 - common) : 1 - chance[s] / common;
      odds[s] = surely_taken ? 1.0 : 0.0;
      chance[s] = settled;
      expected += capacity[s] * (1 - settled);
      variance += capacity[s] * settled * (1 - settled);
    }
    log_taken_ = portable::log(common);
    log_left_ = portable::log1p(-common);
    double const fewest = std::max(0.0, std::floor(expected - 12 - std::sqrt(144 + 72 * variance)));
    double const largest = log_mass(std::min(fewest, std::floor((fewest + 1) * common)), fewest);
    // Mostly accepted at once; the bound only ends a contradiction.
    for (int attempt = 0; attempt < 1'000'000; ++attempt) {
      std::uint64_t places = 0, certain = 0, drawn = 0;
      for (std::size_t s = 0; s < units; ++s) {
        auto const [settled, more] = settle(capacity[s], chance[s], common);
        open[s] = capacity[s] - settled;
        certain += odds[s] > 0 ? settled : 0U;
        taken[s] = more;
        places += open[s];
        drawn += more;
      }
      if (certain > total || total - certain > places) continue;
      double const x = static_cast<double>(total - certain);
      double const excess = log_mass(x, static_cast<double>(places)) - largest;
      if (excess < 0 && uniform01(stream_) > portable::exp(excess)) continue;
      even_out(static_cast<std::int64_t>(total - certain) - static_cast<std::int64_t>(drawn), places, drawn);
      for (std::size_t s = 0; s < units; ++s)
        if (odds[s] > 0) taken[s] += capacity[s] - open[s];
      return;
    }
    contract_failed("postcondition", "pupils could be placed at the totals asked for", __FILE__, __LINE__);
  }

private:
  double log_mass(double x, double places) const {
    return portable::log_factorial(places) - portable::log_factorial(x) -
           portable::log_factorial(places - x) + x * log_taken_ + (places - x) * log_left_;
  }

  /// Of a unit's places how many are settled for certain, and of the others how many are taken.
  std::array<std::uint32_t, 2> settle(std::uint32_t capacity, double settled, double common) {
    if (capacity == 0) return {0, 0};
    if (!cheaper_by_pupil(capacity, 2)) {
      std::uint32_t const first = binomial(stream_, capacity, settled);
      return {first, binomial(stream_, capacity - first, common)};
    }
    std::array<std::uint64_t, 2> const bounds{bound_of(settled), bound_of(settled + (1 - settled) * common)};
    std::array<std::uint32_t, 2> counts;
    count_halves_below(key_, Purpose::composition, profile_, first_word_block + next_block_, capacity, bounds,
                       stream_, scratch_.by_pupil.halves, counts);
    next_block_ += (capacity + 7) / 8;
    return {counts[0], counts[1] - counts[0]};
  }

  /// Take `more` of the open places that are left at random, or give back some of those taken.
  void even_out(std::int64_t more, std::uint64_t places, std::uint64_t drawn) {
    auto& taken = scratch_.draw;
    auto const& open = scratch_.open;
    std::uint64_t left = more > 0 ? places - drawn : drawn;
    for (std::int64_t step = std::abs(more); step > 0; --step, --left) {
      auto at = static_cast<std::uint64_t>(uniform01(stream_) * static_cast<double>(left));
      std::size_t s = 0;
      for (;; ++s) {
        std::uint32_t const here = more > 0 ? open[s] - taken[s] : taken[s];
        if (at < here) break;
        at -= here;
      }
      taken[s] += more > 0 ? 1U : ~0U;
    }
  }

  StreamKey key_;
  std::uint32_t profile_, next_block_ = 0;
  Stream stream_;
  SamplingScratch& scratch_;
  double log_taken_ = 0, log_left_ = 0;
};

} // namespace

void draw_units(StreamKey key, Purpose purpose, std::uint32_t first_entity,
                std::span<std::uint32_t const> pupils, Table const& pi, SamplingScratch& scratch, Counts& n) {
  n.resize(pi.rows(), pi.cols());
  auto const profiles = static_cast<std::size_t>(pi.cols());
  std::size_t const bounds = profiles - 1;
  auto& [halves, draws, limits, below] = scratch.by_pupil;
  draws.clear();
  limits.clear();
  for (std::size_t s = 0; s < pupils.size(); ++s) {
    auto const row = static_cast<Eigen::Index>(s);
    auto const entity = first_entity + static_cast<std::uint32_t>(s);
    std::span<double const> const shares(&pi(row, 0), profiles);
    if (!cheaper_by_pupil(pupils[s], bounds)) {
      Stream stream(key, purpose, entity);
      draw_by_profile(pupils[s], shares, stream, {&n(row, 0), profiles});
      continue;
    }
    draws.push_back({entity, pupils[s]});
    double sum = 0;
    for (std::size_t p = 0; p < bounds; ++p) {
      sum += shares[p];
      limits.push_back(bound_of(sum));
    }
  }
  below.resize(limits.size());
  count_halves_below(key, purpose, first_word_block, draws, limits, halves, below);
  for (std::size_t u = 0; u < draws.size(); ++u) {
    auto const row = static_cast<Eigen::Index>(draws[u].entity - first_entity);
    std::uint32_t before = 0;
    for (std::size_t p = 0; p < bounds; ++p) {
      n(row, static_cast<Eigen::Index>(p)) = below[u * bounds + p] - before;
      before = below[u * bounds + p];
    }
    n(row, static_cast<Eigen::Index>(bounds)) = draws[u].count - before;
  }
}

void draw_counts_free(std::span<std::uint32_t const> pupils, Table const& pi, StreamKey key,
                      SamplingScratch& scratch, Counts& n) {
  draw_units(key, Purpose::composition, 0, pupils, pi, scratch, n);
}

void draw_counts_fixed(std::span<std::uint32_t const> pupils, std::span<std::uint32_t const> totals,
                       Table const& pi, StreamKey key, SamplingScratch& scratch, Counts& n) {
  std::size_t const units = pupils.size();
  std::uint64_t left = std::accumulate(pupils.begin(), pupils.end(), std::uint64_t{0});
  LIKVARD_EXPECT(left == std::accumulate(totals.begin(), totals.end(), std::uint64_t{0}));
  n.resize(pi.rows(), pi.cols());
  scratch.capacity.assign(pupils.begin(), pupils.end());
  scratch.rest.assign(units, 1.0);
  for (auto* values : {&scratch.chance, &scratch.odds}) values->resize(units);
  for (auto* values : {&scratch.draw, &scratch.open}) values->resize(units);
  for (Eigen::Index p = 0; p < pi.cols(); ++p) {
    std::uint32_t const total = totals[p];
    if (total == left) { // the last profile with anybody in it
      std::copy(scratch.capacity.begin(), scratch.capacity.end(), scratch.draw.begin());
    } else if (total == 0) {
      std::fill(scratch.draw.begin(), scratch.draw.end(), 0U);
    } else {
      for (std::size_t s = 0; s < units; ++s) {
        double const chance =
            scratch.rest[s] > 0 ? pi(static_cast<Eigen::Index>(s), p) / scratch.rest[s] : 0.0;
        // Never quite 0 or 1: a total that rounding made unreachable must stay reachable.
        double const inside = std::clamp(chance, 1e-12, 1 - 1e-12);
        scratch.odds[s] = inside / (1 - inside);
      }
      PlacedProfile(key, static_cast<std::uint32_t>(p), scratch).draw(total);
    }
    left -= total;
    for (std::size_t s = 0; s < units; ++s) {
      auto const row = static_cast<Eigen::Index>(s);
      n(row, p) = scratch.draw[s];
      scratch.capacity[s] -= scratch.draw[s];
      scratch.rest[s] = std::max(0.0, scratch.rest[s] - pi(row, p));
    }
  }
}

} // namespace likvard

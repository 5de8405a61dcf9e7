#include "likvard/model/years_population.hpp"

#include "likvard/core/portable.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/model/margins.hpp"
#include "likvard/model/population.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace likvard {
namespace {

void move_standing(Years const& years, YearFrame const& frame, StreamKey key, YearPopulation& out) {
  if (!(years.drift_sd > 0)) return;
  for (std::size_t s = 0; s < out.drift.size(); ++s) {
    Stream stream(key, Purpose::drift, static_cast<std::uint32_t>(s));
    out.drift[s] = years.drift_persistence * out.drift[s] + years.drift_sd * standard_normal(stream);
  }
  out.pi = *frame.first_pi;
  for (Eigen::Index s = 0; s < out.pi.rows(); ++s)
    for (Eigen::Index p = 0; p < out.pi.cols(); ++p)
      out.pi(s, p) *= portable::exp(out.drift[s] * frame.score[p]);
}

void move_sizes(Years const& years, YearFrame const& frame, std::span<double const> result, StreamKey key,
                YearPopulation& out) {
  bool const answer = years.enrolment_response != 0 && !result.empty();
  if (!(years.size_sd > 0) && !answer) return;
  std::vector<double> weight(out.growth.size());
  for (std::size_t s = 0; s < weight.size(); ++s) {
    Stream stream(key, Purpose::growth, static_cast<std::uint32_t>(s));
    out.growth[s] = years.drift_persistence * out.growth[s] + years.size_sd * standard_normal(stream);
    if (answer) out.growth[s] += years.enrolment_response * result[s];
    out.growth[s] = std::clamp(out.growth[s], -5.0, 5.0);
    weight[s] = frame.first_weight[s] * portable::exp(out.growth[s]);
  }
  out.sizes = split_pupils(frame.pupils, weight, frame.smallest_unit);
  for (std::size_t s = 0; s < weight.size(); ++s)
    out.weight[s] = static_cast<double>(out.sizes[s]) / frame.pupils;
}

/// Entrants fill the places that those who stay leave.
void add_entrants(YearFrame const& frame, StreamKey key, YearScratch& scratch,
                  std::span<std::uint32_t const> sizes, Table const& pi, Counts& n) {
  scratch.places.assign(sizes.begin(), sizes.end());
  for (Eigen::Index s = 0; s < n.rows(); ++s) scratch.places[s] -= n.row(s).sum();
  if (frame.totals.empty()) {
    draw_counts_free(scratch.places, pi, key, scratch.sampling, scratch.entrants);
  } else {
    scratch.totals.assign(frame.totals.begin(), frame.totals.end());
    for (Eigen::Index p = 0; p < n.cols(); ++p) scratch.totals[p] -= n.col(p).sum();
    draw_counts_fixed(scratch.places, scratch.totals, pi, key, scratch.sampling, scratch.entrants);
  }
  n += scratch.entrants;
}

} // namespace

StreamKey year_key(StreamKey key, std::uint32_t year) {
  // An odd multiplier: different years have different seeds (Weyl sequence), year 0 the study's.
  key.seed += std::uint64_t{0x9E3779B97F4A7C15} * year;
  return key;
}

void keep_pupils(double turnover, std::span<std::uint32_t const> sizes, StreamKey key, Counts& kept) {
  if (turnover >= 1) {
    kept.setZero();
    return;
  }
  for (Eigen::Index s = 0; s < kept.rows(); ++s) {
    Stream stream(key, Purpose::leavers, static_cast<std::uint32_t>(s));
    std::uint32_t stay = 0;
    for (Eigen::Index p = 0; p < kept.cols(); ++p) {
      kept(s, p) = binomial(stream, kept(s, p), 1 - turnover);
      stay += kept(s, p);
    }
    for (; stay > sizes[s]; --stay) {
      auto place = static_cast<std::uint32_t>(uniform01(stream) * stay);
      Eigen::Index p = 0;
      while (place >= kept(s, p)) place -= kept(s, p++);
      --kept(s, p);
    }
  }
}

void next_population(Years const& years, YearFrame const& frame, std::span<double const> result,
                     StreamKey key, YearScratch& scratch, YearPopulation& population) {
  LIKVARD_EXPECT(population.drift.size() == population.sizes.size());
  move_standing(years, frame, key, population);
  move_sizes(years, frame, result, key, population);
  bool const moved = years.drift_sd > 0 || years.size_sd > 0 || years.enrolment_response != 0;
  if (moved) {
    if (!(years.drift_sd > 0)) population.pi = *frame.first_pi;
    restore_margins(population.weight, frame.share, population.pi);
  }
  keep_pupils(years.turnover, population.sizes, key, population.n);
  add_entrants(frame, key, scratch, population.sizes, population.pi, population.n);
}

void earlier_populations(Years const& years, YearFrame const& frame, YearPopulation const& first,
                         std::uint32_t count, StreamKey key, YearScratch& scratch, std::vector<Counts>& out) {
  out.resize(count);
  for (std::uint32_t c = 0; c < count; ++c) {
    out[c] = c == 0 ? first.n : out[c - 1];
    StreamKey const year = year_key(key, year_before_first + c);
    keep_pupils(years.turnover, first.sizes, year, out[c]);
    add_entrants(frame, year, scratch, first.sizes, first.pi, out[c]);
  }
}

} // namespace likvard

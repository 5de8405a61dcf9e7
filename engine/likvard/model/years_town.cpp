#include "likvard/model/years_town.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace likvard {
namespace {

YearFrame view_of(Plan const& plan, TownFrame const& frame) {
  return {.first_weight = frame.weight,
          .first_pi = &frame.pi,
          .share = plan.profiles.share,
          .score = plan.profiles.score,
          .totals = frame.totals,
          .pupils = frame.pupils,
          .smallest_unit = frame.smallest_unit};
}

/// The cohorts that indices look at: years simulated, and before those the years before the first.
void look_back(TownYears const& town, Workspace& work) {
  std::size_t const year = town.past.size();
  work.cohorts.earlier.resize(town.earlier.size());
  for (std::size_t c = 1; c <= town.earlier.size(); ++c)
    work.cohorts.earlier[c - 1] = c <= year ? town.past[year - c] : town.earlier[c - year - 1];
}

void look_at_need(Plan const& plan, StreamKey key, Wanted wanted, Workspace& work) {
  see_needs(plan, key, wanted, work);
  auto const view = [](std::vector<IndexValues> const& values, std::vector<IndexView>& out) {
    out.clear();
    for (auto const& index : values) out.push_back({index.raw, index.relative});
  };
  view(work.seen, work.seen_view);
  view(work.present, work.present_view);
  view(work.expected, work.expected_view);
}

void count_needy(Plan const& plan, Workspace& work) {
  std::size_t const units = work.sizes.size();
  work.pupils_of_unit.assign(work.sizes.begin(), work.sizes.end());
  work.needy.assign(units, 0.0);
  for (std::size_t s = 0; s < units; ++s)
    for (std::size_t p = 0; p < plan.profiles.size(); ++p)
      if (plan.profiles.needy[p])
        work.needy[s] += work.n(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(p));
  auto const& need = work.present[0].relative;
  work.by_index.resize(units);
  std::iota(work.by_index.begin(), work.by_index.end(), 0U);
  std::sort(work.by_index.begin(), work.by_index.end(), [&](std::uint32_t a, std::uint32_t b) {
    return need[a] > need[b] || (need[a] == need[b] && a < b);
  });
}

/// How far raw results stand out from the municipality's mean: what families see.
std::vector<double> standing_out(std::span<double const> raw, std::span<std::uint32_t const> pupils) {
  double sum = 0, total = 0;
  for (std::size_t s = 0; s < raw.size(); ++s) sum += pupils[s] * raw[s], total += pupils[s];
  std::vector<double> out(raw.begin(), raw.end());
  for (double& x : out) x -= sum / total;
  return out;
}

} // namespace

TownFrame first_year(Plan const& plan, std::span<Policy const> policies, StreamKey key,
                     std::span<double const, coefficient_count> u, Workspace& work, TownYears& town) {
  town.first_row.resize(measure_count);
  simulate(plan, policies.first(1), key, u,
           {.thresholds = false, .deciles = false, .realised = false, .index_noise = false}, work,
           town.first_row);
  std::size_t const units = work.sizes.size();
  TownFrame frame{.weight = work.weight, .pi = work.pi, .totals = {}};
  frame.pupils = std::accumulate(work.sizes.begin(), work.sizes.end(), std::uint32_t{0});
  frame.smallest_unit = std::min(plan.parameters.municipality.smallest_unit,
                                 *std::min_element(work.sizes.begin(), work.sizes.end()));
  if (plan.parameters.municipality.totals == Totals::fixed)
    for (Eigen::Index p = 0; p < work.n.cols(); ++p) frame.totals.push_back(work.n.col(p).sum());
  town.population = {.sizes = work.sizes,
                     .weight = work.weight,
                     .pi = work.pi,
                     .n = work.n,
                     .drift = std::vector<double>(units, 0.0),
                     .growth = std::vector<double>(units, 0.0)};
  // With turnover 1 the years before are new draws, as the one-state model has made them.
  if (plan.parameters.years.turnover < 1)
    earlier_populations(plan.parameters.years, view_of(plan, frame), town.population, plan.cohorts, key,
                        town.step, town.earlier);
  else
    town.earlier = work.cohorts.earlier;
  town.past.clear();
  return frame;
}

void next_year(Plan const& plan, TownFrame const& frame, StreamKey key_of_year, Workspace& work,
               TownYears& town) {
  Years const& years = plan.parameters.years;
  town.past.push_back(town.population.n);
  std::vector<double> result;
  if (years.enrolment_response != 0) result = standing_out(town.results.raw, town.population.sizes);
  next_population(years, view_of(plan, frame), result, key_of_year, town.step, town.population);
  work.sizes = town.population.sizes;
  work.weight = town.population.weight;
  work.pi = town.population.pi;
  work.n = town.population.n;
}

void look_at_town(Plan const& plan, Coefficients const& coefficients, StreamKey key, StreamKey key_of_year,
                  Wanted wanted, Workspace& work, TownYears& town) {
  Outcome const& outcome = plan.parameters.outcome;
  look_back(town, work);
  look_at_need(plan, key_of_year, wanted, work);
  count_needy(plan, work);
  draw_unit_luck(outcome, coefficients, plan.profiles, work.n, work.pi, key, work.units);
  make_outcome_base(plan.pupil_model, plan.profiles, work.n, work.units.level, work.base, costly(wanted));
  if (wanted.realised)
    draw_pupil_luck(plan.pupil_model, outcome, work.n, work.base, key_of_year, work.pupils);
  if (!plan.parameters.interventions.empty() || plan.parameters.years.enrolment_response != 0)
    draw_results(plan, coefficients, key_of_year, work, town.results);
}

void draw_results(Plan const& plan, Coefficients const& c, StreamKey key_of_year, Workspace const& work,
                  UnitResults& out) {
  Years const& years = plan.parameters.years;
  std::size_t const units = work.sizes.size();
  for (auto* values : {&out.adjusted, &out.raw, &out.variance}) values->resize(units);
  Stream shock(key_of_year, Purpose::cohort);
  double const year = plan.parameters.outcome.cohort_sd * standard_normal(shock);
  double const sigma2 = plan.pupil_model.sigma * plan.pupil_model.sigma;
  double overall = 0, total = 0; // mean score of the municipality
  for (std::size_t s = 0; s < units; ++s)
    for (std::size_t p = 0; p < plan.profiles.size(); ++p) {
      double const k = work.n(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(p));
      overall += k * plan.profiles.score[p];
      total += k;
    }
  overall /= total;
  for (std::size_t s = 0; s < units; ++s) {
    double mean = 0, square = 0, score = 0, standing = 0;
    double const n = work.sizes[s], measured = std::max(1.0, years.measured * n);
    for (std::size_t p = 0; p < plan.profiles.size(); ++p) {
      auto const row = static_cast<Eigen::Index>(s), column = static_cast<Eigen::Index>(p);
      double const k = work.n(row, column), a = plan.pupil_model.alpha[p];
      mean += k * a / n;
      square += k * a * a / n;
      score += k * plan.profiles.score[p] / n;
      standing += work.pi(row, column) * plan.profiles.score[p];
    }
    double const company = c.peer * (score - overall) + c.selection * standing;
    double const spread = std::max(0.0, square - mean * mean) * (1 - std::min(1.0, measured / n)) / measured;
    Stream noise(key_of_year, Purpose::unit_result, static_cast<std::uint32_t>(s));
    double const pupils = std::sqrt(sigma2 / measured) * standard_normal(noise);
    double const unit = years.unit_year_sd * standard_normal(noise);
    out.adjusted[s] = work.units.level[s] - company + year + pupils + unit;
    out.raw[s] = out.adjusted[s] + company + mean + std::sqrt(spread) * standard_normal(noise);
    out.variance[s] = sigma2 / measured + years.unit_year_sd * years.unit_year_sd;
  }
}

KnownSpread known_spread(Outcome const& outcome) {
  return {std::max(0.01, outcome.unit_sd), std::max(1e-3, outcome.cohort_sd)};
}

} // namespace likvard

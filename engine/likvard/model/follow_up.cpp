#include "likvard/model/follow_up.hpp"

#include "likvard/core/portable.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/model/years_population.hpp"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>

namespace likvard {
namespace {

constexpr double free_sd = 10; ///< prior sd of `compare`: as good as none for effects below 1 SD
constexpr std::uint32_t whole_town = 4095;

/// A stream's entity: at most 4,095 units, 16 interventions and 100 municipalities.
std::uint32_t entity(std::size_t town, std::size_t intervention, std::size_t unit) {
  return static_cast<std::uint32_t>(town << 16U | intervention << 12U | unit);
}

void draw_own(std::span<Intervention const> interventions, std::size_t units, std::size_t town, StreamKey key,
              Table& out) {
  out.resize(static_cast<Eigen::Index>(units), static_cast<Eigen::Index>(interventions.size()));
  for (std::size_t j = 0; j < interventions.size(); ++j)
    for (std::size_t s = 0; s < units; ++s) {
      Stream stream(key, Purpose::intervention_unit, entity(town, j, s));
      out(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(j)) =
          interventions[j].unit_sd > 0 ? interventions[j].unit_sd * standard_normal(stream) : 0.0;
    }
}

double effect_on(Intervention const& intervention, double mean, double own, double dose, std::uint32_t age) {
  return dose > 0 ? dose * (mean + own) * portable::pow(1 - intervention.fade, age) : 0.0;
}

/// Put a column of results behind those seen so far.
void add_column(UnitYears& seen, std::vector<UnitYear> const& column) {
  std::vector<UnitYear> all;
  all.reserve(seen.units * (seen.years + 1));
  for (std::size_t s = 0; s < seen.units; ++s) {
    auto const row = seen.record.begin() + static_cast<std::ptrdiff_t>(s * seen.years);
    all.insert(all.end(), row, row + static_cast<std::ptrdiff_t>(seen.years));
    all.push_back(column[s]);
  }
  seen.record = std::move(all);
  ++seen.years;
}

/// Results of a year in a municipality of the network: what its interventions do, its levels, and noise.
std::vector<UnitYear> network_year(std::span<Intervention const> interventions, KnownSpread const& spread,
                                   TrueEffects const& truth, QualityTown const& town, std::size_t number,
                                   Table const* dose, std::span<double const> variance, StreamKey key) {
  Stream shock(key, Purpose::network, entity(number, 0, whole_town));
  double const year = spread.year_sd * standard_normal(shock);
  std::vector<UnitYear> out(town.running.size());
  for (std::size_t s = 0; s < out.size(); ++s) {
    auto const row = static_cast<Eigen::Index>(s);
    std::size_t const j = town.running[s];
    double const z = dose ? (*dose)(row, static_cast<Eigen::Index>(j)) : 0.0;
    Stream noise(key, Purpose::network, entity(number, 0, s));
    double const effect = effect_on(interventions[j], truth.mean[j],
                                    town.own(row, static_cast<Eigen::Index>(j)), z, town.age[s]);
    out[s] = {town.level[s] + year + effect + std::sqrt(variance[s]) * standard_normal(noise), variance[s], z,
              j};
  }
  return out;
}

bool learns(FollowUp const& follow_up) {
  return follow_up.rule != FollowUpRule::none && follow_up.rule != FollowUpRule::before_after;
}

/// The posterior that a rule goes by; that of `compare` has next to no prior.
Posterior learn(FollowUp const& follow_up, Information const& of) {
  if (follow_up.rule == FollowUpRule::compare) return posterior(of, 0, free_sd);
  if (follow_up.rule == FollowUpRule::bandit) return posterior(of, follow_up.prior_mean, follow_up.prior_sd);
  PriorOfEffects const prior = estimate_prior(of);
  return posterior(of, prior.mean, prior.sd);
}

std::size_t by_lot(std::size_t count, Stream& stream) {
  return std::min(count - 1, static_cast<std::size_t>(uniform01(stream) * static_cast<double>(count)));
}

/// The intervention of largest dose · effect.
std::size_t best(Table const& dose, std::size_t unit, Eigen::VectorXd const& effect) {
  std::size_t out = 0;
  for (std::size_t j = 1; j < static_cast<std::size_t>(effect.size()); ++j)
    if (auto const row = static_cast<Eigen::Index>(unit);
        dose(row, static_cast<Eigen::Index>(j)) * effect(static_cast<Eigen::Index>(j)) >
        dose(row, static_cast<Eigen::Index>(out)) * effect(static_cast<Eigen::Index>(out)))
      out = j;
  return out;
}

/// What unit s would run next.
std::size_t wanted(FollowUp const& follow_up, Posterior const& known, Table const& dose, std::size_t unit,
                   std::uint32_t year, Stream& stream) {
  auto const count = static_cast<std::size_t>(dose.cols());
  if (follow_up.rule == FollowUpRule::randomised && year + 1 < follow_up.trial_years)
    return by_lot(count, stream);
  if (follow_up.rule != FollowUpRule::bandit) return best(dose, unit, known.mean);
  Eigen::VectorXd z(known.mean.size());
  for (Eigen::Index j = 0; j < z.size(); ++j) z(j) = standard_normal(stream);
  Eigen::MatrixXd const root = Eigen::LLT<Eigen::MatrixXd>(known.covariance).matrixL();
  return best(dose, unit, known.mean + root * z);
}

void change(QualityTown& town, std::size_t s, std::size_t next) {
  town.age[s] = next == town.running[s] ? town.age[s] + 1 : 0;
  town.running[s] = next;
}

/// Units that look at nothing but their own raw results.
void before_after(FollowUp const& follow_up, SeenYear const& results, StreamKey key, QualityWork& work) {
  QualityTown& town = work.town.front();
  auto const count = static_cast<std::size_t>(town.own.cols());
  for (std::size_t s = 0; s < town.running.size(); ++s) {
    bool const better = work.since[s] / (town.age[s] + 1) > work.baseline[s];
    Stream stream(key, Purpose::choice, entity(0, 0, s));
    bool const move = follow_up.rule == FollowUpRule::before_after && !better && count > 1 &&
                      uniform01(stream) < follow_up.adoption;
    work.kept[s] = !move;
    if (!move) {
      ++town.age[s];
      continue;
    }
    change(town, s, (town.running[s] + 1 + by_lot(count - 1, stream)) % count);
    work.baseline[s] = results.raw[s];
    work.since[s] = 0;
  }
}

} // namespace

void draw_true_effects(std::span<Intervention const> interventions, std::size_t units, StreamKey key,
                       TrueEffects& out) {
  LIKVARD_EXPECT(units < whole_town && interventions.size() <= most_interventions);
  out.mean.clear();
  for (std::size_t j = 0; j < interventions.size(); ++j) {
    Stream stream(key, Purpose::intervention_effect, static_cast<std::uint32_t>(j));
    out.mean.push_back(interventions[j].effect + interventions[j].effect_sd * standard_normal(stream));
  }
  draw_own(interventions, units, 0, key, out.own);
}

double dose_bought(Intervention const& intervention, double extra_sek) {
  return extra_sek > 0 ? std::min(1.0, extra_sek / intervention.cost_sek) : 0.0;
}

void begin_quality_work(FollowUp const& follow_up, std::span<Intervention const> interventions,
                        std::optional<std::size_t> decided, KnownSpread const& spread, SeenYear const& before,
                        TrueEffects const& truth, StreamKey key, QualityWork& out) {
  std::size_t const units = before.adjusted.size();
  bool const pools = learns(follow_up) && follow_up.sharing == Sharing::network && !decided;
  out.town.resize(pools ? follow_up.network : 1);
  for (std::size_t k = 0; k < out.town.size(); ++k) {
    QualityTown& town = out.town[k];
    town.running.resize(units);
    town.age.assign(units, 0);
    for (std::size_t s = 0; s < units; ++s) {
      Stream stream(key, Purpose::first_intervention, entity(k, 0, s));
      town.running[s] = decided.value_or(by_lot(interventions.size(), stream));
    }
    town.seen = {units, 0, {}};
    std::vector<UnitYear> column(units);
    if (k == 0) {
      town.own = truth.own;
      for (std::size_t s = 0; s < units; ++s)
        column[s] = {before.adjusted[s], before.variance[s], 0, town.running[s]};
    } else {
      draw_own(interventions, units, k, key, town.own);
      town.level.resize(units);
      for (std::size_t s = 0; s < units; ++s) {
        Stream stream(key, Purpose::network, entity(k, 1, s));
        town.level[s] = spread.unit_sd * standard_normal(stream);
      }
      column = network_year(interventions, spread, truth, town, k, nullptr, before.variance,
                            year_key(key, year_before_first));
    }
    add_column(town.seen, column);
  }
  out.baseline.assign(before.raw.begin(), before.raw.end());
  out.since.assign(units, 0.0);
  out.kept.assign(units, 1);
  out.believed.setZero(static_cast<Eigen::Index>(units), static_cast<Eigen::Index>(interventions.size()));
}

void intervention_effects(std::span<Intervention const> interventions, TrueEffects const& truth,
                          QualityWork const& work, Table const& dose, std::span<double> out) {
  QualityTown const& town = work.town.front();
  for (std::size_t s = 0; s < out.size(); ++s) {
    std::size_t const j = town.running[s];
    auto const row = static_cast<Eigen::Index>(s), column = static_cast<Eigen::Index>(j);
    out[s] =
        effect_on(interventions[j], truth.mean[j], truth.own(row, column), dose(row, column), town.age[s]);
  }
}

void follow_up_year(FollowUp const& follow_up, std::span<Intervention const> interventions, bool decided,
                    KnownSpread const& spread, TrueEffects const& truth, Table const& dose,
                    SeenYear const& results, std::uint32_t year, StreamKey key_of_year, QualityWork& work) {
  std::size_t const units = results.adjusted.size();
  for (std::size_t s = 0; s < units; ++s) work.since[s] += results.raw[s];
  FollowUp const rule = decided ? FollowUp{} : follow_up;
  if (!learns(rule)) return before_after(rule, results, key_of_year, work);

  for (std::size_t k = 0; k < work.town.size(); ++k) {
    QualityTown& town = work.town[k];
    std::vector<UnitYear> column(units);
    for (std::size_t s = 0; s < units && k == 0; ++s) {
      auto const j = static_cast<Eigen::Index>(town.running[s]);
      column[s] = {results.adjusted[s], results.variance[s], dose(static_cast<Eigen::Index>(s), j),
                   town.running[s]};
    }
    if (k > 0)
      column = network_year(interventions, spread, truth, town, k, &dose, results.variance, key_of_year);
    add_column(town.seen, column);
  }
  bool const alone = rule.sharing == Sharing::unit;
  Posterior known;
  if (!alone) {
    Information all = information(work.town[0].seen, interventions.size(), spread.unit_sd, spread.year_sd);
    for (std::size_t k = 1; k < work.town.size(); ++k) {
      auto const more = information(work.town[k].seen, interventions.size(), spread.unit_sd, spread.year_sd);
      all.a += more.a;
      all.b += more.b;
    }
    known = learn(rule, all);
  }
  for (std::size_t k = 0; k < work.town.size(); ++k)
    for (std::size_t s = 0; s < units; ++s) {
      QualityTown& town = work.town[k];
      if (alone)
        known = learn(
            rule, information_of_unit(town.seen, s, interventions.size(), spread.unit_sd, spread.year_sd));
      Stream stream(key_of_year, Purpose::choice, entity(k, 0, s));
      bool const adopts = uniform01(stream) < rule.adoption;
      std::size_t const next = wanted(rule, known, dose, s, year, stream);
      bool const moves = adopts && next != town.running[s];
      if (k == 0) {
        work.kept[s] = !moves;
        work.believed.row(static_cast<Eigen::Index>(s)) = known.mean.transpose().array();
        if (moves) {
          work.baseline[s] = results.raw[s];
          work.since[s] = 0;
        }
      }
      change(town, s, moves ? next : town.running[s]);
    }
}

} // namespace likvard

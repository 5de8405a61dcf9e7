#include "likvard/model/outcome.hpp"

#include "likvard/core/portable.hpp"

#include "likvard/core/words.hpp"
#include "likvard/model/normal.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <stdexcept>

namespace likvard {

PupilModel make_pupil_model(Outcome const& outcome, Profiles const& profiles) {
  double mean = 0, square = 0;
  for (std::size_t p = 0; p < profiles.size(); ++p) mean += profiles.share[p] * profiles.probit[p];
  for (std::size_t p = 0; p < profiles.size(); ++p)
    square += profiles.share[p] * (profiles.probit[p] - mean) * (profiles.probit[p] - mean);
  double const within = 1 / std::sqrt(1 + square); // sd of Y given the profile
  if (!(outcome.unit_sd < 0.95 * within))
    throw std::domain_error(fmt::format(
        "outcome.unit_sd = {:g} (with this background it must be below {:.3g}: units may not vary more "
        "than pupils of one profile do)",
        outcome.unit_sd, 0.95 * within));
  PupilModel model;
  model.sigma = std::sqrt(within * within - outcome.unit_sd * outcome.unit_sd);
  model.threshold = within * mean;
  for (double z : profiles.probit) model.alpha.push_back(model.threshold - within * z);
  return model;
}

Coefficients draw_coefficients(Outcome const& outcome, std::span<double const, coefficient_count> u) {
  return {quantile(outcome.theta, u[0]),     quantile(outcome.effect_ratio, u[1]),
          quantile(outcome.curvature, u[2]), quantile(outcome.pass_through, u[3]),
          quantile(outcome.use_mean, u[4]),  quantile(outcome.peer, u[5]),
          quantile(outcome.selection, u[6]), quantile(outcome.dilution, u[7]),
          quantile(outcome.carry, u[8])};
}

CoefficientLaws coefficient_laws(Outcome const& outcome, CoefficientLaws const* known) {
  auto const law = [&](std::size_t j, Prior const& prior) {
    return known && (*known)[j].prior() == prior ? (*known)[j] : PriorTable(prior);
  };
  return {law(0, outcome.theta),        law(1, outcome.effect_ratio), law(2, outcome.curvature),
          law(3, outcome.pass_through), law(4, outcome.use_mean),     law(5, outcome.peer),
          law(6, outcome.selection),    law(7, outcome.dilution),     law(8, outcome.carry)};
}

Coefficients draw_coefficients(CoefficientLaws const& laws, std::span<double const, coefficient_count> u) {
  std::array<double, coefficient_count> z{}, x{};
  std::size_t asked = 0;
  for (std::size_t j = 0; j < coefficient_count; ++j)
    if (laws[j].asks_z()) z[asked++] = laws[j].chance(u[j]);
  portable::normal_quantile(std::span(z).first(asked), std::span(z).first(asked));
  asked = 0;
  for (std::size_t j = 0; j < coefficient_count; ++j) x[j] = laws[j](u[j], laws[j].asks_z() ? z[asked++] : 0);
  return {x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8]};
}

double money_response(double x, double curvature) {
  x = std::max(x, 0.05);
  if (std::abs(curvature) < 1e-8) return portable::log(x) / 0.1;
  return portable::expm1(curvature * portable::log(x)) / curvature / 0.1;
}

void draw_unit_luck(Outcome const& outcome, Coefficients const& c, Profiles const& profiles, Counts const& n,
                    Table const& pi, StreamKey key, UnitLuck& out) {
  auto const units = static_cast<std::size_t>(n.rows());
  for (auto* values : {&out.level, &out.use, &out.v}) values->resize(units);
  out.u.resize(2 * units);
  double total = 0, pupils = 0;
  for (std::size_t s = 0; s < units; ++s) {
    double sum = 0, size = 0;
    for (std::size_t p = 0; p < profiles.size(); ++p) {
      double const k = n(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(p));
      sum += k * profiles.score[p];
      size += k;
    }
    out.level[s] = size > 0 ? sum / size : 0.0;
    total += sum;
    pupils += size;
  }
  double const overall = pupils > 0 ? total / pupils : 0.0;
  std::span<double> const of_level = std::span(out.u).first(units), of_use = std::span(out.u).last(units);
  first_uniforms(key, Purpose::unit_effect, of_level, out.v);
  std::array<double, 2> ends{};
  if (outcome.use_sd > 0) {
    ends = {(-1 - c.use_mean) / outcome.use_sd, (3 - c.use_mean) / outcome.use_sd};
    portable::normal_cdf(ends, ends);
  }
  bool const varies = ends[1] > ends[0]; // else so far out that the nearest end is all there is
  if (varies) {                          // truncated by inversion: u between the chances of the ends
    first_uniforms(key, Purpose::use_of_money, of_use, out.v);
    for (double& u : of_use) u = std::clamp(ends[0] + (ends[1] - ends[0]) * u, 1e-300, 1 - 0x1p-53);
  }
  // One call for both: a few units do not fill a vector.
  std::span<double> const drawn = varies ? std::span<double>(out.u) : of_level;
  portable::normal_quantile(drawn, drawn);
  for (std::size_t s = 0; s < units; ++s) {
    double standing = 0;
    for (std::size_t p = 0; p < profiles.size(); ++p)
      standing += pi(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(p)) * profiles.score[p];
    out.level[s] = c.peer * (out.level[s] - overall) + c.selection * standing + outcome.unit_sd * of_level[s];
  }
  for (std::size_t s = 0; s < units; ++s)
    out.use[s] = std::clamp(varies ? c.use_mean + outcome.use_sd * of_use[s] : c.use_mean, -1.0, 3.0);
}

void money_effect(Outcome const& outcome, Coefficients const& c, std::span<double const> use,
                  std::span<double const> money, Delivery const& delivery, std::span<double> out) {
  double const exposure = std::min(outcome.years / 4, 1.0);
  auto const effect = [&](std::size_t s, double reached, double ratio) {
    double const x = 1 + c.pass_through * (reached - 1);
    double const gain = exposure * c.theta * use[s] * money_response(x, c.curvature);
    return gain * ratio - exposure * c.dilution * std::max(0.0, x - 1) / 0.1;
  };
  for (std::size_t s = 0; s < money.size(); ++s) {
    double others = money[s], needy = money[s];
    if (delivery.reach > 0 && delivery.needy[s] > 0) {
      double const earmarked = delivery.reach * delivery.need_money[s];
      others -= earmarked;
      needy += earmarked * (delivery.pupils[s] / delivery.needy[s] - 1);
    }
    out[2 * s] = effect(s, others, 1);
    out[2 * s + 1] = effect(s, needy, c.effect_ratio);
  }
}

} // namespace likvard

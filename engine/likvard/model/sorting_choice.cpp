#include "likvard/model/sorting_choice.hpp"

#include "likvard/core/portable.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/model/margins.hpp"
#include "likvard/model/normal.hpp"
#include "likvard/model/sorting.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

namespace likvard {
namespace {

constexpr double nearest = 8;    ///< utility per spacing at which a logit takes the nearest unit
constexpr double scatter = 0.5;  ///< sd of areas around their unit, in spacings
constexpr double farthest = 200; ///< utility lost at most: every place stays within reach of every area
constexpr double filled = 0.95;  ///< part of the choosers whom independent units may take
constexpr std::size_t most_types = 16;
constexpr double score_classes = 8;
constexpr int most_rounds = 2'000;
constexpr double settled = 1e-4;

// Entities of Purpose::sorting; units come first.
constexpr std::uint32_t area_entity = 1U << 20U, field_entity = 1U << 21U;

struct Place {
  double x = 0, y = 0;
};

/// Σ cos(k·place + phase), k normal with sd 1/length: Gaussian in the limit of many waves.
struct Field {
  struct Wave {
    double x, y, phase;
  };
  std::array<Wave, 32> waves;
  double at(Place place) const {
    double sum = 0;
    for (auto const& wave : waves) sum += portable::cos(wave.x * place.x + wave.y * place.y + wave.phase);
    return sum;
  }
};

Field draw_field(double length, StreamKey key) {
  Stream stream(key, Purpose::sorting, field_entity);
  Field field{};
  for (auto& wave : field.waves) {
    wave.x = standard_normal(stream) / length;
    wave.y = standard_normal(stream) / length;
    wave.phase = 2 * std::numbers::pi * uniform01(stream);
  }
  return field;
}

/// Put places in the field's order, lowest first; `lot` follows.
void order_by_field(Field const& field, std::vector<Place>& places, std::vector<double>& lot) {
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < places.size(); ++i) order.emplace_back(field.at(places[i]), i);
  std::sort(order.begin(), order.end());
  auto const places_before = places;
  auto const lot_before = lot;
  for (std::size_t i = 0; i < order.size(); ++i) {
    places[i] = places_before[order[i].second];
    lot[i] = lot_before[order[i].second];
  }
}

struct Geography {
  Table distance;                        ///< [S × A] in spacings
  std::vector<std::uint8_t> independent; ///< [S]
};

/// Units in random order of their lots turn independent while choosers can fill them.
std::vector<std::uint8_t> draw_independent(Choice const& choice, std::span<double const> weight,
                                           std::span<double const> lot) {
  std::vector<std::size_t> order(weight.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return lot[a] < lot[b]; });
  auto left =
      static_cast<std::size_t>(std::lround(choice.independent_share * static_cast<double>(weight.size())));
  std::vector<std::uint8_t> independent(weight.size(), 0);
  double places = 0;
  for (auto s : order) {
    if (left == 0) break;
    if (places + weight[s] > filled * choice.active) continue;
    places += weight[s];
    independent[s] = 1;
    --left;
  }
  return independent;
}

Geography draw_geography(Choice const& choice, std::span<double const> weight, StreamKey key) {
  std::size_t const units = weight.size();
  double const width = std::sqrt(static_cast<double>(units)); // of the municipality, in spacings
  Field const field = draw_field(choice.smoothness * width, key);
  std::vector<Place> unit(units), area(choice.areas);
  std::vector<double> lot(units), none(choice.areas, 0.0);
  for (std::size_t s = 0; s < units; ++s) {
    Stream stream(key, Purpose::sorting, static_cast<std::uint32_t>(s));
    unit[s] = {width * uniform01(stream), width * uniform01(stream)};
    lot[s] = uniform01(stream);
  }
  order_by_field(field, unit, lot);
  std::size_t host = 0;
  double places = weight[0];
  for (std::uint32_t a = 0; a < choice.areas; ++a) {
    while (host + 1 < units && places < (a + 0.5) / choice.areas) places += weight[++host];
    Stream stream(key, Purpose::sorting, area_entity + a);
    area[a].x = unit[host].x + scatter * standard_normal(stream);
    area[a].y = unit[host].y + scatter * standard_normal(stream);
  }
  order_by_field(field, area, none);
  Geography out{Table(units, choice.areas), draw_independent(choice, weight, lot)};
  for (std::size_t s = 0; s < units; ++s)
    for (std::size_t a = 0; a < area.size(); ++a) {
      double const dx = unit[s].x - area[a].x, dy = unit[s].y - area[a].y;
      out.distance(s, a) = std::sqrt(dx * dx + dy * dy); // std::hypot's last digit depends on the processor
    }
  return out;
}

/// exp(-slope · distance), the nearest unit of each area at 1.
Table nearness(Table const& distance, double slope, std::span<std::uint8_t const> closed) {
  Table out(distance.rows(), distance.cols());
  for (Eigen::Index a = 0; a < out.cols(); ++a) {
    double least = 1e300;
    for (Eigen::Index s = 0; s < out.rows(); ++s)
      if (closed.empty() || !closed[s]) least = std::min(least, distance(s, a));
    for (Eigen::Index s = 0; s < out.rows(); ++s)
      out(s, a) = !closed.empty() && closed[s]
                      ? 0.0
                      : portable::exp(-std::min(farthest, slope * (distance(s, a) - least)));
  }
  return out;
}

/// exp(standing · z_s · score), the best unit of each type at 1.
Table taste_for_standing(ChoiceModel const& model, std::span<double const> weight) {
  Table out(static_cast<Eigen::Index>(weight.size()), static_cast<Eigen::Index>(model.type_score.size()));
  double below = 0;
  for (Eigen::Index s = 0; s < out.rows(); ++s) {
    double const z = weight.size() > 1 ? normal_quantile(below + 0.5 * weight[s]) : 0.0;
    below += weight[s];
    for (Eigen::Index c = 0; c < out.cols(); ++c) out(s, c) = model.choice.standing * z * model.type_score[c];
  }
  for (Eigen::Index c = 0; c < out.cols(); ++c)
    out.col(c) = (out.col(c) - out.col(c).maxCoeff()).unaryExpr([](double x) { return portable::exp(x); });
  return out;
}

} // namespace

ChoiceModel make_choice_model(Choice const& choice, Profiles const& profiles) {
  ChoiceModel model{choice, {}, {}, {}, {}};
  std::vector<double> const weight(choice.areas, 1.0 / choice.areas);
  std::vector<double> x;
  for (double a : profiles.score) x.push_back(ranking_strength(choice.residence) * a);
  Table mix;
  sort_by_rank(weight, profiles.share, x, mix);
  model.residence = mix.transpose() / choice.areas;

  auto const& member = profiles.in_group[choice.group];
  auto const types_by = [&](auto const& class_of) {
    std::map<std::pair<double, std::uint8_t>, std::uint32_t> types;
    model.type.clear();
    for (std::size_t p = 0; p < profiles.size(); ++p) {
      auto const next = static_cast<std::uint32_t>(types.size());
      model.type.push_back(types.try_emplace({class_of(p), member[p]}, next).first->second);
    }
    return types.size();
  };
  auto types = types_by([&](std::size_t p) { return profiles.score[p]; });
  if (types > most_types)
    types = types_by([&](std::size_t p) { return std::floor(score_classes * profiles.rank[p]); });
  std::vector<double> mass(types, 0.0);
  model.type_score.assign(types, 0.0);
  model.type_group.assign(types, 0);
  for (std::size_t p = 0; p < profiles.size(); ++p) {
    double const share = profiles.share[p] + 1e-300; // a type without pupils has a score too
    mass[model.type[p]] += share;
    model.type_score[model.type[p]] += share * profiles.score[p];
    model.type_group[model.type[p]] = member[p];
  }
  for (std::size_t c = 0; c < types; ++c) model.type_score[c] /= mass[c];
  return model;
}

ChoiceReport sort_by_choice(ChoiceModel const& model, std::span<double const> weight,
                            std::span<double const> share, StreamKey key, Table& pi) {
  LIKVARD_EXPECT(!weight.empty() && share.size() == static_cast<std::size_t>(model.residence.rows()));
  auto const units = static_cast<Eigen::Index>(weight.size());
  auto const types = static_cast<Eigen::Index>(model.type_score.size());
  auto const areas = model.residence.cols();
  auto const profiles = model.residence.rows();
  Choice const& choice = model.choice;
  bool const some_choose = choice.active > 0, some_do_not = choice.active < 1;

  Geography const geography = draw_geography(choice, weight, key);
  Table const travel = nearness(geography.distance, choice.distance, {});
  Table const near = nearness(geography.distance, nearest, geography.independent);
  Table const taste = taste_for_standing(model, weight);
  Table by_type = Table::Zero(types, areas), by_group = Table::Zero(2, areas);
  for (Eigen::Index p = 0; p < profiles; ++p) {
    by_type.row(model.type[p]) += model.residence.row(p);
    by_group.row(model.type_group[model.type[p]]) += model.residence.row(p);
  }

  double const members = by_group.row(1).sum();
  Eigen::ArrayXd price = Eigen::ArrayXd::Ones(units), own = Eigen::ArrayXd::Constant(units, members);
  Table appeal(units, types), choosing = Table::Zero(types, areas), choosers(types, areas), going(2, areas);
  Eigen::Array<double, 1, Eigen::Dynamic> reach = Eigen::Array<double, 1, Eigen::Dynamic>::Zero(areas);
  ChoiceReport report;
  for (report.rounds = 1;; ++report.rounds) {
    // Rates at which families go per unit of appeal: what makes each area's families sum to themselves.
    if (some_choose) {
      choosing.setZero();
      for (Eigen::Index s = 0; s < units; ++s) {
        std::array<double, 2> const pull{portable::exp(choice.own_group * (1 - own[s])),
                                         portable::exp(choice.own_group * own[s])};
        for (Eigen::Index c = 0; c < types; ++c) {
          appeal(s, c) = price[s] * taste(s, c) * pull[model.type_group[c]];
          choosing.row(c) += appeal(s, c) * travel.row(s);
        }
      }
      choosing = choice.active / choosing;
    }
    if (some_do_not) {
      reach.setZero();
      for (Eigen::Index s = 0; s < units; ++s) reach += price[s] * near.row(s);
      reach = (1 - choice.active) / reach;
    }
    if (report.rounds > 1 &&
        ((report.places < settled && report.composition < settled) || report.rounds > most_rounds))
      break;
    // Who comes to each unit, and what that does to its price and its composition.
    report.places = report.composition = 0;
    double const company_step = 50.0 / (100 + report.rounds); // shorter as time goes: no endless swinging
    choosers = by_type * choosing;
    for (Eigen::Index g = 0; g < 2; ++g) going.row(g) = by_group.row(g) * reach;
    for (Eigen::Index s = 0; s < units; ++s) {
      std::array<double, 2> come{0, 0};
      if (some_choose)
        for (Eigen::Index c = 0; c < types; ++c)
          come[model.type_group[c]] += appeal(s, c) * (travel.row(s) * choosers.row(c)).sum();
      if (some_do_not)
        for (Eigen::Index g = 0; g < 2; ++g) come[g] += price[s] * (near.row(s) * going.row(g)).sum();
      double const total = come[0] + come[1];
      report.places = std::max(report.places, std::abs(total / weight[s] - 1));
      double const change = come[1] / total - own[s];
      if (some_choose && choice.own_group != 0)
        report.composition = std::max(report.composition, std::abs(change));
      own[s] += company_step * change;
      double const short_of = weight[s] / total;
      price[s] *= short_of * std::sqrt(short_of); // over-relaxed by 1.5
    }
    price /= price.maxCoeff();
  }

  pi.resize(units, profiles);
  for (Eigen::Index p = 0; p < profiles; ++p) {
    Eigen::Index const c = model.type[p];
    for (Eigen::Index s = 0; s < units; ++s) {
      double come = 0;
      if (some_choose)
        come += appeal(s, c) * (travel.row(s) * choosing.row(c) * model.residence.row(p)).sum();
      if (some_do_not) come += price[s] * (near.row(s) * reach * model.residence.row(p)).sum();
      pi(s, p) = come / weight[s];
    }
  }
  restore_margins(weight, share, pi);
  return report;
}

} // namespace likvard

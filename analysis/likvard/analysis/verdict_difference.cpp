#include "likvard/analysis/detail/question_words.hpp"
#include "likvard/analysis/detail/verdict_kinds.hpp"

#include "likvard/analysis/information.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/study/block.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/power.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace likvard::detail {
namespace {

double pupils_of(Point const& point) {
  return static_cast<double>(point.parameters.pupils);
}

double sign_of(StudyRows const& rows, std::size_t k) {
  return measure_table()[rows.measures[k]].better == Better::lower ? -1 : 1;
}

/// Of each replicate, the mean over points (each municipality alike) of policy - reference, better up.
std::vector<double> mean_effect(StudyRows const& rows, std::vector<std::size_t> const& points,
                                std::size_t policy, std::size_t reference, std::size_t k,
                                std::vector<double> const& scale) {
  double const sign = sign_of(rows, k);
  std::vector<double> out(rows.replicates);
  for (std::size_t g : points)
    for (std::size_t r = 0; r < rows.replicates; ++r)
      out[r] += sign * scale[g] * (rows.at(g, r, policy, k) - rows.at(g, r, reference, k)) /
                static_cast<double>(points.size());
  return out;
}

} // namespace

void answer_difference(VerdictQuestion const& q, Scenario const& scenario, StudyRows const& rows,
                       VerdictResult& out) {
  std::size_t const policy = policy_at(scenario, q.policy, q.share),
                    reference = policy_at(scenario, q.reference, q.reference_share),
                    k = rows.place(q.measure);
  out.unit = measure_table()[rows.measures[k]].unit;
  // A question about points alone, not about a policy: the policy's values themselves.
  bool const plain = policy == reference;
  std::vector<double> scale(rows.points, 1.0);
  for (std::size_t g = 0; q.per_krona && g < rows.points; ++g) {
    double const kronor =
        scenario.policies[policy].share * scenario.points[g].parameters.budget_per_pupil_sek;
    scale[g] = kronor > 0 ? 10'000 / kronor : 0;
  }
  auto const effect = [&](PlaceFilter const& filter) {
    auto const points = points_of(scenario, filter, q.name);
    if (!plain) return mean_effect(rows, points, policy, reference, k, scale);
    std::vector<double> draws(rows.replicates);
    for (std::size_t g : points)
      for (std::size_t r = 0; r < rows.replicates; ++r)
        draws[r] += scale[g] * rows.at(g, r, policy, k) / static_cast<double>(points.size());
    return draws;
  };
  // Standard error of the mean over these points, as if they were drawn from many.
  auto const spread_over = [&](PlaceFilter const& filter) {
    auto const points = points_of(scenario, filter, q.name);
    double mean = 0, square = 0, n = 0;
    for (std::size_t g : points) {
      double value = 0;
      for (std::size_t r = 0; r < rows.replicates; ++r)
        value += scale[g] * (rows.at(g, r, policy, k) - (plain ? 0.0 : rows.at(g, r, reference, k))) /
                 static_cast<double>(rows.replicates);
      double const d = value - mean;
      mean += d / ++n;
      square += d * (value - mean);
    }
    return n > 1 ? std::sqrt(square / (n - 1) / n) : 0.0;
  };
  auto draws = effect(q.at);
  BlockMean const first = block_mean(draws);
  BlockMean second;
  if (q.has_against) {
    auto const other = effect(q.against);
    second = block_mean(other);
    for (std::size_t r = 0; r < draws.size(); ++r) draws[r] -= other[r];
  }
  judge_draws(q, rows, draws, out);
  out.sampling_error =
      q.has_against ? std::hypot(spread_over(q.at), spread_over(q.against)) : spread_over(q.at);
  add_figure(out, "first", first.mean, first.standard_error);
  add_figure(out, "second", second.mean, second.standard_error);
  add_figure(out, "ratio", second.mean != 0 ? first.mean / second.mean : std::nan(""), 0);
  out.figures.emplace_back("unit", out.unit);
  out.columns = {"effect"};
  double const sign = plain ? 1 : sign_of(rows, k);
  for (std::size_t g = 0; g < rows.points; ++g) {
    double sum = 0;
    for (std::size_t r = 0; r < rows.replicates; ++r)
      sum += rows.at(g, r, policy, k) - (plain ? 0.0 : rows.at(g, r, reference, k));
    out.rows.push_back(
        {pupils_of(scenario.points[g]), sign * scale[g] * sum / static_cast<double>(rows.replicates)});
  }
}

void answer_information(VerdictQuestion const& q, Scenario const& scenario, StudyRows const& rows,
                        VerdictResult& out) {
  std::size_t const k = rows.place(q.measure), c = rows.parameter_name.size();
  auto const points = points_of(scenario, q.at, q.name);
  out.unit = measure_table()[rows.measures[k]].unit;
  if (c == 0 || rows.policies < 2)
    throw ScenarioError({fmt::format("{}: verdict '{}' (two policies and an uncertain parameter are wanted)",
                                     scenario.path, q.name)});
  // [R][policies] of the nation, better up: the mean over all pupils of these points.
  auto const nation = [&](std::vector<std::size_t> const& of) {
    double pupils = 0;
    for (std::size_t g : of) pupils += pupils_of(scenario.points[g]);
    double const sign = sign_of(rows, k);
    std::vector<double> sums(rows.replicates * rows.policies);
    for (std::size_t g : of) {
      double const weight = sign * pupils_of(scenario.points[g]) / pupils;
      for (std::size_t r = 0; r < rows.replicates; ++r)
        for (std::size_t m = 0; m < rows.policies; ++m)
          sums[r * rows.policies + m] += weight * rows.at(g, r, m, k);
    }
    return sums;
  };
  auto const value = nation(points);
  std::vector<std::uint32_t> block(rows.replicates);
  for (std::size_t r = 0; r < block.size(); ++r) block[r] = static_cast<std::uint32_t>(r / block_size);
  auto const choice = choice_under_uncertainty({rows.policies, c, value, rows.parameter, block});
  std::vector<std::size_t> order(c);
  for (std::size_t j = 0; j < c; ++j) order[j] = j;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return choice.partial[a].value > choice.partial[b].value;
  });
  auto const& best = scenario.policies[choice.best];
  if (std::find(rows.parameter_name.begin(), rows.parameter_name.end(), q.axis) !=
      rows.parameter_name.end()) {
    auto const &first = choice.partial[order[0]],
               &second = choice.partial[order[std::min<std::size_t>(1, c - 1)]];
    bool const clear =
        first.value - second.value > 2 * std::hypot(first.standard_error, second.standard_error);
    out.standing = !clear                                    ? Standing::undecided
                   : rows.parameter_name[order[0]] == q.axis ? Standing::supported
                                                             : Standing::not_supported;
    if (c > 1) {
      auto const& name = rows.parameter_name[order[1]];
      auto const worth = figure_text(second.value, second.standard_error),
                 error = figure_text(second.standard_error, second.standard_error);
      out.overturn = fmt::format("{} being worth more to know: it is worth {} ± {}", name, worth, error);
      out.overturn_sv = question::swedish(
          fmt::format("att det är mer värt att veta {}: det är värt {} ± {}", name, worth, error));
    }
  }
  out.value = choice.perfect.value;
  out.standard_error = choice.perfect.standard_error;
  out.sampling_error = drawn_error(points.size(), [&](std::vector<std::size_t> const& kept) {
    std::vector<std::size_t> some;
    for (std::size_t i : kept) some.push_back(points[i]);
    auto const again = nation(some);
    return choice_under_uncertainty({rows.policies, c, again, rows.parameter, block}).perfect.value;
  });
  if (best.share > 0)
    out.figures.emplace_back(
        "best", fmt::format("{} at {:g} %", best.title, 100 * best.share),
        question::swedish(fmt::format("”{}” med andelen {:g} %", best.title, 100 * best.share)));
  else
    out.figures.emplace_back("best", "per head", "lika per elev");
  add_figure(out, "perfect", choice.perfect.value, choice.perfect.standard_error);
  add_figure(out, "perfect_error", choice.perfect.standard_error, choice.perfect.standard_error);
  out.figures.emplace_back("sure", fmt::format("{:.0f} %", 100 * choice.probability_best[choice.best].value));
  std::string list;
  for (std::size_t j = 0; j < std::min<std::size_t>(4, c); ++j)
    list += fmt::format(
        "{}{} {} ± {}", j ? "; " : "", rows.parameter_name[order[j]],
        figure_text(choice.partial[order[j]].value, choice.partial[order[j]].standard_error),
        figure_text(choice.partial[order[j]].standard_error, choice.partial[order[j]].standard_error));
  out.figures.emplace_back("first", rows.parameter_name[order[0]]);
  out.figures.emplace_back("list", list);
  out.figures.emplace_back("unit", out.unit);
}

void answer_power(VerdictQuestion const& q, Scenario const& scenario, VerdictResult& out) {
  PowerResult const power = run_power(scenario);
  auto const points = points_of(scenario, q.at, q.name);
  std::uint32_t const year = power.years;
  std::string list, list_sv;
  std::uint32_t enough = 0;
  for (std::size_t k = 0; k < power.pooled.size(); ++k) {
    double mean = 0, error = 0;
    for (std::size_t g : points) {
      std::size_t const at = power.index(g, k, year - 1);
      mean += power.power[at] / static_cast<double>(points.size());
      error +=
          power.standard_error[at] / static_cast<double>(points.size()); // at most: points share their luck
    }
    list += fmt::format("{}{} together {:.0f} % (± {:.1f})", k ? ", " : "", power.pooled[k], 100 * mean,
                        100 * error);
    list_sv += question::swedish(fmt::format("{}{} tillsammans {:.0f} % (± {:.1f})", k ? ", " : "",
                                             power.pooled[k], 100 * mean, 100 * error));
    if (k == 0) {
      out.sampling_error = drawn_error(points.size(), [&](std::vector<std::size_t> const& kept) {
        double some = 0;
        for (std::size_t i : kept)
          some += power.power[power.index(points[i], k, year - 1)] / static_cast<double>(kept.size());
        return some;
      });
      out.value = mean;
      out.standard_error = error;
      bool const below = q.expect == Expectation::below;
      double const low = mean - 2 * error, high = mean + 2 * error;
      auto const standing = [&](double limit) {
        return (below ? high < limit : low > limit)   ? Standing::supported
               : (below ? low > limit : high < limit) ? Standing::not_supported
                                                      : Standing::undecided;
      };
      if (q.matters > 0) {
        out.standing = standing(q.matters);
        out.overturn = "another effect than the one that is given";
        out.overturn_sv = "en annan effekt än den som anges";
      }
      if (q.matters > 0 && q.also) {
        out.other = fmt::format("with {:g}: {}", *q.also, standing_text(standing(*q.also)));
        out.other_sv =
            question::swedish(fmt::format("med {:g}: {}", *q.also, standing_text_sv(standing(*q.also))));
      }
      out.figures.emplace_back("alone", fmt::format("{:.0f} %", 100 * mean));
    }
    if (enough == 0 && mean >= power.wanted) enough = power.pooled[k];
  }
  out.unit = "1";
  out.figures.emplace_back("list", list, list_sv);
  out.figures.emplace_back("years", fmt::format("{}", year));
  out.figures.emplace_back("wanted", fmt::format("{:.0f} %", 100 * power.wanted));
  out.figures.emplace_back("effect", fmt::format("{:g}", power.effect));
  if (enough)
    out.figures.emplace_back("enough", fmt::format("{}", enough));
  else
    out.figures.emplace_back("enough", fmt::format("more than {}", power.pooled.back()),
                             fmt::format("fler än {}", power.pooled.back()));
}

} // namespace likvard::detail

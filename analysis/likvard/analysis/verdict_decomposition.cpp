#include "likvard/analysis/detail/verdict_kinds.hpp"
#include "likvard/analysis/national_gap.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/study/block.hpp"

#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace likvard::detail {
namespace {

struct Columns {
  std::size_t share, need, others, theil;
};

/// A rate after everybody's result has moved up by `gain` SD: Φ(Φ⁻¹(rate) - gain).
double moved(double rate, double gain) {
  boost::math::normal_distribution<> const law;
  double const p = std::clamp(rate, 1e-6, 1 - 1e-6);
  return cdf(law, quantile(law, p) - gain);
}

double parameter_of(StudyRows const& rows, std::size_t r, std::string_view name, double otherwise) {
  auto const found = std::find(rows.parameter_name.begin(), rows.parameter_name.end(), name);
  if (found == rows.parameter_name.end()) return otherwise;
  return rows.parameter[r * rows.parameter_name.size() +
                        static_cast<std::size_t>(found - rows.parameter_name.begin())];
}

/// National gap of one replicate under a policy, the municipality's whole budget being 1 + extra[g].
GapParts gap_of(Scenario const& scenario, StudyRows const& rows, std::vector<std::size_t> const& points,
                std::size_t r, std::size_t policy, Columns const& at, std::vector<double> const& extra) {
  double const theta = parameter_of(rows, r, "outcome.theta", 0.015),
               pass = parameter_of(rows, r, "outcome.pass_through", 0.65),
               ratio = parameter_of(rows, r, "outcome.effect_ratio", 1.2);
  std::vector<GroupRates> all;
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::size_t const g = points[i];
    double const n = static_cast<double>(scenario.points[g].parameters.municipality.pupils),
                 share = rows.at(g, r, policy, at.share) / 100, gain = theta * 10 * pass * extra[i];
    all.push_back({n * share, n * (1 - share), moved(rows.at(g, r, policy, at.need) / 100, ratio * gain),
                   moved(rows.at(g, r, policy, at.others) / 100, gain)});
  }
  return gap_parts(all);
}

} // namespace

void answer_decomposition(VerdictQuestion const& q, Scenario const& scenario, StudyRows const& rows,
                          VerdictResult& out) {
  auto const points = points_of(scenario, q.at, q.name);
  Columns const at{rows.place("need_share"), rows.place("not_qualified_need"),
                   rows.place("not_qualified_others"), rows.place("money_theil")};
  std::size_t const policy = policy_at(scenario, q.policy, q.share),
                    within = policy_at(scenario, q.policy, q.grant);
  // The grant follows expected need: municipality g gets grant · need_g/mean need, less the mean.
  double pupils = 0, need = 0;
  for (std::size_t g : points) {
    double const n = static_cast<double>(scenario.points[g].parameters.municipality.pupils);
    pupils += n;
    need += n * scenario.points[g].parameters.outcome.not_qualified;
  }
  std::vector<double> extra, none(points.size(), 0.0);
  for (std::size_t g : points)
    extra.push_back(q.grant * (scenario.points[g].parameters.outcome.not_qualified * pupils / need - 1));

  struct Case {
    std::string name;
    std::size_t policy;
    std::vector<double> const* extra;
    std::vector<double> total{}, between{}, within{};
  };
  std::vector<Case> cases{
      {"base", 0, &none}, {"municipal", policy, &none}, {"grant", within, &extra}, {"both", policy, &extra}};
  for (auto& c : cases)
    for (std::size_t r = 0; r < rows.replicates; ++r) {
      GapParts const gap = gap_of(scenario, rows, points, r, c.policy, at, *c.extra);
      c.total.push_back(100 * gap.total);
      c.between.push_back(100 * gap.between);
      c.within.push_back(100 * gap.within);
    }
  auto const less = [&](std::vector<double> const& a, std::vector<double> const& b) {
    std::vector<double> d(a.size());
    for (std::size_t r = 0; r < d.size(); ++r) d[r] = a[r] - b[r];
    return d;
  };
  auto const put = [&](std::string const& name, std::vector<double> const& draws) {
    BlockMean const mean = block_mean(draws);
    out.figures.emplace_back(name, fmt::format("{} ± {}", figure_text(mean.mean, mean.standard_error),
                                               figure_text(mean.standard_error, mean.standard_error)));
  };
  put("gap", cases[0].total);
  put("gap_within", cases[0].within);
  put("gap_between", cases[0].between);
  for (std::size_t i = 1; i < cases.size(); ++i) {
    put(cases[i].name, less(cases[0].total, cases[i].total));
    put(cases[i].name + "_within", less(cases[0].within, cases[i].within));
    put(cases[i].name + "_between", less(cases[0].between, cases[i].between));
  }
  for (auto const& c : cases) {
    std::vector<MoneyShare> money;
    for (std::size_t i = 0; i < points.size(); ++i) {
      double theil = 0;
      for (std::size_t r = 0; r < rows.replicates; ++r)
        theil += rows.at(points[i], r, c.policy, at.theil) / static_cast<double>(rows.replicates);
      money.push_back({static_cast<double>(scenario.points[points[i]].parameters.municipality.pupils),
                       1 + (*c.extra)[i], theil});
    }
    TheilParts const parts = theil_parts(money);
    out.figures.emplace_back(c.name + "_theil",
                             fmt::format("{:.5f} within, {:.5f} between", parts.within, parts.between));
  }
  out.unit = "pp";
  // The grant takes from the gap between municipalities what municipal models cannot reach.
  judge_draws(q, rows,
              less(less(cases[0].between, cases[2].between), less(cases[0].between, cases[1].between)), out);
  out.figures.emplace_back("grant_percent", fmt::format("{:g} %", 100 * q.grant));
}

} // namespace likvard::detail

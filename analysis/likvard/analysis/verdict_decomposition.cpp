#include "likvard/analysis/detail/question_words.hpp"
#include "likvard/analysis/detail/verdict_kinds.hpp"
#include "likvard/analysis/national_gap.hpp"
#include "likvard/analysis/state_grant.hpp"
#include "likvard/core/random.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/study/block.hpp"
#include "likvard/study/values.hpp"

#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <tuple>

namespace likvard::detail {
namespace {

struct Places {
  std::size_t share, need, others, theil, cv;
};

/// A rate after everybody's result has moved up by `gain` SD: Φ(Φ⁻¹(rate) - gain).
double moved(double rate, double gain) {
  boost::math::normal_distribution<> const law;
  double const p = std::clamp(rate, 1e-6, 1 - 1e-6);
  return gain == 0 ? p : cdf(law, quantile(law, p) - gain);
}

double parameter_of(StudyRows const& rows, std::size_t r, std::string_view name, double otherwise) {
  auto const found = std::find(rows.parameter_name.begin(), rows.parameter_name.end(), name);
  if (found == rows.parameter_name.end()) return otherwise;
  return rows.parameter[r * rows.parameter_name.size() +
                        static_cast<std::size_t>(found - rows.parameter_name.begin())];
}

/// A model that was simulated at some shares, per head at 0: what it gives at any share between them.
using Ladder = std::vector<std::pair<double, std::size_t>>; ///< share, policy; shares rise
Ladder ladder_of(Scenario const& scenario, std::string const& name) {
  Ladder out{{0.0, 0}};
  for (std::size_t m = 1; m < scenario.policies.size(); ++m)
    if (scenario.policies[m].name == name) out.emplace_back(scenario.policies[m].share, m);
  std::sort(out.begin(), out.end());
  return out;
}
double at_share(StudyRows const& rows, Ladder const& ladder, std::size_t g, std::size_t r, double share,
                std::size_t k) {
  auto const above =
      std::find_if(ladder.begin(), ladder.end(), [share](auto const& step) { return step.first >= share; });
  if (above == ladder.begin()) return rows.at(g, r, above->second, k);
  if (above == ladder.end()) return rows.at(g, r, ladder.back().second, k);
  auto const& [s0, m0] = *(above - 1);
  auto const& [s1, m1] = *above;
  double const y0 = rows.at(g, r, m0, k), y1 = rows.at(g, r, m1, k);
  return y0 + (share - s0) / (s1 - s0) * (y1 - y0);
}

/// One way for the nation to give out its money. A model's own ladder has one step (its simulated share).
struct Way {
  std::string name;
  Worded title;
  Ladder ladder;
  double share = 0;                                 ///< given out by need by municipalities
  bool grant = false;                               ///< with the state grant
  bool taken = false;                               ///< and municipalities take some of it back
  std::vector<double> total{}, within{}, between{}; ///< gap, percentage points [R]
  std::vector<double> variance_within{}, variance_between{}, theil_within{}, theil_between{}; ///< money [R]
};

struct Nation {
  VerdictQuestion const& question;
  std::vector<double> const& pupils; ///< of every point of the study
  StudyRows const& rows;
  std::vector<std::size_t> points;
  std::size_t replicates;
  Places at;
  std::vector<double> grant;                 ///< [points] part of the municipality's budget
  std::vector<double> crowd_out, from_model; ///< [R]
};

void run_way(Nation const& nation, Way& way) {
  auto const& rows = nation.rows;
  for (std::size_t r = 0; r < nation.replicates; ++r) {
    double const theta = parameter_of(rows, r, "outcome.theta", 0.015),
                 pass = parameter_of(rows, r, "outcome.pass_through", 0.65),
                 ratio = parameter_of(rows, r, "outcome.effect_ratio", 1.2);
    std::vector<GroupRates> rates;
    std::vector<EquityGroup> money;
    for (std::size_t i = 0; i < nation.points.size(); ++i) {
      std::size_t const g = nation.points[i];
      GrantMoney const m =
          grant_money({way.share, way.grant ? nation.grant[i] : 0.0, way.grant ? nation.question.grant : 0.0,
                       way.taken ? nation.crowd_out[r] : 0.0, nation.from_model[r]});
      auto const value = [&](std::size_t k) { return at_share(rows, way.ladder, g, r, m.by_need, k); };
      double const n = nation.pupils[g], share = rows.at(g, r, 0, nation.at.share) / 100,
                   gain = theta * 10 * pass * (m.level - 1), cv = value(nation.at.cv) / 100,
                   theil = value(nation.at.theil);
      rates.push_back({n * share, n * (1 - share), moved(value(nation.at.need) / 100, ratio * gain),
                       moved(value(nation.at.others) / 100, gain)});
      money.push_back({n, m.level, m.level * m.level * cv * cv, theil});
    }
    GapParts const gap = gap_parts(rates);
    EquityParts const parts = equity_parts(money);
    way.total.push_back(100 * gap.total);
    way.within.push_back(100 * gap.within);
    way.between.push_back(100 * gap.between);
    way.variance_within.push_back(parts.variance_within);
    way.variance_between.push_back(parts.variance_between);
    way.theil_within.push_back(parts.theil_within);
    way.theil_between.push_back(parts.theil_between);
  }
}

std::vector<double> less(std::vector<double> const& a, std::vector<double> const& b) {
  std::vector<double> d(a.size());
  for (std::size_t r = 0; r < d.size(); ++r) d[r] = a[r] - b[r];
  return d;
}

std::string with_error_text(std::vector<double> const& draws, double scale = 1) {
  BlockMean const mean = block_mean(draws);
  return fmt::format("{} ± {}", figure_text(scale * mean.mean, scale * mean.standard_error),
                     figure_text(scale * mean.standard_error, scale * mean.standard_error));
}

/// One draw a replicate: a stream of its own (no municipality of a backcast has the number 0).
std::vector<double> drawn(Prior const& prior, std::uint64_t seed, std::size_t replicates,
                          std::uint32_t which) {
  std::vector<double> out;
  for (std::size_t r = 0; r < replicates; ++r) {
    Stream stream({seed, 0, static_cast<std::uint32_t>(2 * r + which)}, Purpose::history);
    out.push_back(quantile(prior, uniform01(stream)));
  }
  return out;
}

/// The draws' parameters, with those of the grant.
StudyRows parameters_with(StudyRows const& rows, std::vector<double> const& crowd_out, bool uncertain) {
  StudyRows out;
  out.replicates = rows.replicates;
  out.parameter_name = rows.parameter_name;
  std::size_t const c = rows.parameter_name.size();
  if (uncertain) out.parameter_name.emplace_back("crowd_out");
  for (std::size_t r = 0; r < rows.replicates; ++r) {
    for (std::size_t j = 0; j < c; ++j) out.parameter.push_back(rows.parameter[r * c + j]);
    if (uncertain) out.parameter.push_back(crowd_out[r]);
  }
  return out;
}

} // namespace

void answer_decomposition(VerdictQuestion const& q, Scenario const& scenario, StudyRows const& rows,
                          VerdictResult& out) {
  auto const points = points_of(scenario, q.at, q.name);
  std::vector<double> pupils_of;
  for (auto const& point : scenario.points) pupils_of.push_back(static_cast<double>(point.parameters.pupils));
  Nation nation{q,
                pupils_of,
                rows,
                points,
                rows.replicates,
                {rows.place("need_share"), rows.place("not_qualified_need"),
                 rows.place("not_qualified_others"), rows.place("money_theil"), rows.place("money_cv")},
                {},
                drawn(q.crowd_out, scenario.seed, rows.replicates, 0),
                drawn(q.crowd_out_model, scenario.seed, rows.replicates, 1)};
  // The grant follows expected need: municipality g gets grant · need_g/mean need of its budget.
  double pupils = 0, need = 0;
  std::vector<double> level; // [points]
  for (std::size_t g : points) {
    level.push_back(scenario.points[g].parameters.all().outcome.not_qualified);
    pupils += pupils_of[g];
    need += pupils_of[g] * level.back();
  }
  for (double const rate : level) nation.grant.push_back(std::min(1.0, q.grant * rate * pupils / need));

  Ladder const ladder = ladder_of(scenario, q.policy);
  Worded const grant{fmt::format("state grant, {:g} % of all budgets", 100 * q.grant),
                     question::swedish(fmt::format("statsbidrag, {:g} % av alla budgetar", 100 * q.grant))};
  std::vector<Way> ways{{"base", {"per head", "lika per elev"}, {{0.0, 0}}, 0.0},
                        {"municipal", {}, ladder, q.share}};
  for (std::size_t m = 1; m < scenario.policies.size(); ++m) {
    auto const& policy = scenario.policies[m];
    if (policy_at(scenario, policy.name, q.share) != m) continue;
    std::string const en =
        fmt::format("{}, {:g} %", policy.title.empty() ? policy.name : policy.title, 100 * policy.share);
    Worded const title{en, question::swedish(en)};
    if (policy.name == q.policy) {
      ways[1].title = title;
      ways[1].share = policy.share;
    } else if (policy.name != q.reference) {
      ways.push_back({policy.name, title, {{policy.share, m}}, policy.share});
    }
  }
  double const share = ways[1].share;
  for (auto const& [name, title, w, taken] :
       {std::tuple{"grant_full", Worded{grant.en + ", nothing taken back", grant.sv + ", inget tas tillbaka"},
                   0.0, false},
        {"grant", grant, 0.0, true},
        {"both_full", Worded{"both, nothing taken back", "båda, inget tas tillbaka"}, share, false},
        {"both", Worded{"both", "båda"}, share, true}})
    ways.push_back({name, title, ladder, w, true, taken});
  for (auto& way : ways) run_way(nation, way);
  Way const& base = ways[0];
  auto const put = [&](std::string const& name, std::vector<double> const& draws) {
    out.figures.emplace_back(name, with_error_text(draws));
  };
  put("gap", base.total);
  put("gap_within", base.within);
  put("gap_between", base.between);
  out.table_header = {"model",
                      "gap narrows by (pp)",
                      "of it within",
                      "of it between",
                      "money: variance within (×1000)",
                      "variance between (×1000)",
                      "Theil within (×1000)",
                      "Theil between (×1000)"};
  out.table_header_sv = {"modell",
                         "skillnaden minskar med (procentenheter)",
                         "varav inom kommuner",
                         "varav mellan kommuner",
                         "pengar: varians inom (×1000)",
                         "varians mellan (×1000)",
                         "Theil inom (×1000)",
                         "Theil mellan (×1000)"};
  for (auto const& way : ways) {
    put(way.name, less(base.total, way.total));
    put(way.name + "_within", less(base.within, way.within));
    put(way.name + "_between", less(base.between, way.between));
    out.table.push_back(
        {way.title.en, with_error_text(less(base.total, way.total)),
         with_error_text(less(base.within, way.within)), with_error_text(less(base.between, way.between)),
         with_error_text(way.variance_within, 1000), with_error_text(way.variance_between, 1000),
         with_error_text(way.theil_within, 1000), with_error_text(way.theil_between, 1000)});
    out.table_sv.push_back(out.table.back());
    for (auto& cell : out.table_sv.back()) cell = question::swedish(cell);
    out.table_sv.back().front() = way.title.sv;
    double const inside = block_mean(way.theil_within).mean, across = block_mean(way.theil_between).mean;
    out.figures.emplace_back(way.name + "_theil",
                             fmt::format("{:.5f} within, {:.5f} between", inside, across),
                             question::swedish(fmt::format("{:.5f} inom, {:.5f} mellan", inside, across)));
  }
  auto const way = [&](std::string_view name) -> Way const& {
    return *std::find_if(ways.begin(), ways.end(), [&](Way const& w) { return w.name == name; });
  };
  put("lost_between", less(way("grant").between, way("grant_full").between));
  put("lost_within", less(way("both").within, way("both_full").within));
  auto crowd = nation.crowd_out;
  out.figures.emplace_back("crowd_out", fmt::format("{:.0f} %", 100 * block_mean(crowd).mean));
  out.figures.emplace_back("crowd_out_low", fmt::format("{:.0f} %", 100 * sample_quantile(crowd, 0.05)));
  out.figures.emplace_back("crowd_out_high", fmt::format("{:.0f} %", 100 * sample_quantile(crowd, 0.95)));
  out.unit = "pp";
  // The grant takes from the gap between municipalities what municipal models cannot reach.
  judge_draws(q, parameters_with(rows, nation.crowd_out, !is_fixed(q.crowd_out)),
              less(less(base.between, way("grant").between), less(base.between, way("municipal").between)),
              out);
  // Which municipalities were drawn: two blocks of replicates tell.
  out.sampling_error = drawn_error(points.size(), [&](std::vector<std::size_t> const& kept) {
    Nation some = nation;
    some.replicates = std::min<std::size_t>(rows.replicates, 2 * block_size);
    some.points.clear();
    some.grant.clear();
    for (std::size_t i : kept) {
      some.points.push_back(points[i]);
      some.grant.push_back(nation.grant[i]);
    }
    std::vector<double> between;
    for (Way again : {way("municipal"), way("grant")}) {
      again.between.clear();
      run_way(some, again);
      between.push_back(block_mean(again.between).mean);
    }
    return between[0] - between[1];
  });
  out.figures.emplace_back("grant_percent", fmt::format("{:g} %", 100 * q.grant));
}

} // namespace likvard::detail

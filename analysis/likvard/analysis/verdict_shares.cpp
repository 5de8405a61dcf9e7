#include "likvard/analysis/detail/question_words.hpp"
#include "likvard/analysis/detail/verdict_kinds.hpp"
#include "likvard/analysis/need_matching.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/study/block.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/values.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace likvard::detail {
namespace {

/// Spread of the index as seen (policy) and as it is (reference: the same model on the present index), from
/// replicates [from, to): money of a linear model is 1 + w (J - 1).
std::vector<IndexSpread> spreads(VerdictQuestion const& q, Scenario const& scenario, StudyRows const& rows,
                                 std::vector<std::size_t> const& points, std::size_t from, std::size_t to) {
  std::size_t const seen = policy_at(scenario, q.policy, q.share),
                    present = policy_at(scenario, q.reference, q.share), cv = rows.place("money_cv"),
                    slope = rows.place("money_elasticity");
  if (seen == 0 || present == 0)
    throw ScenarioError(
        {fmt::format("{}: verdict '{}' (policy: a linear model; reference: the same on an index "
                     "without lag or noise)",
                     scenario.path, q.name)});
  double const w = scenario.policies[seen].share, wt = scenario.policies[present].share,
               n = static_cast<double>(to - from);
  std::vector<IndexSpread> out;
  for (std::size_t g : points) {
    IndexSpread s{static_cast<double>(scenario.points[g].parameters.pupils), 0, 0};
    for (std::size_t r = from; r < to; ++r) {
      double const sd = rows.at(g, r, seen, cv) / 100 / w, truth = rows.at(g, r, present, cv) / 100 / wt;
      s.seen += sd * sd / n;
      s.joint += rows.at(g, r, seen, slope) / w * truth * truth / n;
    }
    // What does not vary but for rounding varies by nothing.
    if (s.seen < 1e-12) s.seen = s.joint = 0;
    out.push_back(s);
  }
  return out;
}

/// Part of the attainable gain that the best single share loses.
double regret_of_one(std::vector<IndexSpread> const& spreads, double ideal) {
  double const share = one_share(spreads, ideal);
  double lost = 0, gain = 0;
  for (auto const& s : spreads) {
    lost += s.pupils * matching_loss(s, ideal, share);
    gain += s.pupils * matching_gain(s, ideal);
  }
  return gain > 0 ? lost / gain : 0;
}

/// A figure of blocks: the mean of all rows and its error by the jackknife over blocks.
template <class F>
std::pair<double, double> with_error(StudyRows const& rows, F const& figure) {
  std::size_t const blocks = rows.replicates / block_size;
  double mean = 0, square = 0;
  for (std::size_t b = 0; b < blocks; ++b) {
    double const x = figure(b * block_size, (b + 1) * block_size);
    mean += x / static_cast<double>(blocks);
    square += x * x / static_cast<double>(blocks);
  }
  return {figure(0, rows.replicates),
          std::sqrt(std::max(0.0, square - mean * mean) / static_cast<double>(blocks - 1))};
}

std::string percent(double x, int digits = 0) {
  return std::isfinite(x) ? fmt::format("{:.{}f} %", 100 * x, digits) : "not known";
}

/// "A1|A2|A3" as a reader has it: "A1, A2 and A3".
std::string in_words(std::string levels, std::string const& and_) {
  if (auto const last = levels.rfind('|'); last != std::string::npos)
    levels.replace(last, 1, " " + and_ + " ");
  for (auto at = levels.find('|'); at != std::string::npos; at = levels.find('|', at))
    levels.replace(at, 1, ", ");
  return levels;
}

/// The levels' points of one entry of `observed`.
std::vector<std::size_t> class_points(VerdictQuestion const& q, Scenario const& scenario,
                                      std::vector<std::size_t> const& points, std::string const& levels) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < points.size(); ++i) {
    auto const& at = scenario.points[points[i]].at;
    auto const place = at.find(q.axis);
    bool found = levels == "all";
    // "A1" stands for every level whose first word it is: "A1 Storstäder".
    for (std::size_t from = 0; !found && place != at.end() && from <= levels.size();) {
      std::size_t const to = std::min(levels.find('|', from), levels.size());
      std::string const level = levels.substr(from, to - from);
      found = place->second == level || place->second.starts_with(level + " ");
      from = to + 1;
    }
    if (found) out.push_back(i);
  }
  return out;
}

} // namespace

void answer_shares(VerdictQuestion const& q, Scenario const& scenario, StudyRows const& rows,
                   VerdictResult& out) {
  auto const points = points_of(scenario, q.at, q.name);
  auto const quantile_at = [&](double level) {
    return with_error(rows, [&](std::size_t from, std::size_t to) {
      std::vector<double> best;
      for (auto const& s : spreads(q, scenario, rows, points, from, to))
        best.push_back(best_share(s, q.ideal));
      return sample_quantile(best, level);
    });
  };
  for (auto const& [name, level] :
       {std::pair{"p5", 0.05}, {"p25", 0.25}, {"median", 0.5}, {"p75", 0.75}, {"p95", 0.95}})
    out.figures.emplace_back(name, percent(quantile_at(level).first, 1));
  auto const [one, one_error] = with_error(rows, [&](std::size_t from, std::size_t to) {
    return one_share(spreads(q, scenario, rows, points, from, to), q.ideal);
  });
  auto const [regret, error] = with_error(rows, [&](std::size_t from, std::size_t to) {
    return regret_of_one(spreads(q, scenario, rows, points, from, to), q.ideal);
  });
  auto const all = spreads(q, scenario, rows, points, 0, rows.replicates);
  // Each municipality's own loss under the one share.
  std::vector<double> own;
  for (auto const& s : all)
    if (double const gain = matching_gain(s, q.ideal); gain > 0)
      own.push_back(matching_loss(s, q.ideal, one) / gain);
  out.value = regret;
  out.standard_error = error;
  out.unit = "part of the attainable gain";
  out.sampling_error = drawn_error(all.size(), [&](std::vector<std::size_t> const& kept) {
    std::vector<IndexSpread> some;
    for (std::size_t i : kept) some.push_back(all[i]);
    return regret_of_one(some, q.ideal);
  });
  out.figures.emplace_back("one", percent(one, 1));
  out.figures.emplace_back("one_error", percent(one_error, 1));
  out.figures.emplace_back("regret", percent(regret, 1));
  out.figures.emplace_back("regret_error", percent(error, 1));
  std::vector<double> sorted = own;
  out.figures.emplace_back("own_median",
                           percent(own.empty() ? std::nan("") : sample_quantile(sorted, 0.5), 0));
  out.figures.emplace_back("own_p95", percent(own.empty() ? std::nan("") : sample_quantile(sorted, 0.95), 0));
  out.figures.emplace_back("ideal", percent(q.ideal));
  // The same kronor for a pupil expected not to qualify everywhere: the share follows the level of need.
  double pupils = 0, need = 0;
  std::vector<double> level;
  for (std::size_t g : points) {
    double const n = static_cast<double>(scenario.points[g].parameters.pupils);
    pupils += n;
    level.push_back(scenario.points[g].parameters.all().outcome.not_qualified);
    need += n * level.back();
  }
  for (double& x : level) x *= q.share * pupils / need;
  out.figures.emplace_back("rate", percent(q.share));
  for (auto const& [name, at] :
       {std::pair{"rate_low", 0.0}, {"rate_p5", 0.05}, {"rate_p95", 0.95}, {"rate_high", 1.0}})
    out.figures.emplace_back(name, percent(sample_quantile(level, at), 1));
  // Per block of draws: is the loss of one share for all above what matters?
  std::vector<double> draws;
  for (std::size_t r = 0; r < rows.replicates; ++r)
    draws.push_back(regret_of_one(spreads(q, scenario, rows, points, r, r + 1), q.ideal));
  VerdictResult judged;
  judge_draws(q, rows, draws, judged);
  out.standing = judged.standing;
  out.holds = judged.holds;
  out.holds_se = judged.holds_se;
  out.other = judged.other;
  out.other_sv = judged.other_sv;
  out.low = judged.low;
  out.high = judged.high;
  out.overturn = "another loss than the quadratic, or an ideal share that differs between municipalities";
  out.overturn_sv =
      "ett annat förlustmått än det kvadratiska, eller en ideal andel som skiljer sig mellan kommuner";
  out.figures.emplace_back("holds", percent(out.holds));
  out.columns = {"best share", "gain"};
  for (std::size_t i = 0; i < all.size(); ++i)
    out.rows.push_back({all[i].pupils, best_share(all[i], q.ideal), matching_gain(all[i], q.ideal)});
}

void answer_adoption(VerdictQuestion const& q, Scenario const& scenario, StudyRows const& rows,
                     VerdictResult& out) {
  auto const points = points_of(scenario, q.at, q.name);
  auto const observed =
      std::find_if(q.observed.begin(), q.observed.end(), [](auto const& o) { return o.first == "all"; });
  if (observed == q.observed.end())
    throw ScenarioError({fmt::format("{}: verdict '{}' (observed needs `all`)", scenario.path, q.name)});
  std::size_t const k = rows.place(q.measure), policy = policy_at(scenario, q.policy, q.share);
  double const sign = measure_table()[rows.measures[k]].better == Better::lower ? -1 : 1;
  // Three ways to count the benefit against the cost of having a model.
  std::array<Worded, 3> const rule{
      Worded{"cost per municipality, benefit by need met", "kostnad per kommun, nytta efter täckt behov"},
      {"cost per pupil, benefit by need met", "kostnad per elev, nytta efter täckt behov"},
      {"cost per municipality, benefit by " + q.measure, "kostnad per kommun, nytta efter " + q.measure}};
  auto const benefits = [&](std::size_t which, std::size_t from, std::size_t to) {
    std::vector<double> benefit;
    auto const all = spreads(q, scenario, rows, points, from, to);
    for (std::size_t i = 0; i < points.size(); ++i) {
      double mean = 0;
      for (std::size_t r = from; which == 2 && r < to; ++r)
        mean += sign * (rows.at(points[i], r, policy, k) - rows.at(points[i], r, 0, k)) /
                static_cast<double>(to - from);
      benefit.push_back(which == 0   ? all[i].pupils * matching_gain(all[i], q.ideal)
                        : which == 1 ? matching_gain(all[i], q.ideal)
                                     : all[i].pupils * mean);
    }
    return benefit;
  };
  auto const adopting_of = [&](std::vector<double> const& benefit, std::vector<std::size_t> const& members) {
    double const cost = cost_for_adoption(benefit, observed->second);
    double have = 0;
    for (std::size_t i : members) have += benefit[i] > cost;
    return have / static_cast<double>(members.size());
  };
  std::vector<std::array<double, 2>> ranked; ///< reported and found by the first rule, a class each
  std::array<double, 3> worst{};
  std::array<double, 3> chance{}; ///< binomial error of the reported share of so many municipalities
  /// A class that is reported and that some municipality is of.
  struct ReportedClass {
    std::string levels;
    std::vector<std::size_t> members;
    double share;
  };
  std::vector<ReportedClass> classes;
  for (auto const& [levels, share] : q.observed)
    if (auto members = class_points(q, scenario, points, levels); levels != "all" && !members.empty())
      classes.push_back({levels, std::move(members), share});
  for (std::size_t which = 0; which < rule.size(); ++which) {
    Worded list;
    for (auto const& [levels, members, share] : classes) {
      auto const [adopting, error] = with_error(rows, [&](std::size_t from, std::size_t to) {
        return adopting_of(benefits(which, from, to), members);
      });
      if (which == 0) ranked.push_back({share, adopting});
      if (double const off = std::abs(adopting - share); off > worst[which]) {
        worst[which] = off;
        chance[which] = std::sqrt(share * (1 - share) / static_cast<double>(members.size()));
      }
      std::string const before = list.en.empty() ? "" : "; ";
      list.en += fmt::format("{}{}: {} ± {} (reported {})", before, in_words(levels, "and"),
                             percent(adopting), percent(error), percent(share));
      list.sv += fmt::format("{}{}: {} ± {} (rapporterat {})", before, in_words(levels, "och"),
                             percent(adopting), percent(error), percent(share));
    }
    out.figures.emplace_back(fmt::format("rule{}", which + 1), rule[which].en + ": " + list.en,
                             rule[which].sv + ": " + list.sv);
  }
  std::size_t const best =
      static_cast<std::size_t>(std::min_element(worst.begin(), worst.end()) - worst.begin());
  bool ordered = true;
  for (auto const& a : ranked)
    for (auto const& b : ranked) ordered = ordered && !(a[0] < b[0] && a[1] >= b[1]);
  out.figures.emplace_back("order", ordered ? "in the reported order" : "in another order than reported",
                           ordered ? "i den rapporterade ordningen"
                                   : "i en annan ordning än den rapporterade");
  out.figures.emplace_back("best_rule", rule[best].en, rule[best].sv);
  out.figures.emplace_back("worst", fmt::format("{:.0f}", 100 * worst[best]));
  out.figures.emplace_back("all", percent(observed->second));
  if (classes.empty()) {
    out.value = std::nan("");
    out.says = "No municipality of the table is of a kind that is reported, so there is nothing to hold this "
               "against (likvard import --table … --groups adds the kinds).";
    return;
  }
  out.value = worst[best];
  out.unit = "largest departure from the reported shares";
  out.overturn = "another rule for what a model costs and is worth";
  out.overturn_sv = "en annan regel för vad en modell kostar och är värd";
  double const close = q.matters > 0 ? q.matters : 0.1;
  out.sampling_error = chance[best];
  // In how many draws of what is uncertain the nearest rule comes as close to what is reported.
  std::vector<double> departure;
  for (std::size_t r = 0; r < rows.replicates; ++r) {
    auto const benefit = benefits(best, r, r + 1);
    double far = 0;
    for (auto const& [levels, members, share] : classes)
      far = std::max(far, std::abs(adopting_of(benefit, members) - share));
    departure.push_back(far);
  }
  auto const holds = [&](double limit) {
    std::vector<double> yes;
    for (double d : departure) yes.push_back(d <= limit ? 1.0 : 0.0);
    return block_mean(yes);
  };
  auto const standing = [&](double limit) {
    auto const agree = holds(limit);
    return worst[best] + 2 * chance[best] <= limit && most_draws(agree) ? Standing::supported
           : worst[best] - 2 * chance[best] > limit && few_draws(agree) ? Standing::not_supported
                                                                        : Standing::undecided;
  };
  out.standing = standing(close);
  out.holds = holds(close).mean;
  out.holds_se = holds(close).standard_error;
  out.figures.emplace_back("holds", percent(out.holds));
  if (q.also) {
    auto const agree = percent(holds(*q.also).mean);
    out.other = fmt::format("with {:g}: {} ({} of draws)", *q.also, standing_text(standing(*q.also)), agree);
    out.other_sv = question::swedish(fmt::format("med {:g}: {} ({} av dragningarna)", *q.also,
                                                 standing_text_sv(standing(*q.also)), agree));
  }
  out.figures.emplace_back("chance", fmt::format("{:.0f}", 100 * chance[best]));
  // Shares of those with a model by the first rule.
  auto const all = spreads(q, scenario, rows, points, 0, rows.replicates);
  auto const benefit = benefits(0, 0, rows.replicates);
  double const cost = cost_for_adoption(benefit, observed->second);
  std::vector<double> shares;
  out.columns = {"best share", "has a model"};
  for (std::size_t i = 0; i < all.size(); ++i) {
    bool const has = benefit[i] > cost;
    if (has) shares.push_back(best_share(all[i], q.ideal));
    out.rows.push_back({all[i].pupils, best_share(all[i], q.ideal), has ? 1.0 : 0.0});
  }
  for (auto const& [name, level] : {std::pair{"p5", 0.05}, {"median", 0.5}, {"p95", 0.95}})
    out.figures.emplace_back(name,
                             percent(shares.empty() ? std::nan("") : sample_quantile(shares, level), 1));
}

} // namespace likvard::detail

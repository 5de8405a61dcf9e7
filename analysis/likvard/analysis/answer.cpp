#include "likvard/analysis/report.hpp"

#include "likvard/study/interval.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace likvard {
namespace {

/// A paired difference with what is known about it.
struct Effect {
  double mean = 0, half = 0;                      ///< 95 % Monte Carlo interval: mean ± half
  std::optional<std::pair<double, double>> range; ///< outer quantiles over replicates
  double level_low = 0, level_high = 0;           ///< their levels
};

Effect effect_of(Result const& r, std::size_t point, std::size_t policy, std::size_t measure) {
  std::size_t const i = r.index(point, policy, measure);
  Effect e{r.difference[i],
           t_quantile(0.975, r.degrees_of_freedom[point]) * r.difference_standard_error[i],
           {},
           0,
           0};
  if (r.quantile_levels.size() >= 2 && r.quantile_levels.front() < 0.5 && r.quantile_levels.back() > 0.5) {
    std::size_t const all = r.mean.size();
    e.range = {r.difference_quantiles[i], r.difference_quantiles[(r.quantile_levels.size() - 1) * all + i]};
    e.level_low = r.quantile_levels.front();
    e.level_high = r.quantile_levels.back();
  }
  return e;
}

std::string unit_text(std::string const& unit) {
  if (unit == "pp") return " percentage points";
  if (unit == "%") return " %";
  if (unit == "points") return " merit points";
  if (unit == "SEK") return " kronor per pupil";
  if (unit == "SD") return " SD";
  return unit == "1" ? "" : fmt::format(" ({})", unit);
}

/// As many decimals as the half width supports (two of its digits), so that no digit is noise.
int decimals_for(double half) {
  return std::isfinite(half) && half > 0
             ? std::clamp(1 - static_cast<int>(std::floor(std::log10(half))), 0, 5)
             : 3;
}

/// "−0.46", "+0.14": with a true minus sign.
std::string signed_text(double x, int decimals) {
  return fmt::format("{}{:.{}f}", x < 0 ? "−" : x > 0 ? "+" : "", std::abs(x), decimals);
}

/// "falls by 1.20 (95 % interval 1.10 to 1.30)": the direction in words, the size as a positive number where
/// it is settled.
std::string change_text(Effect const& e, std::string const& unit, bool brief) {
  int const d = decimals_for(e.half);
  bool const settled = std::abs(e.mean) > e.half;
  double const sign = settled && e.mean < 0 ? -1 : 1;
  double const low = std::min(sign * (e.mean - e.half), sign * (e.mean + e.half)),
               high = std::max(sign * (e.mean - e.half), sign * (e.mean + e.half));
  if (!std::isfinite(e.half))
    return fmt::format("changes by {:.4g}{} (no interval: too few replicates)", e.mean, unit);
  // An unsettled change keeps its sign: the interval spans zero.
  if (!settled)
    return fmt::format("does not detectably change ({}{}, {}{} to {})", signed_text(e.mean, d), unit,
                       brief ? "" : "95 % Monte Carlo interval ", signed_text(low, d), signed_text(high, d));
  return fmt::format("{} by {:.{}f}{} ({}{:.{}f} to {:.{}f})", e.mean < 0 ? "falls" : "rises", sign * e.mean,
                     d, unit, brief ? "" : "95 % Monte Carlo interval ", low, d, high, d);
}

std::optional<std::size_t> find_measure(Result const& r) {
  for (std::size_t k = 0; k < r.measures.size(); ++k)
    if (r.measures[k].key == r.answer.measure) return k;
  return std::nullopt;
}

/// The policy that the scenario asks to lead with, at the nearest share.
std::optional<std::size_t> find_policy(Result const& r) {
  std::optional<std::size_t> best;
  for (std::size_t m = 1; m < r.policy_name.size(); ++m)
    if (r.policy_name[m] == r.answer.policy &&
        (!best ||
         std::abs(r.policy_share[m] - r.answer.share) < std::abs(r.policy_share[*best] - r.answer.share)))
      best = m;
  return best;
}

/// The point at a level of the first axis and the middle levels of the others.
std::optional<std::size_t> point_at(Result const& r, std::string const& level) {
  for (std::size_t g = 0; g < r.points.size(); ++g) {
    auto const at = r.points[g].at;
    auto const first = at.find(r.axes[0]);
    bool here = first != at.end() && first->second == level && r.replicates[g] > 0;
    for (std::size_t a = 1; a < r.axes.size() && here; ++a) {
      auto const& levels = r.levels[a].second;
      auto const found = at.find(r.axes[a]);
      here = found != at.end() && found->second == levels[(levels.size() - 1) / 2];
    }
    if (here) return g;
  }
  return std::nullopt;
}

std::string lower_first(std::string text) {
  // Only where the second letter is small: abbreviations keep their capitals.
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z')
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

/// "over 15,000 pupils in the municipality and median segregation"; a varied key reads "need.years = 3".
std::string place_text(Result const& r, std::size_t point) {
  auto const& at = r.points[point].at;
  std::string text;
  for (auto const& axis : r.axes)
    if (auto const found = at.find(axis); found != at.end()) {
      bool const is_key = axis.find('.') != std::string::npos;
      text += fmt::format("{}{}", text.empty() ? "" : " and ",
                          is_key ? fmt::format("{} = {}", axis, found->second)
                                 : fmt::format("{} {}", found->second, axis));
    }
  return text.empty() ? r.points[point].name : text;
}

std::string second_sentence(Result const& r, Effect const& e, std::string const& unit, std::size_t point) {
  if (!e.range || !std::isfinite(e.range->first) || !std::isfinite(e.range->second))
    return "How much the uncertain assumptions move this was not recorded (run.quantiles is empty).";
  auto const [low, high] = *e.range;
  int const d = decimals_for(std::abs(high - low) / 5);
  double const part = 100 * (e.level_high - e.level_low);
  std::string const where = r.points.size() > 1 ? fmt::format(" with {}", place_text(r, point)) : "";
  std::string const verdict =
      low > 0 || high < 0
          ? "the direction holds throughout"
          : "so whether the effect is there at all is not settled by what is known about money in schools";
  return fmt::format("Over the uncertain assumptions and chance, {:.0f} % of simulated municipalities{} see "
                     "a change between {} and {}{}: {}.",
                     part, where, signed_text(low, d), signed_text(high, d), unit, verdict);
}

} // namespace

std::string answer_text(Result const& r) {
  auto const measure = find_measure(r);
  auto const policy = find_policy(r);
  std::string const partial =
      r.complete ? "" : "(The run was interrupted: this rests on what was finished.) ";
  if (!measure || !policy)
    return partial + "The result compares no policy with per-head money on its leading measure. See the "
                     "table for the values.";
  std::size_t const k = *measure, m = *policy;
  std::string const unit = unit_text(r.measures[k].unit);
  std::string const start =
      fmt::format("With {:.3g} % of the budget given out by need (“{}”), the {}", 100 * r.policy_share[m],
                  r.policy_title[m], lower_first(r.measures[k].title));
  if (!r.axes.empty() && r.levels[0].second.size() > 1) {
    auto const first = point_at(r, r.levels[0].second.front()), last = point_at(r, r.levels[0].second.back());
    if (first && last) {
      bool const last_leads =
          std::abs(r.difference[r.index(*last, m, k)]) >= std::abs(r.difference[r.index(*first, m, k)]);
      std::size_t const strong = last_leads ? *last : *first, weak = last_leads ? *first : *last;
      Effect const a = effect_of(r, strong, m, k), b = effect_of(r, weak, m, k);
      return partial +
             fmt::format("{} {} with {}; with {} it {}. ", start, change_text(a, unit, false),
                         place_text(r, strong), place_text(r, weak), change_text(b, "", true)) +
             second_sentence(r, a, unit, strong);
    }
  }
  std::optional<std::size_t> strongest;
  for (std::size_t g = 0; g < r.points.size(); ++g)
    if (r.replicates[g] > 0 && (!strongest || std::abs(r.difference[r.index(g, m, k)]) >
                                                  std::abs(r.difference[r.index(*strongest, m, k)])))
      strongest = g;
  if (!strongest) return partial + "No replicate was finished. There is nothing to show yet.";
  Effect const e = effect_of(r, *strongest, m, k);
  std::string const where =
      r.points.size() > 1 ? fmt::format(" with {}, where it changes most", place_text(r, *strongest)) : "";
  return partial + fmt::format("{} {}{}. ", start, change_text(e, unit, false), where) +
         second_sentence(r, e, unit, *strongest);
}

} // namespace likvard

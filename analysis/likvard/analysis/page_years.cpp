#include "likvard/analysis/detail/page_years.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <string_view>

namespace likvard {
namespace {

using nlohmann::json;

/// Worth a picture over years, in this order, besides the answer's.
constexpr std::array<std::string_view, 9> drawn{"gap",          "gap_gain_per_krona", "intervention_effect",
                                                "best_found",   "useless_kept",       "apparent_excess",
                                                "money_change", "horizon_losing",     "share_moved"};

std::vector<std::size_t> measures_drawn(Result const& r) {
  std::vector<std::size_t> out;
  auto const add = [&](std::string_view key) {
    auto const found = std::find_if(r.measures.begin(), r.measures.end(),
                                    [&](MeasureInfo const& m) { return m.key == key; });
    auto const k = static_cast<std::size_t>(found - r.measures.begin());
    if (found != r.measures.end() && std::find(out.begin(), out.end(), k) == out.end()) out.push_back(k);
  };
  add(r.answer.measure);
  for (auto const key : drawn) add(key);
  return out;
}

std::vector<double> of_measures(Result const& r, std::vector<double> const& values,
                                std::vector<std::size_t> const& kept) {
  std::vector<double> out;
  for (std::size_t at = 0; at < values.size(); at += r.measures.size())
    for (std::size_t k : kept) out.push_back(values[at + k]);
  return out;
}

/// Did any policy run an intervention?
bool has_interventions(Result const& r) {
  for (std::size_t k = 0; k < r.measures.size(); ++k)
    if (r.measures[k].key == "intervention_effect")
      for (std::size_t at = k; at < r.mean.size(); at += r.measures.size())
        if (std::isfinite(r.mean[at]) && r.mean[at] != 0) return true;
  return false;
}

} // namespace

std::string json_numbers(double const* begin, std::size_t count) {
  std::string out = "[";
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    if (std::isfinite(begin[i]))
      fmt::format_to(std::back_inserter(out), "{:.9g}", begin[i]);
    else
      out += "null";
  }
  return out + "]";
}

std::string json_numbers(std::vector<double> const& values) {
  return json_numbers(values.data(), values.size());
}

std::string years_json(Result const& r) {
  auto const kept = measures_drawn(r);
  auto keys = json::array();
  for (std::size_t k : kept) keys.push_back(r.measures[k].key);
  return fmt::format(
      "{{\"count\":{},\"measures\":{},\"follow_up\":{},\"difference\":{},\"difference_standard_error\":{}}}",
      r.year.years, keys.dump(), has_interventions(r), json_numbers(of_measures(r, r.year.difference, kept)),
      json_numbers(of_measures(r, r.year.difference_standard_error, kept)));
}

std::string power_json(PowerResult const& power) {
  json const head = {{"policy", power.policy},
                     {"share", power.share},
                     {"effect", power.effect},
                     {"level", power.level},
                     {"wanted", power.wanted},
                     {"years", power.years},
                     {"years_before", power.years_before},
                     {"pooled", power.pooled}};
  std::string out = head.dump(-1, ' ', false, json::error_handler_t::replace);
  out.pop_back(); // the closing brace: the arrays follow
  return out + fmt::format(",\"value\":{},\"standard_error\":{}}}", json_numbers(power.power),
                           json_numbers(power.standard_error));
}

} // namespace likvard

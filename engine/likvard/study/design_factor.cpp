#include "likvard/study/design_factor.hpp"

#include "likvard/core/contract.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace likvard {
namespace {

struct Value {
  double u;
  double operator()(Prior const& law) const { return quantile(law, u); }
  double operator()(WholeNumber const& whole) const {
    auto const* uniform = std::get_if<Uniform>(&whole.law);
    if (!uniform) return std::round(quantile(whole.law, u));
    double const low = std::ceil(uniform->low), high = std::floor(uniform->high);
    return std::min(high, low + std::floor(u * (high - low + 1)));
  }
  double operator()(Levels const& levels) const {
    double const total = std::accumulate(levels.weight.begin(), levels.weight.end(), 0.0);
    double rest = u * total;
    std::size_t i = 0;
    while (i + 1 < levels.weight.size() && rest >= levels.weight[i]) rest -= levels.weight[i++];
    return levels.value.empty() ? static_cast<double>(i) : levels.value[i];
  }
};

} // namespace

double factor_value(Factor const& factor, double u) {
  LIKVARD_EXPECT(u > 0 && u < 1);
  return std::visit(Value{u}, factor.law);
}

std::size_t level_count(Factor const& factor) {
  auto const* levels = std::get_if<Levels>(&factor.law);
  return levels ? levels->name.size() : 0;
}

std::string law_text(Factor const& factor) {
  if (auto const* prior = std::get_if<Prior>(&factor.law)) return to_text(*prior);
  if (auto const* whole = std::get_if<WholeNumber>(&factor.law))
    return "whole numbers, " + to_text(whole->law);
  auto const& levels = std::get<Levels>(factor.law);
  constexpr std::size_t most = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, levels.name.size()); ++i)
    text += (i == 0 ? "" : ", ") + levels.name[i];
  if (levels.name.size() > most) text += fmt::format(" … ({} in all)", levels.name.size());
  return text;
}

std::string value_text(Factor const& factor, double value) {
  auto const* levels = std::get_if<Levels>(&factor.law);
  if (!levels || !levels->value.empty()) return fmt::format("{:.6g}", value);
  auto const i = static_cast<std::size_t>(value);
  return i < levels->name.size() ? levels->name[i] : fmt::format("{:g}", value);
}

} // namespace likvard

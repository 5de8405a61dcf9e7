#include "likvard/io/detail/scenario_tree.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <optional>

namespace likvard::detail {
namespace {

constexpr std::array<std::string_view, 6> kinds{"uniform", "normal",     "log_normal",
                                                "beta",    "triangular", "mixture"};

/// `count` finite numbers, or nothing.
std::optional<std::vector<double>> numbers(toml::node const& node, std::size_t count) {
  auto const* list = node.as_array();
  if (!list || list->size() != count) return std::nullopt;
  std::vector<double> out;
  for (auto const& item : *list) {
    auto const value = item.is_number() ? item.value<double>() : std::nullopt;
    if (!value || !std::isfinite(*value)) return std::nullopt;
    out.push_back(*value);
  }
  return out;
}

/// The distribution, or what is wrong with it.
std::string make_prior(std::string_view kind, toml::table const& table, Prior& out) {
  toml::node const& node = *table.get(kind);
  if (kind == "mixture") {
    auto const* list = node.as_array();
    if (!list || list->empty() || list->size() > 20)
      return "mixture = [[weight, mean, sd], ...], 1 to 20 parts";
    NormalMixture mixture;
    for (auto const& item : *list) {
      auto const part = numbers(item, 3);
      if (!part || !((*part)[0] > 0) || !((*part)[2] > 0))
        return "mixture = [[weight, mean, sd], ...] with weight and sd above 0";
      mixture.weight.push_back((*part)[0]);
      mixture.part.push_back({(*part)[1], (*part)[2]});
    }
    out = mixture;
    return "";
  }
  auto const v = numbers(node, kind == "triangular" ? 3 : 2);
  if (!v)
    return kind == "triangular" ? "triangular = [low, mode, high]"
                                : fmt::format("{} = two finite numbers in a list", kind);
  double const a = (*v)[0], b = (*v)[1];
  if (kind == "uniform") {
    if (!(a < b)) return "uniform = [low, high] with low < high";
    out = Uniform{a, b};
  } else if (kind == "log_normal") {
    if (!(b > 0)) return "log_normal = [log_mean, log_sd] with log_sd above 0";
    out = LogNormal{a, b};
  } else if (kind == "beta") {
    if (!(a > 0 && b > 0)) return "beta = [a, b], both above 0";
    out = Beta{a, b};
  } else if (kind == "triangular") {
    if (!(a < (*v)[2] && a <= b && b <= (*v)[2]))
      return "triangular = [low, mode, high] in this order, low < high";
    out = Triangular{a, b, (*v)[2]};
  } else {
    if (!(b > 0)) return "normal = [mean, sd] with sd above 0";
    Normal normal{a, b};
    if (auto const* between = table.get("between")) {
      auto const limits = numbers(*between, 2);
      if (!limits || !((*limits)[0] < (*limits)[1])) return "between = [low, high] with low < high";
      normal.low = (*limits)[0];
      normal.high = (*limits)[1];
      if (normal.high < a - 8 * b || normal.low > a + 8 * b)
        return "between = [low, high] within 8 sd of the mean";
    }
    out = normal;
  }
  return "";
}

} // namespace

bool read_prior(Key const& key, std::string const& shown, toml::node const& node, Prior& out,
                std::string& source, Problems& problems) {
  auto const fail = [&](toml::node const& at, std::string const& why) {
    problems.add(at, fmt::format("{} = {} ({})", shown, show(node), why));
    return false;
  };
  auto const* table = node.as_table();
  if (!table) {
    auto const value = node.is_number() ? node.value<double>() : std::nullopt;
    if (!value || !std::isfinite(*value) || *value < key.low || *value > key.high)
      return fail(
          node,
          fmt::format(
              "a number from {:g} to {:g}, or a distribution such as {{ normal = [mean, sd] }}, is wanted",
              key.low, key.high));
    out = Fixed{*value};
    return true;
  }
  std::string_view kind;
  for (auto const& [name, value] : *table) {
    std::string_view const word = name.str();
    if (word == "source") {
      if (!value.is_string()) return fail(value, "source is a text");
      source = *value.value<std::string>();
    } else if (std::find(kinds.begin(), kinds.end(), word) != kinds.end()) {
      if (!kind.empty()) return fail(value, fmt::format("two distributions: {} and {}", kind, word));
      kind = word;
    } else if (word != "between") {
      problems.add(
          name.source(),
          fmt::format(
              "{}.{} (no such distribution: uniform, normal, log_normal, beta, triangular or mixture){}",
              shown, word, suggest(word, {kinds.begin(), kinds.end()})));
      return false;
    }
  }
  if (kind.empty())
    return fail(node, "a distribution is wanted: uniform, normal, log_normal, beta, triangular or mixture");
  if (table->contains("between") && kind != "normal") return fail(node, "between goes with normal only");
  if (std::string const why = make_prior(kind, *table, out); !why.empty())
    return fail(*table->get(kind), why);
  // Where the key has hard limits, a distribution that can leave them would make impossible values.
  double const slack = 1e-12;
  bool const proportion = key.low == 0 && key.high == 1, positive = key.low == 0;
  if ((positive && lowest(out) < -slack) || (proportion && highest(out) > 1 + slack))
    return fail(
        *table->get(kind),
        fmt::format("values must stay from {:g} to {:g}: use beta or uniform, or add between = [low, high]",
                    key.low, key.high));
  return true;
}

} // namespace likvard::detail

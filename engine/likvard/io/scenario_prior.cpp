#include "likvard/io/detail/scenario_tree.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace likvard::detail {
namespace {

constexpr std::size_t longest_source = 10'000;
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
      if (!part || !((*part)[0] > 0 && (*part)[0] <= 1e6) || !((*part)[2] > 0))
        return "mixture = [[weight, mean, sd], ...] with weight (at most 1e6) and sd above 0";
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
    if (!(std::min(a, b) >= 0.05 && std::max(a, b) <= 1e4)) return "beta = [a, b], both 0.05 to 10000";
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

/// What is wrong with where the distribution's values lie, or nothing. Beyond a hard limit a value is
/// impossible (a share above 1); beyond the others it would be a slip of the pen.
std::string outside(Key const& key, Prior const& prior) {
  constexpr double slack = 1e-12, rare = 0.001;
  double const low = key.hard ? lowest(prior) : quantile(prior, rare);
  double const high = key.hard ? highest(prior) : quantile(prior, 1 - rare);
  if (low >= key.low - slack && high <= key.high + slack) return "";
  std::string const range = fmt::format("{} to {}", plain_number(key.low), plain_number(key.high));
  if (key.hard)
    return fmt::format(
        "values must stay from {}: use uniform, triangular or beta, or add between = [low, high]", range);
  return fmt::format("values must stay from {}: one in a thousand would be {} {:.3g}", range,
                     low < key.low ? "below" : "above", low < key.low ? low : high);
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
          fmt::format("a number from {} to {}, or a distribution such as {{ normal = [mean, sd] }} is wanted",
                      plain_number(key.low), plain_number(key.high)));
    out = Fixed{*value};
    return true;
  }
  std::string_view kind;
  for (auto const& [name, value] : *table) {
    std::string_view const word = name.str();
    if (word == "source") {
      auto const* text = value.as_string();
      if (!text || text->get().size() > longest_source)
        return fail(value, "source is a text of at most 10000 bytes");
      source = text->get();
    } else if (std::find(kinds.begin(), kinds.end(), word) != kinds.end()) {
      if (!kind.empty()) return fail(value, fmt::format("two distributions: {} and {}", kind, word));
      kind = word;
    } else if (word != "between") {
      problems.add(
          name.source(),
          fmt::format(
              "{}.{} (no such distribution: uniform, normal, log_normal, beta, triangular or mixture){}",
              shown, quotable(word), suggest(word, {kinds.begin(), kinds.end()})));
      return false;
    }
  }
  if (kind.empty())
    return fail(node, "a distribution is wanted: uniform, normal, log_normal, beta, triangular or mixture");
  if (table->contains("between") && kind != "normal") return fail(node, "between goes with normal only");
  if (std::string const why = make_prior(kind, *table, out); !why.empty())
    return fail(*table->get(kind), why);
  if (std::string const why = outside(key, out); !why.empty()) return fail(*table->get(kind), why);
  return true;
}

} // namespace likvard::detail

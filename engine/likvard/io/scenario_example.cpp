#include "likvard/io/scenario_example.hpp"

#include "likvard/model/measures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace likvard {
namespace {

/// Values that the example gives where there is no default, or where the default would be dull.
std::map<std::string_view, std::string_view> const& example_values() {
  static std::map<std::string_view, std::string_view> const values{
      {"format", "1"},
      {"title", "\"A town of 2,000 pupils\""},
      {"question", "\"Which allocation model, and how much?\""},
      {"municipality.pupils", "2000"},
      {"municipality.units", "9"},
      {"variable[].name", "\"education\""},
      {"variable[].levels", "[\"post_secondary\", \"upper_secondary\", \"compulsory\"]"},
      {"variable[].shares", "[0.64, 0.29, 0.07]"},
      {"variable[].log_odds", "[0, 1.2, 2.1]"},
      {"group[].name", "\"low_education\""},
      {"group[].title", "\"parents without post-secondary education\""},
      {"group[].variable", "\"education\""},
      {"group[].levels", "[\"upper_secondary\", \"compulsory\"]"},
      {"target[].group", "\"low_education\""},
      {"target[].value", "0.04"},
      {"policy[].name", "\"proportional\""},
      {"policy[].title", "\"In proportion to need\""},
      {"policy[].shares", "[0.05, 0.10, 0.20]"},
  };
  return values;
}

/// Keys that stay commented out: they belong to other choices, or have no value that would change nothing.
bool commented(Key const& key) {
  if (example_values().contains(key.path)) return false;
  if (key.fallback.empty() || key.kind == KeyKind::map) return true;
  constexpr auto others = std::to_array<std::string_view>(
      {"need.tail_share", "need.tail_depth", "need.tier_bounds", "need.tier_weights", "need.stays"});
  if (std::find(others.begin(), others.end(), key.path) != others.end()) return true;
  if (key.path.starts_with("sorting.")) return key.path != "sorting.mechanism";
  if (!key.path.starts_with("policy[].")) return false;
  constexpr auto plain = std::to_array<std::string_view>(
      {"pot", "index", "scale", "response", "least_share", "least_pupils", "phase_weights", "lump_share",
       "small_share", "small_pupils", "pace", "least", "reach"});
  return std::find(plain.begin(), plain.end(), key.path.substr(9)) == plain.end();
}

} // namespace

std::string example_scenario() {
  std::string text =
      "# A complete scenario: every key with its default and meaning (`likvard keys` lists them with their "
      "ranges).\n"
      "# Lines that begin with #! are keys that belong to other choices than the ones made here.\n";
  std::string section;
  for (Key const& key : scenario_keys()) {
    if (key.path == "sources") {
      text += fmt::format("\n#! [sources]  # {}\n#! \"outcome.theta\" = \"...\"\n", key.meaning);
      continue;
    }
    auto const dot = key.path.rfind('.');
    std::string const here(dot == std::string_view::npos ? "" : key.path.substr(0, dot));
    std::string const name(dot == std::string_view::npos ? key.path : key.path.substr(dot + 1));
    bool const hidden = here == "context[]" || here == "design" || here == "index[]" || here == "block[]" ||
                        here == "intervention[]" || here == "follow_up[]" || here == "power" ||
                        here == "sensitivity" || here == "factor[]" || here == "correlation[]" ||
                        here == "compare" || here == "points[]" || here == "verdict[]";
    if (here != section) {
      section = here;
      std::string header = here.ends_with("[]") ? fmt::format("[[{}]]", here.substr(0, here.size() - 2))
                                                : fmt::format("[{}]", here);
      text += fmt::format("\n{}{}\n", hidden ? "#! " : "", header);
    }
    auto const given = example_values().find(key.path);
    std::string const value(given != example_values().end() ? given->second
                            : key.fallback.empty()          ? "..."
                                                            : key.fallback);
    text +=
        fmt::format("{}{} = {}  # {}{}\n", hidden || commented(key) ? "#! " : "", name, value, key.meaning,
                    key.unit.empty() || key.unit == "1" ? "" : fmt::format(" [{}]", key.unit));
  }
  return text;
}

std::string keys_markdown() {
  std::string text =
      "# Scenario keys\n\nMade by `likvard keys --markdown` from the table that validates; do not edit.\n"
      "An uncertain value is a number or one of `{ uniform = [low, high] }`, `{ normal = [mean, sd] }` (also "
      "with "
      "`between = [low, high]`), `{ log_normal = [log_mean, log_sd] }`, `{ beta = [a, b] }`, `{ triangular = "
      "[low, mode, high] }`, "
      "`{ mixture = [[weight, mean, sd], ...] }`, each with an optional `source = \"...\"`.\n"
      "In `--set`, `[design.vary]` and a context's `set`, an element of a repeated table is addressed by its "
      "name: "
      "`variable.education.shares`, `target.low_education.value`, `policy.proportional.shares` (`--set` "
      "only).\n";
  std::string section = "?";
  auto const cell = [](std::string_view value) {
    std::string out(value);
    for (std::size_t at = out.find('|'); at != std::string::npos; at = out.find('|', at + 2))
      out.replace(at, 1, "\\|");
    return out;
  };
  for (Key const& key : scenario_keys()) {
    auto const dot = key.path.find_first_of(".[");
    std::string const here(dot != std::string_view::npos ? key.path.substr(0, dot)
                           : key.kind == KeyKind::map    ? key.path
                                                         : "top level");
    if (here != section) {
      section = here;
      text += fmt::format("\n## {}\n\n| key | unit | range | default | meaning | source of the default |\n| "
                          "--- | --- | --- | --- | --- | --- |\n",
                          here);
    }
    text +=
        fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", key.path, cell(key.unit), cell(range_text(key)),
                    key.required           ? "required"
                    : key.fallback.empty() ? "-"
                                           : fmt::format("`{}`", cell(key.fallback)),
                    cell(key.meaning), cell(key.source));
  }
  text += "\n## Measures\n\nMade from the table of measures (`likvard keys measures`).\n\n| key | unit | "
          "more equal is | meaning |\n| --- | --- | --- | --- |\n";
  for (auto const& m : measure_table())
    text += fmt::format("| `{}` | {} | {} | {}. {} |\n", m.key, m.unit,
                        m.better == Better::higher  ? "higher"
                        : m.better == Better::lower ? "lower"
                                                    : "-",
                        cell(m.title), cell(m.description));
  return text;
}

} // namespace likvard

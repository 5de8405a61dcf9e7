#include "likvard/io/sensitivity_scenario.hpp"

#include "likvard/io/detail/scenario_override.hpp"
#include "likvard/io/detail/scenario_points.hpp"
#include "likvard/io/detail/scenario_whole.hpp"
#include "likvard/io/detail/sensitivity_factors.hpp"
#include "likvard/io/detail/toml_text.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/number_table.hpp"
#include "likvard/model/measures.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/format.h>

namespace likvard {
namespace {

using namespace detail;

/// The tree with one context only.
toml::table tree_of_context(toml::table const& root, std::size_t context) {
  toml::table out = root;
  auto* list = out["context"].as_array();
  if (!list) return out;
  for (std::size_t i = list->size(); i-- > 0;)
    if (i != context) list->erase(list->cbegin() + static_cast<std::ptrdiff_t>(i));
  return out;
}

/// From values of the factors to what is run. Owns all that it needs.
class Maker {
public:
  Maker(toml::table root, std::filesystem::path folder, Scenario scenario, std::vector<FactorSource> factors)
      : root_(std::move(root)), folder_(std::move(folder)), scenario_(std::move(scenario)),
        factors_(std::move(factors)) {
    for (auto const& f : factors_) builds_ |= builds(f);
    if (builds_)
      for (std::size_t g = 0; g < scenario_.points.size(); ++g) roots_.push_back(tree_of_context(root_, g));
  }

  /// Does the factor change the tree that points are built from?
  static bool builds(FactorSource const& f) {
    return f.key && f.coefficient < 0 && !f.factor.key.starts_with("answer.");
  }

  RunSetup operator()(std::span<double const> x) {
    std::size_t context = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      if (!factors_[i].key) context = static_cast<std::size_t>(x[i]);
    RunSetup out;
    if (!builds_) {
      out.parameters = scenario_.points[context].parameters.all();
      out.policies = scenario_.policies;
    } else {
      build(context, x, out);
    }
    choose_policy(x, out.policies);
    return out;
  }

private:
  void build(std::size_t context, std::span<double const> x, RunSetup& out) {
    toml::array values; // owns the numbers set
    std::vector<std::size_t> set;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!builds(factors_[i])) continue;
      set.push_back(i);
      auto const& f = factors_[i];
      if (f.values) {
        auto const& levels = std::get<Levels>(f.factor.law);
        std::size_t level = 0;
        if (levels.value.empty())
          level = static_cast<std::size_t>(x[i]);
        else
          while (levels.value[level] != x[i]) ++level;
        f.values->get(level)->visit([&](auto const& node) { values.push_back(node); });
      } else if (f.key->kind == KeyKind::integer) {
        values.push_back(static_cast<std::int64_t>(std::llround(x[i])));
      } else {
        values.push_back(x[i]);
      }
    }
    std::vector<Override> overrides;
    for (std::size_t k = 0; k < set.size(); ++k)
      overrides.push_back({factors_[set[k]].factor.key, {}, values.get(k)});
    Problems problems(scenario_.path);
    UnitFiles files(folder_);
    Scenario one;
    {
      Applied const applied(roots_[context], overrides, problems);
      Reader const reader(roots_[context], problems);
      one.policies = out.policies = build_policies(reader);
      build_points(roots_[context], files, one, problems);
    }
    if (!problems.empty()) throw ScenarioError(problems.lines());
    out.parameters = one.points.front().parameters.all();
  }

  /// Per head and the one policy that this run looks at.
  void choose_policy(std::span<double const> x, std::vector<Policy>& policies) const {
    std::string name = scenario_.answer.policy;
    double share = scenario_.answer.share;
    bool free = false;
    for (std::size_t i = 0; i < x.size(); ++i) {
      auto const& f = factors_[i].factor;
      if (f.key == "answer.policy") name = value_text(f, x[i]);
      if (f.key != "answer.share") continue;
      share = x[i];
      free = true;
    }
    std::size_t best = 0;
    for (std::size_t m = 1; m < policies.size(); ++m)
      if (policies[m].name == name &&
          (best == 0 || std::abs(policies[m].share - share) < std::abs(policies[best].share - share)))
        best = m;
    Policy chosen = policies.at(best);
    if (free && !chosen.own_share) chosen.share = share;
    if (chosen.pot == Pot::closed && chosen.share + chosen.lump_share + chosen.small_share > 1 + 1e-12)
      throw ScenarioError(
          {fmt::format("answer.share = {:g} (with lump_share and small_share of '{}' more than the "
                       "whole budget)",
                       share, name)});
    policies = {policies.front(), chosen};
  }

  toml::table root_;
  std::vector<toml::table> roots_; ///< [contexts]
  std::filesystem::path folder_;
  Scenario scenario_;
  std::vector<FactorSource> factors_;
  bool builds_ = false;
};

Scheme scheme_of(std::string_view name) {
  constexpr std::array<std::string_view, 9> names{"azzini", "saltelli", "shapley", "morris", "sobol",
                                                  "lhs",    "random",   "grid",    "given"};
  return static_cast<Scheme>(std::find(names.begin(), names.end(), name) - names.begin());
}

std::vector<double> read_points(std::filesystem::path const& file, std::vector<FactorSource> const& factors) {
  PlainTable const table = read_plain_table(file);
  std::vector<std::size_t> columns;
  for (auto const& f : factors) {
    auto const found = std::find(table.columns.begin(), table.columns.end(), f.factor.name);
    if (found == table.columns.end())
      throw ScenarioError(
          {fmt::format("{}: there is no column '{}' (every factor has one){}", table.path, f.factor.name,
                       suggest(f.factor.name, {table.columns.begin(), table.columns.end()}))});
    columns.push_back(static_cast<std::size_t>(found - table.columns.begin()));
  }
  std::vector<double> out;
  for (std::size_t j = 0; j < table.rows.size(); ++j)
    for (std::size_t i = 0; i < factors.size(); ++i) {
      std::string const& text = table.rows[j][columns[i]];
      auto const* levels = std::get_if<Levels>(&factors[i].factor.law);
      double value = 0;
      bool right = read_number(text, value) && std::isfinite(value);
      if (levels && levels->value.empty()) {
        auto const found = std::find(levels->name.begin(), levels->name.end(), text);
        right = found != levels->name.end();
        value = static_cast<double>(found - levels->name.begin());
      } else if (levels) {
        right = right && std::find(levels->value.begin(), levels->value.end(), value) != levels->value.end();
      }
      if (!right)
        throw ScenarioError(
            {fmt::format("{}:{}: {} = '{}' ({} is wanted)", table.path, table.line[j], factors[i].factor.name,
                         quotable(text), levels ? "one of the factor's values" : "a number")});
      out.push_back(value);
    }
  return out;
}

/// Rows that the points need: whole scrambles of 2^k, whole hypercubes.
std::uint64_t whole_rows(Design const& design, std::uint64_t rows) {
  bool const sobol =
      design.scheme == Scheme::sobol || (design.scheme < Scheme::morris && design.points == PointKind::sobol);
  bool const lhs =
      design.scheme == Scheme::lhs || (design.scheme < Scheme::morris && design.points == PointKind::lhs);
  if (sobol) return design.scrambles * std::bit_ceil((rows + design.scrambles - 1) / design.scrambles);
  if (lhs) return std::max<std::uint64_t>(2, (rows + hypercube_rows - 1) / hypercube_rows) * hypercube_rows;
  return rows;
}

void read_design(Reader const& reader, Scenario const& scenario, std::vector<FactorSource> const& factors,
                 SensitivityQuestion& out) {
  Design& design = out.design;
  design.scheme = scheme_of(reader.text("sensitivity.design"));
  auto const points = reader.text("sensitivity.points");
  design.points = points == "lhs"      ? PointKind::lhs
                  : points == "random" ? PointKind::random
                                       : PointKind::sobol;
  design.scrambles = static_cast<std::uint32_t>(reader.integer("sensitivity.scrambles"));
  design.levels = static_cast<std::uint32_t>(reader.integer("sensitivity.levels"));
  design.seed = scenario.seed;
  design.rank_correlation = read_correlations(reader, factors);
  for (auto const& f : factors) design.factors.push_back(f.factor);
  design.rows = whole_rows(design, reader.integer("sensitivity.rows"));
  if (design.scheme == Scheme::morris && design.levels % 2 != 0)
    reader.problem("sensitivity.levels",
                   fmt::format("sensitivity.levels = {} (morris takes an even number)", design.levels));
  auto const file = reader.text("sensitivity.points_file");
  if ((design.scheme == Scheme::given) == file.empty())
    reader.problem("sensitivity.points_file",
                   file.empty() ? "sensitivity.points_file is missing (design = 'given' reads it)"
                                : "sensitivity.points_file (needs design = 'given')");
  else if (!file.empty() && !factors.empty()) {
    design.given = read_points(std::filesystem::path(scenario.path).parent_path() / file, factors);
    design.rows = design.given.size() / factors.size();
  }
  out.replicates = static_cast<std::uint32_t>(reader.integer("sensitivity.replicates"));
  out.base_only = reader.text("sensitivity.replicated") == "base";
  if (out.base_only && design.scheme != Scheme::saltelli)
    reader.problem("sensitivity.replicated",
                   "sensitivity.replicated = 'base' (goes with design = 'saltelli')");
  if (out.base_only && out.replicates < 2)
    reader.problem("sensitivity.replicates",
                   "sensitivity.replicates = 1 (replicated = 'base' needs 2 at least)");
  out.precision = reader.has("sensitivity.precision") ? reader.number("sensitivity.precision") : 0;
  out.max_rows = reader.integer("sensitivity.max_rows");
  if (out.precision > 0 &&
      (design.scheme == Scheme::grid || design.scheme == Scheme::given || design.scheme == Scheme::morris))
    reader.problem("sensitivity.precision",
                   "sensitivity.precision (this design has no indices to be precise about)");
  out.level = reader.number("sensitivity.level");
  out.simultaneous = reader.text("sensitivity.intervals") == "all";
}

void read_outputs(Reader const& reader, Scenario const& scenario, SensitivityQuestion& out) {
  auto names = reader.texts("sensitivity.outputs");
  if (names.empty()) names.push_back(scenario.answer.measure);
  bool const difference = reader.text("sensitivity.reading") == "difference";
  std::vector<std::string_view> keys;
  for (auto const& spec : measure_table()) keys.push_back(spec.key);
  for (auto const& name : names) {
    auto const found = std::find(keys.begin(), keys.end(), name);
    auto const k = static_cast<std::size_t>(found - keys.begin());
    if (found == keys.end()) {
      reader.problem("sensitivity.outputs",
                     fmt::format("sensitivity.outputs: '{}' (no such measure; likvard keys "
                                 "measures lists them){}",
                                 quotable(name), suggest(name, keys)));
      continue;
    }
    if (is_over_years(static_cast<Measure>(k)) && scenario.years < 2)
      reader.problem("sensitivity.outputs",
                     fmt::format("sensitivity.outputs: '{}' (is of several years)", name));
    auto const& spec = measure_table()[k];
    std::string title(spec.title);
    if (difference) title += ", change against per head";
    out.outputs.push_back({{std::string(spec.key), title, std::string(spec.unit)}, k, difference});
  }
}

/// Factors whose key a context sets as well: the context would always win.
std::vector<std::string> doubly_set(toml::table const& root, std::vector<FactorSource> const& factors) {
  std::vector<std::string> lines;
  auto const* contexts = root["context"].as_array();
  if (!contexts) return lines;
  for (auto const& f : factors) {
    bool set = false;
    for (auto const& context : *contexts)
      if (auto const* table = context.as_table() ? (*context.as_table())["set"].as_table() : nullptr)
        for (auto const& entry : entries_of(*table)) set = set || entry.key == f.factor.key;
    if (set)
      lines.push_back(
          fmt::format("factor.{}.key = '{}' (contexts have their own value for it: which is meant?)",
                      f.factor.name, f.factor.key));
  }
  return lines;
}

} // namespace

SensitivityQuestion parse_sensitivity(std::string const& text, std::string const& path,
                                      std::vector<std::string> const& settings) {
  Scenario scenario = parse_scenario(text, path, settings);
  toml::table root = whole_tree(text, path, settings).root; // its problems: parse_scenario
  Problems problems(path);
  SensitivityQuestion out{.title = scenario.title,
                          .question = scenario.question,
                          .source = scenario.path,
                          .scenario_text = scenario.text,
                          .seed = scenario.seed,
                          .years = scenario.years};
  std::vector<FactorSource> factors;
  {
    Reader const reader(root, problems);
    if (scenario.policies.size() < 2)
      problems.add(root, "sensitivity (needs a [[policy]] that gives money by need)");
    factors = read_factors(root, reader, scenario);
    read_design(reader, scenario, factors, out);
    read_outputs(reader, scenario, out);
    if (factors.empty() && problems.empty())
      problems.add(root,
                   "sensitivity (nothing varies: declare a [[factor]], or give a parameter a distribution)");
    bool const built = std::any_of(factors.begin(), factors.end(), Maker::builds);
    if (built && root["design"]["vary"].is_table())
      problems.add(root, "sensitivity (factors of the file and [design.vary]: make what varies a factor)");
    for (auto const& line : doubly_set(root, factors)) problems.add(root, line);
    bool const picked = std::any_of(factors.begin(), factors.end(), [](auto const& f) { return !f.key; });
    if (!picked && scenario.points.size() > 1)
      problems.add(root,
                   fmt::format("sensitivity (the scenario has {} points: add a factor with key = 'context')",
                               scenario.points.size()));
  }
  if (problems.empty()) {
    std::uint64_t const most = std::max(out.design.rows, out.precision > 0 ? out.max_rows : 0);
    try {
      auto const plan = make_design(out.design);
      if (most * plan.blocks >= std::uint64_t{0xffffffff} ||
          (plan.rows * plan.blocks) >= std::uint64_t{0xffffffff})
        problems.add(root, fmt::format("sensitivity.rows ({} rows of {} runs: at most 2^32 runs are handled)",
                                       most, plan.blocks));
    } catch (std::domain_error const& error) {
      problems.add(root, error.what());
    }
  }
  if (!problems.empty()) throw ScenarioError(problems.lines());
  for (auto const& f : factors) {
    out.coefficient.push_back(f.coefficient);
    out.structural.push_back(f.coefficient < 0);
  }
  auto maker = std::make_shared<Maker>(std::move(root), std::filesystem::path(path).parent_path(),
                                       std::move(scenario), std::move(factors));
  out.make = [maker](std::span<double const> x) { return (*maker)(x); };
  return out;
}

SensitivityQuestion read_sensitivity(std::filesystem::path const& path,
                                     std::vector<std::string> const& settings) {
  return parse_sensitivity(read_file(path, most_scenario_bytes), path.string(), settings);
}

std::vector<std::string> sensitivity_problems(std::filesystem::path const& path,
                                              std::vector<std::string> const& settings) {
  std::string const text = read_file(path, most_scenario_bytes);
  toml::table const root = whole_tree(text, path.string(), settings).root;
  if (!root.contains("sensitivity") && !root.contains("factor") && !root.contains("correlation")) return {};
  try {
    parse_sensitivity(text, path.string(), settings);
  } catch (ScenarioError const& error) {
    return error.problems();
  }
  return {};
}

} // namespace likvard

#include "likvard/io/detail/scenario_build.hpp"

#include "likvard/io/units_file.hpp"
#include "likvard/model/defaults.hpp"
#include "likvard/model/population.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace likvard::detail {
namespace {

template <class Range>
std::vector<std::string_view> names_of(Range const& range) {
  std::vector<std::string_view> names;
  for (auto const& item : range) names.push_back(item.name);
  return names;
}

template <class Range>
std::optional<std::size_t> find_name(Range const& range, std::string_view name) {
  for (std::size_t i = 0; i < range.size(); ++i)
    if (range[i].name == name) return i;
  return std::nullopt;
}

void add_variable(ElementReader const& element, Background& background) {
  Variable variable;
  variable.name = element.text("name");
  variable.levels = element.texts("levels");
  variable.shares = element.numbers("shares");
  variable.log_odds = element.numbers("log_odds");
  variable.loading = element.number("loading");
  variable.given_by = element.text("given_by");
  if (!is_name(variable.name))
    element.problem("name", fmt::format("= '{}' (a name has only a-z, 0-9 and _, at most 60)",
                                        variable.name.substr(0, 60)));
  if (find_name(background.variables, variable.name))
    element.problem("name", "(this name is taken by an earlier variable)");
  std::size_t const count = variable.levels.size();
  if (count < 2 || count > 12) {
    element.problem("levels", fmt::format("has {} levels (2 to 12 are wanted)", count));
    return;
  }
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (variable.levels[i] == variable.levels[j])
        element.problem("levels", fmt::format("names '{}' twice", variable.levels[i]));
  if (variable.shares.size() != count) {
    if (element.has("shares"))
      element.problem("shares", fmt::format("has {} numbers (one for each of the {} levels is wanted)",
                                            variable.shares.size(), count));
    variable.shares.assign(count, 1.0 / static_cast<double>(count));
  }
  if (variable.log_odds.size() != count) {
    if (element.has("log_odds"))
      element.problem("log_odds", fmt::format("has {} numbers (one for each of the {} levels is wanted)",
                                              variable.log_odds.size(), count));
    variable.log_odds.assign(count, 0.0);
  }
  double const sum = std::accumulate(variable.shares.begin(), variable.shares.end(), 0.0);
  bool const proper =
      std::all_of(variable.shares.begin(), variable.shares.end(), [](double x) { return x >= 0 && x <= 1; });
  if (proper && std::abs(sum - 1) > 1e-6)
    element.problem("shares", fmt::format("sums to {:g} (1 is wanted)", sum));
  if (sum > 0)
    for (double& share : variable.shares) share /= sum;
  background.variables.push_back(variable);
}

void add_group(ElementReader const& element, Background& background) {
  Group group;
  group.name = element.text("name");
  group.title = element.text("title");
  if (group.title.empty()) group.title = group.name;
  if (!is_name(group.name))
    element.problem(
        "name", fmt::format("= '{}' (a name has only a-z, 0-9 and _, at most 60)", group.name.substr(0, 60)));
  if (find_name(background.groups, group.name))
    element.problem("name", "(this name is taken by an earlier group)");
  auto const name = element.text("variable");
  auto const variable = find_name(background.variables, name);
  if (!variable) {
    if (element.has("variable"))
      element.problem("variable", fmt::format("= '{}' (there is no such variable){}", name.substr(0, 60),
                                              suggest(name, names_of(background.variables))));
    background.groups.push_back(group); // keeps later references to its name quiet
    return;
  }
  group.variable = *variable;
  auto const& levels = background.variables[*variable].levels;
  for (auto const& level : element.texts("levels")) {
    auto const at = std::find(levels.begin(), levels.end(), level);
    if (at == levels.end())
      element.problem("levels", fmt::format("has '{}' (no such level of {}){}", level.substr(0, 60), name,
                                            suggest(level, {levels.begin(), levels.end()})));
    else
      group.levels.push_back(static_cast<std::size_t>(at - levels.begin()));
  }
  if (element.has("levels") && (element.texts("levels").empty() || group.levels.size() >= levels.size()))
    element.problem("levels", "must name some of the variable's levels, not none and not all");
  background.groups.push_back(group);
}

Background build_background(Reader const& reader, Stage stage) {
  Background background;
  auto const variables = elements(reader, "variable");
  auto const groups = elements(reader, "group");
  if (variables.empty())
    background = stage_background(stage);
  else
    for (auto const& element : variables) add_variable(element, background);
  if (!groups.empty()) background.groups.clear();
  for (auto const& element : groups) add_group(element, background);

  auto const need_group = reader.text("background.need_group");
  if (auto const found = find_name(background.groups, need_group))
    background.need_group = *found;
  else
    reader.problem("background.need_group",
                   fmt::format("background.need_group = '{}' (there is no such group){}",
                               need_group.substr(0, 60), suggest(need_group, names_of(background.groups))));
  std::size_t profiles = 1;
  constexpr std::size_t most = 512;
  for (auto const& variable : background.variables)
    profiles = std::min(profiles * variable.levels.size(), most + 1);
  if (profiles > most)
    reader.problem(
        "variable",
        fmt::format("variable (the levels make more than {} profiles: at most {} are handled)", most, most));
  background.joint = reader.numbers("background.joint");
  if (!background.joint.empty()) {
    double const sum = std::accumulate(background.joint.begin(), background.joint.end(), 0.0);
    if (background.joint.size() != profiles || std::abs(sum - 1) > 1e-6)
      reader.problem("background.joint", fmt::format("background.joint has {} numbers with sum {:g} (one for "
                                                     "each of the {} profiles, sum 1, is wanted)",
                                                     background.joint.size(), sum, profiles));
  }
  return background;
}

void read_given(Reader const& reader, std::filesystem::path const& folder, Background const& background,
                Municipality& out) {
  auto const file = reader.text("municipality.units_file");
  if (file.empty())
    return reader.problem("sorting.mechanism", "sorting.mechanism = 'given' (needs municipality.units_file)");
  for (auto const* key : {"municipality.pupils", "municipality.units", "municipality.unit_pupils"})
    if (reader.has(key))
      reader.problem(key, fmt::format("{} (comes from the units file; leave it out)", key));
  std::vector<std::string> columns;
  bool any = false;
  for (auto const& variable : background.variables) {
    columns.push_back(variable.given_by);
    any |= !variable.given_by.empty();
  }
  if (!any)
    return reader.problem("variable", "variable (with units given, one variable at least needs given_by)");
  try {
    out.given = given_units(read_units(folder / std::filesystem::path(file)),
                            reader.text("municipality.name"), columns);
  } catch (ScenarioError const& error) {
    return reader.problem("municipality.units_file",
                          fmt::format("municipality.units_file: {}", error.problems().front()));
  } catch (FileError const& error) {
    return reader.problem("municipality.units_file",
                          fmt::format("municipality.units_file: {}", error.what()));
  }
  out.units = static_cast<std::uint32_t>(out.given.pupils.size());
  out.pupils = std::accumulate(out.given.pupils.begin(), out.given.pupils.end(), 0U);
}

void read_sizes(Reader const& reader, Municipality& out) {
  auto const list = reader.numbers("municipality.unit_pupils");
  for (double size : list) out.unit_pupils.push_back(static_cast<std::uint32_t>(size));
  out.pupils = static_cast<std::uint32_t>(reader.integer("municipality.pupils"));
  out.units = static_cast<std::uint32_t>(reader.integer("municipality.units"));
  if (!list.empty()) {
    double const sum = std::accumulate(list.begin(), list.end(), 0.0);
    if (reader.has("municipality.units") && out.units != list.size())
      reader.problem("municipality.unit_pupils",
                     fmt::format("municipality.unit_pupils has {} numbers (municipality.units = {})",
                                 list.size(), out.units));
    if ((reader.has("municipality.pupils") && sum != out.pupils) || sum > 1e6)
      reader.problem(
          "municipality.unit_pupils",
          fmt::format("municipality.unit_pupils sums to {:g} (municipality.pupils = {}, at most 1000000)",
                      sum, out.pupils));
    out.units = static_cast<std::uint32_t>(list.size());
    out.pupils = static_cast<std::uint32_t>(sum);
    return;
  }
  for (auto const* key : {"municipality.pupils", "municipality.units"})
    if (!reader.has(key)) reader.problem(key, fmt::format("{} is missing (a whole number is wanted)", key));
  // Missing or out of range: told already.
  if (out.pupils == 0 || out.units == 0 || out.units > 2000 || out.pupils > 1'000'000) return;
  if (out.units > out.pupils)
    reader.problem(
        "municipality.units",
        fmt::format("municipality.units = {} (more units than the {} pupils)", out.units, out.pupils));
  else if (static_cast<std::uint64_t>(out.smallest_unit) * out.units > out.pupils)
    reader.problem(
        "municipality.smallest_unit",
        fmt::format(
            "municipality.smallest_unit = {} ({} units of at least that size need more than {} pupils)",
            out.smallest_unit, out.units, out.pupils));
}

Index index_of_name(std::string const& name) {
  if (name == "variance_ratio") return Index::variance_ratio;
  if (name == "dissimilarity") return Index::dissimilarity;
  if (name == "theil_h") return Index::theil_h;
  if (name == "mutual_information") return Index::mutual_information;
  if (name == "gini") return Index::gini;
  return Index::eps2;
}

Sorting build_sorting(Reader const& reader, Background const& background) {
  Sorting sorting;
  auto const name = reader.text("sorting.mechanism");
  sorting.mechanism = name == "random"      ? Mechanism::random
                      : name == "tilt"      ? Mechanism::tilt
                      : name == "dirichlet" ? Mechanism::dirichlet
                      : name == "given"     ? Mechanism::given
                                            : Mechanism::rank;
  for (auto const& element : elements(reader, "target")) {
    Target target;
    auto const group = element.text("group");
    auto const found = find_name(background.groups, group);
    if (!found)
      element.problem("group",
                      fmt::format("(there is no such group){}", suggest(group, names_of(background.groups))));
    target.group = found.value_or(0);
    target.index = index_of_name(element.text("index"));
    target.value = element.number("value");
    for (auto const& earlier : sorting.targets)
      if (found && earlier.group == target.group)
        element.problem("group", "(this group has a target already)");
    sorting.targets.push_back(target);
  }
  bool const strength = reader.has("sorting.strength");
  if (strength) sorting.strength = reader.number("sorting.strength");
  std::size_t const most = sorting.mechanism == Mechanism::rank     ? 3
                           : sorting.mechanism == Mechanism::random ? 0
                                                                    : 1;
  if (sorting.targets.size() > most)
    reader.problem("target", fmt::format("target ({} given; mechanism '{}' takes at most {})",
                                         sorting.targets.size(), name, most));
  if (strength && !sorting.targets.empty())
    reader.problem("sorting.strength", "sorting.strength (give a strength or targets, not both)");
  bool const needs = sorting.mechanism != Mechanism::random && sorting.mechanism != Mechanism::given;
  if (needs && !strength && sorting.targets.empty())
    reader.problem("sorting.mechanism",
                   fmt::format("sorting.mechanism = '{}' (needs a [[target]] or sorting.strength)", name));
  if (strength) {
    double const low = sorting.mechanism == Mechanism::dirichlet ? 1e-3 : 0;
    double const high = sorting.mechanism == Mechanism::rank    ? 1
                        : sorting.mechanism == Mechanism::tilt  ? 50
                        : sorting.mechanism == Mechanism::given ? 20
                                                                : 1e6;
    if (sorting.mechanism == Mechanism::random)
      reader.problem("sorting.strength", "sorting.strength (mechanism 'random' has none)");
    else if (*sorting.strength < low || *sorting.strength > high)
      reader.problem("sorting.strength",
                     fmt::format("sorting.strength = {:g} (mechanism '{}' takes {:g} to {:g})",
                                 *sorting.strength, name, low, high));
  }
  return sorting;
}

Need build_need(Reader const& reader, Background const& background) {
  Need need;
  auto const index = reader.text("need.index");
  if (index != "risk") {
    need.group = find_name(background.groups, index);
    if (!need.group) {
      auto names = names_of(background.groups);
      names.push_back("risk");
      reader.problem("need.index",
                     fmt::format("need.index = '{}' ('risk' or the name of a group is wanted){}",
                                 index.substr(0, 60), suggest(index, names)));
    }
  }
  need.lag = static_cast<std::uint32_t>(reader.integer("need.lag"));
  need.years = static_cast<std::uint32_t>(reader.integer("need.years"));
  need.missing = reader.number("need.missing");
  need.smallest = static_cast<std::uint32_t>(reader.integer("need.smallest"));
  need.shrinkage = reader.text("need.shrinkage") == "none" ? Shrinkage::none : Shrinkage::empirical_bayes;
  return need;
}

Outcome build_outcome(Reader const& reader, Stage stage) {
  Outcome out;
  out.not_qualified = reader.number("outcome.not_qualified");
  out.theta = reader.prior("outcome.theta");
  out.effect_ratio = reader.prior("outcome.effect_ratio");
  out.curvature = reader.prior("outcome.curvature");
  out.pass_through = reader.prior("outcome.pass_through");
  out.use_mean = reader.prior("outcome.use_mean");
  out.use_sd = reader.number("outcome.use_sd");
  out.peer = reader.prior("outcome.peer");
  out.selection = reader.prior("outcome.selection");
  out.dilution = reader.prior("outcome.dilution");
  out.unit_sd = reader.number("outcome.unit_sd");
  out.cohort_sd = reader.number("outcome.cohort_sd");
  out.years = reader.number("outcome.years");
  out.carry = reader.has("outcome.carry") ? reader.prior("outcome.carry") : stage_carry(stage);
  out.merit_mean = reader.number("outcome.merit_mean");
  out.merit_sd = reader.number("outcome.merit_sd");
  return out;
}

} // namespace

Parameters build_parameters(Reader const& reader, std::filesystem::path const& folder) {
  Parameters parameters;
  Municipality& municipality = parameters.municipality;
  municipality.stage = reader.text("municipality.stage") == "forskola" ? Stage::forskola : Stage::grundskola;
  auto const sizes = reader.text("municipality.sizes");
  municipality.sizes = sizes == "equal"       ? SizeRule::equal
                       : sizes == "quantiles" ? SizeRule::quantiles
                                              : SizeRule::drawn;
  municipality.size_log_sd = reader.number("municipality.size_sd");
  municipality.smallest_unit = static_cast<std::uint32_t>(reader.integer("municipality.smallest_unit"));
  municipality.totals = reader.text("municipality.totals") == "free" ? Totals::free : Totals::fixed;
  municipality.budget_per_pupil_sek = reader.has("municipality.budget_per_pupil")
                                          ? reader.number("municipality.budget_per_pupil")
                                          : stage_budget_sek(municipality.stage);
  parameters.background = build_background(reader, municipality.stage);
  parameters.sorting = build_sorting(reader, parameters.background);
  if (parameters.sorting.mechanism == Mechanism::given) {
    read_given(reader, folder, parameters.background, municipality);
  } else {
    if (reader.has("municipality.units_file") && !reader.text("municipality.units_file").empty())
      reader.problem("municipality.units_file",
                     "municipality.units_file (needs sorting.mechanism = 'given')");
    read_sizes(reader, municipality);
  }
  parameters.need = build_need(reader, parameters.background);
  parameters.outcome = build_outcome(reader, municipality.stage);
  return parameters;
}

} // namespace likvard::detail

#include "likvard/io/detail/scenario_build.hpp"
#include "likvard/io/detail/counts.hpp"

#include "likvard/model/defaults.hpp"
#include "likvard/model/sorting.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <numeric>

namespace likvard::detail {
namespace {

constexpr std::size_t most_units = 2000;
constexpr double most_pupils = 1e6;

void read_given(Reader const& reader, UnitFiles& files, Background const& background, Municipality& out) {
  auto const file = reader.text("municipality.units_file");
  if (file.empty())
    return reader.problem("sorting.mechanism", "sorting.mechanism = 'given' (needs municipality.units_file)");
  for (auto const* key : {"municipality.pupils", "municipality.units", "municipality.unit_pupils"}) {
    auto const* list = reader.node(key) ? reader.node(key)->as_array() : nullptr;
    if (reader.has(key) && !(list && list->empty()))
      reader.problem(key, fmt::format("{} (comes from the units file: leave it out)", key));
  }
  std::vector<std::string> columns;
  for (auto const& variable : background.variables) columns.push_back(variable.given_by);
  if (std::all_of(columns.begin(), columns.end(), [](auto const& column) { return column.empty(); }))
    return reader.problem(
        "variable", "variable (with sorting.mechanism = 'given', one variable at least needs given_by)");
  char const* at = "municipality.units_file";
  try {
    UnitTable const& table = files.get(file);
    if (reader.has("municipality.name")) at = "municipality.name";
    out.given = given_units(table, reader.text("municipality.name"), columns);
  } catch (ScenarioError const& error) {
    return reader.problem(at, fmt::format("{}: {}", at, error.problems().front()));
  } catch (FileError const& error) {
    return reader.problem(at, fmt::format("{}: {}", at, error.what()));
  }
  double const pupils = std::accumulate(out.given.pupils.begin(), out.given.pupils.end(), 0.0);
  if (out.given.pupils.size() > most_units || pupils > most_pupils) {
    reader.problem(
        at, fmt::format("{}: {} units with {:.0f} pupils (at most {} units and 1000000 pupils are handled)",
                        at, out.given.pupils.size(), pupils, most_units));
    out.given = {};
    return;
  }
  out.units = static_cast<std::uint32_t>(out.given.pupils.size());
  out.pupils = count_of(pupils);
}

void read_unit_pupils(Reader const& reader, Municipality& out) {
  constexpr auto key = "municipality.unit_pupils";
  if (!reader.right(key)) return;
  auto const list = reader.numbers(key);
  double const sum = std::accumulate(list.begin(), list.end(), 0.0);
  if (list.size() > most_units || sum > most_pupils)
    return reader.problem(
        key,
        fmt::format("{} has {} units with {:.0f} pupils (at most {} units and 1000000 pupils are handled)",
                    key, list.size(), sum, most_units));
  if (reader.has("municipality.units") && reader.right("municipality.units") && out.units != list.size())
    reader.problem(key,
                   fmt::format("{} has {} numbers (municipality.units = {})", key, list.size(), out.units));
  if (reader.has("municipality.pupils") && reader.right("municipality.pupils") && sum != out.pupils)
    reader.problem(key, fmt::format("{} sums to {:.0f} (municipality.pupils = {})", key, sum, out.pupils));
  for (double size : list) out.unit_pupils.push_back(count_of(size));
  out.units = static_cast<std::uint32_t>(list.size());
  out.pupils = count_of(sum);
}

void read_sizes(Reader const& reader, Municipality& out) {
  out.pupils = static_cast<std::uint32_t>(reader.integer("municipality.pupils"));
  out.units = static_cast<std::uint32_t>(reader.integer("municipality.units"));
  auto const* list = reader.node("municipality.unit_pupils");
  if (list && !(list->is_array() && list->as_array()->empty())) return read_unit_pupils(reader, out);
  bool complete = true;
  for (auto const* key : {"municipality.pupils", "municipality.units"}) {
    complete &= reader.has(key) && reader.right(key);
    if (!reader.has(key))
      reader.problem(key, fmt::format("{} is missing ({} is wanted)", key, wanted(*find_key(key))));
  }
  if (!complete || !reader.right("municipality.smallest_unit")) return;
  if (out.units > out.pupils)
    reader.problem(
        "municipality.units",
        fmt::format("municipality.units = {} (more units than the {} pupils)", out.units, out.pupils));
  else if (std::uint64_t{out.smallest_unit} * out.units > out.pupils)
    reader.problem(
        "municipality.smallest_unit",
        fmt::format(
            "municipality.smallest_unit = {} ({} units of at least that size need more than {} pupils)",
            out.smallest_unit, out.units, out.pupils));
}

Municipality build_municipality(Reader const& reader) {
  Municipality out;
  out.stage = reader.text("municipality.stage") == "forskola" ? Stage::forskola : Stage::grundskola;
  auto const sizes = reader.text("municipality.sizes");
  out.sizes = sizes == "equal"       ? SizeRule::equal
              : sizes == "quantiles" ? SizeRule::quantiles
                                     : SizeRule::drawn;
  out.size_log_sd = reader.number("municipality.size_sd");
  out.smallest_unit = static_cast<std::uint32_t>(reader.integer("municipality.smallest_unit"));
  out.totals = reader.text("municipality.totals") == "free" ? Totals::free : Totals::fixed;
  out.budget_per_pupil_sek = reader.has("municipality.budget_per_pupil")
                                 ? reader.number("municipality.budget_per_pupil")
                                 : stage_budget_sek(out.stage);
  if (reader.has("municipality.adequate_per_pupil"))
    out.adequate_per_pupil_sek = reader.number("municipality.adequate_per_pupil");
  return out;
}

/// What each mechanism takes.
struct MechanismRule {
  std::string_view name;
  Mechanism mechanism;
  double low, high; ///< of the strength
  std::size_t most_targets;
  bool needs; ///< a strength or a target
};
constexpr std::array<MechanismRule, 6> mechanisms{{{"rank", Mechanism::rank, 0, 1, 3, true},
                                                   {"random", Mechanism::random, 0, 0, 0, false},
                                                   {"tilt", Mechanism::tilt, 0, 50, 1, true},
                                                   {"dirichlet", Mechanism::dirichlet, 1e-3, 1e6, 1, true},
                                                   {"given", Mechanism::given, 0, 20, 1, false},
                                                   {"choice", Mechanism::choice, 0, 0, 1, false}}};

constexpr std::array<Index, 9> indices{Index::eps2,     Index::variance_ratio,     Index::dissimilarity,
                                       Index::theil_h,  Index::mutual_information, Index::gini,
                                       Index::hutchens, Index::isolation,          Index::icc};

void read_targets(Reader const& reader, Draft const& draft, Sorting& sorting) {
  for (auto const& element : elements(reader, "target")) {
    Target target;
    auto const group = element.text("group");
    auto const found = find_group(draft.background, group);
    if (!found && !draft.nameless_group)
      element.problem(
          "group", fmt::format("(there is no such group){}", suggest(group, group_names(draft.background))));
    target.group = found.value_or(0);
    auto const name = element.text("index");
    for (Index index : indices)
      if (name_of(index) == name) target.index = index;
    target.value = element.number("value");
    bool const taken = std::any_of(sorting.targets.begin(), sorting.targets.end(),
                                   [&](Target const& t) { return t.group == target.group; });
    if (found && taken) element.problem("group", "(this group has a target already)");
    sorting.targets.push_back(target);
  }
}

Sorting build_sorting(Reader const& reader, Draft const& draft) {
  Sorting sorting;
  read_targets(reader, draft, sorting);
  bool const strength = reader.has("sorting.strength");
  if (strength) sorting.strength = reader.number("sorting.strength");
  auto const name = reader.text("sorting.mechanism");
  auto const rule =
      std::find_if(mechanisms.begin(), mechanisms.end(), [&](auto const& m) { return m.name == name; });
  if (rule == mechanisms.end()) return sorting; // reported already
  sorting.mechanism = rule->mechanism;
  auto const given = sorting.targets.size();
  if (given > rule->most_targets)
    reader.problem("target", fmt::format("target ({} given; mechanism '{}' takes at most {})", given, name,
                                         rule->most_targets));
  if (rule->needs && !strength && given == 0)
    reader.problem("sorting.mechanism",
                   fmt::format("sorting.mechanism = '{}' (needs a [[target]] or sorting.strength)", name));
  if (rule->mechanism == Mechanism::choice)
    sorting.choice = build_choice(reader, draft, given > 0);
  else
    refuse_choice_keys(reader, name);
  if (!strength) return sorting;
  if (rule->mechanism == Mechanism::random || rule->mechanism == Mechanism::choice)
    reader.problem("sorting.strength", fmt::format("sorting.strength (mechanism '{}' has none)", name));
  else if (given > 0)
    reader.problem("sorting.strength", "sorting.strength (give a strength or targets, not both)");
  else if (*sorting.strength < rule->low || *sorting.strength > rule->high)
    reader.problem("sorting.strength",
                   fmt::format("sorting.strength = {:g} (mechanism '{}' takes {} to {})", *sorting.strength,
                               name, plain_number(rule->low), plain_number(rule->high)));
  return sorting;
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

Parameters build_parameters(Reader const& reader, UnitFiles& files) {
  Parameters parameters;
  parameters.municipality = build_municipality(reader);
  Draft draft = build_background(reader, parameters.municipality.stage);
  parameters.sorting = build_sorting(reader, draft);
  if (parameters.sorting.mechanism == Mechanism::given) {
    read_given(reader, files, draft.background, parameters.municipality);
  } else {
    if (!reader.text("municipality.units_file").empty() && reader.right("sorting.mechanism"))
      reader.problem("municipality.units_file",
                     "municipality.units_file (needs sorting.mechanism = 'given')");
    read_sizes(reader, parameters.municipality);
  }
  parameters.needs = build_needs(reader, draft);
  parameters.outcome = build_outcome(reader, parameters.municipality.stage);
  parameters.years = build_years(reader);
  parameters.interventions = build_interventions(reader);
  parameters.background = std::move(draft.background);
  return parameters;
}

} // namespace likvard::detail

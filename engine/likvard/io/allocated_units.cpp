#include "likvard/io/allocated_units.hpp"

#include "likvard/io/model_files.hpp"
#include "likvard/model/defaults.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace likvard {
namespace {

constexpr double most_pupils = 1e6;

/// A column of a need measure: shares, or an index of any scale.
struct NeedColumn {
  std::vector<double> value; ///< [S]
  bool is_share = false;
  std::string reading;
};

std::size_t column_of(OwnTable const& table, std::string const& name, std::string_view option,
                      std::vector<std::string_view> const& usual) {
  if (!name.empty()) return find_column(table, name);
  for (auto const word : usual)
    if (auto const found = look_for_column(table, word)) return *found;
  std::string list;
  for (auto const& column : table.columns)
    list += fmt::format("{}'{}'", list.empty() ? "" : ", ", column.name);
  throw ScenarioError(
      {fmt::format("{}: which column? ({} is wanted; there are {})", table.path, option, list)});
}

double known(OwnTable const& table, std::size_t column, std::size_t row, std::string_view what) {
  Cell const& cell = table.columns[column].cells[row];
  if (cell.state == Cell::State::known && cell.value >= 0) return cell.value;
  throw ScenarioError({fmt::format("{}:{}: {} = '{}' ({} is wanted)", table.path, table.line[row],
                                   table.columns[column].name, table.text[column][row], what)});
}

/// share, percent, count or index; empty where header and values leave it open.
std::string kind_of(std::string const& header, std::string const& as, double most, bool could_be_counts) {
  if (!as.empty()) return as;
  auto const says = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](auto word) { return header.find(word) != std::string::npos; });
  };
  if (most <= 1) return "share";
  if (most > 100) return could_be_counts ? "count" : "index";
  if (says({"%", "andel", "Andel", "share", "Share", "percent", "procent"})) return "percent";
  if (says({"antal", "Antal", "number", "count", "pupils", "elever"}) && could_be_counts) return "count";
  return could_be_counts ? "" : "percent";
}

/// Shares in per cent or 0-1, numbers of pupils, or an index: told apart by the header and the values, and
/// said so. A suppressed cell takes the mean of the others (a number of pupils: 5, or half the pupils if they
/// are fewer).
NeedColumn read_need(OwnTable const& table, std::size_t column, std::vector<std::size_t> const& rows,
                     std::vector<std::uint32_t> const& pupils, std::string const& as) {
  auto const& cells = table.columns[column].cells;
  std::string const& header = table.columns[column].name;
  double most = 0, weighted = 0, weight = 0;
  bool whole = true, within = true;
  std::size_t hidden = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Cell const& cell = cells[rows[i]];
    if (cell.state == Cell::State::suppressed || cell.state == Cell::State::not_applicable) {
      ++hidden;
      continue;
    }
    double const x = known(table, column, rows[i], "a number, 0 or more");
    most = std::max(most, x);
    whole &= x == std::floor(x);
    within &= x <= pupils[i];
    weighted += pupils[i] * x;
    weight += pupils[i];
  }
  if (hidden == rows.size())
    throw ScenarioError({fmt::format("{}: column '{}' has no number", table.path, header)});
  std::string const kind = kind_of(header, as, most, whole && within);
  if (kind.empty())
    throw ScenarioError({fmt::format(
        "{}: column '{}' could be per cent or numbers of pupils: say --need-as percent, count, share "
        "or index",
        table.path, header)});
  bool const counts = kind == "count";
  double const scale = kind == "percent" ? 0.01 : 1.0;
  if ((kind == "share" && most > 1) || (kind == "percent" && most > 100) || (counts && !within))
    throw ScenarioError({fmt::format("{}: column '{}' goes up to {:g}, which is no {}", table.path, header,
                                     most, counts ? "number of a unit's pupils" : kind)});
  NeedColumn need{{},
                  kind != "index",
                  counts              ? "numbers of pupils"
                  : kind == "percent" ? "per cent"
                  : kind == "share"   ? "shares from 0 to 1"
                                      : "an index (any scale, not a share)"};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Cell const& cell = cells[rows[i]];
    double x = cell.value;
    if (cell.state != Cell::State::known) x = counts ? std::min(5.0, pupils[i] / 2.0) : weighted / weight;
    need.value.push_back(counts ? x / pupils[i] : x * scale);
  }
  if (hidden > 0)
    need.reading +=
        fmt::format(", {} hidden cells set to {}", hidden, counts ? "5 pupils or half" : "the mean");
  return need;
}

/// "--group name=column".
std::string group_column(UnitQuestion const& args, std::string_view name) {
  for (auto const& group : args.groups) {
    auto const at = group.find('=');
    if (at == std::string::npos || at == 0 || at + 1 == group.size())
      throw ScenarioError({fmt::format("--group {} (name=column is wanted)", group)});
    if (std::string_view(group).substr(0, at) == name) return group.substr(at + 1);
  }
  return "";
}

IndexValues values_of(std::vector<double> raw, std::vector<std::uint32_t> const& pupils) {
  IndexValues index{raw, std::move(raw)};
  make_relative(pupils, index.relative);
  return index;
}

/// Rows with pupils; others are named in the notes.
std::vector<std::size_t> rows_with_pupils(OwnTable const& table, std::size_t column, AllocatedUnits& units) {
  std::vector<std::size_t> rows;
  std::size_t without = 0;
  double total = 0;
  for (std::size_t r = 0; r < table.line.size(); ++r) {
    Cell const& cell = table.columns[column].cells[r];
    if (cell.state != Cell::State::known || cell.value < 0.5) {
      ++without;
      continue;
    }
    if (cell.value > most_pupils)
      throw ScenarioError({fmt::format("{}:{}: {} = {} (at most 1000000 pupils)", table.path, table.line[r],
                                       table.columns[column].name, table.text[column][r])});
    rows.push_back(r);
    total += std::round(cell.value);
    units.name.push_back(table.unit[r]);
    units.pupils.push_back(static_cast<std::uint32_t>(std::llround(cell.value)));
  }
  if (rows.empty())
    throw ScenarioError(
        {fmt::format("{}: column '{}' gives no unit any pupils", table.path, table.columns[column].name)});
  if (without > 0) units.notes.push_back(fmt::format("{} rows without pupils are left out", without));
  units.notes.insert(units.notes.begin(), fmt::format("{}: {} units, {:.0f} pupils (column '{}')", table.path,
                                                      rows.size(), total, table.columns[column].name));
  return rows;
}

AllocatedUnits read_own(UnitQuestion const& args, ModelSet const& models, OwnTable const& table) {
  AllocatedUnits units;
  std::size_t const pupils =
      column_of(table, args.pupils, "--pupils",
                {"pupils", "elever", "antal elever", "children", "barn", "antal barn", "students", "n"});
  auto const rows = rows_with_pupils(table, pupils, units);
  std::size_t const need_column =
      column_of(table, args.need, "--need", {"need", "behov", "index", "need share", "behovsindex"});
  NeedColumn const need = read_need(table, need_column, rows, units.pupils, args.need_as);
  units.notes.push_back(
      fmt::format("need: column '{}', read as {}", table.columns[need_column].name, need.reading));
  if (need.is_share)
    for (std::size_t i = 0; i < rows.size(); ++i) units.needy.push_back(need.value[i] * units.pupils[i]);
  for (auto const& source : models.indices) {
    std::string column = group_column(args, source.name.empty() ? "need" : source.name);
    if (column.empty()) column = group_column(args, source.of);
    bool const pupil_level = source.of == "tail" || source.of == "tiers";
    bool const by_need = source.of == "risk" || source.of == "need_group";
    if (column.empty() && !by_need && !pupil_level && look_for_column(table, source.of)) column = source.of;
    if (column.empty() && by_need) {
      units.index.push_back(values_of(need.value, units.pupils));
      continue;
    }
    if (column.empty())
      throw ScenarioError({fmt::format("{}: no column for index '{}' ({}): name it with --group {}=COLUMN",
                                       table.path, source.name,
                                       pupil_level ? "of pupils' own scores, which a table of units has not"
                                                   : fmt::format("of group '{}'", source.of),
                                       source.name)});
    std::size_t const at = find_column(table, column);
    NeedColumn const values = read_need(table, at, rows, units.pupils, "");
    units.notes.push_back(
        fmt::format("{}: column '{}', read as {}", source.name, table.columns[at].name, values.reading));
    units.index.push_back(values_of(values.value, units.pupils));
  }
  if (!args.before.empty()) {
    std::size_t const at = find_column(table, args.before);
    for (std::size_t r : rows) units.before_sek.push_back(known(table, at, r, "SEK per pupil, 0 or more"));
    units.notes.push_back(fmt::format("before: column '{}', SEK per pupil", table.columns[at].name));
  }
  return units;
}

/// Skolverket's export: profiles fitted to what the register shows of each unit, and every index from them.
AllocatedUnits read_export(UnitQuestion const& args, ModelSet const& models, UnitTable const& table) {
  AllocatedUnits units;
  Background const background = stage_background(Stage::grundskola);
  std::vector<std::string> columns;
  for (auto const& variable : background.variables) columns.push_back(variable.given_by);
  Parameters parameters;
  parameters.background = background;
  parameters.sorting.mechanism = Mechanism::given;
  parameters.needs = models.needs;
  parameters.outcome.unit_sd = 0;
  parameters.municipality.given = given_units(table, args.municipality, columns);
  Plan const plan = make_plan(parameters, 1);
  units.name = plan.parameters.municipality.given.name;
  units.pupils = plan.sizes;
  units.phase = plan.parameters.municipality.given.phase;
  auto const mean = [&](std::vector<double> const& values) {
    std::vector<double> raw(units.pupils.size());
    for (std::size_t s = 0; s < raw.size(); ++s)
      for (std::size_t p = 0; p < values.size(); ++p)
        raw[s] += plan.pi(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(p)) * values[p];
    return raw;
  };
  for (auto const& values : plan.need_values) units.index.push_back(values_of(mean(values), units.pupils));
  units.needy = mean({plan.profiles.needy.begin(), plan.profiles.needy.end()});
  for (std::size_t s = 0; s < units.needy.size(); ++s) units.needy[s] *= units.pupils[s];
  double total = 0;
  for (auto n : units.pupils) total += n;
  units.notes.push_back(fmt::format("{}: {} units, {:.0f} pupils, {}", table.path, units.name.size(), total,
                                    table.school_year.empty() ? "no school year told" : table.school_year));
  units.notes.push_back("need: modelled risk of not qualifying, from parents' education and foreign "
                        "background; pupils in need: "
                        "those whose parents have no post-secondary education");
  return units;
}

/// The budget per pupil: asked for, or the stage's national cost.
UnitAllocation pay(AllocationQuestion const& question, ModelSet const& models, AllocatedUnits units) {
  double const pupils = std::accumulate(units.pupils.begin(), units.pupils.end(), 0.0);
  double const per_pupil_sek = question.budget_sek
                                   ? *question.budget_sek / pupils
                                   : question.per_pupil_sek.value_or(stage_budget_sek(Stage::grundskola));
  auto allocation =
      pay_units(std::move(units), {models.policies.begin() + 1, models.policies.end()}, per_pupil_sek);
  allocation.national_cost = !question.budget_sek && !question.per_pupil_sek;
  return allocation;
}

ModelSet models_of(AllocationQuestion const& question, Background const& background) {
  return read_models(question.models.empty() ? std::vector<std::string>{"proportional"} : question.models,
                     question.shares, question.settings, background);
}

/// The file as one of Skolverket's unit exports, if it is one and no columns were named.
std::optional<UnitTable> as_export(UnitQuestion const& args) {
  if (!args.pupils.empty() || !args.need.empty() || !args.unit.empty()) return std::nullopt;
  return read_pupil_export(args.file);
}

} // namespace

UnitAllocation allocate_file(AllocationQuestion const& question) {
  auto const& units = question.units;
  if (auto const table = as_export(units)) {
    auto const models = models_of(question, stage_background(Stage::grundskola));
    return pay(question, models, read_export(units, models, *table));
  }
  auto const models = models_of(question, {});
  if (!units.municipality.empty())
    throw ScenarioError({fmt::format(
        "{}: --municipality belongs to Skolverket's unit exports, and this is none", units.file)});
  return pay(question, models, read_own(units, models, read_own_table(units.file, units.unit)));
}

UnitAllocation allocate_table(AllocationQuestion const& question, OwnTable const& table) {
  auto const models = models_of(question, {});
  return pay(question, models, read_own(question.units, models, table));
}

} // namespace likvard

#include "likvard/io/detail/scenario_point_rows.hpp"

#include "likvard/io/municipality_table.hpp"
#include "likvard/io/number_table.hpp"
#include "likvard/study/ensemble.hpp"
#include "likvard/study/errors.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace likvard::detail {
namespace {

PlainTable synthetic_table(ElementReader const& element) {
  Stage const stage = element.text("ensemble") == "forskola" ? Stage::forskola : Stage::grundskola;
  auto const count = static_cast<std::uint32_t>(element.integer("municipalities"));
  auto const seed = element.integer("seed");
  EnsembleLaw const law = ensemble_law(stage);
  std::vector<MunicipalityRow> rows(count);
  tbb::parallel_for(std::uint32_t{0}, count,
                    [&](std::uint32_t i) { rows[i] = synthetic_municipality(law, stage, seed, i, count); });
  return plain_table(rows, "synthetic");
}

/// Text keys take the cell as it stands, the others its number.
bool takes_text(std::string_view path) {
  std::vector<std::string> parts{""};
  for (char c : path)
    if (c == '.')
      parts.emplace_back();
    else
      parts.back() += c;
  Key const* key =
      find_key(parts.size() == 3 ? fmt::format("{}[].{}", parts[0], parts[2]) : std::string(path));
  return key && (key->kind == KeyKind::text || key->kind == KeyKind::choice || key->kind == KeyKind::path);
}

/// One key's columns: places in the table, npos for "rest".
struct Binding {
  std::string key;
  toml::source_region place{};
  bool list = false, text = false;
  std::vector<std::size_t> column;
};
constexpr std::size_t rest_column = std::string::npos;

} // namespace

class TableRows {
public:
  TableRows(ElementReader element, bool (*common)(std::string_view))
      : element_(std::move(element)), common_(common) {}

  /// The rows that go into a study; `self` is what holds this.
  void add_to(std::vector<PointRow>& out, Scenario& scenario, std::shared_ptr<TableRows const> const& self) {
    std::string const table = element_.text("table");
    std::string const name = element_.text("name");
    if (table.empty() && element_.text("ensemble").empty())
      return element_.problem("name", "(a table or an ensemble is wanted)");
    table_ = table.empty() ? synthetic_table(element_)
                           : read_plain_table(std::filesystem::path(scenario.path).parent_path() / table);
    bind_all();
    if (!sound_) return;
    std::size_t const in_table = table_.rows.size();
    if (!table.empty() && element_.has("municipalities"))
      thin_out(static_cast<std::size_t>(element_.integer("municipalities")));
    keep_used_columns();
    std::size_t left_out = 0;
    for (std::size_t i = 0; i < table_.rows.size(); ++i)
      if (is_known(i))
        out.push_back(row_at(i, self));
      else
        ++left_out;
    scenario.assumptions.push_back(
        {fmt::format("points.{}", name),
         fmt::format("{} of {} rows", table_.rows.size() - left_out, in_table), "municipalities",
         table.empty() ? fmt::format("synthetic municipalities ({}) by the laws of likvard ensemble",
                                     element_.text("ensemble"))
                       : fmt::format("{}; rows with a value missing are left out",
                                     std::filesystem::path(table).filename().string())});
  }

  bool sets(std::string_view key) const {
    if (std::any_of(bindings_.begin(), bindings_.end(), [&](Binding const& b) { return b.key == key; }))
      return true;
    auto const* set = element_.table()["set"].as_table();
    auto const entries = set ? entries_of(*set) : std::vector<Entry>();
    return std::any_of(entries.begin(), entries.end(), [&](Entry const& e) { return e.key == key; });
  }

  std::vector<Override> overrides(std::size_t i, toml::table& values) const {
    std::vector<Override> out;
    for (auto const& binding : bindings_) {
      put(i, binding, values);
      out.push_back({binding.key, binding.place, values.get(binding.key)});
    }
    if (auto const* set = element_.table()["set"].as_table())
      for (auto const& [key, place, value] : entries_of(*set)) out.push_back({key, value->source(), value});
    return out;
  }

private:
  /// So many rows, evenly spread over the table in order of pupils (of its first bound column where it has
  /// none).
  void thin_out(std::size_t most) {
    if (table_.rows.size() <= most) return;
    auto const pupils = std::find(table_.columns.begin(), table_.columns.end(), "pupils");
    std::size_t const by = pupils != table_.columns.end()
                               ? static_cast<std::size_t>(pupils - table_.columns.begin())
                               : bindings_.front().column.front();
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < table_.rows.size(); ++i) order.emplace_back(number_at(i, by), i);
    std::sort(order.begin(), order.end());
    PlainTable thin{.path = table_.path, .columns = table_.columns, .rows = {}, .line = {}};
    for (std::size_t j = 0; j < most; ++j) {
      std::size_t const i = order[(2 * j + 1) * order.size() / (2 * most)].second;
      thin.rows.push_back(table_.rows[i]);
      thin.line.push_back(table_.line[i]);
    }
    table_ = std::move(thin);
  }

  /// Of many rows the other cells would take the most room.
  void keep_used_columns() {
    std::vector<std::size_t> kept, place(table_.columns.size(), rest_column);
    auto const keep = [&](std::size_t& column) {
      if (column == rest_column) return;
      if (place[column] == rest_column) {
        place[column] = kept.size();
        kept.push_back(column);
      }
      column = place[column];
    };
    for (auto& binding : bindings_)
      for (auto& column : binding.column) keep(column);
    for (auto& [axis, column] : axes_) keep(column);
    for (std::size_t column = 0; column < table_.columns.size(); ++column)
      if (std::size_t at = column; is_of_names(table_.columns[column])) keep(at);
    auto const only_kept = [&](std::vector<std::string>& cells) {
      std::vector<std::string> out;
      out.reserve(kept.size());
      for (std::size_t column : kept) out.push_back(std::move(cells[column]));
      cells = std::move(out);
    };
    only_kept(table_.columns);
    for (auto& row : table_.rows) only_kept(row);
  }

  static bool is_of_names(std::string_view column) { return column == "municipality" || column == "name"; }

  std::optional<std::size_t> place_of(toml::node const& node) {
    auto const* text = node.as_string();
    auto const found =
        text ? std::find(table_.columns.begin(), table_.columns.end(), text->get()) : table_.columns.end();
    if (found != table_.columns.end()) return static_cast<std::size_t>(found - table_.columns.begin());
    std::vector<std::string_view> names(table_.columns.begin(), table_.columns.end());
    element_.problems().add(node, fmt::format("points.{}: {} (the table has no such column){}",
                                              quotable(element_.text("name")), show(node),
                                              text ? suggest(text->get(), names) : ""));
    sound_ = false;
    return std::nullopt;
  }

  void bind_all() {
    if (auto const* at = element_.table()["at"].as_table())
      for (auto const& [axis, column] : *at)
        if (auto const place = place_of(column)) axes_.emplace_back(std::string(axis.str()), *place);
    auto const* columns = element_.table()["columns"].as_table();
    if (!columns) {
      sound_ = false;
      return;
    }
    for (auto const& [key, place, value] : entries_of(*columns)) {
      if (common_(key)) {
        element_.problems().add(
            place, fmt::format("points.{}: {} (is common to all points: set it in its own section)",
                               quotable(element_.text("name")), quotable(key)));
        sound_ = false;
        continue;
      }
      Binding binding{.key = key,
                      .place = value->source(),
                      .list = value->is_array(),
                      .text = takes_text(key),
                      .column = {}};
      if (auto const* list = value->as_array()) {
        for (auto const& item : *list)
          if (item.value<std::string>() == "rest")
            binding.column.push_back(rest_column);
          else if (auto const at = place_of(item))
            binding.column.push_back(*at);
      } else if (auto const at = place_of(*value)) {
        binding.column.push_back(*at);
      }
      bindings_.push_back(std::move(binding));
    }
  }

  static toml::array number_node(double x) {
    toml::array out;
    if (x == std::floor(x) && std::abs(x) < 1e15)
      out.push_back(static_cast<std::int64_t>(x));
    else
      out.push_back(x);
    return out;
  }

  double number_at(std::size_t i, std::size_t column) const {
    double x = 0;
    std::string const& cell = table_.rows[i][column];
    if (!read_number(cell, x))
      throw ScenarioError({fmt::format("{}:{}: {} = '{}' (a number is wanted, or nothing)", table_.path,
                                       table_.line[i], table_.columns[column], quotable(cell))});
    return x;
  }

  /// False where a value is not known.
  bool put(std::size_t i, Binding const& binding, toml::table& values) const {
    if (binding.text) {
      std::string const& cell = table_.rows[i][binding.column.front()];
      values.insert(binding.key, cell);
      return !cell.empty();
    }
    std::vector<double> x(binding.column.size());
    double sum = 0;
    for (std::size_t j = 0; j < x.size(); ++j)
      if (binding.column[j] != rest_column) {
        x[j] = number_at(i, binding.column[j]);
        if (!std::isfinite(x[j])) return false;
        sum += x[j];
      }
    for (std::size_t j = 0; j < x.size(); ++j)
      if (binding.column[j] == rest_column) x[j] = 1 - sum;
    if (!binding.list) {
      number_node(x.front())[0].visit([&](auto const& node) { values.insert(binding.key, node); });
      return true;
    }
    toml::array list;
    for (double each : x) list.push_back(each);
    values.insert(binding.key, list);
    return true;
  }

  /// Are all its values there?
  bool is_known(std::size_t i) const {
    toml::table values;
    return std::all_of(bindings_.begin(), bindings_.end(),
                       [&](Binding const& binding) { return put(i, binding, values); });
  }

  PointRow row_at(std::size_t i, std::shared_ptr<TableRows const> const& self) const {
    PointRow row;
    row.place = element_.table().source();
    row.table = self;
    row.row = i;
    for (auto const& [axis, column] : axes_) {
      std::string const& level = table_.rows[i][column];
      row.at.emplace_back(axis, level.empty() ? "not known" : level);
    }
    row.name = fmt::format("{} {}", element_.text("name"), i + 1);
    for (std::string_view column : {"municipality", "name"})
      if (auto const found = std::find(table_.columns.begin(), table_.columns.end(), column);
          found != table_.columns.end()) {
        row.name = fmt::format("{}: {}", element_.text("name"),
                               table_.rows[i][static_cast<std::size_t>(found - table_.columns.begin())]);
        break;
      }
    return row;
  }

  ElementReader element_;
  bool (*common_)(std::string_view);
  PlainTable table_;
  std::vector<std::pair<std::string, std::size_t>> axes_;
  std::vector<Binding> bindings_;
  bool sound_ = true;
};

bool PointRow::sets(std::string_view key) const {
  return table->sets(key);
}

std::vector<Override> PointRow::overrides(toml::table& values) const {
  return table->overrides(row, values);
}

std::vector<PointRow> point_rows(Reader const& reader, Scenario& scenario, bool (*common)(std::string_view)) {
  std::vector<PointRow> out;
  for (auto const& element : elements(reader, "points")) {
    if (!element.right("columns") || !element.has("columns") || !element.right("ensemble") ||
        !element.right("table") || !element.right("municipalities"))
      continue;
    auto const table = std::make_shared<TableRows>(element, common);
    table->add_to(out, scenario, table);
  }
  return out;
}

} // namespace likvard::detail

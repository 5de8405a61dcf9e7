#include "commands.hpp"
#include "table.hpp"

#include "likvard/analysis/segregation_study.hpp"
#include "likvard/core/provenance.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/own_groups.hpp"
#include "likvard/model/segregation_groups.hpp"
#include "likvard/study/errors.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace likvard::cli {
namespace {

/// Skolverket's export, if it is one and no columns were named.
std::optional<UnitTable> register_of(SegregationArgs const& args) {
  if (!args.groups.empty() || !args.shares.empty() || !args.long_columns.empty() || !args.pupils.empty())
    return std::nullopt;
  return read_pupil_export(args.file);
}

std::vector<std::string> split(std::string const& text) {
  std::vector<std::string> parts;
  for (std::size_t from = 0;;) {
    auto const to = text.find(',', from);
    parts.push_back(text.substr(from, to - from));
    if (to == std::string::npos) return parts;
    from = to + 1;
  }
}

/// Columns of whole numbers, when none are named: that must be all groups.
std::vector<std::string> number_columns(OwnTable const& table) {
  std::vector<std::string> names;
  for (auto const& column : table.columns)
    if (column.numbers == column.cells.size() && column.numbers > 0) names.push_back(column.name);
  if (names.size() >= 2) return names;
  std::string list;
  for (auto const& column : table.columns)
    list += fmt::format("{}'{}'", list.empty() ? "" : ", ", column.name);
  throw ScenarioError({fmt::format(
      "{}: which columns are the groups? (--groups A,B, or --shares A with --pupils N; there are {})",
      table.path, list)});
}

GroupCounts read_groups(SegregationArgs const& args) {
  auto const table = read_own_table(args.file, args.unit);
  if (!args.long_columns.empty()) {
    auto const columns = split(args.long_columns);
    if (columns.size() != 3)
      throw ScenarioError(
          {fmt::format("--long {} (three columns are wanted: unit,group,number)", args.long_columns)});
    return long_groups(table, columns[0], columns[1], columns[2], args.district);
  }
  GroupColumns columns{args.groups, args.shares, args.pupils, args.district};
  if (columns.groups.empty() && columns.shares.empty()) columns.groups = number_columns(table);
  return wide_groups(table, columns);
}

/// Hidden cells at their least and at their most, each way for the whole table: a range, not the widest
/// possible one.
std::string hidden_note(GroupCounts const& groups) {
  auto const at = [](Table const& counts) { return segregation_groups(counts); };
  std::string text = fmt::format("{} hidden cells taken as 5 pupils", groups.hidden);
  if (groups.lowest.size() > 0) {
    auto const low = at(groups.lowest), high = at(groups.highest);
    text += fmt::format("; all at 1: D {:.3f}, ε² {:.4f}; all at 9: D {:.3f}, ε² {:.4f}", low.dissimilarity,
                        low.eps2, high.dissimilarity, high.eps2);
  }
  return text;
}

TextTable table_of(SegregationTable const& table, double level) {
  TextTable text{{"index", "value", "by chance", "sd", "z", "systematic",
                  fmt::format("{:.0f} % interval", 100 * level), "largest"},
                 {false, true, true, true, true, true, true, true},
                 {}};
  for (auto const& i : table.indices)
    text.rows.push_back({i.title, fmt::format("{:.4f}", i.value), fmt::format("{:.4f}", i.expected),
                         fmt::format("{:.4f}", i.sd), i.z ? fmt::format("{:.1f}", *i.z) : "-",
                         fmt::format("{:.4f}", i.systematic),
                         fmt::format("{:.4f} - {:.4f}", i.interval.low, i.interval.high),
                         i.largest ? fmt::format("{:.4f}", *i.largest) : "-"});
  return text;
}

nlohmann::json to_json(SegregationStudy const& study, std::vector<std::string> const& notes) {
  nlohmann::json json{{"notes", notes},
                      {"level", study.level},
                      {"dealings", study.dealings},
                      {"tables", nlohmann::json::array()},
                      {"answer", segregation_answer(study)}};
  if (study.between_districts) json["m_between_districts"] = *study.between_districts;
  for (auto const& table : study.tables) {
    nlohmann::json rows = nlohmann::json::object();
    for (auto const& i : table.indices) {
      nlohmann::json row{{"value", i.value},           {"expected", i.expected}, {"sd", i.sd},
                         {"systematic", i.systematic}, {"low", i.interval.low},  {"high", i.interval.high}};
      row["z"] = i.z ? nlohmann::json(*i.z) : nlohmann::json(nullptr);
      row["largest"] = i.largest ? nlohmann::json(*i.largest) : nlohmann::json(nullptr);
      rows[i.key] = row;
    }
    json["tables"].push_back(
        {{"group", table.group}, {"share", table.share}, {"defined", table.defined}, {"indices", rows}});
  }
  return json;
}

std::string tidy_csv(SegregationStudy const& study) {
  std::string text =
      "group,share,index,value,expected_by_chance,sd_by_chance,z,systematic,low,high,largest\r\n";
  for (auto const& table : study.tables)
    for (auto const& i : table.indices)
      text += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\r\n",
                          csv_cell(table.group.empty() ? "all groups" : table.group),
                          table.group.empty() ? "" : csv_cell(table.share), i.key, i.value, i.expected, i.sd,
                          i.z ? csv_cell(*i.z) : "", i.systematic, i.interval.low, i.interval.high,
                          i.largest ? csv_cell(*i.largest) : "");
  return text;
}

#ifdef LIKVARD_PAGE
std::vector<std::string> with_version(std::vector<std::string> notes) {
  notes.push_back(fmt::format("likvard {}, {}", program_version(), utc_now()));
  return notes;
}
#endif

} // namespace

int segregation_of_units(SegregationArgs const& args) {
  auto const export_file = register_of(args);
  if (!export_file && !args.municipality.empty())
    throw ScenarioError({fmt::format(
        "{}: --municipality belongs to Skolverket's unit exports, and this is none", args.file)});
  GroupCounts const groups =
      export_file ? register_groups(*export_file, args.municipality, args.of) : read_groups(args);
  std::vector<std::string> notes{fmt::format("{}: {} units, {} pupils",
                                             std::filesystem::path(args.file).filename().string(),
                                             groups.unit.size(), grouped(groups.counts.sum()))};
  if (export_file)
    notes.back() += fmt::format(", {}{}", export_file->school_year,
                                args.municipality.empty() ? "" : ", " + args.municipality);
  if (groups.hidden > 0) notes.push_back(hidden_note(groups));
  // Enough dealings for a standard deviation within a few per cent, in seconds also for thousands of units.
  constexpr double most_cells = 4e6;
  auto const dealings = static_cast<std::uint32_t>(
      std::clamp(most_cells / static_cast<double>(groups.counts.size()), 200.0, 2'000.0));
  auto const study = study_segregation(groups.counts, groups.unit, groups.group, groups.district, dealings);
  if (!args.output.empty()) write_file(args.output, tidy_csv(study));
#ifdef LIKVARD_PAGE
  if (!args.page.empty()) write_file(args.page, segregation_page(study, with_version(notes)));
#endif
  if (args.json) {
    out(to_json(study, notes).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    return ok;
  }
  for (auto const& note : notes) out(note);
  for (auto const& table : study.tables) {
    out(fmt::format("\n{}", table.group.empty() ? "All groups together"
                                                : fmt::format("{} ({:.1f} %) against the rest", table.group,
                                                              100 * table.share)));
    out(to_text(table_of(table, study.level)));
  }
  out(segregation_answer(study));
  for (auto const& file : {args.output, args.page})
    if (!file.empty()) out(file);
  return ok;
}

} // namespace likvard::cli

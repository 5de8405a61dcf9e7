#include "commands.hpp"
#include "import_facts.hpp"
#include "table.hpp"

#include "likvard/io/file.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace likvard::cli {
namespace {

/// The pupils' files by school year (the newest, last, makes the scenario) and the newest final grades.
struct Exports {
  std::vector<UnitTable const*> pupils;
  UnitTable const* grades = nullptr;
};

/// A table of final grades, or one of pupils that has them too.
bool has_grades(UnitTable const& table) {
  return table.kind == UnitFileKind::grades ||
         std::any_of(table.rows.begin(), table.rows.end(), [](UnitRow const& row) {
           return row.leavers.state == Cell::State::known && row.qualified.state == Cell::State::known;
         });
}

Exports sort_exports(std::vector<UnitTable> const& tables) {
  Exports exports;
  for (auto const& table : tables) {
    if (table.kind == UnitFileKind::pupils) exports.pupils.push_back(&table);
    if (has_grades(table) && (!exports.grades || table.school_year > exports.grades->school_year))
      exports.grades = &table;
  }
  std::stable_sort(exports.pupils.begin(), exports.pupils.end(),
                   [](auto const* a, auto const* b) { return a->school_year < b->school_year; });
  return exports;
}

/// How to ask other files for the same municipality: names change spelling over the years, codes do not.
std::string same_municipality(UnitTable const& table, MunicipalityFacts const& facts) {
  return !facts.code.empty() && has_municipality(table, facts.code) ? facts.code : facts.name;
}

/// "Upplands Väsby" -> "upplands-väsby.toml".
std::string default_output(std::string const& municipality) {
  std::string name;
  for (char c : municipality) {
    if (c >= 'A' && c <= 'Z')
      name += static_cast<char>(c - 'A' + 'a');
    else if (c == ' ' || c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20)
      name += '-';
    else
      name += c;
  }
  return (name.empty() ? "municipality" : name) + ".toml";
}

/// Where the scenario goes; empty for standard output.
/// - Throws: FileError when that would replace one of the files read.
std::string output_of(ImportArgs const& args, std::string const& municipality) {
  if (args.output == "-") return "";
  std::string output = args.output.empty() ? default_output(municipality) : args.output;
  for (auto const& file : args.files) {
    std::error_code error;
    if (std::filesystem::equivalent(file, output, error))
      throw FileError(output + ": is one of the files to import; choose another output");
  }
  return output;
}

/// The path of the pupils' file as seen from the scenario's folder.
std::string path_from(std::string const& output, std::string const& file) {
  auto const folder =
      output.empty() ? std::filesystem::current_path() : std::filesystem::absolute(output).parent_path();
  auto const source = std::filesystem::absolute(file).lexically_normal();
  auto const relative = source.lexically_relative(folder.lexically_normal());
  return relative.empty() ? source.string() : relative.string();
}

} // namespace

int import(ImportArgs const& args) {
  std::vector<UnitTable> tables;
  for (auto const& file : args.files)
    for (auto& table : read_unit_years(file)) tables.push_back(std::move(table));
  bool const talk = !args.json && args.output != "-";
  nlohmann::json report{{"files", nlohmann::json::array()}, {"municipality", nlohmann::json::array()}};
  for (auto const& table : tables) {
    report["files"].push_back(file_json(table));
    if (talk) print_file(table);
  }
  auto const tell_report = [&] {
    // Names from files that are no Unicode text must not stop the report.
    if (args.json && args.output != "-")
      out(report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    return ok;
  };

  auto const [pupils, grades] = sort_exports(tables);
  if (pupils.empty()) {
    if (talk) out("\nFinal grades alone make no scenario: add an export of pupils per grade.");
    return tell_report();
  }
  UnitTable const& newest = *pupils.back();
  if (args.municipality.empty() && municipalities(newest).size() > 1) {
    if (talk) out("\nAdd --municipality NAME for its facts and a scenario of its own.");
    return tell_report();
  }

  auto const facts = municipality_facts(newest, args.municipality);
  std::vector<MunicipalityFacts> years;
  std::vector<UnitTable const*> joined;
  std::vector<std::string> joined_name;
  for (auto const* table : pupils) {
    auto const municipality = same_municipality(*table, facts);
    if (table == &newest || has_municipality(*table, municipality)) {
      joined.push_back(table);
      joined_name.push_back(municipality);
    }
    if (table == &newest)
      years.push_back(facts);
    else if (has_municipality(*table, municipality))
      years.push_back(municipality_facts(*table, municipality));
    else if (talk)
      out(fmt::format("\n{}: has no municipality '{}'", table->path, facts.name));
  }
  for (auto const& year : years) report["municipality"].push_back(facts_json(year));
  if (talk) print_facts(facts);

  std::optional<QualifiedFacts> qualified;
  std::string grades_file;
  if (grades) {
    grades_file = std::filesystem::path(grades->path).filename().string();
    auto const municipality = same_municipality(*grades, facts);
    if (has_municipality(*grades, municipality)) qualified = qualified_facts(*grades, municipality);
    if (qualified) report["qualified"] = qualified_json(*qualified, grades->school_year);
    if (talk)
      out(qualified
              ? fmt::format("  {:.1f} % [{:.1f} to {:.1f}] of {:.0f} leavers in {} units qualified for "
                            "upper-secondary school ({}; {} units hidden)",
                            100 * qualified->share, 100 * qualified->bounds.low, 100 * qualified->bounds.high,
                            qualified->leavers, qualified->units, grades->school_year, qualified->hidden)
              : fmt::format("  no share qualified is known in {}", grades_file));
  }
  bool const graded = grades && has_municipality(*grades, same_municipality(*grades, facts));
  auto const histories = join_units(joined, joined_name, graded ? grades : nullptr,
                                    graded ? same_municipality(*grades, facts) : "");
  if (talk && years.size() > 1) print_series(years);
  if (talk && (years.size() > 1 || graded)) print_joined(histories);
  if (!args.joined.empty()) {
    write_file(args.joined, joined_csv(histories));
    report["joined"] = args.joined;
    if (talk) out(fmt::format("\n{}: a row for each unit and year", args.joined));
  }

  std::string const output = output_of(args, facts.name);
  auto const text = scenario_text(newest, facts, qualified, grades_file, path_from(output, newest.path));
  if (output.empty()) {
    fmt::print("{}", text);
    return ok;
  }
  write_file(output, text);
  report["scenario"] = output;
  if (talk)
    out(fmt::format("\n{}: a scenario for {}; try: likvard run {}", output,
                    facts.name.empty() ? "the municipality" : facts.name, output));
  return tell_report();
}

} // namespace likvard::cli

// Any bytes as one of Skolverket's exports: what `import` does with it up to the scenario's text.
#include "bytes.hpp"

#include "likvard/io/detail/toml_text.hpp"
#include "likvard/io/import.hpp"
#include "likvard/io/units_file.hpp"
#include "likvard/study/errors.hpp"

#include <cmath>

using namespace likvard;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static fuzz::MemoryFile const file;
  file.write(data, size);
  try {
    UnitTable const table = read_units(file.path());
    for (auto const& row : table.rows)
      for (Cell const* cell : {&row.pupils, &row.foreign, &row.post_secondary, &row.leavers, &row.qualified})
        if (cell->state == Cell::State::known && !(std::isfinite(cell->value) && cell->value >= 0))
          std::abort();
    auto const names = municipalities(table);
    for (std::size_t i = 0; i < std::min<std::size_t>(names.size(), 3); ++i) {
      if (names[i].empty()) continue; // a unit without one: only to be had where all are
      if (!has_municipality(table, names[i])) std::abort();
      if (fuzz::turn(data, size) % 8 != i) continue; // what is made of it takes longer than to read it
      auto const facts = municipality_facts(table, names[i]);
      auto const qualified = qualified_facts(table, names[i]);
      std::string const text = scenario_text(table, facts, qualified, "g.csv", "u.csv");
      if (detail::parse_toml(text, "s.toml").empty()) std::abort(); // names cannot end a text or a comment
    }
  } catch (ScenarioError const& error) {
    for (auto const& line : error.problems()) fuzz::promise_message(line, file.path());
  } catch (FileError const&) {
  }
  return 0;
}

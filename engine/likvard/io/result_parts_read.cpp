#include "likvard/io/detail/counts.hpp"
#include "likvard/io/detail/result_parts.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace likvard::hdf5 {

void read_points(Handle const& file, Result& r) {
  auto const names = read_texts(file, "point/name");
  std::size_t const n = names.size();
  if (n == 0) throw FileError("holds no points");
  auto const municipalities = read_numbers(file, "point/municipalities", n),
             pupils = read_numbers(file, "point/pupils", n);
  auto const units = read_numbers(file, "point/units", n),
             budget = read_numbers(file, "point/budget_per_pupil", n);
  auto const stage = read_texts(file, "point/stage");
  if (stage.size() != n) throw FileError("'point/stage' has the wrong size");
  r.replicates = read_counts(file, "point/replicates", n);
  r.degrees_of_freedom = read_numbers(file, "point/degrees_of_freedom", n);
  auto& points = r.points.edit();
  points.resize(n);
  for (std::size_t g = 0; g < n; ++g) {
    Point& point = points[g];
    auto& municipality = point.parameters;
    point.name = names[g];
    point.municipalities = municipalities[g];
    municipality.pupils = detail::count_of(pupils[g]);
    municipality.units = detail::count_of(units[g]);
    municipality.budget_per_pupil_sek = budget[g];
    municipality.stage = stage[g] == "forskola" ? Stage::forskola : Stage::grundskola;
  }
  for (auto const& axis : names_in_order(file, "point/at")) {
    auto levels = read_texts(file, "point/at/" + axis);
    if (levels.size() != n) throw FileError(fmt::format("'point/at/{}' has the wrong size", axis));
    for (std::size_t g = 0; g < n; ++g)
      if (!levels[g].empty()) points[g].at[axis] = std::move(levels[g]);
  }
  for (auto const& axis : names_in_order(file, "axis")) {
    r.axes.push_back(axis);
    r.levels.emplace_back(axis, read_texts(file, "axis/" + axis));
  }
}

void read_names(Handle const& file, Result& r) {
  r.policy_name = read_texts(file, "policy/name");
  r.policy_title = read_texts(file, "policy/title");
  r.policy_share = read_numbers(file, "policy/share", r.policy_name.size());
  auto const keys = read_texts(file, "measure/key"), titles = read_texts(file, "measure/title"),
             units = read_texts(file, "measure/unit");
  auto const better = read_texts(file, "measure/better"),
             descriptions = read_texts(file, "measure/description");
  std::size_t const k = keys.size();
  if (r.policy_name.empty() || r.policy_title.size() != r.policy_name.size() || k == 0 ||
      titles.size() != k || units.size() != k || better.size() != k || descriptions.size() != k)
    throw FileError("its policies or measures are damaged");
  for (std::size_t i = 0; i < k; ++i)
    r.measures.push_back({keys[i], titles[i], units[i], better[i], descriptions[i]});
}

void read_rest(Handle const& file, Result& r) {
  auto const keys = read_texts(file, "assumption/key"), values = read_texts(file, "assumption/value");
  auto const units = read_texts(file, "assumption/unit"), sources = read_texts(file, "assumption/source");
  if (values.size() != keys.size() || units.size() != keys.size() || sources.size() != keys.size())
    throw FileError("its assumptions are damaged");
  for (std::size_t i = 0; i < keys.size(); ++i)
    r.assumptions.push_back({keys[i], values[i], units[i], sources[i]});
  auto const what = read_texts(file, "failure/what");
  auto const points = read_counts(file, "failure/point", what.size()),
             replicates = read_counts(file, "failure/replicate", what.size());
  for (std::size_t i = 0; i < what.size(); ++i)
    r.failures.push_back(
        {static_cast<std::uint32_t>(points[i]), static_cast<std::uint32_t>(replicates[i]), what[i]});
}

void read_provenance(Handle const& file, Result& r) {
  Handle const group = open_group(file, "provenance");
  auto& p = r.provenance;
  for (auto const& [name, text] :
       {std::pair{"version", &p.version}, std::pair{"compiler", &p.compiler},
        std::pair{"build_type", &p.build_type}, std::pair{"isa", &p.isa},
        std::pair{"libraries", &p.libraries}, std::pair{"command", &p.command},
        std::pair{"started_utc", &p.started_utc}, std::pair{"finished_utc", &p.finished_utc}})
    *text = read_text_attribute(group, name);
  p.seconds = read_number_attribute(group, "seconds");
  p.threads = static_cast<int>(read_integer_attribute(group, "threads"));
}

} // namespace likvard::hdf5

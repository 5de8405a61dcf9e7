#include "likvard/io/detail/counts.hpp"
#include "likvard/io/detail/result_parts.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace likvard::hdf5 {

void read_points(Handle const& file, Result& r) {
  auto names = read_texts(file, "point/name");
  std::size_t const n = names.size();
  if (n == 0) throw FileError("holds no points");
  std::vector<Point> points(n);
  for (std::size_t g = 0; g < n; ++g) points[g].name = std::move(names[g]);
  // One column after the other, so that of many points no two lie beside each other.
  auto const each = [&](char const* name, auto const& put) {
    auto const numbers = read_numbers(file, name, n);
    for (std::size_t g = 0; g < n; ++g) put(points[g], numbers[g]);
  };
  each("point/municipalities", [](Point& p, double x) { p.municipalities = x; });
  each("point/pupils", [](Point& p, double x) { p.parameters.pupils = detail::count_of(x); });
  each("point/units", [](Point& p, double x) { p.parameters.units = detail::count_of(x); });
  each("point/budget_per_pupil", [](Point& p, double x) { p.parameters.budget_per_pupil_sek = x; });
  auto const texts = [&](std::string const& name, auto const& put) {
    auto list = read_texts(file, name);
    if (list.size() != n) throw FileError(fmt::format("'{}' has the wrong size", name));
    for (std::size_t g = 0; g < n; ++g) put(points[g], list[g]);
  };
  texts("point/stage", [](Point& p, std::string const& x) {
    p.parameters.stage = x == "forskola" ? Stage::forskola : Stage::grundskola;
  });
  r.replicates = read_counts(file, "point/replicates", n);
  r.degrees_of_freedom = read_numbers(file, "point/degrees_of_freedom", n);
  for (auto const& axis : names_in_order(file, "point/at"))
    texts("point/at/" + axis, [&](Point& p, std::string& level) {
      if (!level.empty()) p.at[axis] = std::move(level);
    });
  r.points = points;
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

#include "likvard/io/detail/counts.hpp"
#include "likvard/io/detail/result_parts.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace likvard::hdf5 {

void read_points(Handle const& file, Result& r) {
  std::size_t const n = length_of(file, "point/name");
  if (n == 0) throw FileError("holds no points");
  auto const numbers = [&](char const* name) { return read_numbers(file, fmt::format("point/{}", name), n); };
  auto const municipalities = numbers("municipalities"), pupils = numbers("pupils"), units = numbers("units"),
             budget = numbers("budget_per_pupil");
  auto const axes = names_in_order(file, "point/at");
  for (auto const& axis : axes)
    if (length_of(file, "point/at/" + axis) != n)
      throw FileError(fmt::format("'point/at/{}' has the wrong size", axis));
  if (length_of(file, "point/stage") != n) throw FileError("'point/stage' has the wrong size");
  for (std::size_t begin = 0; begin < n; begin += texts_together) {
    std::size_t const count = std::min(n - begin, texts_together);
    auto const texts = [&](std::string const& name) { return read_texts(file, name, begin, count); };
    std::vector<Point> points(count);
    auto names = texts("point/name");
    auto const stages = texts("point/stage");
    for (std::size_t i = 0; i < count; ++i) {
      Point& p = points[i];
      p.name = std::move(names[i]);
      p.municipalities = municipalities[begin + i];
      p.parameters.stage = stages[i] == "forskola" ? Stage::forskola : Stage::grundskola;
      p.parameters.pupils = detail::count_of(pupils[begin + i]);
      p.parameters.units = detail::count_of(units[begin + i]);
      p.parameters.budget_per_pupil_sek = budget[begin + i];
    }
    for (auto const& axis : axes) {
      auto levels = texts("point/at/" + axis);
      for (std::size_t i = 0; i < count; ++i)
        if (!levels[i].empty()) points[i].at[axis] = std::move(levels[i]);
    }
    for (auto const& point : points) r.points.push_back(point);
  }
  r.replicates = read_counts(file, "point/replicates", n);
  r.degrees_of_freedom = numbers("degrees_of_freedom");
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

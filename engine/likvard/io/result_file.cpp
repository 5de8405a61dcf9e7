#include "likvard/io/result_file.hpp"

#include "likvard/io/detail/hdf5.hpp"
#include "likvard/io/detail/result_decision.hpp"
#include "likvard/io/detail/result_years.hpp"
#include "likvard/io/file.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace likvard {
namespace {

using namespace hdf5;

constexpr std::int64_t format_version = 1;

template <class Range, class F>
auto each(Range const& range, F const& field) {
  std::vector<std::decay_t<decltype(field(range.front()))>> out;
  for (auto const& item : range) out.push_back(field(item));
  return out;
}

/// Scales that the big arrays share.
struct Scales {
  Handle point, policy, measure, level;
};

void write_root(Handle const& file, Result const& r) {
  write_attribute(file, "format", std::string("likvard-result"));
  write_attribute(file, "format_version", format_version);
  write_attribute(file, "title", r.title);
  write_attribute(file, "question", r.question);
  write_attribute(file, "claim", r.claim);
  write_attribute(file, "complete", std::int64_t{r.complete});
  write_attribute(file, "seed", static_cast<std::int64_t>(r.seed));
  write_attribute(file, "answer_measure", r.answer.measure);
  write_attribute(file, "answer_policy", r.answer.policy);
  write_attribute(file, "answer_share", r.answer.share);
  write_attribute(file, "reference_policy", r.policy_name.front());
  Handle const text = write_texts(file, "scenario", {r.scenario_text},
                                  "The scenario file as run, settings of the command line at its end");
  write_attribute(text, "path", r.scenario_path);
}

void write_points(Handle const& file, Result const& r, Scales& scales) {
  Handle const group = create_group(file, "point");
  auto const numbers = [&](char const* name, auto const& field, char const* unit, char const* description) {
    write_numbers(group, name, each(r.points, field), {r.points.size()}, unit, description);
  };
  scales.point = write_texts(group, "name", each(r.points, [](Point const& p) { return p.name; }),
                             "Name of the design point");
  numbers(
      "municipalities", [](Point const& p) { return p.municipalities; }, "1",
      "Real municipalities that the point stands for (0: not said)");
  numbers(
      "pupils", [](Point const& p) { return static_cast<double>(p.parameters.municipality.pupils); },
      "pupils", "Pupils in the municipality");
  numbers(
      "units", [](Point const& p) { return static_cast<double>(p.parameters.municipality.units); }, "units",
      "School units");
  numbers(
      "budget_per_pupil", [](Point const& p) { return p.parameters.municipality.budget_per_pupil_sek; },
      "SEK", "Cost per pupil and year");
  write_texts(group, "stage",
              each(r.points,
                   [](Point const& p) {
                     return std::string(p.parameters.municipality.stage == Stage::forskola ? "forskola"
                                                                                           : "grundskola");
                   }),
              "grundskola or forskola");
  write_counts(group, "replicates", r.replicates, "1", "Replicates that succeeded");
  write_numbers(group, "degrees_of_freedom", r.degrees_of_freedom, {r.degrees_of_freedom.size()}, "1",
                "Of the standard errors: independent blocks less one");
  Handle const at = create_group(group, "at");
  for (auto const& axis : r.axes)
    write_texts(
        at, axis,
        each(r.points, [&](Point const& p) { return p.at.contains(axis) ? p.at.at(axis) : std::string(); }),
        "Level on this axis");
  Handle const axes = create_group(file, "axis");
  for (auto const& [axis, levels] : r.levels)
    write_texts(axes, axis, levels, "Levels in the order of the scenario");
}

void write_names(Handle const& file, Result const& r, Scales& scales) {
  Handle const policy = create_group(file, "policy");
  scales.policy = write_texts(policy, "name", r.policy_name, "Allocation model");
  write_texts(policy, "title", r.policy_title, "Title of the allocation model");
  write_numbers(policy, "share", r.policy_share, {r.policy_share.size()}, "1",
                "Weighting share: part of the budget given out by need");
  Handle const measure = create_group(file, "measure");
  scales.measure = write_texts(measure, "key", each(r.measures, [](MeasureInfo const& m) { return m.key; }),
                               "Key of the measure");
  write_texts(measure, "title", each(r.measures, [](MeasureInfo const& m) { return m.title; }), "Title");
  write_texts(measure, "unit", each(r.measures, [](MeasureInfo const& m) { return m.unit; }), "Unit");
  write_texts(measure, "better", each(r.measures, [](MeasureInfo const& m) { return m.better; }),
              "Direction of more equity: higher, lower or none");
  write_texts(measure, "description", each(r.measures, [](MeasureInfo const& m) { return m.description; }),
              "Definition, range and source");
  make_scale(scales.point, "point");
  make_scale(scales.policy, "policy");
  make_scale(scales.measure, "measure");
}

void write_cube(Handle const& group, std::string const& name, std::vector<double> const& values,
                Result const& r, Scales const& scales, std::string const& description) {
  Handle const data =
      write_numbers(group, name, values, {r.points.size(), r.policy_name.size(), r.measures.size()},
                    "as the measure", description);
  attach_scale(data, scales.point, 0, "point");
  attach_scale(data, scales.policy, 1, "policy");
  attach_scale(data, scales.measure, 2, "measure");
}

void write_values(Handle const& file, Result const& r, Scales& scales) {
  Handle const value = create_group(file, "value");
  write_cube(value, "mean", r.mean, r, scales, "Mean over replicates");
  write_cube(value, "variance", r.variance, r, scales,
             "Variance over replicates (uncertain parameters and chance)");
  write_cube(value, "standard_error", r.standard_error, r, scales,
             "Monte Carlo standard error of the mean, from independent blocks of 64 replicates");
  Handle const difference = create_group(file, "difference");
  write_attribute(difference, "reference", r.policy_name.front());
  write_cube(difference, "mean", r.difference, r, scales, "Mean paired difference to the reference policy");
  write_cube(difference, "variance", r.difference_variance, r, scales,
             "Variance of the paired difference over replicates");
  write_cube(difference, "standard_error", r.difference_standard_error, r, scales,
             "Monte Carlo standard error of the mean paired difference");
  if (r.quantile_levels.empty()) return;
  Handle const quantile = create_group(file, "quantile");
  scales.level = write_numbers(quantile, "level", r.quantile_levels, {r.quantile_levels.size()}, "1",
                               "Level of the quantile");
  make_scale(scales.level, "level");
  for (auto const& [name, values, description] :
       {std::tuple{"value", &r.quantiles, "Quantile over replicates"},
        std::tuple{"difference", &r.difference_quantiles,
                   "Quantile of the paired difference over replicates"}}) {
    Handle const data =
        write_numbers(quantile, name, *values,
                      {r.quantile_levels.size(), r.points.size(), r.policy_name.size(), r.measures.size()},
                      "as the measure", description);
    attach_scale(data, scales.level, 0, "level");
    attach_scale(data, scales.point, 1, "point");
    attach_scale(data, scales.policy, 2, "policy");
    attach_scale(data, scales.measure, 3, "measure");
  }
}

void write_rest(Handle const& file, Result const& r) {
  Handle const units = create_group(file, "units");
  for (std::size_t g = 0; g < r.units.size(); ++g) {
    auto const& u = r.units[g];
    if (u.pupils.empty()) continue;
    Handle const group = create_group(units, std::to_string(g));
    write_attribute(group, "point", r.points[g].name);
    if (!u.name.empty()) write_texts(group, "name", u.name, "Name of the unit");
    write_numbers(group, "pupils", u.pupils, {u.pupils.size()}, "pupils",
                  "Mean number of pupils; units in order of standing, neediest first, or as given");
    write_numbers(group, "need", u.need, {u.need.size()}, "1",
                  "Mean true need index (1 = the municipality's mean)");
    write_numbers(group, "money", u.money, {r.policy_name.size(), u.pupils.size()}, "1",
                  "Mean money per pupil over the municipality's mean, by policy and unit");
  }
  Handle const assumption = create_group(file, "assumption");
  write_texts(assumption, "key", each(r.assumptions, [](Assumption const& a) { return a.key; }),
              "Scenario key");
  write_texts(assumption, "value", each(r.assumptions, [](Assumption const& a) { return a.value; }),
              "Value or distribution");
  write_texts(assumption, "unit", each(r.assumptions, [](Assumption const& a) { return a.unit; }), "Unit");
  write_texts(assumption, "source", each(r.assumptions, [](Assumption const& a) { return a.source; }),
              "Source");
  Handle const failure = create_group(file, "failure");
  write_counts(failure, "point", each(r.failures, [](Failure const& f) { return std::uint64_t{f.point}; }),
               "1", "Index of the point, from 0");
  write_counts(failure, "replicate",
               each(r.failures, [](Failure const& f) { return std::uint64_t{f.replicate}; }), "1",
               "Replicate that failed");
  write_texts(failure, "what", each(r.failures, [](Failure const& f) { return f.what; }), "Why");
  Handle const provenance = create_group(file, "provenance");
  auto const& p = r.provenance;
  for (auto const& [name, text] :
       {std::pair{"version", &p.version}, std::pair{"compiler", &p.compiler},
        std::pair{"build_type", &p.build_type}, std::pair{"isa", &p.isa},
        std::pair{"libraries", &p.libraries}, std::pair{"command", &p.command},
        std::pair{"started_utc", &p.started_utc}, std::pair{"finished_utc", &p.finished_utc}})
    write_attribute(provenance, name, *text);
  write_attribute(provenance, "seconds", p.seconds);
  write_attribute(provenance, "threads", std::int64_t{p.threads});
}

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
  r.points.resize(n);
  for (std::size_t g = 0; g < n; ++g) {
    Point& point = r.points[g];
    auto& municipality = point.parameters.municipality;
    point.name = names[g];
    point.municipalities = municipalities[g];
    municipality.pupils = static_cast<std::uint32_t>(std::clamp(pupils[g], 0.0, 4e9));
    municipality.units = static_cast<std::uint32_t>(std::clamp(units[g], 0.0, 4e9));
    municipality.budget_per_pupil_sek = budget[g];
    municipality.stage = stage[g] == "forskola" ? Stage::forskola : Stage::grundskola;
  }
  for (auto const& axis : names_in_order(file, "point/at")) {
    auto const levels = read_texts(file, "point/at/" + axis);
    if (levels.size() != n) throw FileError(fmt::format("'point/at/{}' has the wrong size", axis));
    for (std::size_t g = 0; g < n; ++g)
      if (!levels[g].empty()) r.points[g].at[axis] = levels[g];
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

void read_values(Handle const& file, Result& r) {
  std::size_t const size = r.points.size() * r.policy_name.size() * r.measures.size();
  r.mean = read_numbers(file, "value/mean", size);
  r.variance = read_numbers(file, "value/variance", size);
  r.standard_error = read_numbers(file, "value/standard_error", size);
  r.difference = read_numbers(file, "difference/mean", size);
  r.difference_variance = read_numbers(file, "difference/variance", size);
  r.difference_standard_error = read_numbers(file, "difference/standard_error", size);
  if (!exists(file, "quantile")) return;
  r.quantile_levels = read_numbers(file, "quantile/level", length_of(file, "quantile/level"));
  r.quantiles = read_numbers(file, "quantile/value", r.quantile_levels.size() * size);
  r.difference_quantiles = read_numbers(file, "quantile/difference", r.quantile_levels.size() * size);
}

void read_rest(Handle const& file, Result& r) {
  r.units.resize(r.points.size());
  for (std::size_t g = 0; g < r.points.size(); ++g) {
    std::string const group = "units/" + std::to_string(g);
    if (!exists(file, group)) continue;
    UnitMeans& u = r.units[g];
    std::size_t const units = length_of(file, group + "/pupils");
    if (exists(file, group + "/name")) u.name = read_texts(file, group + "/name");
    u.pupils = read_numbers(file, group + "/pupils", units);
    u.need = read_numbers(file, group + "/need", units);
    u.money = read_numbers(file, group + "/money", units * r.policy_name.size());
    if (!u.name.empty() && u.name.size() != units)
      throw FileError(fmt::format("'{}/name' has the wrong size", group));
  }
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

} // namespace

void write_result(std::filesystem::path const& path, Result const& result) {
  Quiet const quiet;
  check_writable(path);
  auto const temporary = temporary_name(path);
  try {
    Handle file = create_file(temporary.string());
    Scales scales;
    write_root(file, result);
    write_points(file, result, scales);
    write_names(file, result, scales);
    write_values(file, result, scales);
    write_rest(file, result);
    write_years(file, result);
    write_decision(file, result);
    scales = {};
    close_file(std::move(file));
    publish(temporary, path);
  } catch (FileError const& error) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    throw FileError(fmt::format("{}: {}", path.string(), error.what()));
  }
}

Result read_result(std::filesystem::path const& path) {
  Quiet const quiet;
  if (!std::filesystem::exists(path)) throw FileError(fmt::format("{}: no such file", path.string()));
  try {
    Handle const file = open_file(path.string());
    Result r;
    if (read_text_attribute(file, "format") != "likvard-result") throw FileError("is not a likvard result");
    if (auto const version = read_integer_attribute(file, "format_version"); version != format_version)
      throw FileError(fmt::format("has result format {} (this program reads {})", version, format_version));
    r.title = read_text_attribute(file, "title");
    r.question = read_text_attribute(file, "question");
    r.claim = read_text_attribute(file, "claim");
    r.complete = read_integer_attribute(file, "complete") != 0;
    r.seed = static_cast<std::uint64_t>(read_integer_attribute(file, "seed"));
    r.answer = {read_text_attribute(file, "answer_measure"), read_text_attribute(file, "answer_policy"),
                read_number_attribute(file, "answer_share")};
    auto const scenario = read_texts(file, "scenario");
    r.scenario_text = scenario.empty() ? "" : scenario.front();
    r.scenario_path = read_text_attribute(open_data(file, "scenario"), "path");
    read_points(file, r);
    read_names(file, r);
    read_values(file, r);
    read_rest(file, r);
    read_years(file, r);
    read_decision(file, r);
    read_provenance(file, r);
    return r;
  } catch (FileError const& error) {
    throw FileError(fmt::format("{}: {}", path.string(), error.what()));
  }
}

} // namespace likvard

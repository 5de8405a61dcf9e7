#include "likvard/io/detail/result_parts.hpp"

#include <fmt/format.h>

namespace likvard::hdf5 {
namespace {

template <class Range, class F>
auto each(Range const& range, F const& field) {
  std::vector<std::decay_t<decltype(field(range.front()))>> out;
  for (auto const& item : range) out.push_back(field(item));
  return out;
}

} // namespace

void write_root(Handle const& file, Result const& r, std::string const& fingerprint, std::string const& gap) {
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
  write_attribute(file, "answer_cost_per_post", r.answer.post_sek);
  write_attribute(file, "reference_policy", r.policy_name.front());
  if (!fingerprint.empty()) write_attribute(file, "fingerprint", fingerprint);
  if (!gap.empty()) write_attribute(file, "gap", gap);
  Handle const text = write_texts(file, "scenario", {r.scenario_text},
                                  "The scenario file as run, settings of the command line at its end");
  write_attribute(text, "path", r.scenario_path);
}

void write_points(Handle const& file, Result const& r, Scales& scales) {
  Handle const group = create_group(file, "point");
  auto const numbers = [&](char const* name, auto const& field, char const* unit, char const* description) {
    write_numbers(group, name, each(r.points, field), {r.points.size()}, unit, description);
  };
  auto const texts = [&](Handle const& to, std::string const& name, auto const& field,
                         char const* description) {
    return write_texts(
        to, name, r.points.size(), [&](std::size_t g) { return field(r.points[g]); }, description);
  };
  scales.point = texts(group, "name", [](Point const& p) { return p.name; }, "Name of the design point");
  numbers(
      "municipalities", [](Point const& p) { return p.municipalities; }, "1",
      "Real municipalities that the point stands for (0: not said)");
  numbers(
      "pupils", [](Point const& p) { return static_cast<double>(p.parameters.pupils); }, "pupils",
      "Pupils in the municipality");
  numbers(
      "units", [](Point const& p) { return static_cast<double>(p.parameters.units); }, "units",
      "School units");
  numbers(
      "budget_per_pupil", [](Point const& p) { return p.parameters.budget_per_pupil_sek; }, "SEK",
      "Cost per pupil and year");
  texts(
      group, "stage",
      [](Point const& p) {
        return std::string(p.parameters.stage == Stage::forskola ? "forskola" : "grundskola");
      },
      "grundskola or forskola");
  write_counts(group, "replicates", r.replicates, "1", "Replicates that succeeded");
  write_numbers(group, "degrees_of_freedom", r.degrees_of_freedom, {r.degrees_of_freedom.size()}, "1",
                "Of the standard errors: independent blocks less one");
  Handle const at = create_group(group, "at");
  for (auto const& axis : r.axes)
    texts(
        at, axis, [&](Point const& p) { return p.at.contains(axis) ? p.at.at(axis) : std::string(); },
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

void write_rest(Handle const& file, Result const& r) {
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

} // namespace likvard::hdf5

#include "likvard/io/result_file.hpp"

#include "likvard/io/blocks_file.hpp"
#include "likvard/io/detail/result_decision.hpp"
#include "likvard/io/detail/result_parts.hpp"
#include "likvard/io/detail/result_years.hpp"
#include "likvard/io/detail/seal.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace likvard {
namespace {

using namespace hdf5;

/// All measures, or one of them.
void read_values(Handle const& file, Result& r, std::optional<std::size_t> measure) {
  std::size_t const kept = r.measures.size(), size = r.points.size() * r.policy_name.size() * kept;
  auto const read = [&](std::string const& name, std::size_t count) {
    return measure ? read_column(file, name, count, *measure, kept) : read_numbers(file, name, count);
  };
  r.mean = read("value/mean", size);
  r.variance = read("value/variance", size);
  r.standard_error = read("value/standard_error", size);
  r.difference = read("difference/mean", size);
  r.difference_variance = read("difference/variance", size);
  r.difference_standard_error = read("difference/standard_error", size);
  if (exists(file, "quantile")) {
    r.quantile_levels = read_numbers(file, "quantile/level", length_of(file, "quantile/level"));
    r.quantiles = read("quantile/value", r.quantile_levels.size() * size);
    r.difference_quantiles = read("quantile/difference", r.quantile_levels.size() * size);
  }
  if (measure) r.measures = {r.measures[*measure]};
}

/// Units of all points follow each other; `first` says where each point's begin.
void read_units(Handle const& file, Result& r) {
  std::size_t const points = r.points.size(), policies = r.policy_name.size();
  r.units.resize(points);
  auto const first = read_counts(file, "units/first", points + 1);
  if (!std::is_sorted(first.begin(), first.end()) || first.front() != 0)
    throw FileError("'units/first' is damaged");
  std::size_t const all = first.back();
  auto const pupils = read_numbers(file, "units/pupils", all), need = read_numbers(file, "units/need", all),
             money = read_numbers(file, "units/money", all * policies);
  auto const names = exists(file, "units/name") ? read_texts(file, "units/name") : std::vector<std::string>();
  if (!names.empty() && names.size() != all) throw FileError("'units/name' has the wrong size");
  for (std::size_t g = 0; g < points; ++g) {
    UnitMeans& u = r.units[g];
    std::size_t const from = first[g], units = first[g + 1] - from;
    auto const part = [&](auto const& of) {
      return std::decay_t<decltype(of)>(of.begin() + static_cast<std::ptrdiff_t>(from),
                                        of.begin() + static_cast<std::ptrdiff_t>(from + units));
    };
    u.pupils = part(pupils);
    u.need = part(need);
    if (!names.empty() && units > 0 && !names[from].empty()) u.name = part(names);
    u.money.resize(policies * units);
    for (std::size_t m = 0; m < policies; ++m)
      for (std::size_t s = 0; s < units; ++s) u.money[m * units + s] = money[(from + s) * policies + m];
  }
}

/// Open a file that is whole and ours.
Handle open_result(std::filesystem::path const& path) {
  if (!std::filesystem::exists(path)) throw FileError("no such file");
  if (is_blocks_file(path))
    throw FileError("is a part of a study, not a result (likvard merge makes a result of parts)");
  detail::check_seal(path);
  Handle file = open_file(path.string());
  if (read_text_attribute(file, "format") != "likvard-result") throw FileError("is not a likvard result");
  if (auto const version = read_integer_attribute(file, "format_version"); version != format_version)
    throw FileError(fmt::format("has result format {} (this program reads {})", version, format_version));
  return file;
}

template <class F>
auto named(std::filesystem::path const& path, F const& f) {
  try {
    return f();
  } catch (FileError const& error) {
    std::string const what = error.what();
    throw FileError(what.starts_with(path.string() + ":") ? what
                                                          : fmt::format("{}: {}", path.string(), what));
  }
}

ResultSummary summary_of(Handle const& file) {
  ResultSummary out;
  out.complete = read_integer_attribute(file, "complete") != 0;
  if (has_attribute(file, "fingerprint")) out.origin.fingerprint = read_text_attribute(file, "fingerprint");
  if (has_attribute(file, "gap")) out.origin.gap = read_text_attribute(file, "gap");
  return out;
}

/// All but the numbers.
Result read_beginning(Handle const& file) {
  Result r;
  r.title = read_text_attribute(file, "title");
  r.question = read_text_attribute(file, "question");
  r.claim = read_text_attribute(file, "claim");
  auto const summary = summary_of(file);
  r.complete = summary.complete;
  r.gap = summary.origin.gap;
  r.seed = static_cast<std::uint64_t>(read_integer_attribute(file, "seed"));
  r.answer = {
      read_text_attribute(file, "answer_measure"), read_text_attribute(file, "answer_policy"),
      read_number_attribute(file, "answer_share"),
      // Older results do not say.
      has_attribute(file, "answer_cost_per_post") ? read_number_attribute(file, "answer_cost_per_post") : 0};
  auto const scenario = read_texts(file, "scenario");
  r.scenario_text = scenario.empty() ? "" : scenario.front();
  r.scenario_path = read_text_attribute(open_data(file, "scenario"), "path");
  read_points(file, r);
  read_names(file, r);
  read_rest(file, r);
  read_provenance(file, r);
  return r;
}

} // namespace

ResultSummary read_summary(std::filesystem::path const& path) {
  Quiet const quiet;
  return named(path, [&] { return summary_of(open_result(path)); });
}

Result read_result(std::filesystem::path const& path) {
  Quiet const quiet;
  return named(path, [&] {
    Handle const file = open_result(path);
    Result r = read_beginning(file);
    read_values(file, r, {});
    read_units(file, r);
    read_years(file, r);
    read_decision(file, r);
    return r;
  });
}

Result read_answer(std::filesystem::path const& path) {
  Quiet const quiet;
  return named(path, [&] {
    Handle const file = open_result(path);
    Result r = read_beginning(file);
    auto const found = std::find_if(r.measures.begin(), r.measures.end(),
                                    [&](MeasureInfo const& m) { return m.key == r.answer.measure; });
    read_values(file, r,
                found == r.measures.end() ? 0 : static_cast<std::size_t>(found - r.measures.begin()));
    read_power(file, r);
    read_decision(file, r);
    return r;
  });
}

} // namespace likvard

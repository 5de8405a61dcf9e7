#include "likvard/io/result_file.hpp"

#include "likvard/io/blocks_file.hpp"
#include "likvard/io/detail/result_decision.hpp"
#include "likvard/io/detail/result_parts.hpp"
#include "likvard/io/detail/result_years.hpp"
#include "likvard/io/detail/seal.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <set>

namespace likvard {
namespace {

using namespace hdf5;

using Extents = std::vector<std::size_t>;

/// `read(name, shape)` of each array: [G][M][K], those of quantiles [Q][G][M][K].
template <class Read>
void read_values(Handle const& file, Result& r, Read const& read) {
  Extents shape{r.points.size(), r.policy_name.size(), r.measures.size()};
  r.mean = read("value/mean", shape);
  r.variance = read("value/variance", shape);
  r.standard_error = read("value/standard_error", shape);
  r.difference = read("difference/mean", shape);
  r.difference_variance = read("difference/variance", shape);
  r.difference_standard_error = read("difference/standard_error", shape);
  if (!exists(file, "quantile")) return;
  r.quantile_levels = read_numbers(file, "quantile/level", length_of(file, "quantile/level"));
  shape.insert(shape.begin(), r.quantile_levels.size());
  r.quantiles = read("quantile/value", shape);
  r.difference_quantiles = read("quantile/difference", shape);
}

/// Of an array as above one measure under some policies. Few points of it are held at a time.
std::vector<double> read_some(Handle const& file, std::string const& name, Extents const& shape,
                              std::vector<std::size_t> const& policies, std::size_t measure) {
  constexpr std::size_t numbers_together = std::size_t{1} << 16;
  std::size_t const points = shape.end()[-3], width = shape.end()[-2],
                    slices = shape.size() == 4 ? shape[0] : 1;
  std::size_t const together = std::max<std::size_t>(1, numbers_together / width);
  std::vector<double> out;
  out.reserve(slices * points * policies.size());
  for (std::size_t slice = 0; slice < slices; ++slice)
    for (std::size_t begin = 0; begin < points; begin += together) {
      Extents start{begin, 0, measure}, count{std::min(together, points - begin), width, 1};
      if (shape.size() == 4) {
        start.insert(start.begin(), slice);
        count.insert(count.begin(), 1);
      }
      auto const part = read_box(file, name, shape, start, count);
      for (std::size_t row = 0; row < part.size(); row += width)
        for (std::size_t m : policies) out.push_back(part[row + m]);
    }
  return out;
}

/// Nothing but these policies. Those of the decision are among them.
void keep_policies(Result& r, std::vector<std::size_t> const& kept) {
  auto const only = [&](auto& list) {
    std::decay_t<decltype(list)> some;
    for (std::size_t m : kept) some.push_back(list[m]);
    list = some;
  };
  only(r.policy_name);
  only(r.policy_title);
  only(r.policy_share);
  if (r.decision)
    for (auto& policy : r.decision->policy)
      policy = static_cast<std::uint64_t>(std::lower_bound(kept.begin(), kept.end(), policy) - kept.begin());
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
    read_values(file, r, [&](char const* name, Extents const& shape) {
      return read_numbers(file, name,
                          std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>()));
    });
    read_units(file, r);
    read_years(file, r);
    read_decision(file, r);
    return r;
  });
}

Result read_answer(std::filesystem::path const& path, PolicyChoice const& choose) {
  Quiet const quiet;
  return named(path, [&] {
    Handle const file = open_result(path);
    Result r = read_beginning(file);
    auto const found = std::find_if(r.measures.begin(), r.measures.end(),
                                    [&](MeasureInfo const& m) { return m.key == r.answer.measure; });
    std::size_t const measure =
        found == r.measures.end() ? 0 : static_cast<std::size_t>(found - r.measures.begin());
    read_power(file, r);
    read_decision(file, r);
    auto const chosen = choose(r);
    std::set<std::size_t> kept{0};
    kept.insert(chosen.begin(), chosen.end());
    if (r.decision) kept.insert(r.decision->policy.begin(), r.decision->policy.end());
    std::vector<std::size_t> const policies(kept.begin(), kept.end());
    read_values(file, r, [&](char const* name, Extents const& shape) {
      return read_some(file, name, shape, policies, measure);
    });
    r.measures = {r.measures[measure]};
    keep_policies(r, policies);
    return r;
  });
}

} // namespace likvard

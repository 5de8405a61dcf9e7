#include "likvard/io/sensitivity_file.hpp"

#include "likvard/io/detail/hdf5.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace likvard {
namespace {

using namespace hdf5;

constexpr std::int64_t format_version = 1;
constexpr char const* format_name = "likvard-sensitivity";

template <class Range, class F>
auto each(Range const& range, F const& field) {
  std::vector<std::decay_t<decltype(field(range.front()))>> out;
  for (auto const& item : range) out.push_back(field(item));
  return out;
}

/// Lists of different lengths, as (list, item) pairs.
struct RunCounts {
  std::vector<std::uint64_t> of, item;
};
RunCounts pairs(std::vector<std::vector<std::uint32_t>> const& sets) {
  RunCounts out;
  for (std::size_t s = 0; s < sets.size(); ++s)
    for (auto i : sets[s]) {
      out.of.push_back(s);
      out.item.push_back(i);
    }
  return out;
}

void write_factors(Handle const& file, SensitivityData const& d) {
  Handle const group = create_group(file, "factor");
  write_texts(group, "name", each(d.factors, [](auto const& f) { return f.name; }), "Name of the factor");
  write_texts(group, "title", each(d.factors, [](auto const& f) { return f.title; }), "Title");
  write_texts(group, "key", each(d.factors, [](auto const& f) { return f.key; }),
              "Scenario key that it sets");
  write_texts(group, "law", each(d.factors, [](auto const& f) { return f.law; }), "Distribution, in words");
  write_counts(group, "role",
               each(d.factors, [](auto const& f) { return static_cast<std::uint64_t>(f.role); }), "1",
               "0 lever, 1 context, 2 parameter");
  std::vector<std::string> levels;
  std::vector<std::uint64_t> of;
  for (std::size_t i = 0; i < d.factors.size(); ++i)
    for (auto const& level : d.factors[i].levels) {
      levels.push_back(level);
      of.push_back(i);
    }
  if (!levels.empty()) {
    write_texts(group, "level", levels,
                "Names of the categories of all factors; a value is a place among its factor's");
    write_counts(group, "level_of", of, "1", "Factor that a category belongs to");
  }
  Handle const set = create_group(file, "set");
  write_texts(set, "name", d.set_name, "Factors that move together");
  write_texts(set, "title", d.set_title, "Title");
  auto const members = pairs(d.sets);
  write_counts(set, "of", members.of, "1", "Set of each pair; one without name holds all levers and context");
  write_counts(set, "factor", members.item, "1", "Factor of each pair");
}

void write_provenance(Handle const& file, Provenance const& p) {
  Handle const group = create_group(file, "provenance");
  for (auto const& [name, text] :
       std::initializer_list<std::pair<char const*, std::string const*>>{{"version", &p.version},
                                                                         {"compiler", &p.compiler},
                                                                         {"build_type", &p.build_type},
                                                                         {"isa", &p.isa},
                                                                         {"libraries", &p.libraries},
                                                                         {"command", &p.command},
                                                                         {"started_utc", &p.started_utc},
                                                                         {"finished_utc", &p.finished_utc}})
    write_attribute(group, name, *text);
  write_attribute(group, "seconds", p.seconds);
  write_attribute(group, "threads", std::int64_t{p.threads});
}

void write_all(Handle const& file, SensitivityData const& d) {
  write_attribute(file, "format", std::string(format_name));
  write_attribute(file, "format_version", format_version);
  write_attribute(file, "title", d.title);
  write_attribute(file, "question", d.question);
  write_attribute(file, "source", d.source);
  write_attribute(file, "seed", static_cast<std::int64_t>(d.seed));
  write_attribute(file, "scheme", static_cast<std::int64_t>(d.scheme));
  write_attribute(file, "dependent", std::int64_t{d.dependent});
  write_attribute(file, "base_only", std::int64_t{d.base_only});
  write_attribute(file, "complete", std::int64_t{d.complete});
  write_attribute(file, "split", std::int64_t{d.split});
  write_attribute(file, "replicates", std::int64_t{d.replicates});
  write_attribute(file, "blocks", std::int64_t{d.blocks});
  write_attribute(file, "rows", static_cast<std::int64_t>(d.rows));
  write_attribute(file, "failed", static_cast<std::int64_t>(d.failed));
  write_attribute(file, "first_failure", d.first_failure);
  write_texts(file, "scenario", {d.scenario_text},
              "The scenario file as run, settings of the command line at its end");
  write_factors(file, d);
  std::size_t const runs = d.rows * d.blocks;
  write_numbers(file, "x", d.x, {runs, d.factors.size()}, "",
                "Values of the factors in each run, rows of `blocks` runs");
  auto const as_counts = [](auto const& list) {
    return std::vector<std::uint64_t>(list.begin(), list.end());
  };
  if (!d.stratum.empty())
    write_counts(file, "stratum", as_counts(d.stratum), "1",
                 "Scramble or hypercube that each row belongs to");
  if (!d.order.empty()) {
    write_counts(file, "order", as_counts(d.order), "1", "The order in which each row moves its sets");
    write_numbers(file, "step", d.step, {d.step.size()}, "1", "By how much (Morris), on the unit scale");
  }
  Handle const output = create_group(file, "output");
  write_texts(output, "key", each(d.outputs, [](auto const& o) { return o.key; }), "Measure");
  write_texts(output, "title", each(d.outputs, [](auto const& o) { return o.title; }), "Title");
  write_texts(output, "unit", each(d.outputs, [](auto const& o) { return o.unit; }), "Unit");
  for (std::size_t k = 0; k < d.y.size(); ++k)
    write_numbers(output, fmt::format("y{}", k), d.y[k], {runs, d.replicates}, d.outputs[k].unit,
                  d.outputs[k].title + "; NaN: the run failed or was not made");
  write_provenance(file, d.provenance);
}

void read_factors(Handle const& file, SensitivityData& d) {
  Handle const group = open_group(file, "factor");
  auto const name = read_texts(group, "name"), title = read_texts(group, "title"),
             key = read_texts(group, "key"), law = read_texts(group, "law");
  auto const role = read_counts(group, "role", name.size());
  for (std::size_t i = 0; i < name.size(); ++i)
    d.factors.push_back({name[i],
                         title.at(i),
                         key.at(i),
                         law.at(i),
                         static_cast<Role>(std::min<std::uint64_t>(role[i], 2)),
                         {}});
  if (exists(group, "level")) {
    auto const level = read_texts(group, "level");
    auto const of = read_counts(group, "level_of", level.size());
    for (std::size_t i = 0; i < level.size(); ++i) d.factors.at(of[i]).levels.push_back(level[i]);
  }
  Handle const set = open_group(file, "set");
  d.set_name = read_texts(set, "name");
  d.set_title = read_texts(set, "title");
  std::size_t const members = length_of(set, "of");
  auto const of = read_counts(set, "of", members), item = read_counts(set, "factor", members);
  d.sets.resize(d.set_name.size() + (d.split ? 1 : 0));
  for (std::size_t i = 0; i < members; ++i) d.sets.at(of[i]).push_back(static_cast<std::uint32_t>(item[i]));
}

SensitivityData read_all(Handle const& file) {
  SensitivityData d;
  d.title = read_text_attribute(file, "title");
  d.question = read_text_attribute(file, "question");
  d.source = read_text_attribute(file, "source");
  d.scenario_text = read_texts(file, "scenario").at(0);
  d.seed = static_cast<std::uint64_t>(read_integer_attribute(file, "seed"));
  auto const scheme = read_integer_attribute(file, "scheme");
  if (scheme < 0 || scheme > static_cast<std::int64_t>(Scheme::given))
    throw FileError("unknown kind of design");
  d.scheme = static_cast<Scheme>(scheme);
  d.dependent = read_integer_attribute(file, "dependent") != 0;
  d.base_only = read_integer_attribute(file, "base_only") != 0;
  d.complete = read_integer_attribute(file, "complete") != 0;
  d.split = read_integer_attribute(file, "split") != 0;
  d.replicates = static_cast<std::uint32_t>(read_integer_attribute(file, "replicates"));
  d.blocks = static_cast<std::uint32_t>(read_integer_attribute(file, "blocks"));
  d.rows = static_cast<std::uint64_t>(read_integer_attribute(file, "rows"));
  d.failed = static_cast<std::uint64_t>(read_integer_attribute(file, "failed"));
  d.first_failure = read_text_attribute(file, "first_failure");
  read_factors(file, d);
  std::size_t const runs = d.rows * d.blocks;
  d.x = read_numbers(file, "x", runs * d.factors.size());
  if (exists(file, "stratum")) {
    auto const list = read_counts(file, "stratum", d.rows);
    d.stratum.assign(list.begin(), list.end());
  }
  if (exists(file, "order")) {
    auto const list = read_counts(file, "order", d.rows * d.sets.size());
    d.order.assign(list.begin(), list.end());
    d.step = read_numbers(file, "step", d.order.size());
  }
  Handle const output = open_group(file, "output");
  auto const key = read_texts(output, "key"), title = read_texts(output, "title"),
             unit = read_texts(output, "unit");
  for (std::size_t k = 0; k < key.size(); ++k) {
    d.outputs.push_back({key[k], title.at(k), unit.at(k)});
    d.y.push_back(read_numbers(output, fmt::format("y{}", k), runs * d.replicates));
  }
  Handle const group = open_group(file, "provenance");
  auto& p = d.provenance;
  for (auto const& [name, text] :
       std::initializer_list<std::pair<char const*, std::string*>>{{"version", &p.version},
                                                                   {"compiler", &p.compiler},
                                                                   {"build_type", &p.build_type},
                                                                   {"isa", &p.isa},
                                                                   {"libraries", &p.libraries},
                                                                   {"command", &p.command},
                                                                   {"started_utc", &p.started_utc},
                                                                   {"finished_utc", &p.finished_utc}})
    *text = read_text_attribute(group, name);
  p.seconds = read_number_attribute(group, "seconds");
  p.threads = static_cast<int>(read_integer_attribute(group, "threads"));
  return d;
}

} // namespace

void write_sensitivity(std::filesystem::path const& path, SensitivityData const& data) {
  write_whole(path, [&](Handle const& file) { write_all(file, data); });
}

bool is_sensitivity_file(std::filesystem::path const& path) {
  Quiet const quiet;
  if (!std::filesystem::exists(path)) throw FileError(fmt::format("{}: no such file", path.string()));
  try {
    Handle const file = open_file(path.string());
    return read_text_attribute(file, "format") == format_name;
  } catch (FileError const& error) {
    throw FileError(fmt::format("{}: {}", path.string(), error.what()));
  }
}

SensitivityData read_sensitivity_file(std::filesystem::path const& path) {
  Quiet const quiet;
  if (!std::filesystem::exists(path)) throw FileError(fmt::format("{}: no such file", path.string()));
  try {
    Handle const file = open_file(path.string());
    if (read_text_attribute(file, "format") != format_name)
      throw FileError("not a result of likvard sensitivity");
    if (auto const version = read_integer_attribute(file, "format_version"); version > format_version)
      throw FileError(
          fmt::format("written by a newer likvard (format {}; this one reads {})", version, format_version));
    return read_all(file);
  } catch (FileError const& error) {
    throw FileError(fmt::format("{}: {}", path.string(), error.what()));
  } catch (std::out_of_range const&) {
    throw FileError(fmt::format("{}: damaged (its lists do not fit each other)", path.string()));
  }
}

} // namespace likvard

#include "likvard/io/rows_file.hpp"

#include "likvard/io/detail/hdf5.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/hash.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/model_version.hpp"

#include <fmt/format.h>
#include <utility>

namespace likvard {
namespace {

constexpr char const* rows_format = "likvard-rows";
constexpr std::int64_t rows_version = 1;
constexpr std::uint64_t most_rows = 200'000'000;

void write_rows(hdf5::Handle const& file, RowsFile const& rows) {
  using namespace hdf5;
  write_attribute(file, "format", std::string(rows_format));
  write_attribute(file, "format_version", rows_version);
  write_attribute(file, "identity", rows.identity);
  for (auto const& [name, value] :
       std::initializer_list<std::pair<char const*, std::uint64_t>>{{"shard", rows.shard},
                                                                    {"shards", rows.shards},
                                                                    {"points", rows.points},
                                                                    {"replicates", rows.replicates},
                                                                    {"policies", rows.policies}})
    write_attribute(file, name, static_cast<std::int64_t>(value));
  write_texts(file, "measure", rows.measure, "Measure");
  write_counts(file, "point", rows.point, "1", "Place of each point that is here");
  write_numbers(file, "value", rows.value,
                {rows.point.size(), rows.replicates, rows.policies, rows.measure.size()}, "",
                "Of each point, replicate, policy and measure");
  if (rows.parameter.empty()) return;
  write_texts(file, "parameter_name", rows.parameter_name, "Uncertain parameter");
  write_numbers(file, "parameter", rows.parameter, {rows.replicates, rows.parameter_name.size()}, "",
                "Uncertain parameters as drawn, a row a replicate");
}

RowsFile read_rows(hdf5::Handle const& file) {
  using namespace hdf5;
  if (read_text_attribute(file, "format") != rows_format ||
      read_integer_attribute(file, "format_version") != rows_version)
    throw FileError("is not what likvard verdict --shard writes");
  auto const count = [&](char const* name) {
    auto const value = read_integer_attribute(file, name);
    if (value < 1 || value > 1'000'000'000)
      throw FileError(fmt::format("{} = {} is out of range", name, value));
    return static_cast<std::uint64_t>(value);
  };
  RowsFile rows;
  rows.identity = read_text_attribute(file, "identity");
  rows.shard = static_cast<std::uint32_t>(count("shard"));
  rows.shards = static_cast<std::uint32_t>(count("shards"));
  rows.points = count("points");
  rows.replicates = count("replicates");
  rows.policies = count("policies");
  rows.measure = read_texts(file, "measure");
  rows.point = read_counts(file, "point", length_of(file, "point"));
  double const numbers = static_cast<double>(rows.point.size()) * static_cast<double>(rows.replicates) *
                         static_cast<double>(rows.policies) * static_cast<double>(rows.measure.size());
  if (numbers > static_cast<double>(most_rows)) throw FileError("holds more numbers than a study can have");
  rows.value =
      read_numbers(file, "value", rows.point.size() * rows.replicates * rows.policies * rows.measure.size());
  if (!exists(file, "parameter")) return rows;
  rows.parameter_name = read_texts(file, "parameter_name");
  rows.parameter = read_numbers(file, "parameter", rows.replicates * rows.parameter_name.size());
  return rows;
}

} // namespace

std::string rows_identity(Scenario const& scenario) {
  std::string text = model_version();
  for (auto const& [key, value] : scenario.inputs) text += fmt::format("\n{}={}", key, value);
  return hash_text(text);
}

void write_rows_file(std::filesystem::path const& path, RowsFile const& rows) {
  check_writable(path);
  auto const temporary = temporary_name(path);
  hdf5::Quiet const quiet;
  try {
    hdf5::Handle file = hdf5::create_file(temporary.string());
    write_rows(file, rows);
    hdf5::close_file(std::move(file));
  } catch (FileError const& error) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    throw FileError(fmt::format("{}: {}", path.string(), error.what()));
  }
  publish(temporary, path);
}

RowsFile read_rows_file(std::filesystem::path const& path) {
  hdf5::Quiet const quiet;
  try {
    return read_rows(hdf5::open_file(path.string()));
  } catch (FileError const& error) {
    throw FileError(fmt::format("{}: {}", path.string(), error.what()));
  }
}

} // namespace likvard

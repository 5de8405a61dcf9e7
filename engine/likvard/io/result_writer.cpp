#include "likvard/core/contract.hpp"
#include "likvard/io/detail/result_decision.hpp"
#include "likvard/io/detail/result_parts.hpp"
#include "likvard/io/detail/result_years.hpp"
#include "likvard/io/detail/seal.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/result_file.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>

namespace likvard {
namespace {

using namespace hdf5;

// A chunk is written whole, so each array's waits in memory until it is full: six of half a megabyte.
constexpr std::size_t window_bytes = std::size_t{3} << 20; ///< of all big arrays together
constexpr std::size_t chunk_bytes = std::size_t{1} << 19;
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

using Row = std::vector<double> const& (*)(PointNumbers const&);

/// A big array with a row per point, buffered for a window of points.
struct Rows {
  Row row;
  Handle data;
  std::vector<std::size_t> shape; ///< of the whole array; dimension `axis` is points
  std::size_t axis = 0;
  std::vector<double> buffer;
};

std::size_t product(std::vector<std::size_t> const& x, std::size_t from) {
  std::size_t out = 1;
  for (std::size_t i = from; i < x.size(); ++i) out *= x[i];
  return out;
}

struct Cube {
  char const *group, *name, *description;
  Row row;
};

constexpr std::array cubes{
    Cube{"value", "mean", "Mean over replicates",
         [](PointNumbers const& n) -> auto const& { return n.mean; }},
    Cube{"value", "variance", "Variance over replicates (uncertain parameters and chance)",
         [](PointNumbers const& n) -> auto const& { return n.variance; }},
    Cube{"value", "standard_error",
         "Monte Carlo standard error of the mean, from independent blocks of 64 replicates",
         [](PointNumbers const& n) -> auto const& { return n.standard_error; }},
    Cube{"difference", "mean", "Mean paired difference to the reference policy",
         [](PointNumbers const& n) -> auto const& { return n.difference; }},
    Cube{"difference", "variance", "Variance of the paired difference over replicates",
         [](PointNumbers const& n) -> auto const& { return n.difference_variance; }},
    Cube{"difference", "standard_error", "Monte Carlo standard error of the mean paired difference",
         [](PointNumbers const& n) -> auto const& { return n.difference_standard_error; }}};

constexpr std::array yearly{
    Cube{"years", "mean", "Mean over replicates",
         [](PointNumbers const& n) -> auto const& { return n.year.mean; }},
    Cube{"years", "standard_error", "Monte Carlo standard error of the mean",
         [](PointNumbers const& n) -> auto const& { return n.year.standard_error; }},
    Cube{"years", "difference", "Mean paired difference to the reference policy",
         [](PointNumbers const& n) -> auto const& { return n.year.difference; }},
    Cube{"years", "difference_standard_error", "Monte Carlo standard error of the mean paired difference",
         [](PointNumbers const& n) -> auto const& { return n.year.difference_standard_error; }}};

constexpr std::array of_quantiles{
    Cube{"quantile", "value", "Quantile over replicates",
         [](PointNumbers const& n) -> auto const& { return n.quantiles.value; }},
    Cube{"quantile", "difference", "Quantile of the paired difference over replicates",
         [](PointNumbers const& n) -> auto const& { return n.quantiles.difference; }}};

} // namespace

struct ResultWriter::State {
  std::filesystem::path path, temporary;
  Quiet quiet;
  Handle file, units;
  std::vector<Rows> arrays;
  std::size_t points = 0, policies = 0, kept = 0, years = 1, levels = 0;
  std::size_t window = 1;       ///< points
  std::size_t begin = 0, n = 0; ///< of the window: first point, points in it
  bool deflate = false, published = false;

  Handle pupils, need, money;
  std::size_t unit_chunk = 1; ///< units written together
  std::vector<std::size_t> unit_first{0};
  std::size_t units_written = 0;
  std::vector<double> unit_pupils, unit_need, unit_money;
  bool named_units = false;

  std::vector<std::uint64_t> replicates;
  std::vector<double> degrees_of_freedom;

  State() = default;
  State(State const&) = delete;
  State& operator=(State const&) = delete;
  ~State() {
    if (published || temporary.empty()) return;
    arrays.clear();
    for (Handle* handle : {&pupils, &need, &money, &units, &file}) *handle = {};
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
  }

  void add_array(Handle const& group, Cube const& cube, std::vector<std::size_t> shape, std::size_t axis) {
    std::vector<std::size_t> chunk = shape;
    if (axis == 1) chunk[0] = 1;
    std::size_t const row = product(chunk, axis + 1) * sizeof(double);
    chunk[axis] = std::clamp<std::size_t>(std::min(window, chunk_bytes / std::max<std::size_t>(row, 1)), 1,
                                          std::max<std::size_t>(points, 1));
    Handle data =
        create_array(group, cube.name, {shape, chunk, deflate, false}, "as the measure", cube.description);
    std::size_t const size = window * product(shape, 0) / std::max<std::size_t>(shape[axis], 1);
    arrays.push_back({cube.row, std::move(data), std::move(shape), axis, std::vector<double>(size)});
  }

  void create_arrays(Result const& about) {
    for (char const* name : {"value", "difference"}) {
      Handle const group = create_group(file, name);
      if (std::string_view(name) == "difference")
        write_attribute(group, "reference", about.policy_name.front());
      for (auto const& cube : cubes)
        if (std::string_view(cube.group) == name) add_array(group, cube, {points, policies, kept}, 0);
    }
    if (levels > 0) {
      Handle const group = create_group(file, "quantile");
      write_numbers(group, "level", about.quantile_levels, {levels}, "1", "Level of the quantile");
      for (auto const& cube : of_quantiles) add_array(group, cube, {levels, points, policies, kept}, 1);
    }
    if (years > 1) {
      Handle const group = create_years(file, years);
      for (auto const& cube : yearly) add_array(group, cube, {points, years, policies, kept}, 0);
    }
    std::size_t all = 0, most = 0;
    for (auto const& point : about.points) {
      auto const& m = point.parameters;
      std::size_t const count = std::max<std::size_t>(m.units, m.unit_names.size());
      all += count;
      most = std::max(most, count);
      named_units = named_units || !m.unit_names.empty();
    }
    units = create_group(file, "units");
    // Pupils, need and each policy's money.
    unit_chunk = std::clamp<std::size_t>(chunk_bytes / ((2 + policies) * sizeof(double)), 1,
                                         std::max<std::size_t>(all, 1));
    std::size_t const waiting = unit_chunk + std::min(most, unit_chunk); // `most` may be of a damaged header
    for (auto* list : {&unit_pupils, &unit_need}) list->reserve(waiting);
    unit_money.reserve(waiting * policies);
    auto const array = [&](char const* name, std::vector<std::size_t> const& row, char const* unit,
                           char const* what) {
      std::vector<std::size_t> shape{0}, chunk{unit_chunk};
      shape.insert(shape.end(), row.begin(), row.end());
      chunk.insert(chunk.end(), row.begin(), row.end());
      return create_array(units, name, {shape, chunk, deflate, true}, unit, what);
    };
    pupils = array("pupils", {}, "pupils",
                   "Mean number of pupils; units in order of standing, neediest first, or as given");
    need = array("need", {}, "1", "Mean true need index (1 = the municipality's mean)");
    money = array("money", {policies}, "1",
                  "Mean money per pupil over the municipality's mean, by unit and policy");
  }

  void write_window() {
    if (n == 0) return;
    for (auto const& array : arrays) {
      std::vector<std::size_t> start(array.shape.size(), 0), count = array.shape;
      start[array.axis] = begin;
      count[array.axis] = n;
      if (array.axis == 0) {
        write_box(array.data, start, count, array.buffer.data());
        continue;
      }
      count[0] = 1;
      for (std::size_t q = 0; q < levels; ++q) {
        start[0] = q;
        write_box(array.data, start, count, array.buffer.data() + q * window * policies * kept);
      }
    }
    begin += n;
    n = 0;
  }

  void add_row(PointNumbers const& numbers) {
    std::size_t const cells = policies * kept;
    for (auto& array : arrays) {
      auto const& row = array.row(numbers);
      auto const to = array.buffer.begin();
      if (array.axis == 0) {
        LIKVARD_EXPECT(row.size() * window == array.buffer.size());
        std::copy(row.begin(), row.end(), to + static_cast<std::ptrdiff_t>(n * row.size()));
        continue;
      }
      for (std::size_t q = 0; q < levels; ++q) {
        auto const at = to + static_cast<std::ptrdiff_t>((q * window + n) * cells);
        if (row.empty())
          std::fill_n(at, cells, nothing);
        else
          std::copy_n(row.begin() + static_cast<std::ptrdiff_t>(q * cells), cells, at);
      }
    }
    replicates.push_back(numbers.replicates);
    degrees_of_freedom.push_back(numbers.degrees_of_freedom);
    if (++n == window) write_window();
  }

  void add_units(UnitMeans const& u) {
    std::size_t const count = u.pupils.size();
    unit_first.push_back(unit_first.back() + count);
    for (std::size_t s = 0; s < count; ++s) {
      unit_pupils.push_back(u.pupils[s]);
      unit_need.push_back(u.need[s]);
      for (std::size_t m = 0; m < policies; ++m) unit_money.push_back(u.money[m * count + s]);
    }
    while (unit_pupils.size() >= unit_chunk) write_units(unit_chunk);
  }

  void write_units(std::size_t count) {
    if (count == 0) return;
    write_box(pupils, {units_written}, {count}, unit_pupils.data());
    write_box(need, {units_written}, {count}, unit_need.data());
    write_box(money, {units_written, 0}, {count, policies}, unit_money.data());
    units_written += count;
    auto const drop = [](std::vector<double>& from, std::size_t many) {
      from.erase(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(many));
    };
    drop(unit_pupils, count);
    drop(unit_need, count);
    drop(unit_money, count * policies);
  }

  /// A name for every unit of every point that was run; empty where units have none.
  void write_unit_names(Result const& about) {
    if (!named_units) return;
    std::vector<std::string> names(unit_first.back());
    for (std::size_t g = 0; g < points; ++g) {
      auto const& given = about.points[g].parameters.unit_names;
      if (given.size() == unit_first[g + 1] - unit_first[g])
        std::copy(given.begin(), given.end(), names.begin() + static_cast<std::ptrdiff_t>(unit_first[g]));
    }
    write_texts(units, "name", names, "Name of the unit");
  }

  void attach_scales(Scales& scales) {
    for (auto const& array : arrays) {
      if (array.shape.size() - array.axis != 3) continue; // of years
      auto const axis = static_cast<unsigned>(array.axis);
      if (axis == 1) attach_scale(array.data, scales.level, 0, "level");
      attach_scale(array.data, scales.point, axis, "point");
      attach_scale(array.data, scales.policy, axis + 1, "policy");
      attach_scale(array.data, scales.measure, axis + 2, "measure");
    }
  }

  void write_end(Result const& about, ResultOrigin const& origin) {
    write_window();
    write_units(unit_pupils.size());
    for (auto& array : arrays) array.buffer = std::vector<double>(); // room for what follows
    for (auto* of_units : {&unit_pupils, &unit_need, &unit_money}) *of_units = std::vector<double>();
    Result brief = about;
    brief.replicates = std::move(replicates);
    brief.degrees_of_freedom = std::move(degrees_of_freedom);
    Scales scales;
    write_root(file, brief, origin.fingerprint, origin.gap);
    write_points(file, brief, scales);
    write_names(file, brief, scales);
    if (levels > 0) {
      scales.level = open_data(file, "quantile/level");
      make_scale(scales.level, "level");
    }
    attach_scales(scales);
    write_counts(units, "first", {unit_first.begin(), unit_first.end()}, "1",
                 "Where each point's units begin, and the end of the last");
    write_unit_names(about);
    write_rest(file, brief);
    if (about.power) write_power(file, about);
    write_decision(file, about);
  }

  void close() {
    arrays.clear();
    for (Handle* handle : {&pupils, &need, &money, &units}) *handle = {};
    close_file(std::move(file));
    file = {};
  }

  template <class F>
  void guarded(F const& f) const {
    try {
      f();
    } catch (FileError const& error) {
      std::string const what = error.what();
      throw FileError(what.starts_with(path.string()) ? what : fmt::format("{}: {}", path.string(), what));
    }
  }
};

ResultWriter::ResultWriter(std::filesystem::path path, Result const& about, Compress compress)
    : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.path = std::move(path);
  check_writable(s.path);
  s.temporary = temporary_name(s.path);
  s.points = about.points.size();
  s.policies = about.policy_name.size();
  s.kept = about.measures.size();
  s.years = about.year.years;
  s.levels = about.quantile_levels.size();
  s.deflate = compress == Compress::deflate;
  std::size_t const row = s.policies * s.kept * sizeof(double) *
                          (cubes.size() + 2 * s.levels + (s.years > 1 ? yearly.size() * s.years : 0));
  s.window = std::clamp<std::size_t>(window_bytes / std::max<std::size_t>(row, 1), 1,
                                     std::max<std::size_t>(s.points, 1));
  s.guarded([&] {
    s.file = create_file(s.temporary.string());
    s.create_arrays(about);
  });
}

ResultWriter::~ResultWriter() = default;

void ResultWriter::add(PointNumbers const& numbers) {
  state_->guarded([&] {
    state_->add_row(numbers);
    state_->add_units(numbers.units);
  });
}

void ResultWriter::finish(Result const& about, ResultOrigin const& origin) {
  LIKVARD_EXPECT(state_->replicates.size() == state_->points);
  state_->guarded([&] {
    state_->write_end(about, origin);
    state_->close();
    detail::put_seal(state_->temporary);
    publish(state_->temporary, state_->path);
    state_->published = true;
  });
}

void write_result(std::filesystem::path const& path, Result const& r, Compress compress,
                  std::string const& fingerprint) {
  Result about = r;
  for (auto* array :
       {&about.mean, &about.variance, &about.standard_error, &about.difference, &about.difference_variance,
        &about.difference_standard_error, &about.quantiles, &about.difference_quantiles, &about.year.mean,
        &about.year.standard_error, &about.year.difference, &about.year.difference_standard_error})
    *array = std::vector<double>();
  if (!r.units.empty()) {
    about.points = {};
    for (std::size_t g = 0; g < r.points.size(); ++g) {
      Point point = r.points[g];
      if (g < r.units.size() && point.parameters.unit_names.empty())
        point.parameters.unit_names = r.units[g].name;
      about.points.push_back(point);
    }
  }
  ResultWriter writer(path, about, compress);
  std::size_t const cells = r.policy_name.size() * r.measures.size();
  for (std::size_t g = 0; g < r.points.size(); ++g) {
    PointNumbers n;
    auto const rows = [g](std::vector<double> const& all, std::size_t size) {
      return all.empty() ? std::vector<double>()
                         : std::vector<double>(all.begin() + static_cast<std::ptrdiff_t>(g * size),
                                               all.begin() + static_cast<std::ptrdiff_t>((g + 1) * size));
    };
    n.replicates = r.replicates[g];
    n.degrees_of_freedom = r.degrees_of_freedom[g];
    n.mean = rows(r.mean, cells);
    n.variance = rows(r.variance, cells);
    n.standard_error = rows(r.standard_error, cells);
    n.difference = rows(r.difference, cells);
    n.difference_variance = rows(r.difference_variance, cells);
    n.difference_standard_error = rows(r.difference_standard_error, cells);
    n.year.mean = rows(r.year.mean, r.year.years * cells);
    n.year.standard_error = rows(r.year.standard_error, r.year.years * cells);
    n.year.difference = rows(r.year.difference, r.year.years * cells);
    n.year.difference_standard_error = rows(r.year.difference_standard_error, r.year.years * cells);
    for (std::size_t q = 0; q < r.quantile_levels.size(); ++q)
      for (auto [from, to] : {std::pair{&r.quantiles, &n.quantiles.value},
                              std::pair{&r.difference_quantiles, &n.quantiles.difference}}) {
        auto const at = from->begin() + static_cast<std::ptrdiff_t>(q * r.mean.size() + g * cells);
        to->insert(to->end(), at, at + static_cast<std::ptrdiff_t>(cells));
      }
    n.units = r.units[g];
    writer.add(n);
  }
  writer.finish(about, {fingerprint, r.gap});
}

} // namespace likvard

#include "bind.hpp"

#include "likvard/analysis/segregation_study.hpp"
#include "likvard/io/allocated_units.hpp"
#include "likvard/io/model_files.hpp"
#include "likvard/model/segregation_chance.hpp"
#include "likvard/study/draw_compositions.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <memory>
#include <numeric>

namespace likvard::python {
namespace {

py::dict segregation_of(py::array_t<double, py::array::c_style | py::array::forcecast> const& counts,
                        std::vector<std::string> const& unit, std::vector<std::string> const& group,
                        std::vector<std::string> const& district, std::uint32_t dealings,
                        std::uint64_t seed) {
  Table const table = Eigen::Map<Table const>(counts.data(), static_cast<Eigen::Index>(counts.shape(0)),
                                              static_cast<Eigen::Index>(counts.shape(1)));
  SegregationStudy study;
  {
    py::gil_scoped_release const released;
    study = study_segregation(table, unit, group, district, dealings, seed);
  }
  py::list rows;
  for (auto const& t : study.tables)
    for (auto const& i : t.indices) {
      py::dict row;
      row["group"] = t.group.empty() ? "all groups" : t.group;
      row["index"] = i.key;
      row["value"] = i.value;
      row["by_chance"] = i.expected;
      row["sd_by_chance"] = i.sd;
      row["z"] = i.z;
      row["systematic"] = i.systematic;
      row["low"] = i.interval.low;
      row["high"] = i.interval.high;
      row["largest"] = i.largest;
      rows.append(row);
    }
  py::dict out;
  out["rows"] = rows;
  out["answer"] = segregation_answer(study);
  out["level"] = study.level;
  out["between_districts"] = study.between_districts;
  return out;
}

/// Entropy of shares, nats.
double entropy_of(std::vector<double> const& groups, double total) {
  double sum = 0;
  for (double x : groups)
    if (x > 0) sum -= x / total * std::log(x / total);
  return sum;
}

/// `groups`: members of each; two are one group and the rest.
py::dict chance_of(std::vector<double> const& pupils, std::vector<double> const& groups) {
  double const total = std::accumulate(pupils.begin(), pupils.end(), 0.0);
  double const entropy = entropy_of(groups, total);
  double const information = expected_mutual_information(pupils, groups);
  py::dict out;
  if (groups.size() == 2) {
    double const members = groups.front();
    auto const largest = largest_segregation(pupils, members);
    out["dissimilarity"] = expected_dissimilarity(pupils, members);
    out["variance_ratio"] = expected_variance_ratio(pupils.size(), total);
    out["variance_ratio_sd"] = variance_ratio_sd(pupils, members);
    out["mutual_information"] = information;
    out["theil_h"] = entropy > 0 ? information / entropy : 0.0;
    out["hutchens"] = expected_hutchens(pupils, members);
    out["isolation"] = expected_isolation(pupils.size(), total, members);
    out["isolation_leave_one_out"] = total > 1 ? (members - 1) / (total - 1) : 0.0;
    out["largest_dissimilarity"] = largest.dissimilarity;
    out["largest_variance_ratio"] = largest.variance_ratio;
    out["largest_theil_h"] = largest.theil_h;
  } else {
    out["dissimilarity"] = expected_dissimilarity(pupils, groups);
    out["squared_cv"] = expected_variance_ratio(pupils.size(), total);
    out["squared_cv_sd"] = squared_cv_sd(pupils, groups);
    out["mutual_information"] = information;
    out["theil_h"] = entropy > 0 ? information / entropy : 0.0;
  }
  return out;
}

constexpr std::array<Index, 8> indices{Index::dissimilarity, Index::variance_ratio, Index::eps2,
                                       Index::theil_h,       Index::gini,           Index::mutual_information,
                                       Index::hutchens,      Index::isolation};

template <std::size_t n, class Value>
Value named(std::string const& what, std::string const& name,
            std::array<std::pair<std::string_view, Value>, n> const& all) {
  std::string list;
  for (auto const& [each, value] : all) {
    if (each == name) return value;
    list += fmt::format("{}{}", list.empty() ? "" : ", ", each);
  }
  throw ScenarioError({fmt::format("{} = '{}' (one of {} is wanted)", what, name, list)});
}

py::object compositions(CompositionQuestion question, std::string const& index, std::string const& mechanism,
                        bool fixed) {
  using Named = std::pair<std::string_view, Mechanism>;
  question.mechanism =
      named("mechanism", mechanism,
            std::array{Named{"rank", Mechanism::rank}, Named{"tilt", Mechanism::tilt},
                       Named{"dirichlet", Mechanism::dirichlet}, Named{"random", Mechanism::random}});
  std::array<std::pair<std::string_view, Index>, indices.size()> by_name;
  std::transform(indices.begin(), indices.end(), by_name.begin(),
                 [](Index each) { return std::pair{name_of(each), each}; });
  question.index = named("index", index, by_name);
  question.totals = fixed ? Totals::fixed : Totals::free;
  auto drawn = interruptible(
      [&](std::atomic<bool> const& stop, auto const&) { return draw_compositions(question, &stop); },
      py::none());
  auto members = std::make_unique<std::vector<std::uint32_t>>(std::move(drawn.members));
  auto const* const first = members->data();
  py::capsule const owner(members.get(), [](void* held) {
    std::unique_ptr<std::vector<std::uint32_t>> const freed(static_cast<std::vector<std::uint32_t>*>(held));
  });
  members.release(); // NOLINT(bugprone-unused-return-value): the array's owner has it
  std::vector<py::ssize_t> const shape{extent(question.draws), extent(question.pupils.size())};
  py::array_t<std::uint32_t> array(shape, first, owner);
  return py::make_tuple(
      array, drawn.expected.empty()
                 ? py::object(py::none())
                 : py::object(py::array_t<double>(extent(drawn.expected.size()), drawn.expected.data())));
}

py::list policies_paid(UnitAllocation const& a) {
  py::list out;
  for (std::size_t m = 0; m < a.policies.size(); ++m) {
    auto const& paid = a.policies[m];
    py::dict row;
    row["policy"] = paid.policy.name;
    row["policy_title"] = paid.policy.title;
    row["share_given"] = paid.report.share;
    row["share_moved"] = paid.measure(Measure::share_moved) / 100;
    row["share_moved_by_chance"] = paid.moved_by_chance;
    row["money_gap_sek"] =
        a.units.needy.empty() ? py::object(py::none()) : py::float_(paid.measure(Measure::money_gap_sek));
    row["units_bound"] = paid.report.bound_units;
    row["per_head_fallback"] = paid.report.per_head_fallback;
    row["text"] = money_text(a, m);
    out.append(row);
  }
  return out;
}

py::object money_view(py::object const& self, std::vector<double> UnitAllocation::* which) {
  auto const& a = self.cast<UnitAllocation const&>();
  return view(self, a.*which, {extent(a.policies.size()), extent(a.units.name.size())});
}

template <class Pick>
auto unit_view(Pick pick) {
  return [pick](py::object const& self) {
    auto const& a = self.cast<UnitAllocation const&>();
    return view(self, pick(a.units), {extent(a.units.name.size())});
  };
}

/// `table`: None for a file, or its columns' names and their cells as text.
UnitAllocation allocate_units(AllocationQuestion const& question, py::object const& table) {
  if (table.is_none()) {
    py::gil_scoped_release const released;
    return allocate_file(question);
  }
  auto [names, text] =
      table.cast<std::pair<std::vector<std::string>, std::vector<std::vector<std::string>>>>();
  py::gil_scoped_release const released;
  std::vector<std::size_t> row(text.front().size());
  std::iota(row.begin(), row.end(), std::size_t{1});
  return allocate_table(question,
                        own_table("units", names, std::move(text), std::move(row), question.units.unit));
}

} // namespace

void bind_units(py::module_& m) {
  m.def("segregation", &segregation_of);
  m.def("expected_under_chance", &chance_of);
  m.def("built_in_models", &built_in_models);
  m.def("draw_compositions", [](std::vector<std::uint32_t> const& pupils, double share, double target,
                                std::string const& index, std::string const& mechanism, bool fixed,
                                std::uint32_t draws, std::uint64_t seed) {
    return compositions({.pupils = pupils, .share = share, .target = target, .draws = draws, .seed = seed},
                        index, mechanism, fixed);
  });

  py::class_<UnitAllocation> allocation(m, "Allocation");
  allocation
      .def_property_readonly(
          "sek_per_pupil",
          [](py::object const& self) { return money_view(self, &UnitAllocation::sek_per_pupil); })
      .def_property_readonly("money",
                             [](py::object const& self) { return money_view(self, &UnitAllocation::money); })
      .def_property_readonly(
          "need_money", [](py::object const& self) { return money_view(self, &UnitAllocation::need_money); })
      .def_property_readonly("pupils", unit_view([](auto const& u) -> auto const& { return u.pupils; }))
      .def_property_readonly("need",
                             unit_view([](auto const& u) -> auto const& { return u.index.front().raw; }))
      .def_property_readonly("need_relative",
                             unit_view([](auto const& u) -> auto const& { return u.index.front().relative; }))
      .def_property_readonly("before_sek_per_pupil",
                             unit_view([](auto const& u) -> auto const& { return u.before_sek; }))
      .def_property_readonly("units", [](UnitAllocation const& a) { return a.units.name; })
      .def_property_readonly("notes", [](UnitAllocation const& a) { return a.units.notes; })
      .def_property_readonly("per_pupil_sek", [](UnitAllocation const& a) { return a.per_pupil_sek; })
      .def_property_readonly("policies", &policies_paid);

  py::class_<AllocationQuestion> question(m, "AllocationQuestion");
  question.def(py::init<>())
      .def_readwrite("models", &AllocationQuestion::models)
      .def_readwrite("settings", &AllocationQuestion::settings)
      .def_readwrite("shares", &AllocationQuestion::shares)
      .def_readwrite("budget_sek", &AllocationQuestion::budget_sek)
      .def_readwrite("per_pupil_sek", &AllocationQuestion::per_pupil_sek)
      .def_readwrite("units", &AllocationQuestion::units);
  py::class_<UnitQuestion>(m, "UnitQuestion")
      .def(py::init<>())
      .def_readwrite("file", &UnitQuestion::file)
      .def_readwrite("unit", &UnitQuestion::unit)
      .def_readwrite("pupils", &UnitQuestion::pupils)
      .def_readwrite("need", &UnitQuestion::need)
      .def_readwrite("before", &UnitQuestion::before)
      .def_readwrite("need_as", &UnitQuestion::need_as)
      .def_readwrite("groups", &UnitQuestion::groups)
      .def_readwrite("municipality", &UnitQuestion::municipality);
  m.def("allocate", &allocate_units);
}

} // namespace likvard::python

#include "likvard/io/detail/result_years.hpp"

#include "likvard/study/errors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

namespace likvard::hdf5 {
namespace {

constexpr std::size_t most_power_years = 1000;

auto arrays(auto& years) {
  return std::array{
      std::tuple{"mean", &years.mean, "Mean over replicates"},
      std::tuple{"standard_error", &years.standard_error, "Monte Carlo standard error of the mean"},
      std::tuple{"difference", &years.difference, "Mean paired difference to the reference policy"},
      std::tuple{"difference_standard_error", &years.difference_standard_error,
                 "Monte Carlo standard error of the mean paired difference"}};
}

std::vector<double> numbered(std::size_t count) {
  std::vector<double> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<double>(i + 1);
  return out;
}

} // namespace

Handle create_years(Handle const& file, std::size_t years) {
  Handle group = create_group(file, "years");
  write_numbers(group, "year", numbered(years), {years}, "years", "Year, from 1");
  return group;
}

void write_power(Handle const& file, Result const& r) {
  Handle const group = create_group(file, "power");
  auto const& p = *r.power;
  write_attribute(group, "policy", p.policy);
  write_attribute(group, "share", p.share);
  write_attribute(group, "effect", p.effect);
  write_attribute(group, "level", p.level);
  write_attribute(group, "wanted", p.wanted);
  write_attribute(group, "years_before", std::int64_t{p.years_before});
  write_counts(group, "pooled", {p.pooled.begin(), p.pooled.end()}, "municipalities",
               "Municipalities that pool their results");
  write_numbers(group, "year", numbered(p.years), {p.years}, "years", "Years of results after");
  std::vector<std::size_t> const shape{r.points.size(), p.pooled.size(), p.years};
  write_numbers(group, "value", p.power, shape, "1", "Probability of detecting the effect");
  write_numbers(group, "standard_error", p.standard_error, shape, "1", "Monte Carlo standard error");
}

void read_power(Handle const& file, Result& r) {
  if (!exists(file, "power")) return;
  Handle const group = open_group(file, "power");
  PowerResult p;
  p.policy = read_text_attribute(group, "policy");
  p.share = read_number_attribute(group, "share");
  p.effect = read_number_attribute(group, "effect");
  p.level = read_number_attribute(group, "level");
  p.wanted = read_number_attribute(group, "wanted");
  p.years_before = static_cast<std::uint32_t>(read_integer_attribute(group, "years_before"));
  for (auto count : read_counts(group, "pooled", length_of(group, "pooled")))
    p.pooled.push_back(static_cast<std::uint32_t>(count));
  std::size_t const years = length_of(group, "year");
  bool const probabilities = p.level > 0 && p.level < 1 && p.wanted > 0 && p.wanted < 1;
  if (!probabilities || !std::isfinite(p.effect) || p.pooled.empty() || years == 0 ||
      years > most_power_years)
    throw FileError("its power is damaged");
  p.years = static_cast<std::uint32_t>(years);
  std::size_t const size = r.points.size() * p.pooled.size() * years;
  p.power = read_numbers(group, "value", size);
  p.standard_error = read_numbers(group, "standard_error", size);
  r.power = std::move(p);
}

void read_years(Handle const& file, Result& r) {
  if (exists(file, "years")) {
    Handle const group = open_group(file, "years");
    std::size_t const years = length_of(group, "year");
    if (years < 2 || years > most_years) throw FileError("its years are damaged");
    r.year.years = static_cast<std::uint32_t>(years);
    std::size_t const size = r.points.size() * years * r.policy_name.size() * r.measures.size();
    for (auto const& entry : arrays(r.year))
      *std::get<1>(entry) = read_numbers(group, std::get<0>(entry), size);
  }
  read_power(file, r);
}

} // namespace likvard::hdf5

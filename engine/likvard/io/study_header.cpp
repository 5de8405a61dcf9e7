#include "likvard/io/study_header.hpp"

#include "likvard/core/provenance.hpp"
#include "likvard/io/hash.hpp"
#include "likvard/study/collect.hpp"
#include "likvard/study/model_version.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

namespace likvard {
namespace {

std::string brief(std::string const& value) {
  constexpr std::size_t longest = 60;
  if (value.size() <= longest) return value;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end; // not inside a letter
  return value.substr(0, end) + "…";
}

std::string difference(std::string const& key, std::string const* there, std::string const* here) {
  if (key.starts_with("file ") && there && here) return fmt::format("{}: another content here", key);
  return fmt::format("{}: {} there, {} here", key, there ? brief(*there) : "not set",
                     here ? brief(*here) : "not set");
}

using Differing = std::vector<std::pair<std::string, std::string>>; ///< key, and what to say of it

Differing differing(StudyHeader const& there, StudyHeader const& here) {
  Differing out;
  if (there.model != here.model)
    out.emplace_back("", fmt::format("the model: likvard {} ({}) there, {} ({}) here", there.program,
                                     there.model, here.program, here.model));
  std::map<std::string, std::string> const a(there.inputs.begin(), there.inputs.end()),
      b(here.inputs.begin(), here.inputs.end());
  for (auto const& [key, value] : a) {
    auto const other = b.find(key);
    if (other == b.end())
      out.emplace_back(key, difference(key, &value, nullptr));
    else if (other->second != value)
      out.emplace_back(key, difference(key, &value, &other->second));
  }
  for (auto const& [key, value] : b)
    if (!a.contains(key)) out.emplace_back(key, difference(key, nullptr, &value));
  return out;
}

bool may_grow(std::string const& key) {
  return key == "run.replicates" || key == "run.max_replicates" || key == "run.precision" ||
         key.starts_with("run.precision.") || key.starts_with("context") || key.starts_with("design");
}

std::string precision_text(std::vector<Precision> const& wanted) {
  std::string all;
  for (auto const& one : wanted)
    all += fmt::format("{}{} = {}", all.empty() ? "" : ", ", one.measure, one.standard_error);
  return all.empty() ? "not set" : "{" + all + "}";
}

/// Of the same measures, none coarser: whoever went on then goes on now.
bool at_least_as_fine(std::vector<Precision> there, std::vector<Precision> here) {
  auto const by_measure = [](Precision const& a, Precision const& b) { return a.measure < b.measure; };
  std::sort(there.begin(), there.end(), by_measure);
  std::sort(here.begin(), here.end(), by_measure);
  return std::equal(here.begin(), here.end(), there.begin(), there.end(),
                    [](Precision const& a, Precision const& b) {
                      return a.measure == b.measure && a.standard_error <= b.standard_error;
                    });
}

/// Would the study have come by what is there on its way?
std::string on_the_way(StudyHeader const& there, StudyHeader const& here) {
  bool const settled = !there.precision.empty() || !here.precision.empty();
  if (!settled && here.replicates < there.replicates)
    return fmt::format("run.replicates: {} there, {} here (it may only grow)", there.replicates,
                       here.replicates);
  if (settled && here.replicates != there.replicates)
    return fmt::format("run.replicates: {} there, {} here (a study that stops at a precision looks at these "
                       "numbers first)",
                       there.replicates, here.replicates);
  if (settled && !at_least_as_fine(there.precision, here.precision))
    return fmt::format("run.precision: {} there, {} here (of the same measures it may only become finer)",
                       precision_text(there.precision), precision_text(here.precision));
  if (settled && here.max_replicates < there.max_replicates)
    return fmt::format("run.max_replicates: {} there, {} here (it may only grow)", there.max_replicates,
                       here.max_replicates);
  return {};
}

} // namespace

Shape StudyHeader::shape() const {
  return {about.year.years, about.policy_name.size(), about.measures.size()};
}

Extent StudyHeader::extent() const {
  return {about.points.size(), (replicates + block_size - 1) / block_size, !precision.empty(), round};
}

StudyHeader header_of(Scenario const& scenario, Shard shard) {
  return {.about = described(scenario),
          .from_rates = shares_from_rates(scenario),
          .program = program_version(),
          .model = model_version(),
          .luck = scenario.luck,
          .replicates = scenario.replicates,
          .max_replicates = scenario.max_replicates,
          .precision = scenario.precision,
          .with_power = scenario.with_power,
          .with_compare = scenario.with_compare,
          .shard = shard,
          .inputs = scenario.inputs};
}

std::string fingerprint(StudyHeader const& header) {
  Hasher hasher;
  hasher.add(header.model);
  for (auto const& [key, value] : header.inputs) hasher.add('\n' + key + '=' + value);
  return hasher.text();
}

std::vector<std::string> differences(StudyHeader const& there, StudyHeader const& here) {
  std::vector<std::string> out;
  for (auto& [key, text] : differing(there, here)) out.push_back(std::move(text));
  return out;
}

Growth growth(StudyHeader const& there, StudyHeader const& here) {
  Growth out;
  auto const all = differing(there, here);
  out.same = all.empty();
  for (auto const& [key, text] : all)
    if (!may_grow(key)) out.differences.push_back(text);
  if (!out.differences.empty()) return out;
  if (auto const way = on_the_way(there, here); !way.empty()) out.differences.push_back(way);
  std::map<std::string, std::size_t> place;
  for (std::size_t g = 0; g < here.about.points.size(); ++g)
    place.emplace(here.about.points[g].fingerprint, g);
  for (std::size_t g = 0; g < there.about.points.size(); ++g) {
    auto const& point = there.about.points[g];
    auto const found = out.same ? place.end() : place.find(point.fingerprint);
    if (out.same)
      out.place.push_back(g);
    else if (point.fingerprint.empty() || found == place.end())
      out.differences.push_back(fmt::format("point '{}': is no longer there, or has changed", point.name));
    else if (here.luck == Luck::independent && found->second != g)
      out.differences.push_back(
          fmt::format("point '{}': is number {} there, {} here (with independent luck points must stay where "
                      "they are)",
                      point.name, g, found->second));
    else
      out.place.push_back(found->second);
  }
  return out;
}

std::string first_of(std::vector<std::string> const& differences) {
  if (differences.empty()) return {};
  return differences.size() == 1
             ? differences.front()
             : fmt::format("{}; and {} more", differences.front(), differences.size() - 1);
}

} // namespace likvard

#include "likvard/io/detail/decision_json.hpp"

#include "likvard/io/detail/counts.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

namespace likvard::detail {
namespace {

using Json = nlohmann::json;

/// Every array of numbers, and how many of them a point has.
auto arrays_of(auto& d) {
  std::size_t const a = d.policy.size(), p = d.parameter.size(), q = a * d.objective.size();
  return std::vector{std::pair{&d.degrees_of_freedom, std::size_t{1}},
                     std::pair{&d.sure, std::size_t{1}},
                     std::pair{&d.evpi, std::size_t{1}},
                     std::pair{&d.evpi_se, std::size_t{1}},
                     std::pair{&d.chance, std::size_t{1}},
                     std::pair{&d.chance_se, std::size_t{1}},
                     std::pair{&d.evppi, p},
                     std::pair{&d.evppi_se, p},
                     std::pair{&d.mean, a},
                     std::pair{&d.standard_error, a},
                     std::pair{&d.behind, a},
                     std::pair{&d.behind_se, a},
                     std::pair{&d.correlation, a},
                     std::pair{&d.saved, a},
                     std::pair{&d.gain_low, a},
                     std::pair{&d.gain_high, a},
                     std::pair{&d.probability, a},
                     std::pair{&d.probability_se, a},
                     std::pair{&d.regret, a},
                     std::pair{&d.regret_se, a},
                     std::pair{&d.high_regret, a},
                     std::pair{&d.high_regret_se, a},
                     std::pair{&d.largest_regret, a},
                     std::pair{&d.front, a},
                     std::pair{&d.objective_mean, q},
                     std::pair{&d.objective_se, q}};
}

Json frame_json(DecisionResult const& d) {
  return {{"measure", d.measure}, {"confidence", d.confidence}, {"replicates", d.replicates},
          {"policy", d.policy},   {"parameter", d.parameter},   {"objective", d.objective}};
}

/// Take one part in: its points' numbers to their places.
void place(Json const& part, DecisionResult& out, std::vector<bool>& there) {
  auto const points = wholes_of<std::size_t>(part.at("points"));
  auto const best = wholes_of<std::uint64_t>(part.at("best"));
  auto const& arrays = part.at("numbers");
  auto const to = arrays_of(out);
  if (best.size() != points.size() || arrays.size() != to.size()) throw FileError("its decision is damaged");
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i] >= there.size() || best[i] >= out.policy.size()) throw FileError("its decision is damaged");
    there[points[i]] = true;
    out.best[points[i]] = best[i];
  }
  for (std::size_t k = 0; k < to.size(); ++k) {
    auto const bits = wholes_of<std::uint64_t>(arrays.at(k));
    std::size_t const width = to[k].second;
    if (bits.size() != points.size() * width) throw FileError("its decision is damaged");
    for (std::size_t i = 0; i < bits.size(); ++i)
      (*to[k].first)[points[i / width] * width + i % width] = std::bit_cast<double>(bits[i]);
  }
}

} // namespace

std::string decision_json(DecisionResult const& decision, std::vector<std::size_t> const& points) {
  Json numbers = Json::array();
  for (auto const& [values, width] : arrays_of(decision)) {
    std::vector<std::uint64_t> bits;
    for (double const x : *values) bits.push_back(std::bit_cast<std::uint64_t>(x));
    numbers.push_back(bits);
  }
  return Json{
      {"frame", frame_json(decision)}, {"points", points}, {"best", decision.best}, {"numbers", numbers}}
      .dump();
}

std::optional<DecisionResult> join_decisions(std::vector<std::string> const& parts, std::size_t points) {
  if (parts.empty()) return {};
  try {
    auto const first = Json::parse(parts.front()).at("frame");
    DecisionResult out;
    out.measure = first.at("measure");
    out.confidence = first.at("confidence");
    out.replicates = whole_of<std::uint64_t>(first.at("replicates"));
    out.policy = wholes_of<std::uint64_t>(first.at("policy"));
    out.parameter = first.at("parameter").get<std::vector<std::string>>();
    out.objective = first.at("objective").get<std::vector<std::string>>();
    out.best.resize(points);
    for (auto const& [values, width] : arrays_of(out)) values->resize(points * width);
    std::vector<bool> there(points);
    for (auto const& text : parts) {
      auto const part = Json::parse(text);
      if (part.at("frame") != first) throw FileError("decisions of its parts are of other comparisons");
      place(part, out, there);
    }
    if (!std::all_of(there.begin(), there.end(), [](bool b) { return b; })) return {};
    return out;
  } catch (Json::exception const&) {
    throw FileError("its decision is damaged");
  }
}

} // namespace likvard::detail

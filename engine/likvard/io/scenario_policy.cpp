#include "likvard/io/detail/scenario_build.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <functional>
#include <set>

namespace likvard::detail {
namespace {

constexpr std::size_t most_policies = 500;

struct ResponseKey {
  std::string_view name, responses;
};
/// Which response each parameter belongs to.
constexpr std::array<ResponseKey, 11> response_keys{{{"threshold", "threshold concentration"},
                                                     {"slope", "concentration"},
                                                     {"ramp_from", "ramp"},
                                                     {"ramp_to", "ramp"},
                                                     {"ramp_low", "ramp"},
                                                     {"ramp_high", "ramp"},
                                                     {"exponent", "power"},
                                                     {"saturation", "quadratic"},
                                                     {"bounds", "bands"},
                                                     {"weights", "bands"},
                                                     {"top_share", "label"}}};

/// "threshold concentration" as "'threshold' or 'concentration'".
std::string either(std::string_view words) {
  std::size_t const space = words.find(' ');
  return space == std::string_view::npos
             ? fmt::format("'{}'", words)
             : fmt::format("'{}' or {}", words.substr(0, space), either(words.substr(space + 1)));
}

Bands build_bands(ElementReader const& element) {
  constexpr std::size_t most_bands = 100;
  Bands bands{element.numbers("bounds"), element.numbers("weights")};
  if (!element.right("bounds") || !element.right("weights")) return bands;
  if (bands.bounds.size() > most_bands)
    element.problem("bounds",
                    fmt::format("has {} numbers (at most {} are handled)", bands.bounds.size(), most_bands));
  else if (bands.weights.size() != bands.bounds.size() + 1)
    element.problem("weights", fmt::format("has {} numbers (one more than the {} bounds is wanted)",
                                           bands.weights.size(), bands.bounds.size()));
  if (std::adjacent_find(bands.bounds.begin(), bands.bounds.end(), std::greater_equal<>()) !=
      bands.bounds.end())
    element.problem("bounds", "must increase");
  return bands;
}

Response build_response(ElementReader const& element, std::string const& name) {
  if (!element.right("response")) return Linear{};
  for (auto const& [key, responses] : response_keys)
    if (element.has(key) && (" " + std::string(responses) + " ").find(" " + name + " ") == std::string::npos)
      element.problem(key,
                      fmt::format("(belongs to response {}, this policy has '{}')", either(responses), name));
  if (name == "threshold") return Threshold{element.number("threshold")};
  if (name == "concentration") return Concentration{element.number("threshold"), element.number("slope")};
  if (name == "ramp") {
    Ramp const ramp{element.number("ramp_from"), element.number("ramp_to"), element.number("ramp_low"),
                    element.number("ramp_high")};
    if (!(ramp.from < ramp.to) && element.right("ramp_from"))
      element.problem("ramp_to", fmt::format("= {:g} (must be above ramp_from = {:g})", ramp.to, ramp.from));
    return ramp;
  }
  if (name == "power") return Power{element.number("exponent")};
  if (name == "quadratic") return Quadratic{element.number("saturation")};
  if (name == "label") return Label{element.number("top_share")};
  if (name == "bands") return build_bands(element);
  return Linear{};
}

void check_policy_name(ElementReader const& element, std::string const& name, std::set<std::string>& taken) {
  if (!is_name(name))
    element.problem("name", fmt::format("= '{}' ({})", quotable(name), name_rule));
  else if (name == "per_head")
    element.problem("name", "= 'per_head' (is built in as the reference: choose another name)");
  else if (!taken.insert(name).second)
    element.problem("name", "(this name is taken by an earlier policy)");
}

/// The policy at each of its shares.
void add_shares(ElementReader const& element, Policy policy, std::vector<Policy>& out) {
  auto const shares = element.numbers("shares");
  if (shares.empty()) return element.problem("shares", "is empty (one share at least is wanted)");
  if (out.size() + shares.size() > most_policies)
    return element.problem(
        "shares",
        fmt::format("makes more than {} policies together (at most that many are handled)", most_policies));
  bool const others_right = element.right("lump_share") && element.right("small_share");
  double const others = policy.lump_share + policy.small_share;
  std::set<double> seen;
  for (double share : shares) {
    if (!seen.insert(share).second) element.problem("shares", fmt::format("has {:g} twice", share));
    if (share + others > 1 + 1e-12 && others_right)
      element.problem(
          "shares",
          fmt::format(
              "has {:g} (with lump_share {:g} and small_share {:g} that is more than the whole budget)",
              share, policy.lump_share, policy.small_share));
    policy.share = share;
    out.push_back(policy);
  }
}

} // namespace

std::vector<Policy> build_policies(Reader const& reader) {
  std::vector<Policy> policies{Policy{.name = "per_head", .title = "Per head"}};
  std::set<std::string> taken;
  for (auto const& element : elements(reader, "policy")) {
    Policy policy;
    policy.name = element.text("name");
    policy.title = element.text("title");
    if (policy.title.empty()) policy.title = policy.name;
    check_policy_name(element, policy.name, taken);
    policy.response = build_response(element, element.text("response"));
    policy.lump_share = element.number("lump_share");
    policy.small_share = element.number("small_share");
    policy.small_pupils = element.number("small_pupils");
    if (element.has("largest_loss")) policy.largest_loss = element.number("largest_loss");
    if (element.has("largest_gain")) policy.largest_gain = element.number("largest_gain");
    add_shares(element, std::move(policy), policies);
  }
  return policies;
}

} // namespace likvard::detail

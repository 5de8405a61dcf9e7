#include "likvard/io/detail/scenario_build.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace likvard::detail {
namespace {

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

Response build_response(ElementReader const& element, std::string const& name) {
  for (auto const& [key, responses] : response_keys)
    if (element.has(key) && (" " + std::string(responses) + " ").find(" " + name + " ") == std::string::npos)
      element.problem(key, fmt::format("(belongs to response '{}', this policy has '{}')", responses, name));
  if (name == "threshold") return Threshold{element.number("threshold")};
  if (name == "concentration") return Concentration{element.number("threshold"), element.number("slope")};
  if (name == "ramp") {
    Ramp const ramp{element.number("ramp_from"), element.number("ramp_to"), element.number("ramp_low"),
                    element.number("ramp_high")};
    if (!(ramp.from < ramp.to))
      element.problem("ramp_to", fmt::format("= {:g} (must be above ramp_from = {:g})", ramp.to, ramp.from));
    return ramp;
  }
  if (name == "power") return Power{element.number("exponent")};
  if (name == "quadratic") return Quadratic{element.number("saturation")};
  if (name == "label") return Label{element.number("top_share")};
  if (name == "bands") {
    Bands bands{element.numbers("bounds"), element.numbers("weights")};
    if (bands.weights.size() != bands.bounds.size() + 1)
      element.problem("weights", fmt::format("has {} numbers (one more than the {} bounds is wanted)",
                                             bands.weights.size(), bands.bounds.size()));
    if (std::adjacent_find(bands.bounds.begin(), bands.bounds.end(), std::greater_equal<>()) !=
        bands.bounds.end())
      element.problem("bounds", "must increase");
    return bands;
  }
  return Linear{};
}

} // namespace

std::vector<Policy> build_policies(Reader const& reader) {
  std::vector<Policy> policies{Policy{.name = "per_head", .title = "Per head"}};
  std::vector<std::string> seen{"per_head"};
  for (auto const& element : elements(reader, "policy")) {
    Policy policy;
    policy.name = element.text("name");
    policy.title = element.text("title");
    if (policy.title.empty()) policy.title = policy.name;
    if (!is_name(policy.name))
      element.problem("name", fmt::format("= '{}' (a name has only a-z, 0-9 and _, at most 60)",
                                          policy.name.substr(0, 60)));
    if (std::find(seen.begin(), seen.end(), policy.name) != seen.end())
      element.problem("name", policy.name == "per_head" ? "(per_head is built in as the reference)"
                                                        : "(this name is taken by an earlier policy)");
    seen.push_back(policy.name);
    policy.response = build_response(element, element.text("response"));
    policy.lump_share = element.number("lump_share");
    policy.small_share = element.number("small_share");
    policy.small_pupils = element.number("small_pupils");
    if (element.has("largest_loss")) policy.largest_loss = element.number("largest_loss");
    if (element.has("largest_gain")) policy.largest_gain = element.number("largest_gain");
    auto const shares = element.numbers("shares");
    if (element.has("shares") && element.table().get("shares")->is_array() && shares.empty())
      element.problem("shares", "is empty (one share at least is wanted)");
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if (std::find(shares.begin(), shares.begin() + static_cast<std::ptrdiff_t>(i), shares[i]) !=
          shares.begin() + static_cast<std::ptrdiff_t>(i))
        element.problem("shares", fmt::format("has {:g} twice", shares[i]));
      if (shares[i] <= 1 && shares[i] + policy.lump_share + policy.small_share > 1 + 1e-12)
        element.problem(
            "shares",
            fmt::format(
                "has {:g} (with lump_share {:g} and small_share {:g} that is more than the whole budget)",
                shares[i], policy.lump_share, policy.small_share));
      policy.share = shares[i];
      policies.push_back(policy);
    }
  }
  if (policies.size() > 500)
    reader.problem("policy",
                   fmt::format("policy (makes {} policies; at most 500 are handled)", policies.size()));
  return policies;
}

} // namespace likvard::detail

#include "likvard/io/detail/scenario_build.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>

namespace likvard::detail {
namespace {

constexpr std::size_t most_policies = 500;

/// Keys of a policy's own need block; with [[block]] tables they belong there.
constexpr auto block_keys = std::to_array<std::string_view>(
    {"index",        "scale",         "response",  "threshold",   "slope",        "ramp_from", "ramp_to",
     "ramp_low",     "ramp_high",     "exponent",  "saturation",  "bounds",       "weights",   "weights_per",
     "count_bounds", "count_weights", "top_share", "least_share", "least_pupils", "rate"});

void check_name(ElementReader const& element, std::string const& name, std::set<std::string>& taken) {
  if (!is_name(name))
    element.problem("name", fmt::format("= '{}' ({})", quotable(name), name_rule));
  else if (name == "per_head")
    element.problem("name", "= 'per_head' (is built in as the reference: choose another name)");
  else if (!taken.insert(name).second)
    element.problem("name", "(this name is taken by an earlier policy)");
}

/// The place of an index among the points' needs: [need] is 0.
std::size_t find_index(Reader const& reader, ElementReader const& element) {
  auto const wanted = element.text("index");
  if (wanted.empty()) return 0;
  std::vector<std::string> names;
  for (auto const& index : elements(reader, "index")) names.push_back(index.text("name"));
  auto const found = std::find(names.begin(), names.end(), wanted);
  if (found != names.end()) return 1 + static_cast<std::size_t>(found - names.begin());
  element.problem("index", fmt::format("= '{}' (there is no such [[index]]){}", quotable(wanted),
                                       suggest(wanted, {names.begin(), names.end()})));
  return 0;
}

Block build_block(Reader const& reader, ElementReader const& element) {
  Block block;
  block.index = find_index(reader, element);
  block.raw = element.text("scale") == "raw";
  block.response = build_response(element);
  block.least_share = element.number("least_share");
  block.least_pupils = element.number("least_pupils");
  block.rate_sek = element.has("rate") ? element.number("rate") : 0.0;
  return block;
}

/// The [[block]] tables of a policy, or the one that its own keys describe.
std::vector<Block> build_blocks(Reader const& reader, ElementReader const& policy, std::string const& name) {
  std::vector<Block> blocks;
  for (auto const& element : elements(reader, "block")) {
    if (element.text("policy") != name) continue;
    blocks.push_back(build_block(reader, element));
    blocks.back().name = element.text("name");
    blocks.back().part = element.number("part");
    bool const open = policy.text("pot") == "open";
    if (open && !element.has("rate")) element.problem("rate", "is missing (an open pot pays by rates)");
    if (!open && element.has("rate"))
      element.problem("rate", "(belongs to an open pot, this policy's is closed)");
    if (open && element.has("part"))
      element.problem("part", "(belongs to a closed pot, this policy's is open)");
  }
  if (blocks.empty()) return {build_block(reader, policy)};
  for (auto const key : block_keys)
    if (policy.has(key)) policy.problem(key, "(this policy has [[block]] tables: it belongs in one)");
  return blocks;
}

/// Keys that only one kind of pot takes, and what that kind cannot do without.
void check_pot(ElementReader const& element, Policy const& policy) {
  bool const open = policy.pot == Pot::open;
  for (auto const key : {"lump_share", "small_share"})
    if (open && element.has(key))
      element.problem(key, "(belongs to a closed pot: an open one takes lump and small)");
  for (auto const key : {"base", "lump", "small"})
    if (!open && element.has(key))
      element.problem(key, "(belongs to an open pot: a closed one takes lump_share and small_share)");
  bool const own_block = policy.blocks.size() == 1 && policy.blocks.front().name.empty();
  if (!open && own_block && element.has("rate"))
    element.problem("rate", "(belongs to an open pot, this one is closed)");
  if (!open && !element.has("shares"))
    element.problem("shares", "is missing (a closed pot needs one share at least)");
  if (open && !(policy.base_sek > 0))
    element.problem("base", "is missing (an open pot pays a base above 0 per pupil)");
  if (open && own_block && !(policy.blocks.front().rate_sek > 0))
    element.problem("rate", "is missing (an open pot pays by rates: one here, or in [[block]] tables)");
  if (element.has("small_pupils") && !element.has("small_share") && !element.has("small"))
    element.problem("small_pupils", "(there is no money for small units: small_share or small is wanted)");
}

/// The policy at each of its shares.
void add_shares(ElementReader const& element, Policy policy, std::vector<Policy>& out) {
  auto const shares = element.numbers("shares");
  if (shares.empty() && element.has("shares"))
    return element.problem("shares", "is empty (one share at least is wanted)");
  policy.own_share = shares.empty();
  std::size_t const count = std::max<std::size_t>(1, shares.size());
  if (out.size() + count > most_policies)
    return element.problem(
        "shares",
        fmt::format("makes more than {} policies together (at most that many are handled)", most_policies));
  if (policy.own_share) return out.push_back(policy);
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

void check_phases(ElementReader const& element, Policy const& policy) {
  auto const& weights = policy.phase_weights;
  if (!weights.empty() && weights.size() != 3)
    element.problem("phase_weights",
                    fmt::format("has {} numbers (3 are wanted: grades F-3, 4-6 and 7-9)", weights.size()));
  else if (!weights.empty() && *std::max_element(weights.begin(), weights.end()) <= 0)
    element.problem("phase_weights", "has no weight above 0");
}

Policy build_policy(Reader const& reader, ElementReader const& element) {
  Policy policy;
  policy.name = element.text("name");
  policy.title = element.text("title");
  if (policy.title.empty()) policy.title = policy.name;
  policy.pot = element.text("pot") == "open" ? Pot::open : Pot::closed;
  policy.blocks = build_blocks(reader, element, policy.name);
  policy.phase_weights = element.numbers("phase_weights");
  check_phases(element, policy);
  policy.lump_share = element.number("lump_share");
  policy.small_share = element.number("small_share");
  policy.small_pupils = element.number("small_pupils");
  policy.base_sek = element.has("base") ? element.number("base") : 0.0;
  policy.lump_sek = element.number("lump");
  policy.small_sek = element.number("small");
  policy.pace = element.number("pace");
  if (element.has("largest_loss")) policy.largest_loss = element.number("largest_loss");
  if (element.has("largest_gain")) policy.largest_gain = element.number("largest_gain");
  policy.least = element.number("least");
  policy.reach = element.number("reach");
  check_pot(element, policy);
  return policy;
}

void check_block_policies(Reader const& reader) {
  std::vector<std::string> names;
  for (auto const& element : elements(reader, "policy")) names.push_back(element.text("name"));
  std::set<std::pair<std::string, std::string>> taken;
  for (auto const& element : elements(reader, "block")) {
    auto const policy = element.text("policy"), name = element.text("name");
    if (std::find(names.begin(), names.end(), policy) == names.end())
      element.problem("policy", fmt::format("= '{}' (there is no such policy){}", quotable(policy),
                                            suggest(policy, {names.begin(), names.end()})));
    if (!is_name(name))
      element.problem("name", fmt::format("= '{}' ({})", quotable(name), name_rule));
    else if (!taken.emplace(policy, name).second)
      element.problem("name", "(this name is taken by an earlier block of the policy)");
  }
}

} // namespace

std::vector<Policy> build_policies(Reader const& reader) {
  std::vector<Policy> policies{Policy{.name = "per_head", .title = "Per head"}};
  std::set<std::string> taken;
  auto const follow_ups = build_follow_ups(reader);
  for (auto const& element : elements(reader, "policy"))
    for (auto& policy : with_follow_up(reader, element, build_policy(reader, element), follow_ups)) {
      check_name(element, policy.name, taken);
      add_shares(element, std::move(policy), policies);
    }
  check_block_policies(reader);
  return policies;
}

} // namespace likvard::detail

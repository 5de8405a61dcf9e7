#include "likvard/io/detail/scenario_build.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>

namespace likvard::detail {
namespace {

constexpr std::string_view plain = "none"; ///< of policy[].intervention: ordinary money

constexpr std::array<std::pair<std::string_view, FollowUpRule>, 6> rules{
    {{"none", FollowUpRule::none},
     {"before_after", FollowUpRule::before_after},
     {"compare", FollowUpRule::compare},
     {"shrink", FollowUpRule::shrink},
     {"bandit", FollowUpRule::bandit},
     {"randomised", FollowUpRule::randomised}}};

void check_name_of(ElementReader const& element, std::string const& name, std::set<std::string>& taken) {
  if (!is_name(name))
    element.problem("name", fmt::format("= '{}' ({})", quotable(name), name_rule));
  else if (!taken.insert(name).second)
    element.problem("name", "(this name is taken by an earlier one)");
}

/// Keys that a rule has no use for.
void refuse_idle_keys(ElementReader const& element, FollowUp const& follow_up, std::string const& rule) {
  bool const learns = follow_up.rule != FollowUpRule::none && follow_up.rule != FollowUpRule::before_after;
  auto const refuse = [&](std::string_view key, bool idle) {
    if (idle && element.has(key)) element.problem(key, fmt::format("(rule '{}' has no use for it)", rule));
  };
  refuse("sharing", !learns);
  refuse("trial_years", follow_up.rule != FollowUpRule::randomised);
  refuse("prior_mean", follow_up.rule != FollowUpRule::bandit);
  refuse("prior_sd", follow_up.rule != FollowUpRule::bandit);
  if (element.has("network") && follow_up.sharing != Sharing::network)
    element.problem("network", "(needs sharing = 'network')");
}

std::optional<std::size_t> find_intervention(Reader const& reader, ElementReader const& element) {
  auto const wanted = element.text("intervention");
  if (wanted.empty()) return std::nullopt;
  std::vector<std::string> names;
  for (auto const& each : elements(reader, "intervention")) names.push_back(each.text("name"));
  auto const found = std::find(names.begin(), names.end(), wanted);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  element.problem("intervention",
                  fmt::format("= '{}' (there is no such [[intervention]]){}", quotable(wanted),
                              suggest(wanted, {names.begin(), names.end()})));
  return std::nullopt;
}

/// Those that a policy names, or all; of a policy with a decided intervention none but what it names.
std::vector<FollowUp> chosen(ElementReader const& element, std::vector<FollowUp> const& all, bool decided) {
  auto const names = element.texts("follow_up");
  if (names.empty()) return decided ? std::vector<FollowUp>{FollowUp{}} : all;
  std::vector<FollowUp> out;
  std::vector<std::string_view> known;
  for (auto const& follow_up : all) known.push_back(follow_up.name);
  for (auto const& name : names) {
    auto const found =
        std::find_if(all.begin(), all.end(), [&](FollowUp const& f) { return f.name == name; });
    if (found != all.end())
      out.push_back(*found);
    else
      element.problem("follow_up", fmt::format("has '{}' (there is no such [[follow_up]]){}", quotable(name),
                                               suggest(name, known)));
  }
  return out;
}

} // namespace

Years build_years(Reader const& reader) {
  return {.count = static_cast<std::uint32_t>(reader.integer("years.count")),
          .turnover = reader.number("years.turnover"),
          .drift_sd = reader.number("years.drift_sd"),
          .drift_persistence = reader.number("years.drift_persistence"),
          .size_sd = reader.number("years.size_sd"),
          .enrolment_response = reader.number("years.enrolment_response"),
          .price_drift = reader.number("years.price_drift"),
          .build_up = static_cast<std::uint32_t>(reader.integer("years.build_up")),
          .fade = reader.number("years.fade"),
          .measured = reader.number("years.measured"),
          .unit_year_sd = reader.number("years.unit_year_sd")};
}

std::vector<Intervention> build_interventions(Reader const& reader) {
  std::vector<Intervention> out;
  std::set<std::string> taken;
  for (auto const& element : elements(reader, "intervention")) {
    if (out.size() == most_interventions) {
      element.problem("name", fmt::format("(at most {} interventions are handled)", most_interventions));
      break;
    }
    Intervention one{.name = element.text("name"), .title = element.text("title")};
    check_name_of(element, one.name, taken);
    if (one.name == plain)
      element.problem("name",
                      "= 'none' (means no intervention in policy[].intervention: choose another name)");
    if (one.title.empty()) one.title = one.name;
    one.effect = element.number("effect");
    one.effect_sd = element.number("effect_sd");
    one.unit_sd = element.number("unit_sd");
    one.cost_sek = element.right("cost") ? element.number("cost") : 1.0;
    one.fade = element.number("fade");
    out.push_back(std::move(one));
  }
  if (!out.empty() && reader.right("years.count") && reader.integer("years.count") < 2)
    reader.problem("intervention", "intervention (runs over years: years.count of 2 at least is wanted)");
  return out;
}

std::vector<FollowUp> build_follow_ups(Reader const& reader) {
  std::vector<FollowUp> out;
  std::set<std::string> taken;
  for (auto const& element : elements(reader, "follow_up")) {
    FollowUp one{.name = element.text("name"), .title = element.text("title")};
    check_name_of(element, one.name, taken);
    if (one.title.empty()) one.title = one.name;
    auto const rule = element.text("rule"), sharing = element.text("sharing");
    for (auto const& [name, value] : rules)
      if (name == rule) one.rule = value;
    one.sharing = sharing == "unit"      ? Sharing::unit
                  : sharing == "network" ? Sharing::network
                                         : Sharing::municipality;
    one.network = static_cast<std::uint32_t>(element.integer("network"));
    one.trial_years = static_cast<std::uint32_t>(element.integer("trial_years"));
    one.prior_mean = element.number("prior_mean");
    one.prior_sd = element.number("prior_sd");
    one.adoption = element.number("adoption");
    one.use_gain = element.number("use_gain");
    refuse_idle_keys(element, one, rule);
    if (reader.right("years.count") && reader.integer("years.count") < 2)
      element.problem("name", "(follows up over years: years.count of 2 at least is wanted)");
    else if (one.rule != FollowUpRule::none && elements(reader, "intervention").empty())
      element.problem("rule", "(there is no [[intervention]] to choose)");
    out.push_back(std::move(one));
  }
  if (out.empty()) out.emplace_back();
  return out;
}

std::vector<Policy> with_follow_up(Reader const& reader, ElementReader const& element, Policy policy,
                                   std::vector<FollowUp> const& follow_ups) {
  policy.plain_money = element.text("intervention") == plain;
  if (!policy.plain_money) policy.intervention = find_intervention(reader, element);
  if (element.has("pass_through")) policy.pass_through = element.number("pass_through");
  auto const own = chosen(element, follow_ups, policy.intervention.has_value() || policy.plain_money);
  std::vector<Policy> out;
  for (auto const& follow_up : own) {
    Policy one = policy;
    one.follow_up = follow_up;
    if (own.size() > 1) {
      one.name = fmt::format("{}_{}", policy.name, follow_up.name);
      one.title = fmt::format("{}; {}", policy.title, follow_up.title);
    }
    out.push_back(std::move(one));
  }
  return out;
}

} // namespace likvard::detail

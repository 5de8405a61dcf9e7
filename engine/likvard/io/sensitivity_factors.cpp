#include "likvard/io/detail/sensitivity_factors.hpp"

#include "likvard/io/detail/scenario_override.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace likvard::detail {
namespace {

struct Coefficient {
  std::string_view key, title;
  Prior Outcome::* prior;
};
/// In the order of Coefficients.
constexpr std::array<Coefficient, 9> coefficients{
    {{"outcome.theta", "What money does", &Outcome::theta},
     {"outcome.effect_ratio", "Effect in the need group against others", &Outcome::effect_ratio},
     {"outcome.curvature", "Diminishing returns", &Outcome::curvature},
     {"outcome.pass_through", "Money that stays at the unit", &Outcome::pass_through},
     {"outcome.use_mean", "How well money is used", &Outcome::use_mean},
     {"outcome.peer", "Influence of schoolmates", &Outcome::peer},
     {"outcome.selection", "Unobserved selection", &Outcome::selection},
     {"outcome.dilution", "Less qualified staff", &Outcome::dilution},
     {"outcome.carry", "Effect left at the end of school", &Outcome::carry}}};

int coefficient_of(std::string_view key) {
  for (std::size_t i = 0; i < coefficients.size(); ++i)
    if (coefficients[i].key == key) return static_cast<int>(i);
  return -1;
}

/// Keys that belong to the study or the file as a whole.
bool is_of_study(std::string_view key) {
  constexpr auto sections = std::to_array<std::string_view>(
      {"run", "answer", "design", "context", "sources", "format", "title", "question", "claim", "models",
       "follow_up", "power", "sensitivity", "factor", "correlation", "compare"});
  if (key == "answer.policy" || key == "answer.share") return false;
  return key == "years.count" ||
         std::find(sections.begin(), sections.end(), key.substr(0, key.find('.'))) != sections.end();
}

Role role_of(std::string_view key, std::string_view asked) {
  if (asked == "lever") return Role::lever;
  if (asked == "context") return Role::context;
  if (asked == "parameter") return Role::parameter;
  if (key.starts_with("answer.") || key.starts_with("policy.") || key.starts_with("block."))
    return Role::lever;
  return key.starts_with("outcome.") ? Role::parameter : Role::context;
}

bool equal_weights(std::vector<double> const& weights) {
  return std::all_of(weights.begin(), weights.end(), [](double w) { return w <= 0; });
}

Levels context_levels(Scenario const& scenario) {
  Levels out;
  for (auto const& point : scenario.points) {
    out.name.push_back(point.name);
    out.weight.push_back(point.municipalities);
  }
  if (equal_weights(out.weight)) std::fill(out.weight.begin(), out.weight.end(), 1.0);
  // A context that stands for no municipality has no weight among those that do.
  return out;
}

std::vector<std::string> policy_names(Scenario const& scenario) {
  std::vector<std::string> out;
  for (auto const& policy : scenario.policies)
    if (policy.name != "per_head" && std::find(out.begin(), out.end(), policy.name) == out.end())
      out.push_back(policy.name);
  return out;
}

Levels named(std::vector<std::string> names) {
  Levels out;
  out.weight.assign(names.size(), 1.0);
  out.name = std::move(names);
  return out;
}

/// Names that the list may hold, and what they stand for: their places among `all`.
void read_names(ElementReader const& element, Levels const& all, Levels& out) {
  out.name.clear();
  out.weight.clear();
  for (auto const& item : *element.table().get("values")->as_array()) {
    auto const name = item.value<std::string>().value_or("");
    auto const found = std::find(all.name.begin(), all.name.end(), name);
    std::vector<std::string_view> const names(all.name.begin(), all.name.end());
    if (found == all.name.end())
      element.problem("values",
                      fmt::format("has {} (there is none of that name){}", show(item), suggest(name, names)));
    else
      out.weight.push_back(all.weight[static_cast<std::size_t>(found - all.name.begin())]);
    out.name.push_back(name);
  }
}

void read_weights(ElementReader const& element, Levels& levels) {
  auto const weights = element.numbers("weights");
  if (weights.empty()) return;
  if (weights.size() != levels.name.size())
    element.problem("weights", fmt::format("has {} numbers ({} values)", weights.size(), levels.name.size()));
  else if (*std::min_element(weights.begin(), weights.end()) <= 0)
    element.problem("weights", "(each must be above 0)");
  else
    levels.weight = weights;
}

void read_values(ElementReader const& element, FactorSource& out) {
  Levels levels;
  auto const& list = *element.table().get("values")->as_array();
  bool numbers = true;
  for (auto const& item : list) {
    check_value(*out.key, element.text("key"), item, element.problems());
    auto const* text = item.as_string();
    levels.name.push_back(text ? text->get() : show(item));
    numbers = numbers && item.is_number();
    levels.value.push_back(item.value<double>().value_or(0));
  }
  if (!numbers) levels.value.clear();
  if (numbers && std::set(levels.value.begin(), levels.value.end()).size() != levels.value.size())
    element.problem("values", "(the same value twice: give it a weight)");
  levels.weight.assign(levels.name.size(), 1.0);
  out.factor.law = levels;
  out.values = std::make_shared<toml::array>(list);
}

/// A distribution, whole numbers where the key takes these.
void set_law(Key const& key, Prior const& prior, Factor& factor) {
  if (key.kind == KeyKind::integer)
    factor.law = WholeNumber{prior};
  else
    factor.law = prior;
}

void read_law(ElementReader const& element, Prior const& own, FactorSource& out) {
  bool const numeric = out.key->kind == KeyKind::number || out.key->kind == KeyKind::integer ||
                       out.key->kind == KeyKind::uncertain;
  Prior prior = own;
  if (auto const* node = element.table().get("law")) {
    Problems quiet("");
    std::string source;
    if (!read_prior(*find_key("factor[].law"), "", *node, prior, source, quiet)) return; // reported already
    if (!numeric)
      return element.problem("law", fmt::format("({} takes no number: give values)", element.text("key")));
    if (is_fixed(prior)) return element.problem("law", "(a distribution is wanted)");
    constexpr double rare = 0.001;
    if (quantile(prior, rare) < out.key->low || quantile(prior, 1 - rare) > out.key->high)
      return element.problem(
          "law", fmt::format("= {} ({} takes {})", to_text(prior), element.text("key"), wanted(*out.key)));
  } else if (is_fixed(prior)) {
    return element.problem(
        "key", fmt::format("= '{}' (needs a law or values: the scenario has no distribution for it)",
                           quotable(element.text("key"))));
  }
  set_law(*out.key, prior, out.factor);
}

void read_one(toml::table& root, Scenario const& scenario, ElementReader const& element,
              std::vector<FactorSource>& factors) {
  FactorSource out;
  auto& factor = out.factor;
  factor.name = element.text("name");
  factor.key = element.text("key");
  factor.title = element.text("title").empty() ? factor.name : element.text("title");
  factor.group = element.text("group");
  factor.role = role_of(factor.key, element.text("role"));
  if (!is_name(factor.name))
    element.problem("name", fmt::format("= '{}' ({})", quotable(factor.name), name_rule));
  for (auto const& other : factors)
    if (other.factor.name == factor.name || other.factor.key == factor.key)
      element.problem(other.factor.name == factor.name ? "name" : "key", "(an earlier factor has it)");
  bool const values = element.has("values") && element.right("values");
  if (values && element.has("law")) element.problem("law", "(a law or values, not both)");
  if (factor.key == "context") {
    factor.role = role_of("municipality", element.text("role"));
    Levels levels = context_levels(scenario);
    if (scenario.points.size() < 2) element.problem("key", "= 'context' (the scenario has one point only)");
    if (values) element.problem("values", "(all contexts of the file are taken: leave it out)");
    read_weights(element, levels);
    factor.law = levels;
    factors.push_back(std::move(out));
    return;
  }
  bool const known =
      find_key(factor.key) || !factor.key.starts_with("answer."); // else the nearest key is named
  if (known && is_of_study(factor.key))
    return element.problem("key",
                           fmt::format("= '{}' (belongs to the study as a whole)", quotable(factor.key)));
  out.coefficient = coefficient_of(factor.key);
  Slot const slot = find_slot(root, factor.key, element.table().source(), element.problems());
  if (!slot.key) return;
  out.key = slot.key;
  if (factor.key == "answer.policy") {
    Levels const all = named(policy_names(scenario));
    Levels levels = all;
    if (values) read_names(element, all, levels);
    read_weights(element, levels);
    factor.law = levels;
  } else if (values) {
    read_values(element, out);
    auto& levels = std::get<Levels>(factor.law);
    read_weights(element, levels);
    if (out.coefficient >= 0 && levels.value.empty()) element.problem("values", "(numbers are wanted here)");
  } else {
    Prior own = Fixed{0};
    if (out.coefficient >= 0)
      own = scenario.points.front().parameters.all().outcome.*
            coefficients[static_cast<std::size_t>(out.coefficient)].prior;
    read_law(element, own, out);
  }
  factors.push_back(std::move(out));
}

FactorSource made(std::string name, std::string_view title, std::string_view key, Role role, FactorLaw law) {
  FactorSource out;
  out.factor = {std::move(name), std::string(title), std::string(key), role, "", std::move(law)};
  out.key = find_key(key);
  out.coefficient = coefficient_of(key);
  return out;
}

/// Contexts, policies and shares, where the scenario has several of them.
void add_levers(Scenario const& scenario, std::vector<FactorSource>& factors) {
  if (scenario.points.size() > 1)
    factors.push_back(made("context", "Municipality", "context", Role::context, context_levels(scenario)));
  auto const names = policy_names(scenario);
  if (names.size() > 1)
    factors.push_back(made("policy", "Model", "answer.policy", Role::lever, named(names)));
  std::set<double> shares;
  for (auto const& policy : scenario.policies)
    if (policy.name != "per_head" && !policy.own_share) shares.insert(policy.share);
  if (shares.size() < 2) return;
  Levels levels;
  for (double share : shares) {
    levels.name.push_back(fmt::format("{:g}", share));
    levels.value.push_back(share);
    levels.weight.push_back(1);
  }
  factors.push_back(made("share", "Share given out by need", "answer.share", Role::lever, levels));
}

} // namespace

std::vector<FactorSource> read_factors(toml::table& root, Reader const& reader, Scenario const& scenario) {
  std::vector<FactorSource> factors;
  auto const declared = elements(reader, "factor");
  for (auto const& element : declared) read_one(root, scenario, element, factors);
  if (declared.empty()) add_levers(scenario, factors);
  Outcome const outcome = scenario.points.front().parameters.all().outcome;
  for (auto const& point : scenario.points) {
    Outcome const own = point.parameters.all().outcome;
    for (auto const& c : coefficients)
      if (to_text(own.*c.prior) != to_text(outcome.*c.prior))
        reader.problems().add(
            root, fmt::format("sensitivity: {} differs between contexts (here it is one factor with "
                              "one distribution)",
                              c.key));
  }
  for (auto const& c : coefficients) {
    bool const taken =
        std::any_of(factors.begin(), factors.end(), [&](auto const& f) { return f.factor.key == c.key; });
    Prior const& first = outcome.*c.prior;
    if (taken || is_fixed(first)) continue;
    factors.push_back(
        made(std::string(c.key.substr(c.key.find('.') + 1)), c.title, c.key, Role::parameter, first));
  }
  return factors;
}

Eigen::MatrixXd read_correlations(Reader const& reader, std::vector<FactorSource> const& factors) {
  auto const declared = elements(reader, "correlation");
  if (declared.empty()) return {};
  auto const d = static_cast<Eigen::Index>(factors.size());
  Eigen::MatrixXd out = Eigen::MatrixXd::Identity(d, d);
  std::vector<std::string_view> names;
  for (auto const& f : factors) names.push_back(f.factor.name);
  for (auto const& element : declared) {
    auto const pair = element.texts("factors");
    std::vector<Eigen::Index> at;
    for (auto const& name : pair) {
      auto const found = std::find(names.begin(), names.end(), name);
      if (found == names.end())
        element.problem("factors", fmt::format("has '{}' (there is no such factor){}", quotable(name),
                                               suggest(name, names)));
      else
        at.push_back(found - names.begin());
    }
    if (at.size() == 2 && pair.size() == 2 && at[0] != at[1])
      out(at[0], at[1]) = out(at[1], at[0]) = element.number("rank");
    else if (at.size() == pair.size())
      element.problem("factors", "(two different factors are wanted)");
  }
  return out;
}

} // namespace likvard::detail

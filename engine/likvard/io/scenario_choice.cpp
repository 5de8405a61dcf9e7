#include "likvard/io/detail/scenario_build.hpp"

#include <array>
#include <fmt/format.h>

namespace likvard::detail {
namespace {

constexpr std::array<std::string_view, 11> own_keys{
    "sorting.areas",        "sorting.residence", "sorting.residence_eps2",    "sorting.smoothness",
    "sorting.active",       "sorting.distance",  "sorting.standing",          "sorting.own_group",
    "sorting.own_group_of", "sorting.solve",     "sorting.independent_share",
};

} // namespace

void refuse_choice_keys(Reader const& reader, std::string_view mechanism) {
  for (auto key : own_keys)
    if (reader.has(key)) reader.problem(key, fmt::format("{} (mechanism '{}' has none)", key, mechanism));
}

Choice build_choice(Reader const& reader, Draft const& draft, bool solved) {
  Choice choice;
  choice.areas = static_cast<std::uint32_t>(reader.integer("sorting.areas"));
  choice.residence = reader.number("sorting.residence");
  if (reader.has("sorting.residence_eps2")) choice.residence_eps2 = reader.number("sorting.residence_eps2");
  choice.smoothness = reader.number("sorting.smoothness");
  choice.active = reader.number("sorting.active");
  choice.distance = reader.number("sorting.distance");
  choice.standing = reader.number("sorting.standing");
  choice.own_group = reader.number("sorting.own_group");
  choice.independent_share = reader.number("sorting.independent_share");

  choice.group = draft.background.need_group;
  if (auto const name = reader.text("sorting.own_group_of"); !name.empty()) {
    auto const found = find_group(draft.background, name);
    choice.group = found.value_or(choice.group);
    if (!found && !draft.nameless_group)
      reader.problem("sorting.own_group_of",
                     fmt::format("sorting.own_group_of = '{}' (there is no such group){}", quotable(name),
                                 suggest(name, group_names(draft.background))));
  }

  auto const solve = reader.text("sorting.solve");
  choice.solve = solve == "standing"    ? ChoiceUnknown::standing
                 : solve == "own_group" ? ChoiceUnknown::own_group
                                        : ChoiceUnknown::residence;
  if (!solved && reader.has("sorting.solve"))
    reader.problem("sorting.solve", "sorting.solve (says what a [[target]] is reached by: there is none)");
  if (reader.has("sorting.residence") && choice.residence_eps2)
    reader.problem("sorting.residence_eps2",
                   "sorting.residence_eps2 (give this or sorting.residence, not both)");
  if (!solved) return choice;
  for (auto const* key :
       {"sorting.residence", "sorting.residence_eps2", "sorting.standing", "sorting.own_group"}) {
    std::string_view const name(key + sizeof("sorting.") - 1);
    bool const same = name == solve || (solve == "residence" && name == "residence_eps2");
    if (same && reader.has(key))
      reader.problem(key,
                     fmt::format("{} (the [[target]] is reached by it: sorting.solve = '{}')", key, solve));
  }
  return choice;
}

} // namespace likvard::detail

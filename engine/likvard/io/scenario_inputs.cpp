#include "likvard/io/detail/scenario_inputs.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sstream>

namespace likvard::detail {
namespace {

bool is_plain_list(toml::array const& list) {
  return std::none_of(list.begin(), list.end(),
                      [](toml::node const& item) { return item.is_table() || item.is_array(); });
}

} // namespace

void each_value(toml::node const& node, std::string const& name, ValueVisitor const& visit) {
  auto const* list = node.as_array();
  if (auto const* table = node.as_table()) {
    for (auto const& [key, value] : *table)
      each_value(value, name.empty() ? std::string(key.str()) : fmt::format("{}.{}", name, key.str()), visit);
  } else if (list && !is_plain_list(*list)) {
    std::size_t i = 0;
    for (auto const& item : *list) each_value(item, fmt::format("{}[{}]", name, i++), visit);
  } else {
    visit(name, value_text(node));
  }
}

std::string value_text(toml::node const& node) {
  if (auto const* text = node.as_string()) return text->get();
  if (auto const* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (auto const* number = node.as_integer()) return fmt::format("{}", number->get());
  if (auto const* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  std::string all;
  if (auto const* list = node.as_array(); list && is_plain_list(*list)) {
    for (auto const& item : *list) all += (all.empty() ? "" : ", ") + value_text(item);
    return "[" + all + "]";
  }
  if (node.is_table() || node.is_array()) {
    each_value(node, "", [&](std::string const& key, std::string const& value) {
      all += fmt::format("{}{} = {}", all.empty() ? "" : ", ", key, value);
    });
    return "{" + all + "}";
  }
  std::ostringstream text; // a date or a time
  node.visit([&](auto const& value) {
    if constexpr (toml::is_date<decltype(value)> || toml::is_time<decltype(value)> ||
                  toml::is_date_time<decltype(value)>)
      text << value.get();
  });
  return text.str();
}

} // namespace likvard::detail

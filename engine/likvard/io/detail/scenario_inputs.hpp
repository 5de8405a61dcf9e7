#pragma once
#include <functional>
#include <string>

#include <toml++/toml.h>

/// What was put in, as text that can be compared key by key.
namespace likvard::detail {

using ValueVisitor = std::function<void(std::string const& name, std::string const& value)>;

/// Every value under a node with its full name ("policy[1].shares"), in the order of names. A list of numbers
/// or texts is one value.
void each_value(toml::node const& node, std::string const& name, ValueVisitor const& visit);

/// A value, tables and lists written out.
std::string value_text(toml::node const& node);

} // namespace likvard::detail

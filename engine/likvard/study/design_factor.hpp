#pragma once
#include "likvard/core/prior.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

/// What a design varies: one scenario key with the values it takes.
namespace likvard {

/// Levers are decided, contexts are there, parameters are not known. Chance is not a factor.
enum class Role { lever, context, parameter };

/// A whole number: of a uniform law every number from ⌈low⌉ to ⌊high⌋ is as likely; else the nearest one.
struct WholeNumber {
  Prior law;
};

/// Levels in a list, with weights: categories (their numbers count from 0), or an empirical distribution.
struct Levels {
  std::vector<std::string> name;
  std::vector<double> weight; ///< positive; need not sum to 1
  std::vector<double> value;  ///< of numbers; empty: categories
};

using FactorLaw = std::variant<Prior, WholeNumber, Levels>;

struct Factor {
  std::string name, title, key;
  Role role = Role::parameter;
  std::string group; ///< factors of one group move together; empty: alone
  FactorLaw law = Uniform{};
};

/// The factor's value at level u of its distribution; a category's number.  - Expects: 0 < u < 1.
double factor_value(Factor const& factor, double u);

/// Number of levels; 0 for what is continuous.
std::size_t level_count(Factor const& factor);

/// "uniform from 0 to 1", "a, b or c".
std::string law_text(Factor const& factor);

/// The value as people read it: a level's name, a number.
std::string value_text(Factor const& factor, double value);

} // namespace likvard

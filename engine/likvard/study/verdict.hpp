#pragma once
#include "likvard/core/prior.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What `likvard verdict` asks of a scenario: one [[verdict]] table each. engine/MODEL.md §15.
namespace likvard {

enum class VerdictKind { difference, shares, adoption, power, decomposition, information };
enum class Expectation { above, below, equal };

/// Points by their place on axes: every axis named must have one of the levels. Empty: all points.
using PlaceFilter = std::map<std::string, std::vector<std::string>>;

struct VerdictQuestion {
  std::string name, title, says;
  VerdictKind kind = VerdictKind::difference;
  std::string measure; ///< "" = the answer's
  std::string policy;  ///< "" = the answer's
  double share = 0.1;
  std::string reference = "per_head";
  double reference_share = 0.1;
  PlaceFilter at, against;
  bool has_against = false;
  Expectation expect = Expectation::above;
  double matters = 0;
  std::string why;            ///< where that threshold comes from
  std::optional<double> also; ///< another threshold that is answered for too
  bool per_krona = false;
  double ideal = 0.2;
  std::string axis = "size";
  std::vector<std::pair<std::string, double>> observed; ///< "all", or levels joined by |, and their share
  double grant = 0.05;
  Prior crowd_out = Fixed{0};       ///< of a krona of grant, what the municipality takes from its own budget
  Prior crowd_out_model = Fixed{0}; ///< of what it takes, the part that it takes from its own model
};

} // namespace likvard

#pragma once
#include "likvard/study/block.hpp"
#include "likvard/study/scenario.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

/// The municipality that everything here is timed on: town.toml, which bench/peers read too.
namespace likvard::bench {

struct Town {
  Scenario scenario; ///< one point
  Plan plan;
  std::vector<Policy> policies;  ///< as many as asked for
  std::vector<std::size_t> kept; ///< the scenario's measures
  Wanted wanted;                 ///< what these need
};

/// Of so many pupils and units. With 40 policies all of the scenario's, with 1 the proportional model at a
/// tenth, with 2 per head and that. `settings` are as for --set.
Town make_town(std::int64_t pupils, std::int64_t units, std::int64_t policies,
               std::vector<std::string> settings = {});

/// The middle of every uncertain parameter.
inline std::array<double, coefficient_count> middle() {
  std::array<double, coefficient_count> u{};
  u.fill(0.5);
  return u;
}

} // namespace likvard::bench

#pragma once
#include "likvard/model/allocation.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/model/replicate.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What allocation models give to units that are known rather than simulated.
namespace likvard {

/// Units as an allocation takes them.
struct AllocatedUnits {
  std::vector<std::string> name;            ///< [S]
  std::vector<std::uint32_t> pupils;        ///< [S]
  std::vector<std::array<double, 3>> phase; ///< [S] or empty
  std::vector<double> before_sek;           ///< [S] money per pupil of before, or empty
  std::vector<IndexValues> index;           ///< [indices of the model set]
  std::vector<double> needy;                ///< [S] pupils in need; empty where need is an index and no share
  std::vector<std::string> notes;           ///< how the table was read, for the user
};

/// One policy's money over all units; by unit it stands in UnitAllocation.
struct PolicyMoney {
  Policy policy;
  AllocationReport report;
  std::array<double, measure_count> row{}; ///< those of money
  /// Part of the budget that a proportional pot would move if the same pupils in need were dealt to the units
  /// at random: w (1 - P) E[D], exact for a binary marker; empty for other models.
  std::optional<double> moved_by_chance;

  double measure(Measure which) const { return row[static_cast<std::size_t>(which)]; }
};

struct UnitAllocation {
  AllocatedUnits units;
  double per_pupil_sek = 0;          ///< budget per pupil
  bool national_cost = false;        ///< that is the national cost: no budget was told
  std::vector<PolicyMoney> policies; ///< [M]
  std::vector<double> money;         ///< [M × S] per pupil, over the budget per pupil
  std::vector<double> need_money;    ///< [M × S] the part of it that is given by need
  std::vector<double> sek_per_pupil; ///< [M × S]

  std::size_t at(std::size_t policy, std::size_t unit) const { return policy * units.name.size() + unit; }
};

/// Every policy's money for every unit at a budget of `per_pupil_sek` SEK a pupil.
/// - Expects: units.index holds every index that a policy's blocks look at; per_pupil_sek > 0.
/// - Throws: ScenarioError where floors or caps cannot be met within the budget.
UnitAllocation pay_units(AllocatedUnits units, std::vector<Policy> const& policies, double per_pupil_sek);

/// "In proportion to need 10 %".
std::string policy_label(PolicyMoney const& paid);

/// What a policy moves, in one sentence.
std::string money_text(UnitAllocation const& allocation, std::size_t policy);

} // namespace likvard

#pragma once
#include "likvard/model/segregation_systematic.hpp"
#include "likvard/model/table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Segregation of a user's own units: every index as observed, as chance alone would have it, and free of
/// chance.
namespace likvard {

/// One index. What is not defined for it is empty.
struct SegregationIndex {
  std::string key, title;
  double value = 0;
  double expected = 0;           ///< under random allocation, margins fixed
  double sd = 0;                 ///< of the index under random allocation
  std::optional<double> z;       ///< (value - expected)/sd; empty where sd is 0
  double systematic = 0;         ///< of the composition shrunk so that its V (R) is ε²
  Interval interval{};           ///< the same at the ends of the interval of the systematic V (R)
  std::optional<double> largest; ///< that these sizes and members allow
};

/// One group against the rest, or all groups together.
struct SegregationTable {
  std::string group; ///< "" = all groups
  bool defined = false;
  double share = 0; ///< of the group; 0 for all groups
  std::vector<SegregationIndex> indices;
};

struct SegregationStudy {
  std::vector<std::string> unit, group; ///< [K], [G]
  Table counts;                         ///< [K × G]
  double level = 0.9;                   ///< of the intervals
  std::uint32_t dealings = 0;           ///< random allocations that sd rests on
  std::vector<SegregationTable> tables; ///< all groups (for more than two), then each group against the rest
  std::vector<std::string> district;    ///< [K] or empty
  std::optional<double> between_districts; ///< part of M between districts, 0-1
};

/// Indices of `counts` [K × G], expectations in closed form (Gini and Atkinson's from the dealings), standard
/// deviations from `dealings` random allocations of the same pupils to the same units.
/// - Expects: at least one unit and two groups; counts >= 0. Fractional counts (from rounded shares) are
/// dealt as whole pupils.
SegregationStudy study_segregation(Table counts, std::vector<std::string> unit,
                                   std::vector<std::string> group, std::vector<std::string> district = {},
                                   std::uint32_t dealings = 2'000, std::uint64_t seed = 1);

/// What the indices say, in plain words.
std::string segregation_answer(SegregationStudy const& study);

/// One self-contained HTML page: the units' shares with the band expected by chance, and the tables.
std::string segregation_page(SegregationStudy const& study, std::vector<std::string> const& notes);

} // namespace likvard

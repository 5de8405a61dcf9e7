#pragma once
#include "likvard/io/units_file.hpp"
#include "likvard/model/segregation.hpp"
#include "likvard/model/segregation_bounds.hpp"

#include <filesystem>
#include <optional>
#include <string>

/// From a register file to what a municipality wants to know first, and to a scenario of its own.
namespace likvard {

/// One marker's unevenness over the municipality's units.
struct MarkerFacts {
  std::size_t units = 0, suppressed = 0, missing = 0;
  Segregation index; ///< units of at least 10 pupils with a share, suppressed ones at min(5, n/2)
  double expected_dissimilarity = 0, expected_variance_ratio = 0;
  double largest_variance_ratio = 0; ///< that units of these sizes allow
  double p_value = 1; ///< of (N-1)V against χ² with K-1 degrees of freedom: could it be chance?
  /// What hidden cells allow: suppressed and approximate ones in the range they stand for, units without data
  /// anything; `index` is at the middle of suppressed ones and without those of no data.
  SegregationBounds bounds;
  Interval p_bounds;
  std::size_t approximate = 0; ///< "~100"
  bool hidden() const { return suppressed + missing + approximate > 0; }
};

struct MunicipalityFacts {
  std::string name, code, school_year;
  std::size_t units = 0, independent = 0, unknown_size = 0;
  double pupils = 0, independent_pupils = 0;
  MarkerFacts low_education, foreign;
};

/// Facts of one municipality ("" when the file holds one).  - Throws: ScenarioError with the nearest name.
MunicipalityFacts municipality_facts(UnitTable const& table, std::string const& municipality);

/// Share of leavers qualified for upper-secondary school and how many leavers it rests on, from a file of
/// final grades.
struct QualifiedFacts {
  double share = 0, leavers = 0;
  std::size_t units = 0, hidden = 0;
  Interval bounds{0, 1}; ///< of the share: "~100" as 1-4 not qualified, hidden units anything
};
std::optional<QualifiedFacts> qualified_facts(UnitTable const& grades, std::string const& municipality);

/// A ready scenario: the municipality's own units, six models × three shares, one and three years' pupils in
/// the index, four years, power, a comment on every derived number. `units_file` is written as given. `facts`
/// must be of the same table.
std::string scenario_text(UnitTable const& table, MunicipalityFacts const& facts,
                          std::optional<QualifiedFacts> const& qualified, std::string const& grades_file,
                          std::string const& units_file);

} // namespace likvard

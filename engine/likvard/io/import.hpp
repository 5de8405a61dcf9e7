#pragma once
#include "likvard/io/units_file.hpp"
#include "likvard/model/segregation.hpp"

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
};
std::optional<QualifiedFacts> qualified_facts(UnitTable const& grades, std::string const& municipality);

/// A ready scenario: the municipality's own units, six models × five shares, a comment on every derived
/// number. `units_file` is written as given. `facts` must be of the same table.
std::string scenario_text(UnitTable const& table, MunicipalityFacts const& facts,
                          std::optional<QualifiedFacts> const& qualified, std::string const& grades_file,
                          std::string const& units_file);

} // namespace likvard

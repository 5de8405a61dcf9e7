#pragma once
#include "likvard/io/detail/scenario_build.hpp"
#include "likvard/study/scenario.hpp"

/// [compare] and run.precision. Inside io only.
namespace likvard::detail {

/// Reports a measure that is unknown, or of several years in a study of one.
void check_measure(Reader const& reader, std::string_view path, std::string const& name);

/// A number is the answer's; a table names measures.
std::vector<Precision> read_precision(Reader const& reader, std::string const& answer_measure);

/// - Expects: policies and years are read.
void read_compare(Reader const& reader, Scenario& scenario);

} // namespace likvard::detail

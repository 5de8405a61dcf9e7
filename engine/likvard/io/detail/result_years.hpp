#pragma once
#include "likvard/io/detail/hdf5.hpp"
#include "likvard/study/result.hpp"

/// Groups `years` and `power` of a result file. Inside io only.
namespace likvard::hdf5 {

/// Nothing is written of a study of one year, or without a question of power.
void write_years(Handle const& file, Result const& result);
/// - Expects: points, policies and measures are read.
void read_years(Handle const& file, Result& result);

} // namespace likvard::hdf5

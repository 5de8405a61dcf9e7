#pragma once
#include "likvard/io/detail/hdf5.hpp"
#include "likvard/study/result.hpp"

/// Groups `years` and `power` of a result file. Inside io only.
namespace likvard::hdf5 {

/// The group of a study of several years, with its years; its arrays are written point by point.
Handle create_years(Handle const& file, std::size_t years);
/// - Expects: the result has power.
void write_power(Handle const& file, Result const& result);
/// - Expects: points, policies and measures are read.
void read_years(Handle const& file, Result& result);

/// Nothing where there is none.
void read_power(Handle const& file, Result& result);

} // namespace likvard::hdf5

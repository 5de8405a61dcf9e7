#pragma once
#include "likvard/io/detail/hdf5.hpp"
#include "likvard/study/result.hpp"

/// Group `decision` of a result file. Inside io only.
namespace likvard::hdf5 {

/// Nothing is written of a study without [compare].
void write_decision(Handle const& file, Result const& result);
/// - Expects: points and policies are read.
void read_decision(Handle const& file, Result& result);

} // namespace likvard::hdf5

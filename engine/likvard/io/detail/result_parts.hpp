#pragma once
#include "likvard/io/detail/hdf5.hpp"
#include "likvard/study/result.hpp"

/// The parts of a result file that are not big. Inside io only.
namespace likvard::hdf5 {

inline constexpr std::int64_t format_version = 2;

/// Scales that the big arrays share.
struct Scales {
  Handle point, policy, measure, level;
};

void write_root(Handle const& file, Result const& result, std::string const& fingerprint,
                std::string const& gap);
void write_points(Handle const& file, Result const& result, Scales& scales);
void write_names(Handle const& file, Result const& result, Scales& scales);
void write_rest(Handle const& file, Result const& result);

void read_points(Handle const& file, Result& result);
void read_names(Handle const& file, Result& result);
void read_rest(Handle const& file, Result& result);
void read_provenance(Handle const& file, Result& result);

} // namespace likvard::hdf5

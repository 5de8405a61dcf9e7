#pragma once
#include <string>

/// What this program is and where it runs: goes into every result.
namespace likvard {

std::string program_version();  ///< "0.1.0"
std::string compiler_text();    ///< "GNU 12.2.0"
std::string build_type();       ///< "Release"
std::string library_versions(); ///< "Boost 1.74.0, ..."
std::string cpu_level();        ///< of the running machine: "x86-64-v3"
std::string utc_now();          ///< "2026-01-31T12:34:56Z"

} // namespace likvard

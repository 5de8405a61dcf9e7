#include "likvard/study/provenance_now.hpp"

#include "likvard/core/provenance.hpp"

#include <utility>

namespace likvard {

Provenance provenance_now(std::string command) {
  Provenance p;
  p.version = program_version();
  p.compiler = compiler_text();
  p.build_type = build_type();
  p.isa = cpu_level();
  p.libraries = library_versions();
  p.command = std::move(command);
  p.started_utc = utc_now();
  return p;
}

} // namespace likvard

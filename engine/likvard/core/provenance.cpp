#include "likvard/core/provenance.hpp"

#include "likvard/core/version.hpp"

#include <boost/version.hpp>
#include <fmt/core.h>

#include <ctime>

namespace likvard {

std::string program_version() {
  return LIKVARD_VERSION;
}
std::string compiler_text() {
  return LIKVARD_COMPILER;
}
std::string build_type() {
  return LIKVARD_BUILD_TYPE;
}

std::string library_versions() {
  return fmt::format("Boost {}.{}.{}, Random123 Philox4x32-10, fmt {}.{}.{}", BOOST_VERSION / 100000,
                     BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100, FMT_VERSION / 10000,
                     FMT_VERSION / 100 % 100, FMT_VERSION % 100);
}

std::string cpu_level() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl"))
    return "x86-64-v4";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "x86-64-v3";
  if (__builtin_cpu_supports("sse4.2")) return "x86-64-v2";
  return "x86-64";
#else
  return "not x86-64";
#endif
}

std::string utc_now() {
  std::time_t const now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

} // namespace likvard

#pragma once
#include "likvard/io/result_file.hpp"
#include "likvard/study/provenance_now.hpp"

#include <string>

/// What `run` and `merge` say at the end.
namespace likvard::cli {

struct Telling {
  bool quiet = false, json = false;
  std::string scenario; ///< to repeat a failed replicate with
  std::string blocks;   ///< to resume from
  std::string stopping; ///< what ended a study with a precision
};

/// Print the answer of a result that was just written. Returns the exit code that it deserves.
int tell_result(std::string const& path, Telling const& args);

Compress compress_of(std::string const& word);

} // namespace likvard::cli

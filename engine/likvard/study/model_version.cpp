#include "likvard/study/model_version.hpp"

#include "likvard_model_hash.hpp"

namespace likvard {

std::string model_version() {
  return LIKVARD_MODEL;
}

} // namespace likvard

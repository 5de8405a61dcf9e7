#include "likvard/core/contract.hpp"

#include <string_view>

namespace likvard {

void contract_failed(char const* kind, char const* condition, char const* file, int line) {
  std::string_view name = file;
  name.remove_prefix(name.find_last_of('/') + 1);
  throw ContractError(std::string(name) + ":" + std::to_string(line) + ": " + kind + " failed: " + condition);
}

} // namespace likvard

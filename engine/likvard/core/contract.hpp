#pragma once
#include <stdexcept>
#include <string>

/// Contracts at stage boundaries, always on. A broken one is a bug of ours, never the user's fault.
namespace likvard {

/// "allocation.cpp:14: precondition failed: share <= 1".
class ContractError : public std::logic_error {
public:
  using std::logic_error::logic_error;
};

[[noreturn]] void contract_failed(char const* kind, char const* condition, char const* file, int line);

} // namespace likvard

#define LIKVARD_EXPECT(condition)                                                                            \
  ((condition) ? void() : ::likvard::contract_failed("precondition", #condition, __FILE__, __LINE__))
#define LIKVARD_ENSURE(condition)                                                                            \
  ((condition) ? void() : ::likvard::contract_failed("postcondition", #condition, __FILE__, __LINE__))

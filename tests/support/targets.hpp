#pragma once
#include <hwy/targets.h>

#include <cstdint>
#include <string>

/// Run a piece of code as on older processors: once for each instruction set that there is code for and this
/// machine has.
namespace likvard::test {

template <class F>
void on_every_target(F f) {
  std::int64_t const there = hwy::SupportedTargets();
  for (std::int64_t const target : {HWY_SCALAR, HWY_SSSE3, HWY_SSE4, HWY_AVX2, HWY_AVX3}) {
    if (target != HWY_SCALAR && (there & target) == 0) continue;
    hwy::SetSupportedTargetsForTest(target | HWY_SCALAR);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    f(std::string(hwy::TargetName(target)));
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

} // namespace likvard::test

#include "likvard/analysis/state_grant.hpp"

#include "likvard/core/contract.hpp"

#include <algorithm>

namespace likvard {

GrantMoney grant_money(GrantTerms const& t) {
  for (double x : {t.share, t.grant, t.mean_grant, t.crowd_out, t.from_model})
    LIKVARD_EXPECT(x >= 0 && x <= 1);
  double const taken = t.crowd_out * t.grant, own = t.share - std::min(t.share, t.from_model * taken);
  return {1 + (1 - t.crowd_out) * (t.grant - t.mean_grant), (own + t.grant) / (1 - taken + t.grant)};
}

} // namespace likvard

#include "likvard/analysis/need_matching.hpp"

#include "likvard/study/values.hpp"

#include <algorithm>

namespace likvard {

double best_share(IndexSpread const& spread, double ideal) {
  return spread.seen > 0 ? std::max(0.0, ideal * spread.joint / spread.seen) : 0;
}
double matching_gain(IndexSpread const& spread, double ideal) {
  return best_share(spread, ideal) * ideal * spread.joint;
}
double matching_loss(IndexSpread const& spread, double ideal, double share) {
  double const off = share - best_share(spread, ideal);
  return spread.seen * off * off;
}
double one_share(std::span<IndexSpread const> spreads, double ideal) {
  double seen = 0, joint = 0;
  for (auto const& s : spreads) {
    seen += s.pupils * s.seen;
    joint += s.pupils * s.joint;
  }
  return seen > 0 ? std::max(0.0, ideal * joint / seen) : 0;
}
double cost_for_adoption(std::vector<double> benefit, double adopting) {
  return sample_quantile(benefit, std::clamp(1 - adopting, 0.0, 1.0));
}

} // namespace likvard

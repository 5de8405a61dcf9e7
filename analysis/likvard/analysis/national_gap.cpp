#include "likvard/analysis/national_gap.hpp"

#include <cmath>

namespace likvard {

GapParts gap_parts(std::span<GroupRates const> municipalities) {
  double need = 0, others = 0, need_rate = 0, others_rate = 0, within = 0;
  for (auto const& m : municipalities) {
    need += m.need;
    others += m.others;
    need_rate += m.need * m.need_rate;
    others_rate += m.others * m.others_rate;
    within += m.need * (m.need_rate - m.others_rate);
  }
  GapParts out;
  if (!(need > 0) || !(others > 0)) return out;
  out.total = need_rate / need - others_rate / others;
  out.within = within / need;
  out.between = out.total - out.within;
  return out;
}

EquityParts equity_parts(std::span<EquityGroup const> groups) {
  double weight = 0, sum = 0;
  for (auto const& g : groups) {
    weight += g.weight;
    sum += g.weight * g.mean;
  }
  EquityParts out;
  if (!(sum > 0)) return out;
  out.mean = sum / weight;
  for (auto const& g : groups) {
    double const part = g.weight / weight, share = part * g.mean / out.mean, off = g.mean - out.mean;
    out.variance_within += part * g.variance;
    out.variance_between += part * off * off;
    out.theil_within += share * g.theil;
    if (g.mean > 0) out.theil_between += share * std::log(g.mean / out.mean);
  }
  return out;
}

} // namespace likvard

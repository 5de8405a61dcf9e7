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

TheilParts theil_parts(std::span<MoneyShare const> municipalities) {
  double pupils = 0, money = 0;
  for (auto const& m : municipalities) {
    pupils += m.pupils;
    money += m.pupils * m.money;
  }
  TheilParts out;
  if (!(money > 0)) return out;
  for (auto const& m : municipalities) {
    double const share = m.pupils * m.money / money;
    out.within += share * m.theil;
    if (m.money > 0) out.between += share * std::log(m.money * pupils / money);
  }
  out.total = out.within + out.between;
  return out;
}

} // namespace likvard

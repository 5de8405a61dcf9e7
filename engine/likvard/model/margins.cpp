#include "likvard/model/margins.hpp"

#include "likvard/core/contract.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace likvard {
namespace {

using ConstRow = Eigen::Map<Eigen::Array<double, 1, Eigen::Dynamic> const>;

/// Σ_s weight[s] π[s,p] for every p.
void column_sums(std::span<double const> weight, Table const& pi,
                 Eigen::Array<double, 1, Eigen::Dynamic>& out) {
  out.setZero(pi.cols());
  for (Eigen::Index s = 0; s < pi.rows(); ++s) out += weight[s] * pi.row(s);
}

} // namespace

void restore_margins(std::span<double const> weight, std::span<double const> share, Table& pi, int sweeps) {
  LIKVARD_EXPECT(weight.size() == static_cast<std::size_t>(pi.rows()));
  LIKVARD_EXPECT(share.size() == static_cast<std::size_t>(pi.cols()));
  ConstRow const wanted(share.data(), pi.cols());
  Eigen::Array<double, 1, Eigen::Dynamic> column;
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    column_sums(weight, pi, column);
    column = (column > 0).select(wanted / column, 0.0);
    double worst = 0;
    for (Eigen::Index s = 0; s < pi.rows(); ++s) {
      pi.row(s) *= column;
      double const row = pi.row(s).sum();
      worst = std::max(worst, std::abs(row - 1));
      if (row > 0) pi.row(s) /= row;
    }
    if (worst < 1e-13) break;
  }
  // What is left: no column may be too full, and what then is lacking goes to those that lack it.
  column_sums(weight, pi, column);
  column = (column > wanted).select(wanted / column, 1.0);
  for (Eigen::Index s = 0; s < pi.rows(); ++s) pi.row(s) *= column;
  column_sums(weight, pi, column);
  column = (wanted - column).max(0.0);
  double const lacking = column.sum();
  if (!(lacking > 0)) return;
  for (Eigen::Index s = 0; s < pi.rows(); ++s)
    pi.row(s) += std::max(0.0, 1 - pi.row(s).sum()) / lacking * column;
}

} // namespace likvard

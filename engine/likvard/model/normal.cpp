#include "likvard/model/normal.hpp"

#include <boost/math/special_functions/erf.hpp>

namespace likvard {

double normal_quantile(double u) {
  return -1.41421356237309504880 * boost::math::erfc_inv(2 * u);
}

} // namespace likvard

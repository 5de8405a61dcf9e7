#include "likvard/study/interval.hpp"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

#include <limits>

namespace likvard {

double t_quantile(double p, double degrees_of_freedom) {
  if (!(degrees_of_freedom >= 1)) return std::numeric_limits<double>::infinity();
  if (degrees_of_freedom > 1e6) return quantile(boost::math::normal_distribution<>{}, p);
  return quantile(boost::math::students_t_distribution<>(degrees_of_freedom), p);
}

} // namespace likvard

#pragma once

namespace likvard {

/// Quantile of Student's t; the normal's where the degrees of freedom are unknown or many, infinite below
/// one.
double t_quantile(double p, double degrees_of_freedom);

} // namespace likvard

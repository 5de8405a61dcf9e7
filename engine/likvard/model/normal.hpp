#pragma once
#include "likvard/core/portable.hpp"

namespace likvard {

using portable::normal_cdf;
using portable::normal_pdf;
using portable::normal_quantile;

} // namespace likvard

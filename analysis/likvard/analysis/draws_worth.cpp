#include "likvard/analysis/draws_worth.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <vector>

namespace likvard {

double draws_worth(Result const& result, std::size_t point, std::size_t policy, std::size_t measure) {
  std::size_t const i = result.index(point, policy, measure);
  double const error = result.difference_standard_error[i];
  return result.difference_variance[i] / (static_cast<double>(result.replicates[point]) * error * error);
}

DrawsWorth draws_worth(Result const& result, std::vector<std::size_t> const& policies, std::size_t measure) {
  std::vector<double> all;
  DrawsWorth out;
  for (std::size_t g = 0; g < result.points.size(); ++g) {
    if (!(result.degrees_of_freedom[g] > 0)) continue;
    for (std::size_t m : policies) {
      if (m == 0) continue;
      std::size_t const i = result.index(g, m, measure);
      double const error = result.difference_standard_error[i], variance = result.difference_variance[i];
      // A difference that hardly varies is rounding.
      if (!(error > 1e-12 * std::abs(result.mean[i])) || !(variance > 0)) continue;
      all.push_back(draws_worth(result, g, m, measure));
      out.relative_error = std::max(out.relative_error, std::sqrt(2 / result.degrees_of_freedom[g]));
    }
  }
  out.differences = all.size();
  if (all.empty()) return out;
  std::sort(all.begin(), all.end());
  auto const at = [&](double level) {
    return all[static_cast<std::size_t>(std::lround(level * static_cast<double>(all.size() - 1)))];
  };
  out.low = at(0.1);
  out.median = at(0.5);
  out.high = at(0.9);
  return out;
}

std::string draws_worth_text(DrawsWorth const& worth) {
  if (worth.differences == 0 || worth.relative_error > 0.5) return {}; // too few blocks to tell
  return fmt::format(
      "Drawn evenly, the uncertain parameters make a replicate worth {:.2g} independent ones in these "
      "differences (median; {:.2g} to {:.2g} in most).",
      worth.median, worth.low, worth.high);
}

} // namespace likvard

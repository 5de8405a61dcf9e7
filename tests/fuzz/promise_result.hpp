#pragma once
#include "bytes.hpp"

#include "likvard/study/errors.hpp"
#include "likvard/study/result.hpp"

#include <cstdlib>

namespace likvard::fuzz {

/// Did it refuse the file at `path`? Then in a message that is one.
template <class F>
bool refused(std::string const& path, F const& read) {
  try {
    read();
    return false;
  } catch (FileError const& error) {
    promise_message(error.what(), path);
    return true;
  }
}

/// Every array has the size that its readers take for granted.
inline void promise_result(Result const& r) {
  std::size_t const points = r.points.size(), size = points * r.policy_name.size() * r.measures.size();
  bool sound = points > 0 && size > 0 && r.replicates.size() == points &&
               r.degrees_of_freedom.size() == points && r.units.size() == points &&
               r.policy_title.size() == r.policy_name.size() &&
               r.policy_share.size() == r.policy_name.size() && r.axes.size() == r.levels.size();
  for (auto const* array : {&r.mean, &r.variance, &r.standard_error, &r.difference, &r.difference_variance,
                            &r.difference_standard_error})
    sound = sound && array->size() == size;
  for (auto const* array : {&r.quantiles, &r.difference_quantiles})
    sound = sound && array->size() == size * r.quantile_levels.size();
  for (auto const& u : r.units)
    sound = sound && u.need.size() == u.pupils.size() &&
            u.money.size() == u.pupils.size() * r.policy_name.size() &&
            (u.name.empty() || u.name.size() == u.pupils.size());
  if (r.year.years > 1) sound = sound && r.year.mean.size() == size * r.year.years;
  if (r.decision)
    for (auto best : r.decision->best) sound = sound && best < r.decision->policy.size();
  if (!sound) std::abort();
}

} // namespace likvard::fuzz

// Any bytes as a result file: what `show` and `report` do with it up to their text.
#include "bytes.hpp"

#include "likvard/analysis/page_data.hpp"
#include "likvard/analysis/report.hpp"
#include "likvard/io/result_file.hpp"
#include "likvard/study/errors.hpp"

using namespace likvard;

namespace {

/// Every array has the size that its readers take for granted.
void promise_result(Result const& r) {
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
    sound =
        sound && u.need.size() == u.pupils.size() && u.money.size() == u.pupils.size() * r.policy_name.size();
  if (!sound) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static fuzz::MemoryFile const file;
  file.write(data, size);
  try {
    Result const result = read_result(file.path());
    promise_result(result);
    if (answer_text(result).size() + page_data(result).size() == 0) std::abort();
  } catch (FileError const& error) {
    fuzz::promise_message(error.what(), file.path());
  }
  return 0;
}

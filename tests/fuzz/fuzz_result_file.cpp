// Any bytes as a result file: what `show` and `report` do with it up to their text.
#include "bytes.hpp"
#include "promise_result.hpp"

#include "likvard/analysis/page_data.hpp"
#include "likvard/analysis/report.hpp"
#include "likvard/io/result_file.hpp"
#include "likvard/study/errors.hpp"

using namespace likvard;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static fuzz::MemoryFile const file;
  file.write(data, size);
  fuzz::refused(file.path(), [&] {
    Result const result = read_result(file.path());
    fuzz::promise_result(result);
    if (answer_text(result).size() + page_data(result).size() == 0) std::abort();
  });
  return 0;
}

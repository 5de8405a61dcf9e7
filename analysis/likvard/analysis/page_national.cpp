#include "likvard/analysis/detail/page_parts.hpp"
#include "likvard/analysis/national_page.hpp"

#include <nlohmann/json.hpp>

namespace likvard {

std::string national_page(nlohmann::json const& data) {
  return assemble_json_page("national.html", data);
}

} // namespace likvard

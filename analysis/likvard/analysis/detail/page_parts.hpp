#pragma once
#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

/// The pages' parts (analysis/page) as they lie in the program, and how a page is put together.
namespace likvard {

struct PageParts {
  std::string_view html, script;
};
PageParts result_parts();
PageParts segregation_parts();
PageParts sensitivity_parts();

/// The template with styles, chart library, script and data put in: one file that loads nothing.
std::string assemble_page(PageParts const& parts, std::string_view data);
std::string assemble_json_page(PageParts const& parts, nlohmann::json const& data);

} // namespace likvard

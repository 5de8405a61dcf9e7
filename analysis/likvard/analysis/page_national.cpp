#include "likvard/analysis/detail/page_parts.hpp"
#include "likvard/analysis/national_page.hpp"

#include <nlohmann/json.hpp>

extern "C" {
extern char const likvard_asset_national_html[], likvard_asset_national_html_end[];
extern char const likvard_asset_national_script[], likvard_asset_national_script_end[];
}

namespace likvard {

std::string national_page(nlohmann::json const& data) {
  auto const view = [](char const* begin, char const* end) {
    return std::string_view(begin, static_cast<std::size_t>(end - begin));
  };
  return assemble_json_page({view(likvard_asset_national_html, likvard_asset_national_html_end),
                             view(likvard_asset_national_script, likvard_asset_national_script_end)},
                            data);
}

} // namespace likvard

#pragma once
#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

/// The pages' parts (analysis/page) as they lie in the program, and how a page is put together.
namespace likvard {

/// The template with data, styles, scripts and chart library put in: one file that loads nothing. A
/// placeholder is
/// {{data}}, {{licences}}, {{d3}}, {{plot}} or the name of a file in analysis/page; a template (.html) may
/// name others, but not itself.
/// - template_name: a file in analysis/page.
std::string assemble_page(std::string_view template_name, std::string_view data);
std::string assemble_json_page(std::string_view template_name, nlohmann::json const& data);

} // namespace likvard

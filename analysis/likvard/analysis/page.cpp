#include "likvard/analysis/report.hpp"

#include "likvard/analysis/detail/page_parts.hpp"
#include "likvard/analysis/page_data.hpp"

#include <nlohmann/json.hpp>

// analysis/page, put into the program by assets.S.
extern "C" {
extern char const likvard_asset_html[], likvard_asset_html_end[];
extern char const likvard_asset_css[], likvard_asset_css_end[];
extern char const likvard_asset_script[], likvard_asset_script_end[];
extern char const likvard_asset_years[], likvard_asset_years_end[];
extern char const likvard_asset_decision[], likvard_asset_decision_end[];
extern char const likvard_asset_segregation_html[], likvard_asset_segregation_html_end[];
extern char const likvard_asset_segregation_script[], likvard_asset_segregation_script_end[];
extern char const likvard_asset_sensitivity_html[], likvard_asset_sensitivity_html_end[];
extern char const likvard_asset_sensitivity_script[], likvard_asset_sensitivity_script_end[];
extern char const likvard_asset_d3[], likvard_asset_d3_end[];
extern char const likvard_asset_plot[], likvard_asset_plot_end[];
extern char const likvard_asset_d3_licence[], likvard_asset_d3_licence_end[];
extern char const likvard_asset_plot_licence[], likvard_asset_plot_licence_end[];
}

namespace likvard {
namespace {

std::string_view view(char const* begin, char const* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

/// A closing tag inside a script would end it: "<\/script" means the same to JavaScript.
std::string script_text(std::string_view text) {
  std::string out(text);
  for (std::size_t at = out.find("</"); at != std::string::npos; at = out.find("</", at + 3))
    if (out.compare(at + 2, 6, "script") == 0) out.replace(at, 2, "<\\/");
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

} // namespace

PageParts result_parts() {
  return {view(likvard_asset_html, likvard_asset_html_end),
          view(likvard_asset_script, likvard_asset_script_end)};
}

PageParts segregation_parts() {
  return {view(likvard_asset_segregation_html, likvard_asset_segregation_html_end),
          view(likvard_asset_segregation_script, likvard_asset_segregation_script_end)};
}

PageParts sensitivity_parts() {
  return {view(likvard_asset_sensitivity_html, likvard_asset_sensitivity_html_end),
          view(likvard_asset_sensitivity_script, likvard_asset_sensitivity_script_end)};
}

std::string assemble_json_page(PageParts const& parts, nlohmann::json const& data) {
  // Names may come from files that are no Unicode text; '<' could end the script element.
  std::string const json = data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string safe;
  for (char c : json) safe += c == '<' ? "\\u003c" : std::string(1, c);
  return assemble_page(parts, safe);
}

std::string make_report(Result const& result) {
  return assemble_page(result_parts(), page_data(result));
}

std::string assemble_page(PageParts const& parts, std::string_view data) {
  std::string_view rest = parts.html;
  std::string page;
  // One pass over the template: what is put in is never looked at again, so no text of a result can act as a
  // placeholder.
  for (std::size_t open = rest.find("{{"); open != std::string_view::npos; open = rest.find("{{")) {
    std::size_t const close = rest.find("}}", open);
    std::string_view const name = rest.substr(open + 2, close - open - 2);
    page += rest.substr(0, open);
    if (name == "css")
      page += view(likvard_asset_css, likvard_asset_css_end);
    else if (name == "d3")
      page += script_text(view(likvard_asset_d3, likvard_asset_d3_end));
    else if (name == "plot")
      page += script_text(view(likvard_asset_plot, likvard_asset_plot_end));
    else if (name == "script")
      page += script_text(parts.script);
    else if (name == "years")
      page += script_text(view(likvard_asset_years, likvard_asset_years_end));
    else if (name == "decision")
      page += script_text(view(likvard_asset_decision, likvard_asset_decision_end));
    else if (name == "data")
      page += data;
    else if (name == "licences")
      page += "D3\n" + escaped(view(likvard_asset_d3_licence, likvard_asset_d3_licence_end)) +
              "\nObservable Plot\n" +
              escaped(view(likvard_asset_plot_licence, likvard_asset_plot_licence_end));
    rest.remove_prefix(close + 2);
  }
  page += rest;
  return page;
}

} // namespace likvard

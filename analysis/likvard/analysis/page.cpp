#include "likvard/analysis/report.hpp"

#include "likvard/analysis/detail/page_parts.hpp"
#include "likvard/analysis/page_data.hpp"

#include <nlohmann/json.hpp>

// analysis/page, put into the program by assets.S; the last has no name.
struct LikvardAsset {
  char const *name, *begin, *end;
};
extern "C" LikvardAsset const likvard_assets[];

namespace likvard {
namespace {

/// Empty where there is no such part.
std::string_view asset(std::string_view name) {
  for (auto const* a = likvard_assets; a->name != nullptr; ++a)
    if (name == a->name) return {a->begin, static_cast<std::size_t>(a->end - a->begin)};
  return {};
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

/// One pass over a template and the templates it names: what is put in is never looked at again, so no text
/// of a result can act as a placeholder.
void put_in(std::string& page, std::string_view rest, std::string_view data) {
  for (std::size_t open = rest.find("{{"); open != std::string_view::npos; open = rest.find("{{")) {
    std::size_t const close = rest.find("}}", open);
    std::string_view const name = rest.substr(open + 2, close - open - 2);
    page += rest.substr(0, open);
    if (name == "data")
      page += data;
    else if (name == "licences")
      page += "D3\n" + escaped(asset("d3_licence")) + "\nObservable Plot\n" + escaped(asset("plot_licence"));
    else if (name.ends_with(".html"))
      put_in(page, asset(name), data);
    else
      page += script_text(asset(name));
    rest.remove_prefix(close + 2);
  }
  page += rest;
}

} // namespace

std::string assemble_json_page(std::string_view template_name, nlohmann::json const& data) {
  // Names may come from files that are no Unicode text; '<' could end the script element.
  std::string const json = data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string safe;
  for (char c : json) safe += c == '<' ? "\\u003c" : std::string(1, c);
  return assemble_page(template_name, safe);
}

std::string make_report(Result const& result) {
  return assemble_page("page.html", page_data(result));
}

std::string assemble_page(std::string_view template_name, std::string_view data) {
  std::string page;
  put_in(page, asset(template_name), data);
  return page;
}

} // namespace likvard

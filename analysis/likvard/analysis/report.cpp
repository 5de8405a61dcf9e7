#include "likvard/analysis/report.hpp"
namespace likvard { std::string make_report(Result const& r) { return answer_text(r); } }

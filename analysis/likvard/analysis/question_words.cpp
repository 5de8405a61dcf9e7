#include "likvard/analysis/detail/question_words.hpp"

#include "likvard/study/interval.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fmt/args.h>
#include <fmt/format.h>

namespace likvard::question {
namespace {

std::string filled(std::string_view pattern, std::vector<Piece> const& pieces, bool comma) {
  fmt::dynamic_format_arg_store<fmt::format_context> args;
  for (auto const& piece : pieces) args.push_back(comma && piece.number ? swedish(piece.text) : piece.text);
  return fmt::vformat(pattern, args);
}

/// As many decimals as the half width supports: one of its digits, two where the first is 1.
int decimals_for(double half) {
  return std::isfinite(half) && half > 0
             ? std::clamp(static_cast<int>(std::ceil(-std::log10(half / 2))), 0, 5)
             : 3;
}

struct Name {
  std::string_view key, sv;
};
/// Measures that lead a study, in Swedish.
constexpr auto swedish_names = std::to_array<Name>({
    {"not_qualified_gap", "skillnaden i andel obehöriga till gymnasiet"},
    {"not_qualified", "andelen obehöriga till gymnasiet"},
    {"not_qualified_need", "andelen obehöriga i behovsgruppen"},
    {"gap", "resultatskillnaden mellan grupperna"},
    {"gap_merit", "skillnaden i meritvärde"},
    {"mean_outcome", "medelresultatet"},
    {"gap_horizon", "resultatskillnaden i medeltal över åren"},
    {"gap_gain_per_krona", "minskningen av resultatskillnaden per krona"},
    {"share_moved", "andelen av budgeten som flyttas"},
    {"money_gap", "extra pengar för en elev i behovsgruppen"},
});

} // namespace

std::string swedish(std::string text) {
  for (std::size_t i = 1; i + 1 < text.size(); ++i)
    if (text[i] == '.' && std::isdigit(static_cast<unsigned char>(text[i - 1])) &&
        std::isdigit(static_cast<unsigned char>(text[i + 1])))
      text[i] = ',';
  return text;
}

std::optional<std::size_t> View::measure(std::string_view key) const {
  for (std::size_t k = 0; k < r.measures.size(); ++k)
    if (r.measures[k].key == key) return k;
  return std::nullopt;
}

Estimate View::value_at(std::size_t at, std::size_t m, std::size_t k) const {
  std::size_t const i = r.index(at, m, k);
  return {r.mean[i], r.standard_error[i], t_quantile(0.975, r.degrees_of_freedom[at]) * r.standard_error[i]};
}

Estimate View::difference_at(std::size_t at, std::size_t m, std::size_t k) const {
  std::size_t const i = r.index(at, m, k);
  return {r.difference[i], r.difference_standard_error[i],
          t_quantile(0.975, r.degrees_of_freedom[at]) * r.difference_standard_error[i]};
}

std::optional<Estimate> View::of(std::size_t m, std::string_view key) const {
  auto const k = measure(key);
  if (!k || r.replicates[point] == 0) return std::nullopt;
  auto const e = value(m, *k);
  return std::isfinite(e.value) ? std::optional(e) : std::nullopt;
}

std::vector<std::size_t> View::shares() const {
  std::vector<std::size_t> out;
  for (std::size_t m = 1; policy && m < r.policy_name.size(); ++m)
    if (r.policy_name[m] == r.policy_name[*policy]) out.push_back(m);
  return out;
}

std::vector<std::size_t> View::models() const {
  std::vector<std::size_t> out;
  for (std::size_t m = 1; policy && m < r.policy_name.size(); ++m) {
    auto const distance = [&](std::size_t p) {
      return std::abs(r.policy_share[p] - r.policy_share[*policy]);
    };
    auto const same = std::find_if(out.begin(), out.end(),
                                   [&](std::size_t p) { return r.policy_name[p] == r.policy_name[m]; });
    if (same == out.end())
      out.push_back(m);
    else if (distance(m) < distance(*same))
      *same = m;
  }
  return out;
}

std::vector<std::pair<std::size_t, std::string>> View::along(std::string_view part) const {
  std::vector<std::pair<std::size_t, std::string>> out;
  auto const axis = std::find_if(r.axes.begin(), r.axes.end(), [&](std::string const& name) {
    return name.find(part) != std::string::npos;
  });
  if (axis == r.axes.end()) return out;
  auto ours = r.points[point].at;
  ours.erase(*axis);
  for (std::size_t g = 0; g < r.points.size(); ++g) {
    auto here = r.points[g].at;
    auto const found = here.find(*axis);
    if (found == here.end() || r.replicates[g] == 0) continue;
    std::string const level = found->second;
    here.erase(found);
    if (here == ours) out.emplace_back(g, level);
  }
  return out;
}

std::vector<std::size_t> View::places() const {
  std::vector<std::size_t> out;
  bool several = std::any_of(r.axes.begin(), r.axes.end(), [](std::string const& name) {
    return name.find("segregation") != std::string::npos;
  });
  Point const first_point = r.points.front();
  auto const& first = first_point.parameters;
  for (std::size_t g = 0; g < r.points.size(); ++g) {
    auto const& here = r.points[g].parameters;
    several = several || here.pupils != first.pupils || here.units != first.units;
    if (r.replicates[g] > 0) out.push_back(g);
  }
  if (!several || out.size() < 2) out.clear();
  return out;
}

View view_of(Result const& r, std::size_t point) {
  View v{r, point, std::nullopt, 0};
  if (auto const k = v.measure(r.answer.measure)) v.lead = *k;
  for (std::size_t m = 1; m < r.policy_name.size(); ++m) {
    if (r.policy_name[m] != r.answer.policy) continue;
    auto const distance = [&](std::size_t p) { return std::abs(r.policy_share[p] - r.answer.share); };
    if (!v.policy || distance(m) < distance(*v.policy)) v.policy = m;
  }
  return v;
}

Piece number(double x, int decimals) {
  auto text = fmt::format("{:.{}f}", std::abs(x), decimals);
  bool const zero = text.find_first_not_of("0.") == std::string::npos;
  return {(x < 0 && !zero ? "−" : "") + text, true};
}

Piece plus_minus(Estimate const& e) {
  int const d = decimals_for(e.half);
  if (!(e.half > 0)) return number(e.value, d);
  // "100 ± 0" to every decimal shown: as certain as can be told.
  if (e.half < 5e-6 && std::abs(e.value) >= 1) return number(e.value, decimals_for(0));
  if (!std::isfinite(e.half)) return {number(e.value, 2).text + " (±?)", true};
  auto const text = d == 0 ? whole(e.value).text : number(e.value, d).text;
  return {fmt::format("{} ± {:.{}f}", text, e.half, d), true};
}

Piece signed_plus_minus(Estimate const& e) {
  auto piece = plus_minus(e);
  if (e.value > 0) piece.text = "+" + piece.text;
  return piece;
}

Piece whole(double x) {
  auto digits = fmt::format("{:.0f}", std::abs(x));
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), "\u00a0"); // does not break
  return {(x < 0 && digits != "0" ? "−" : "") + digits, true};
}

Worded say(std::string_view en, std::string_view sv, std::vector<Piece> const& pieces) {
  return {filled(en, pieces, false), filled(sv, pieces, true)};
}

void append(Worded& to, Worded const& more) {
  for (auto text : {&Worded::en, &Worded::sv}) {
    if (!(to.*text).empty() && !(more.*text).empty()) to.*text += ' ';
    to.*text += more.*text;
  }
}

Worded name_of(MeasureInfo const& m) {
  std::string en = m.title;
  if (en.size() > 1 && std::isupper(static_cast<unsigned char>(en[0])) &&
      std::islower(static_cast<unsigned char>(en[1])))
    en[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(en[0])));
  auto const found = std::find_if(swedish_names.begin(), swedish_names.end(),
                                  [&](Name const& name) { return name.key == m.key; });
  return {"the " + en, found == swedish_names.end() ? "”" + en + "”" : std::string(found->sv)};
}

Worded unit_of(MeasureInfo const& m) {
  if (m.unit == "pp") return {" percentage points", " procentenheter"};
  if (m.unit == "%") return {" %", " %"};
  if (m.unit == "points") return {" merit points", " meritpoäng"};
  if (m.unit == "SEK") return {" kronor per pupil", " kronor per elev"};
  if (m.unit == "SD") return {" standard deviations", " standardavvikelser"};
  if (m.unit == "0.001 SD per 1,000 SEK")
    return {" thousandths of a standard deviation per 1 000 kronor",
            " tusendels standardavvikelse per 1 000 kronor"};
  return m.unit == "1" ? Worded{} : Worded{" " + m.unit, " " + m.unit};
}

Worded over_places(View const& v, Worded const& what, Worded const& unit,
                   std::function<Estimate(std::size_t)> const& value) {
  std::vector<std::size_t> places;
  for (std::size_t g : v.places())
    if (std::isfinite(value(g).value)) places.push_back(g);
  if (places.size() < 2) return {};
  auto const by = [&](std::size_t a, std::size_t b) { return value(a).value < value(b).value; };
  std::size_t const least = *std::min_element(places.begin(), places.end(), by),
                    most = *std::max_element(places.begin(), places.end(), by);
  auto const pieces = [&](std::string const& what_, std::string const& unit_) {
    return std::vector<Piece>{word(std::to_string(places.size())),
                              word(what_),
                              word(v.r.points[least].name),
                              plus_minus(value(least)),
                              word(v.r.points[most].name),
                              plus_minus(value(most)),
                              word(unit_)};
  };
  return {
      say("Over all {} places simulated {} goes from {}: {} to {}: {}{}.", "", pieces(what.en, unit.en)).en,
      say("", "Över alla {} platser som simulerats går {} från {}: {} till {}: {}{}.",
          pieces(what.sv, unit.sv))
          .sv};
}

QuestionAnswer not_simulated(Worded const& add) {
  QuestionAnswer q;
  q.answer = {"Not simulated in this scenario.", "Inte simulerat i detta scenario."};
  q.hint = add;
  return q;
}

void add_number(QuestionAnswer& q, std::string what, Estimate const& e, std::string unit) {
  q.numbers.push_back({std::move(what), e.value, e.error, std::move(unit)});
}

} // namespace likvard::question

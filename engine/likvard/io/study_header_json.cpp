#include "likvard/io/study_header.hpp"

#include "likvard/io/detail/counts.hpp"
#include "likvard/study/errors.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace likvard {
namespace {

using Json = nlohmann::ordered_json;
using detail::whole_of;
using detail::wholes_of;

constexpr std::size_t together = 256; ///< points or inputs in one piece

Json point_json(Point const& p) {
  auto const& m = p.parameters;
  auto at = Json::array();
  for (auto const& [axis, level] : p.at) at.push_back({axis, level});
  Json point{{"name", p.name},
             {"fingerprint", p.fingerprint},
             {"at", at},
             {"municipalities", p.municipalities},
             {"stage", m.stage == Stage::forskola ? "forskola" : "grundskola"},
             {"pupils", m.pupils},
             {"units", m.units},
             {"budget_per_pupil", m.budget_per_pupil_sek}};
  if (!m.unit_names.empty()) point["unit_names"] = m.unit_names;
  return point;
}

Point point_of(Json const& from) {
  Point p;
  auto& m = p.parameters;
  p.name = from.at("name");
  p.fingerprint = from.at("fingerprint");
  for (auto const& entry : from.at("at")) p.at[entry.at(0)] = entry.at(1).get<std::string>();
  p.municipalities = from.at("municipalities");
  m.stage = from.at("stage") == "forskola" ? Stage::forskola : Stage::grundskola;
  m.pupils = whole_of<std::uint32_t>(from.at("pupils"));
  m.units = whole_of<std::uint32_t>(from.at("units"));
  m.budget_per_pupil_sek = from.at("budget_per_pupil");
  if (from.contains("unit_names")) m.unit_names = from.at("unit_names").get<std::vector<std::string>>();
  return p;
}

Range range_of(Json const& from) {
  Range const range{whole_of<std::uint64_t>(from.at(0)), whole_of<std::uint64_t>(from.at(1))};
  if (range.begin % 4 != 0 || range.end % 4 != 0 || range.end > std::uint64_t{1} << 40)
    throw FileError("its header is damaged");
  return range;
}

std::string text_of(Json const& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// A list in pieces {"name": [items]}.
template <class List, class F>
void write_list(char const* name, List const& list, F const& json_of,
                std::function<void(std::string const&)> const& take) {
  for (std::size_t at = 0; at < list.size(); at += together) {
    Json items = Json::array();
    for (std::size_t i = at; i < std::min(at + together, list.size()); ++i) items.push_back(json_of(list[i]));
    take(text_of({{name, std::move(items)}}));
  }
}

template <class List, class F>
List read_list(char const* name, std::size_t count, F const& item_of,
               std::function<std::string()> const& next) {
  List out;
  while (out.size() < count) {
    auto const piece = Json::parse(next());
    auto const& items = piece.at(name);
    if (items.empty() || items.size() > count - out.size()) throw FileError("its header is damaged");
    for (auto const& item : items) out.push_back(item_of(item));
  }
  return out;
}

Json about_json(Result const& r) {
  Json out{{"title", r.title},
           {"question", r.question},
           {"claim", r.claim},
           {"path", r.scenario_path},
           {"scenario", r.scenario_text},
           {"answer", {r.answer.measure, r.answer.policy, r.answer.share, r.answer.post_sek}},
           {"seed", r.seed},
           {"axes", r.axes},
           {"levels", r.levels},
           {"policies", Json::array()},
           {"measures", Json::array()},
           {"assumptions", Json::array()},
           {"years", r.year.years},
           {"quantiles", r.quantile_levels}};
  for (std::size_t m = 0; m < r.policy_name.size(); ++m)
    out["policies"].push_back({r.policy_name[m], r.policy_title[m], r.policy_share[m]});
  for (auto const& m : r.measures)
    out["measures"].push_back({m.key, m.title, m.unit, m.better, m.description});
  for (auto const& a : r.assumptions) out["assumptions"].push_back({a.key, a.value, a.unit, a.source});
  return out;
}

bool are_levels(std::vector<double> const& quantiles) {
  return std::is_sorted(quantiles.begin(), quantiles.end()) &&
         std::all_of(quantiles.begin(), quantiles.end(), [](double q) { return q >= 0 && q <= 1; });
}

Result about_of(Json const& from) {
  Result r;
  r.title = from.at("title");
  r.question = from.at("question");
  r.claim = from.at("claim");
  r.scenario_path = from.at("path");
  r.scenario_text = from.at("scenario");
  auto const& answer = from.at("answer");
  r.answer = {answer.at(0), answer.at(1), answer.at(2), answer.size() > 3 ? answer.at(3).get<double>() : 0.0};
  r.seed = whole_of<std::uint64_t>(from.at("seed"));
  r.axes = from.at("axes").get<std::vector<std::string>>();
  r.levels = from.at("levels").get<decltype(r.levels)>();
  for (auto const& policy : from.at("policies")) {
    r.policy_name.push_back(policy.at(0));
    r.policy_title.push_back(policy.at(1));
    r.policy_share.push_back(policy.at(2));
  }
  for (auto const& m : from.at("measures"))
    r.measures.push_back({m.at(0), m.at(1), m.at(2), m.at(3), m.at(4)});
  for (auto const& a : from.at("assumptions")) r.assumptions.push_back({a.at(0), a.at(1), a.at(2), a.at(3)});
  r.year.years = whole_of<std::uint32_t>(from.at("years"));
  r.quantile_levels = from.at("quantiles").get<std::vector<double>>();
  return r;
}

} // namespace

void write_header(StudyHeader const& h, std::function<void(std::string const& json)> const& take) {
  Json precision = Json::array();
  for (auto const& one : h.precision) precision.push_back({one.measure, one.standard_error});
  take(text_of({{"program", h.program},
                {"model", h.model},
                {"shard", {h.shard.index, h.shard.count}},
                {"luck", h.luck == Luck::common ? "common" : "independent"},
                {"replicates", h.replicates},
                {"max_replicates", h.max_replicates},
                {"precision", precision},
                {"power", h.with_power},
                {"compare", h.with_compare},
                {"from_rates", h.from_rates},
                {"about", about_json(h.about)},
                {"points", h.about.points.size()},
                {"inputs", h.inputs.size()},
                {"round", h.round.size()}}));
  write_list("points", h.about.points, point_json, take);
  write_list("inputs", h.inputs, [](auto const& input) { return Json(input); }, take);
  write_list("round", h.round, [](Range const& range) { return Json{range.begin, range.end}; }, take);
}

StudyHeader read_header(std::function<std::string()> const& next) {
  try {
    auto const from = Json::parse(next());
    StudyHeader h;
    h.about = about_of(from.at("about"));
    h.from_rates = from.at("from_rates").get<std::vector<bool>>();
    h.program = from.at("program");
    h.model = from.at("model");
    h.luck = from.at("luck") == "common" ? Luck::common : Luck::independent;
    h.replicates = whole_of<std::uint32_t>(from.at("replicates"));
    h.max_replicates = whole_of<std::uint32_t>(from.at("max_replicates"));
    for (auto const& one : from.at("precision")) h.precision.push_back({one.at(0), one.at(1)});
    h.with_power = from.at("power");
    h.with_compare = from.at("compare");
    h.shard = {whole_of<std::uint32_t>(from.at("shard").at(0)),
               whole_of<std::uint32_t>(from.at("shard").at(1))};
    auto const count = [&](char const* name) { return whole_of<std::uint32_t>(from.at(name)); };
    h.about.points = read_list<Points>("points", count("points"), point_of, next);
    h.inputs = read_list<std::vector<std::pair<std::string, std::string>>>(
        "inputs", count("inputs"),
        [](Json const& input) { return input.get<std::pair<std::string, std::string>>(); }, next);
    h.round = read_list<std::vector<Range>>("round", count("round"), range_of, next);
    if (h.shard.index < 1 || h.shard.index > h.shard.count || h.about.points.empty() ||
        h.about.policy_name.empty() || h.about.measures.empty() || h.about.year.years < 1 ||
        h.about.year.years > most_years || !are_levels(h.about.quantile_levels) ||
        h.from_rates.size() != h.about.policy_name.size() ||
        (!h.round.empty() && h.round.size() != h.about.points.size()))
      throw FileError("its header is damaged");
    return h;
  } catch (nlohmann::json::exception const&) {
    throw FileError("its header is damaged");
  }
}

std::string to_json(PowerResult const& p) {
  return Json{{"policy", p.policy},
              {"share", p.share},
              {"effect", p.effect},
              {"level", p.level},
              {"wanted", p.wanted},
              {"years", p.years},
              {"years_before", p.years_before},
              {"pooled", p.pooled},
              {"power", p.power},
              {"standard_error", p.standard_error}}
      .dump();
}

PowerResult power_from_json(std::string const& json, std::size_t points) {
  try {
    auto const from = Json::parse(json);
    PowerResult p;
    p.policy = from.at("policy");
    p.share = from.at("share");
    p.effect = from.at("effect");
    p.level = from.at("level");
    p.wanted = from.at("wanted");
    p.years = whole_of<std::uint32_t>(from.at("years"));
    p.years_before = whole_of<std::uint32_t>(from.at("years_before"));
    p.pooled = wholes_of<std::uint32_t>(from.at("pooled"));
    p.power = from.at("power").get<std::vector<double>>();
    p.standard_error = from.at("standard_error").get<std::vector<double>>();
    if (p.pooled.empty() || p.years == 0 || p.power.size() != points * p.pooled.size() * p.years ||
        p.standard_error.size() != p.power.size())
      throw FileError("its power is damaged");
    return p;
  } catch (nlohmann::json::exception const&) {
    throw FileError("its power is damaged");
  }
}

} // namespace likvard

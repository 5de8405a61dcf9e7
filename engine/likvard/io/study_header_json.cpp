#include "likvard/io/study_header.hpp"

#include "likvard/io/detail/counts.hpp"
#include "likvard/study/errors.hpp"

#include <nlohmann/json.hpp>

namespace likvard {
namespace {

using Json = nlohmann::ordered_json;
using detail::whole_of;
using detail::wholes_of;

Json points_json(Result const& r) {
  auto list = Json::array();
  for (auto const& p : r.points) {
    auto const& m = p.parameters.municipality;
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
    if (!m.given.name.empty()) point["unit_names"] = m.given.name;
    list.push_back(std::move(point));
  }
  return list;
}

void read_points(Json const& list, Result& r) {
  for (auto const& from : list) {
    Point p;
    auto& m = p.parameters.municipality;
    p.name = from.at("name");
    p.fingerprint = from.at("fingerprint");
    for (auto const& entry : from.at("at")) p.at[entry.at(0)] = entry.at(1).get<std::string>();
    p.municipalities = from.at("municipalities");
    m.stage = from.at("stage") == "forskola" ? Stage::forskola : Stage::grundskola;
    m.pupils = whole_of<std::uint32_t>(from.at("pupils"));
    m.units = whole_of<std::uint32_t>(from.at("units"));
    m.budget_per_pupil_sek = from.at("budget_per_pupil");
    if (from.contains("unit_names")) m.given.name = from.at("unit_names").get<std::vector<std::string>>();
    r.points.push_back(std::move(p));
  }
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
           {"quantiles", r.quantile_levels},
           {"points", points_json(r)}};
  for (std::size_t m = 0; m < r.policy_name.size(); ++m)
    out["policies"].push_back({r.policy_name[m], r.policy_title[m], r.policy_share[m]});
  for (auto const& m : r.measures)
    out["measures"].push_back({m.key, m.title, m.unit, m.better, m.description});
  for (auto const& a : r.assumptions) out["assumptions"].push_back({a.key, a.value, a.unit, a.source});
  return out;
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
  read_points(from.at("points"), r);
  return r;
}

} // namespace

std::string to_json(StudyHeader const& h) {
  Json precision = Json::array();
  for (auto const& one : h.precision) precision.push_back({one.measure, one.standard_error});
  Json out{{"program", h.program},
           {"model", h.model},
           {"shard", {h.shard.index, h.shard.count}},
           {"luck", h.luck == Luck::common ? "common" : "independent"},
           {"replicates", h.replicates},
           {"max_replicates", h.max_replicates},
           {"precision", precision},
           {"power", h.with_power},
           {"compare", h.with_compare},
           {"from_rates", h.from_rates},
           {"inputs", h.inputs},
           {"about", about_json(h.about)}};
  if (!h.round.empty()) {
    auto& round = out["round"] = Json::array();
    for (auto const& range : h.round) round.push_back({range.begin, range.end});
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

StudyHeader header_from_json(std::string const& json) {
  try {
    auto const from = Json::parse(json);
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
    h.inputs = from.at("inputs").get<decltype(h.inputs)>();
    if (from.contains("round"))
      for (auto const& range : from.at("round"))
        h.round.push_back({whole_of<std::uint64_t>(range.at(0)), whole_of<std::uint64_t>(range.at(1))});
    for (auto const& range : h.round)
      if (range.begin % 4 != 0 || range.end % 4 != 0 || range.end > std::uint64_t{1} << 40)
        throw FileError("its header is damaged");
    if (h.shard.index < 1 || h.shard.index > h.shard.count || h.about.points.empty() ||
        h.about.policy_name.empty() || h.about.measures.empty() || h.about.year.years < 1 ||
        h.about.year.years > most_years || h.from_rates.size() != h.about.policy_name.size() ||
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

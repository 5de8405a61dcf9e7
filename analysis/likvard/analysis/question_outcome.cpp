#include "likvard/analysis/detail/question_words.hpp"

#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

// What it does to results, and whether anybody could see it.
namespace likvard::question {
namespace {

double normal_cdf(double x) {
  return cdf(boost::math::normal(), x);
}

/// δ of a two-sided z test whose power is known: Φ(δ - z) + Φ(-δ - z) = power, by bisection; 0 at the level.
double noncentrality(double power, double level) {
  double const z = quantile(complement(boost::math::normal(), level / 2));
  double low = 0, high = 20;
  for (int i = 0; i < 60; ++i) {
    double const middle = (low + high) / 2;
    (normal_cdf(middle - z) + normal_cdf(-middle - z) < power ? low : high) = middle;
  }
  return low;
}

/// The leading measure's change with unit, in both languages: "{name} changes by {x}{unit}".
Worded change_of(View const& v, std::size_t point, std::size_t policy) {
  auto const change = v.difference_at(point, policy, v.lead);
  auto const name = name_of(v.r.measures[v.lead]), unit = unit_of(v.r.measures[v.lead]);
  auto const pieces = [&](std::string const& n, std::string const& u) {
    return std::vector<Piece>{word(n), signed_plus_minus(change), word(u)};
  };
  return {say("{} changes by {}{}", "", pieces(name.en, unit.en)).en,
          say("", "{} ändras med {}{}", pieces(name.sv, unit.sv)).sv};
}

/// "between a and b" over the uncertain assumptions; empty where quantiles were not kept.
Worded range_of(View const& v, std::size_t policy) {
  auto const& levels = v.r.quantile_levels;
  if (levels.size() < 2 || !(levels.front() < 0.5) || !(levels.back() > 0.5) ||
      v.r.difference_quantiles.empty())
    return {};
  std::size_t const i = v.r.index(v.point, policy, v.lead), all = v.r.mean.size();
  double const low = v.r.difference_quantiles[i],
               high = v.r.difference_quantiles[(levels.size() - 1) * all + i];
  if (!std::isfinite(low) || !std::isfinite(high)) return {};
  // The last digit makes six to sixty steps from one end to the other: as on the page.
  int const d = std::clamp(-static_cast<int>(std::floor(std::log10(std::max(high - low, 1e-9) / 6))), 0, 4);
  Worded text =
      say("Over the uncertain assumptions and chance {} % of simulated municipalities see between {} and {}.",
          "Över de osäkra antagandena och slumpen ser {} % av simulerade kommuner mellan {} och {}.",
          {number(100 * (levels.back() - levels.front()), 0), number(low, d), number(high, d)});
  append(text, low < 0 && high > 0
                   ? say("So whether money helps at all is not settled by what is known.",
                         "Om pengar hjälper alls är alltså inte avgjort av vad man vet.")
                   : say("The direction holds throughout.", "Riktningen håller genomgående."));
  return text;
}

} // namespace

QuestionAnswer more_than_chance(View const& v) {
  auto const z = v.of(0, "variance_ratio_z"), d = v.of(0, "dissimilarity"),
             by_chance = v.of(0, "dissimilarity_by_chance"), eps2 = v.of(0, "eps2");
  if (!z || !d || !by_chance || !eps2)
    return not_simulated(
        say("Add variance_ratio_z, dissimilarity, dissimilarity_by_chance and eps2 to run.measures (or "
            "leave run.measures out).",
            "Lägg till variance_ratio_z, dissimilarity, dissimilarity_by_chance och eps2 i run.measures "
            "(eller ta bort run.measures)."));
  QuestionAnswer q;
  q.simulated = true;
  add_number(q, "dissimilarity", *d, "1");
  add_number(q, "dissimilarity_by_chance", *by_chance, "1");
  add_number(q, "eps2", *eps2, "1");
  add_number(q, "variance_ratio_z", *z, "standard deviations of chance");
  std::vector<Piece> const pieces{plus_minus(*d), plus_minus(*by_chance),
                                  number(z->value, std::abs(z->value) < 10 ? 1 : 0), plus_minus(*eps2)};
  // Two standard deviations: what chance alone exceeds in about one of forty.
  q.answer =
      z->value > 2
          ? say("Yes: more than chance. The need group is spread with dissimilarity {} where dealing the "
                "same pupils to the "
                "same units by chance gives {}; that is {} standard deviations of chance. Free of chance ε² "
                "= {}.",
                "Ja: mer än slumpen. Behovsgruppen är ojämnt fördelad med dissimilaritet {} där slumpen med "
                "samma elever "
                "och enheter ger {}; det är {} standardavvikelser av slump. Fritt från slump ε² = {}.",
                pieces)
          : say("No: the differences cannot be told from chance. Dissimilarity is {}, dealing the same "
                "pupils to the same "
                "units by chance gives {}; that is {} standard deviations of chance. Free of chance ε² = {}.",
                "Nej: skillnaderna kan inte skiljas från slump. Dissimilariteten är {}, slumpen med samma "
                "elever och enheter "
                "ger {}; det är {} standardavvikelser av slump. Fritt från slump ε² = {}.",
                pieces);
  append(q.answer, over_places(v, {"ε²", "ε²"}, {},
                               [k = *v.measure("eps2"), &v](std::size_t g) { return v.value_at(g, 0, k); }));
  return q;
}

/// What the leading policy changes at each of the points.  - Expects: v.policy.
QuestionAnswer changes_along(View const& v, std::vector<std::pair<std::size_t, std::string>> const& points) {
  QuestionAnswer q;
  q.simulated = true;
  for (auto const& [g, level] : points) {
    append(q.answer, say("With {}:", "Med {}:", {word(level)}));
    append(q.answer, change_of(v, g, *v.policy));
    add_number(q, "change with " + level, v.difference_at(g, *v.policy, v.lead), v.r.measures[v.lead].unit);
    q.answer.en += '.';
    q.answer.sv += '.';
  }
  return q;
}

QuestionAnswer whose_weights(View const& v) {
  auto const points = v.along("log_odds");
  if (!v.policy || points.size() < 2)
    return not_simulated(
        say("Add [design] vary = {{ \"variable.education.log_odds\" = [[0, 1.2, 2.1], [0, 0.8, 1.5]] }} "
            "with the nation's weights and your own.",
            "Lägg till [design] vary = {{ \"variable.education.log_odds\" = [[0, 1.2, 2.1], [0, 0.8, "
            "1.5]] }} med rikets vikter och egna."));
  return changes_along(v, points);
}

QuestionAnswer linear_or_threshold(View const& v) {
  auto models = v.models();
  auto const& measure = v.r.measures[v.lead];
  if (models.size() < 2 || measure.better == "none")
    return not_simulated(
        say("Add [[policy]] with response = \"threshold\" and response = \"concentration\".",
            "Lägg till [[policy]] med response = \"threshold\" och response = \"concentration\"."));
  double const sign = measure.better == "lower" ? 1 : -1;
  std::stable_sort(models.begin(), models.end(), [&](std::size_t a, std::size_t b) {
    return sign * v.difference_at(v.point, a, v.lead).value <
           sign * v.difference_at(v.point, b, v.lead).value;
  });
  QuestionAnswer q;
  q.simulated = true;
  auto const name = name_of(measure), unit = unit_of(measure);
  q.answer = {
      say("At {} given out, {} changes by (the better first,{}):", "",
          {word(fmt::format("{:.3g} %", 100 * v.r.policy_share[models[0]])), word(name.en), word(unit.en)})
          .en,
      say("", "Med {} fördelat ändras {} med (bäst först,{}):",
          {word(fmt::format("{:.3g} %", 100 * v.r.policy_share[models[0]])), word(name.sv), word(unit.sv)})
          .sv};
  for (std::size_t i = 0; i < models.size(); ++i) {
    auto const change = v.difference_at(v.point, models[i], v.lead);
    add_number(q, "change by " + v.r.policy_name[models[i]], change, measure.unit);
    append(q.answer, say(i + 1 < models.size() ? "“{}” {};" : "“{}” {}.",
                         i + 1 < models.size() ? "”{}” {};" : "”{}” {}.",
                         {word(v.r.policy_title[models[i]]), signed_plus_minus(change)}));
  }
  auto const first = v.difference_at(v.point, models[0], v.lead),
             second = v.difference_at(v.point, models[1], v.lead);
  // Models meet the same luck, so that their difference is surer than this.
  bool const apart = std::abs(first.value - second.value) > std::hypot(first.half, second.half);
  append(q.answer, apart ? say("The first is ahead of the second by more than the simulation's noise.",
                               "Den första ligger före den andra med mer än simuleringens brus.")
                         : say("The first two are within the simulation's noise of each other.",
                               "De två första skiljer sig inte mer än simuleringens brus."));
  append(q.answer, say("What a threshold gives to fewer units it takes from many.",
                       "Det en tröskel ger färre enheter tas från många."));
  append(q.hint,
         say("For how sure the choice is: likvard compare.", "För hur säkert valet är: likvard compare."));
  return q;
}

QuestionAnswer what_an_index_catches(View const& v) {
  auto const gap = v.of(0, "gap"), between = v.of(0, "gap_between"), icc = v.of(0, "score_icc");
  if (!gap || !between || !icc || !(std::abs(gap->value) > 1e-12))
    return not_simulated(
        say("Add gap, gap_between and score_icc to run.measures (or leave run.measures out).",
            "Lägg till gap, gap_between och score_icc i run.measures (eller ta bort run.measures)."));
  QuestionAnswer q;
  q.simulated = true;
  add_number(q, "gap", *gap, "SD");
  add_number(q, "gap_between", *between, "SD");
  add_number(q, "score_icc", *icc, "1");
  q.answer = say(
      "Of the gap in results between the groups, {} standard deviations, {} lie between units: {} %. Of the "
      "variation in pupils' background {} % lies between units. An index of the unit reaches that part only; "
      "the "
      "rest is between pupils of the same unit, and is for the unit itself and for individual support "
      "(tilläggsbelopp), which is not simulated.",
      "Av resultatskillnaden mellan grupperna, {} standardavvikelser, ligger {} mellan enheter: {} %. Av "
      "variationen i elevers bakgrund ligger {} % mellan enheter. Ett index för enheten når bara den delen; "
      "resten finns mellan elever i samma enhet och är en sak för enheten själv och för tilläggsbelopp, som "
      "inte simuleras.",
      {plus_minus(*gap), plus_minus(*between), number(100 * between->value / gap->value, 0),
       number(100 * icc->value, 0)});
  return q;
}

QuestionAnswer school_choice(View const& v) {
  std::vector<std::pair<std::size_t, std::string>> points;
  for (auto const part : {"sorting.", "choice", "choos"})
    if (points.size() < 2) points = v.along(part);
  auto const k = v.measure("eps2");
  if (!v.policy || !k || points.size() < 2)
    return not_simulated(
        say("See scenarios/school-choice.toml: [sorting] mechanism = \"choice\" and [design] vary = {{ "
            "\"sorting.active\" = [0.3, 0.6] }}.",
            "Se scenarios/school-choice.toml: [sorting] mechanism = \"choice\" och [design] vary = {{ "
            "\"sorting.active\" = [0.3, 0.6] }}."));
  QuestionAnswer q;
  q.simulated = true;
  for (auto const& [g, level] : points) {
    auto const eps2 = v.value_at(g, 0, *k);
    add_number(q, "eps2 with " + level, eps2, "1");
    append(q.answer,
           say("{}: segregation ε² {};", "{}: segregation ε² {};", {word(level), plus_minus(eps2)}));
    append(q.answer, change_of(v, g, *v.policy));
    q.answer.en += '.';
    q.answer.sv += '.';
  }
  return q;
}

QuestionAnswer can_we_see_it(View const& v) {
  if (!v.policy || v.r.replicates[v.point] == 0)
    return not_simulated(say("Add a [[policy]] with shares.", "Lägg till en [[policy]] med andelar."));
  QuestionAnswer q;
  q.simulated = true;
  add_number(q, "change", v.difference_at(v.point, *v.policy, v.lead), v.r.measures[v.lead].unit);
  std::string const share = fmt::format("{:.3g} %", 100 * v.r.policy_share[*v.policy]);
  q.answer = say("With {} by “{}”:", "Med {} enligt ”{}”:", {word(share), word(v.r.policy_title[*v.policy])});
  append(q.answer, change_of(v, v.point, *v.policy));
  q.answer.en += '.';
  q.answer.sv += '.';
  append(q.answer, range_of(v, *v.policy));
  append(q.answer, over_places(v, {"the change", "ändringen"}, unit_of(v.r.measures[v.lead]),
                               [&](std::size_t g) { return v.difference_at(g, *v.policy, v.lead); }));
  if (!v.r.power || v.r.power->pooled.empty() || v.r.power->years == 0) {
    append(q.answer, say("Whether you could see it is not simulated.", "Om ni kunde se det simuleras inte."));
    append(q.hint, say("To see it: add a table [power].", "För att se det: lägg till en tabell [power]."));
    return q;
  }
  auto const& p = *v.r.power;
  append(
      q.answer,
      say("Could it be seen? If +10 % money truly gave {} standard deviations, comparing units before and "
          "after ({} % level):",
          "Skulle det synas? Om +10 % pengar verkligen gav {} standardavvikelser, och enheter jämförs före "
          "och efter ({} % nivå):",
          {number(p.effect, 3), number(100 * p.level, 0)}));
  for (std::size_t n = 0; n < p.pooled.size(); ++n) {
    std::size_t const last = p.index(v.point, n, p.years - 1);
    Estimate const power{100 * p.power[last], 100 * p.standard_error[last],
                         1.96 * 100 * p.standard_error[last]};
    add_number(q, fmt::format("power of {} municipalities after {} years", p.pooled[n], p.years), power, "%");
    std::uint32_t enough = 0;
    for (std::uint32_t t = p.years; t-- > 0;)
      if (p.power[p.index(v.point, n, t)] >= p.wanted) enough = t + 1;
    Piece const many = word(std::to_string(p.pooled[n]));
    Worded const who = p.pooled[n] == 1 ? say("alone", "ensam")
                                        : say("{} like it together", "{} sådana tillsammans", {many});
    Worded const when = enough > 0
                            ? say("{} % chance is reached in year {}", "{} % chans nås år {}",
                                  {number(100 * p.wanted, 0), word(std::to_string(enough))})
                            : say("{} % chance is not reached in {} years", "{} % chans nås inte på {} år",
                                  {number(100 * p.wanted, 0), word(std::to_string(p.years))});
    double const delta = noncentrality(p.power[last], p.level), wanted = noncentrality(p.wanted, p.level);
    Worded smallest;
    if (delta > 0.01) {
      double const effect = std::abs(p.effect) * wanted / delta;
      add_number(q, fmt::format("smallest effect seen by {} municipalities", p.pooled[n]), {effect, NAN, 0},
                 "SD per +10 % money");
      smallest =
          say(", smallest effect that would be seen then about {} standard deviations",
              ", minsta effekt som då skulle synas ungefär {} standardavvikelser", {number(effect, 3)});
    }
    // A chance that no simulation missed has no error to show.
    Piece const chance = power.half < 0.05 ? number(power.value, 0) : plus_minus(power);
    append(q.answer, {fmt::format("{}: {} % chance after {} years, {}{}.", who.en, chance.text, p.years,
                                  when.en, smallest.en),
                      fmt::format("{}: {} % chans efter {} år, {}{}.", who.sv, say("", "{}", {chance}).sv,
                                  p.years, when.sv, smallest.sv)});
  }
  append(q.answer, say("The chance of a false alarm is {} %.", "Risken för falskt larm är {} %.",
                       {number(100 * p.level, 0)}));
  return q;
}

QuestionAnswer follow_up(View const& v) {
  auto const k = v.measure("gap_gain_per_krona"), effect = v.measure("intervention_effect");
  std::vector<std::size_t> with;
  for (std::size_t m = 1; k && effect && m < v.r.policy_name.size(); ++m)
    if (std::abs(v.value(m, *effect).value) > 0) with.push_back(m);
  if (with.size() < 2)
    return not_simulated(say("See scenarios/quality-work.toml: [years], [[intervention]] and [[follow_up]].",
                             "Se scenarios/quality-work.toml: [years], [[intervention]] och [[follow_up]]."));
  std::stable_sort(with.begin(), with.end(),
                   [&](std::size_t a, std::size_t b) { return v.value(a, *k).value > v.value(b, *k).value; });
  QuestionAnswer q;
  q.simulated = true;
  q.answer = say("Less gap per krona (0.001 standard deviations per 1 000 kronor), the best first:",
                 "Minskad skillnad per krona (0,001 standardavvikelser per 1 000 kronor), bäst först:");
  constexpr std::size_t most = 8;
  for (std::size_t i = 0; i < std::min(most, with.size()); ++i) {
    auto const gain = v.value(with[i], *k);
    add_number(q, "gap_gain_per_krona by " + v.r.policy_name[with[i]], gain, "0.001 SD per 1,000 SEK");
    append(q.answer, say("“{}” ({}): {};", "”{}” ({}): {};",
                         {word(v.r.policy_title[with[i]]),
                          word(fmt::format("{:.3g} %", 100 * v.r.policy_share[with[i]])), plus_minus(gain)}));
  }
  q.answer.en.back() = '.';
  q.answer.sv.back() = '.';
  append(q.answer, say("What follow-up adds has no empirical source: it is an assumption of the scenario.",
                       "Vad uppföljning ger saknar empirisk källa: det är ett antagande i scenariot."));
  return q;
}

QuestionAnswer money_or_teachers(View const& v) {
  auto points = v.along("outcome.dilution");
  if (points.size() < 2) points = v.along("outcome.use_mean");
  if (!v.policy || points.size() < 2)
    return not_simulated(
        say("Add [design] vary = {{ \"outcome.dilution\" = [0, 0.01, 0.02] }}: standard deviations lost "
            "per +10 % money where new posts go to less qualified staff.",
            "Lägg till [design] vary = {{ \"outcome.dilution\" = [0, 0.01, 0.02] }}: standardavvikelser "
            "som förloras per +10 % pengar där nya tjänster går till mindre behöriga."));
  return changes_along(v, points);
}

QuestionAnswer acceptance(View const& v) {
  Worded const range = v.policy ? range_of(v, *v.policy) : Worded{};
  if (range.en.empty())
    return not_simulated(say("Keep run.quantiles = [0.05, 0.5, 0.95] and a [[policy]] with shares.",
                             "Behåll run.quantiles = [0.05, 0.5, 0.95] och en [[policy]] med andelar."));
  QuestionAnswer q;
  q.simulated = true;
  q.answer = say(
      "Say both what is known and what is not. With {} by “{}”:",
      "Säg både vad man vet och inte vet. Med {} enligt ”{}”:",
      {word(fmt::format("{:.3g} %", 100 * v.r.policy_share[*v.policy])), word(v.r.policy_title[*v.policy])});
  append(q.answer, change_of(v, v.point, *v.policy));
  q.answer.en += '.';
  q.answer.sv += '.';
  append(q.answer, range);
  if (auto const losing = v.of(*v.policy, "pupils_losing")) {
    add_number(q, "pupils_losing", *losing, "%");
    append(q.answer,
           say("{} % of the pupils are in units that get less than per head.",
               "{} % av eleverna finns i enheter som får mindre än per elev.", {plus_minus(*losing)}));
  }
  append(q.hint, say("One page to hand out: likvard report.", "En sida att dela ut: likvard report."));
  return q;
}

QuestionAnswer municipalities_like_us(View const& v) {
  std::vector<std::size_t> const others = v.places();
  if (!v.policy || others.empty())
    return not_simulated(
        say("This is one municipality alone. scenarios/sweden.toml has six sizes by three levels of "
            "segregation.",
            "Detta är en kommun för sig. scenarios/sweden.toml har sex storlekar och tre nivåer av "
            "segregation."));
  auto const by = [&](std::size_t a, std::size_t b) {
    return v.difference_at(a, *v.policy, v.lead).value < v.difference_at(b, *v.policy, v.lead).value;
  };
  std::size_t const least = *std::min_element(others.begin(), others.end(), by),
                    most = *std::max_element(others.begin(), others.end(), by);
  QuestionAnswer q;
  q.simulated = true;
  for (std::size_t const g : {least, most}) {
    add_number(q, "change in " + v.r.points[g].name, v.difference_at(g, *v.policy, v.lead),
               v.r.measures[v.lead].unit);
    append(q.answer, say("{}:", "{}:", {word(v.r.points[g].name)}));
    append(q.answer, change_of(v, g, *v.policy));
    q.answer.en += '.';
    q.answer.sv += '.';
  }
  append(q.answer,
         say("These are the two ends of {} simulated kinds of municipality, with the same model and share.",
             "Det är ytterligheterna av {} simulerade slags kommuner, med samma modell och andel.",
             {word(std::to_string(others.size()))}));
  return q;
}

} // namespace likvard::question

#include "likvard/analysis/detail/question_words.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

// What the model does with the money: shares, winners, swings.
namespace likvard::question {
namespace {

std::string per_cent(double share) {
  return fmt::format("{:.3g} %", 100 * share);
}

/// Kronor that an interval of half width `half` leaves sure: to its first digit.
Piece kronor_within(double x, double half) {
  double const step = half > 1 ? std::pow(10, std::floor(std::log10(half))) : 1;
  return whole(step * std::round(x / step));
}

/// Three figures: what a reader of kronor a year can use, where no interval is known.
double three_figures(double x) {
  double const step = std::abs(x) >= 1000 ? std::pow(10, std::floor(std::log10(std::abs(x))) - 2) : 1;
  return step * std::round(x / step);
}

Worded needs_measures(std::string const& keys) {
  return say(
      "The result does not keep what it needs: add {} to run.measures (or leave run.measures out) and have a "
      "[[policy]] with shares.",
      "Resultatet har inte det som behövs: lägg till {} i run.measures (eller ta bort run.measures) och ha "
      "en "
      "[[policy]] med andelar.",
      {word(keys)});
}

/// What a share means: money moved, ends, posts.
Worded share_words(View const& v, std::size_t m, QuestionAnswer& q) {
  auto const moved = v.of(m, "share_moved"), top = v.of(m, "top_unit"), bottom = v.of(m, "bottom_unit");
  auto const& town = v.r.points[v.point].parameters;
  double const budget = town.budget_per_pupil_sek, total = budget * town.pupils;
  std::string const share = per_cent(v.r.policy_share[m]);
  add_number(q, "share_moved at " + share, *moved, "% of the budget");
  add_number(q, "top_unit at " + share, *top, "% of per head");
  add_number(q, "bottom_unit at " + share, *bottom, "% of per head");
  Worded text = say(
      "{} given out by need: {} % of the budget changes place ({} million kronor a year{}); the unit that "
      "gains most gets {} % ({} kronor per pupil), the one that loses most {} % ({} kronor).",
      "{} fördelat efter behov: {} % av budgeten byter plats ({} miljoner kronor om året{}); enheten som "
      "får mest extra får {} % ({} kronor per elev), den som förlorar mest {} % ({} kronor).",
      {word(share), plus_minus(*moved), number(moved->value / 100 * total / 1e6, 1),
       v.r.answer.post_sek > 0
           ? Piece{fmt::format(", ≈ {:.1f} {}", moved->value / 100 * total / v.r.answer.post_sek, "@"), true}
           : word(""),
       signed_plus_minus(*top), kronor_within(top->value / 100 * budget, top->half / 100 * budget),
       signed_plus_minus(*bottom), kronor_within(bottom->value / 100 * budget, bottom->half / 100 * budget)});
  auto const replace = [](std::string& text_, std::string_view by) {
    if (auto const at = text_.find('@'); at != std::string::npos) text_.replace(at, 1, by);
  };
  replace(text.en, "full-time teaching posts");
  replace(text.sv, "heltidstjänster");
  return text;
}

struct UnitChange {
  std::string name;
  double kronor = 0; ///< a year, whole unit
  double percent = 0;
};

/// The units' change against per head under a policy, largest gain first; empty where units have no names.
std::vector<UnitChange> unit_changes(View const& v, std::size_t m) {
  std::vector<UnitChange> out;
  if (v.point >= v.r.units.size()) return out;
  auto const& u = v.r.units[v.point];
  std::size_t const units = u.pupils.size();
  if (u.name.size() != units) return out;
  double const budget = v.r.points[v.point].parameters.budget_per_pupil_sek;
  for (std::size_t s = 0; s < units; ++s) {
    double const change = u.money[m * units + s] - u.money[s];
    out.push_back({u.name[s], change * budget * u.pupils[s], 100 * change});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](UnitChange const& a, UnitChange const& b) { return a.kronor > b.kronor; });
  return out;
}

Piece units_list(View const& v, std::vector<UnitChange> const& changes, bool gains) {
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, changes.size()); ++i) {
    auto const& c = gains ? changes[i] : changes[changes.size() - 1 - i];
    if ((gains && c.kronor <= 0) || (!gains && c.kronor >= 0)) break;
    text += fmt::format("{}{} {}{} kr", text.empty() ? "" : ", ", c.name, c.kronor > 0 ? "+" : "",
                        whole(three_figures(c.kronor)).text);
    if (v.r.answer.post_sek > 0)
      text += fmt::format(" ({}{:.1f})", c.kronor > 0 ? "+" : "−", std::abs(c.kronor) / v.r.answer.post_sek);
  }
  return {text.empty() ? "-" : text, true};
}

} // namespace

QuestionAnswer which_share(View const& v) {
  if (!v.policy || !v.of(*v.policy, "share_moved") || !v.of(*v.policy, "top_unit") ||
      !v.of(*v.policy, "bottom_unit"))
    return not_simulated(needs_measures("share_moved, top_unit, bottom_unit"));
  QuestionAnswer q;
  q.simulated = true;
  q.answer = say(
      "“{}”. The share given out is not the share moved: most of it comes back to the unit it came from.",
      "”{}”. Andelen som fördelas är inte andelen som flyttas: det mesta kommer tillbaka dit det kom ifrån.",
      {word(v.r.policy_title[*v.policy])});
  for (std::size_t m : v.shares()) append(q.answer, share_words(v, m, q));
  if (auto const k = v.measure("share_moved"))
    append(q.answer,
           over_places(
               v, say("what {} moves", "det som {} flyttar", {word(per_cent(v.r.policy_share[*v.policy]))}),
               {" % of the budget", " % av budgeten"},
               [&](std::size_t g) { return v.value_at(g, *v.policy, *k); }));
  append(q.answer,
         say("Which share is right is a choice of values; what it does to results is question 11.",
             "Vilken andel som är rätt är ett val av värden; vad den gör med resultaten är fråga 11."));
  return q;
}

QuestionAnswer who_wins(View const& v) {
  auto const losing = v.policy ? v.of(*v.policy, "pupils_losing") : std::nullopt;
  auto const gaining = v.policy ? v.of(*v.policy, "pupils_gaining") : std::nullopt;
  auto const loss = v.policy ? v.of(*v.policy, "largest_loss_sek") : std::nullopt;
  if (!losing || !gaining || !loss)
    return not_simulated(needs_measures("pupils_losing, pupils_gaining, largest_loss_sek"));
  QuestionAnswer q;
  q.simulated = true;
  q.answer = say(
      "With {} by “{}”, {} % of the pupils go to units that get more than per head and {} % to units that "
      "get "
      "less; the largest loss of a unit is {} kronor per pupil and year.",
      "Med {} enligt ”{}” går {} % av eleverna i enheter som får mer än per elev och {} % i enheter som får "
      "mindre; den största förlusten för en enhet är {} kronor per elev och år.",
      {word(per_cent(v.r.policy_share[*v.policy])), word(v.r.policy_title[*v.policy]), plus_minus(*gaining),
       plus_minus(*losing), plus_minus(*loss)});
  add_number(q, "pupils_gaining", *gaining, "%");
  add_number(q, "pupils_losing", *losing, "%");
  add_number(q, "largest_loss_sek", *loss, "SEK");
  auto const changes = unit_changes(v, *v.policy);
  if (!changes.empty()) {
    append(q.answer, v.r.answer.post_sek > 0
                         ? say("A year, in kronor (posts): most to {}; most from {}.",
                               "Per år, i kronor (tjänster): mest till {}; mest från {}.",
                               {units_list(v, changes, true), units_list(v, changes, false)})
                         : say("A year, in kronor: most to {}; most from {}.",
                               "Per år, i kronor: mest till {}; mest från {}.",
                               {units_list(v, changes, true), units_list(v, changes, false)}));
    for (auto const& c : changes) q.numbers.push_back({"unit " + c.name, c.kronor, NAN, "SEK a year"});
  }
  append(q.hint, say("To phase in or limit losses: policy keys pace and largest_loss.",
                     "För att fasa in eller begränsa förluster: nycklarna pace och largest_loss."));
  return q;
}

QuestionAnswer how_much_it_swings(View const& v) {
  auto const points =
      v.along("pupils in the index").empty() ? v.along("need.years") : v.along("pupils in the index");
  auto const k = v.measure("money_change"), loss = v.measure("largest_yearly_loss");
  QuestionAnswer q;
  if (v.policy && k && loss && v.r.year.years > 1 && !v.r.year.mean.empty()) {
    q.simulated = true;
    auto const one = [&](std::size_t g, std::string const& level) {
      auto const change = v.value_at(g, *v.policy, *k), largest = v.value_at(g, *v.policy, *loss);
      // Means over the years so far: what is left when the first, the step from per head, is taken out.
      auto const years = static_cast<double>(v.r.year.years);
      auto const mean_of = [&](std::size_t t) {
        return v.r.year
            .mean[((g * v.r.year.years + t) * v.r.policy_name.size() + *v.policy) * v.r.measures.size() + *k];
      };
      double const later = (years * mean_of(v.r.year.years - 1) - mean_of(0)) / (years - 1);
      add_number(q, "money_change" + (level.empty() ? "" : ", " + level), change, "% a year");
      add_number(q, "money_change after the first year" + (level.empty() ? "" : ", " + level),
                 {later, NAN, 0}, "% a year");
      Worded text = say("{}a unit's money per pupil changes by {} % from one year to the next in the mean "
                        "of {} years, the step "
                        "from per head counted, and by {} % after that step; the largest fall in a year, "
                        "most often that step, is "
                        "{} kronor per pupil.",
                        "{}en enhets pengar per elev ändras med {} % från ett år till nästa i medeltal "
                        "över {} år, steget från "
                        "lika belopp per elev inräknat, och med {} % efter det steget; det största fallet "
                        "på ett år, oftast det "
                        "steget, är {} kronor per elev.",
                        {word(level.empty() ? "" : fmt::format("Index: {}: ", level)), plus_minus(change),
                         word(std::to_string(v.r.year.years)), number(later, 1), plus_minus(largest)});
      if (level.empty()) text.en.front() = 'A', text.sv.front() = 'E';
      append(q.answer, text);
    };
    if (points.size() > 1)
      for (auto const& [g, level] : points) one(g, level);
    else
      one(v.point, "");
    if (points.size() < 2)
      append(
          q.hint,
          say("To see what a mean over years would calm: [design] vary = {{ \"need.years\" = [1, 3] }}.",
              "För att se vad ett medelvärde över flera år dämpar: [design] vary = {{ \"need.years\" = [1, "
              "3] }}."));
    return q;
  }
  auto const noise = v.policy ? v.of(*v.policy, "share_moved_noise") : std::nullopt;
  auto const moved = v.policy ? v.of(*v.policy, "share_moved") : std::nullopt;
  if (!noise || !moved)
    return not_simulated(
        say("Add a table [years] with count = 4.", "Lägg till en tabell [years] med count = 4."));
  q.simulated = true;
  add_number(q, "share_moved_noise", *noise, "% of the budget");
  q.answer = say(
      "One state is simulated, not years. In it {} % of the budget moves, of which {} % only follows the "
      "chance "
      "of which pupils a year brings.",
      "Ett läge simuleras, inte flera år. I det flyttas {} % av budgeten, varav {} % bara följer slumpen i "
      "vilka elever ett år har.",
      {plus_minus(*moved), plus_minus(*noise)});
  append(q.hint, say("For changes from year to year add [years] with count = 4.",
                     "För ändringar från år till år: lägg till [years] med count = 4."));
  return q;
}

QuestionAnswer small_schools(View const& v) {
  for (std::size_t m = 1; m < v.r.policy_name.size(); ++m)
    if (v.r.policy_name[m].find("small") != std::string::npos ||
        v.r.policy_name[m].find("liten") != std::string::npos) {
      auto const moved = v.of(m, "share_moved"), noise = v.of(m, "share_moved_noise");
      if (!moved || !noise) continue;
      QuestionAnswer q;
      q.simulated = true;
      add_number(q, "share_moved by " + v.r.policy_name[m], *moved, "% of the budget");
      q.answer = say("“{}” moves {} % of the budget, {} % of it by chance.",
                     "”{}” flyttar {} % av budgeten, {} % av slump.",
                     {word(v.r.policy_title[m]), plus_minus(*moved), plus_minus(*noise)});
      return q;
    }
  return not_simulated(
      say("Add a [[policy]] named small_schools with small_share = 0.02 (support by size) beside the one "
          "by need, and keep the two apart.",
          "Lägg till en [[policy]] med namnet small_schools och small_share = 0.02 (stöd efter "
          "litenhet) bredvid den efter behov, och håll dem isär."));
}

QuestionAnswer which_factors(View const& v) {
  QuestionAnswer q;
  auto const points = v.along("need.index");
  if (v.policy && points.size() > 1) {
    q.simulated = true;
    auto const unit = unit_of(v.r.measures[v.lead]);
    auto const name = name_of(v.r.measures[v.lead]);
    for (auto const& [g, level] : points) {
      auto const change = v.difference_at(g, *v.policy, v.lead);
      add_number(q, "change with index " + level, change, v.r.measures[v.lead].unit);
      auto const text = [&](std::string const& n, std::string const& u) {
        return std::vector<Piece>{word(level), word(n), signed_plus_minus(change), word(u)};
      };
      append(q.answer, {say("Index “{}”: {} changes by {}{}.", "", text(name.en, unit.en)).en,
                        say("", "Index ”{}”: {} ändras med {}{}.", text(name.sv, unit.sv)).sv});
    }
    return q;
  }
  auto const wrong = v.policy ? v.of(*v.policy, "misallocated") : std::nullopt;
  Worded const add =
      say("To compare indices: [design] vary = {{ \"need.index\" = [\"risk\", \"low_education\", "
          "\"foreign\"] }}.",
          "För att jämföra index: [design] vary = {{ \"need.index\" = [\"risk\", \"low_education\", "
          "\"foreign\"] }}.");
  if (!wrong) return not_simulated(add);
  q.simulated = true;
  add_number(q, "misallocated", *wrong, "% of the budget");
  q.answer =
      say("One index is simulated. Against the true need of the year's own pupils it misplaces {} % of the "
          "budget.",
          "Ett index simuleras. Mot det verkliga behovet hos årets elever hamnar {} % av budgeten fel.",
          {plus_minus(*wrong)});
  append(q.hint, add);
  return q;
}

} // namespace likvard::question

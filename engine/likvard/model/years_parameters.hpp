#pragma once
#include <cstdint>
#include <string>

/// What a study over several years is made of: engine/MODEL.md, "Years and quality work".
namespace likvard {

/// How a municipality moves from year to year. With `count` 1 nothing here is used: one state, as without.
struct Years {
  std::uint32_t count = 1;
  double turnover = 0.25;        ///< share of a unit's pupils replaced each year
  double drift_sd = 0;           ///< of a unit's standing, per year: log-odds of entrants per sd of score
  double drift_persistence = 1;  ///< AR(1) coefficient of that drift; 1 = a random walk
  double size_sd = 0;            ///< sd of a year's change of ln(pupils of a unit)
  double enrolment_response = 0; ///< change of ln(pupils) per SD by which last year's results stood out
  double price_drift = 0;        ///< rise of prices above the budget, per year
  std::uint32_t build_up = 1;    ///< years over which the effect of money builds up
  double fade = 0;               ///< part of a year's effect that is lost per year after
  double measured = 0.1;         ///< share of a unit's pupils whose results a year's statistics show
  double unit_year_sd = 0;       ///< sd of a unit's own shock of a year in those results, SD
  bool operator==(Years const&) const = default;
};

inline constexpr std::uint32_t most_years = 40, most_interventions = 16, most_network = 100;

/// Something that extra money buys: true mean effect, how it differs between units, what it costs.
struct Intervention {
  std::string name, title;
  double effect = 0;    ///< SD at full dose, on average
  double effect_sd = 0; ///< of the true mean between replicates: what is not known of it beforehand
  double unit_sd = 0;   ///< of a unit's own deviation
  double cost_sek = 0;  ///< per pupil of the unit and year, of a full dose
  double fade = 0;      ///< part of the effect lost per year in place
  bool operator==(Intervention const&) const = default;
};

enum class FollowUpRule { none, before_after, compare, shrink, bandit, randomised };
enum class Sharing { unit, municipality, network };

/// How a municipality learns which intervention works: systematic quality work.
struct FollowUp {
  std::string name = "none", title;
  FollowUpRule rule = FollowUpRule::none;
  Sharing sharing = Sharing::municipality;
  std::uint32_t network = 2;             ///< municipalities that pool what they see, with `Sharing::network`
  std::uint32_t trial_years = 3;         ///< randomised: years by lot
  double prior_mean = 0, prior_sd = 0.1; ///< bandit: of an intervention's effect, SD
  double adoption = 1; ///< chance that a unit that should change does so before the next year
  double use_gain = 0; ///< rise of q[s] per year: an assumption without empirical source
};

} // namespace likvard

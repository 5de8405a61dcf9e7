#pragma once
#include "likvard/core/prior.hpp"
#include "likvard/model/years_parameters.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What one design point is: plain values, validated when the scenario is read, constant afterwards.
/// Symbols follow engine/MODEL.md; array sizes: S units, P profiles, V variables.
namespace likvard {

enum class Stage { grundskola, forskola };

/// One register variable. Levels are listed with the best prerequisites first.
struct Variable {
  std::string name;
  std::vector<std::string> levels;
  std::vector<double> shares;   ///< [levels] margin in the municipality, sums to 1
  std::vector<double> log_odds; ///< [levels] of not reaching the goals, against the first level
  double loading = 0;           ///< of the variable's latent score on the common factor, in (-1, 1)
  std::string given_by;         ///< unit column that gives the first level's share ("" = none)
  bool operator==(Variable const&) const = default;
};

/// The pupils with one of `levels` of one variable.
struct Group {
  std::string name, title;
  std::size_t variable = 0;
  std::vector<std::size_t> levels;
  bool operator==(Group const&) const = default;
};

struct Background {
  std::vector<Variable> variables;
  std::vector<double> joint; ///< [P] the user's own table of profile shares; empty = margins and loadings
  std::vector<Group> groups;
  std::size_t need_group = 0; ///< the group whose gap is measured
  bool operator==(Background const&) const = default;
};

enum class SizeRule { equal, quantiles, drawn };
enum class Totals { fixed, free };

/// A real municipality's units, as its register shows them.
struct GivenUnits {
  std::vector<std::string> name;         ///< [S]
  std::vector<std::uint32_t> pupils;     ///< [S]
  std::vector<std::uint8_t> independent; ///< [S] 1 = independent provider
  std::vector<std::vector<double>>
      first_share; ///< [V][S] share of the first level; empty for variables not given
  std::vector<std::array<double, 3>> phase; ///< [S] pupils in grades F-3, 4-6 and 7-9; empty = not known
  bool operator==(GivenUnits const&) const = default;
};

struct Municipality {
  Stage stage = Stage::grundskola;
  std::uint32_t pupils = 0, units = 0;
  SizeRule sizes = SizeRule::drawn;
  double size_log_sd = 0;                 ///< sd of ln(pupils per unit)
  std::uint32_t smallest_unit = 1;        ///< no unit is smaller
  std::vector<std::uint32_t> unit_pupils; ///< [S] sizes as given; empty = by `sizes`
  Totals totals = Totals::fixed;          ///< of pupils by profile, over the municipality
  double budget_per_pupil_sek = 0;
  double adequate_per_pupil_sek = 0; ///< what is held to be enough; 0 = the budget per pupil
  GivenUnits given;                  ///< empty unless sorting is `given`
  bool operator==(Municipality const&) const = default;
};

enum class Mechanism { random, rank, tilt, dirichlet, given, choice };
enum class Index {
  eps2,
  variance_ratio,
  dissimilarity,
  theil_h,
  mutual_information,
  gini,
  hutchens,
  isolation,
  icc
};

struct Target {
  std::size_t group = 0;
  Index index = Index::eps2;
  double value = 0;
  bool operator==(Target const&) const = default;
};

/// Which parameter of the mechanism `choice` a target is solved by.
enum class ChoiceUnknown { residence, standing, own_group };

inline constexpr double largest_standing = 5, largest_own_group = 5; ///< of what `choice` takes

/// Residence and school choice: model/sorting_choice.hpp. Distances count the mean spacing of units as 1.
struct Choice {
  std::uint32_t areas = 50;
  double residence = 0; ///< r: correlation of the ranking that fills the areas with the score
  std::optional<double> residence_eps2{}; ///< ε² of the need group between areas, in place of r
  double smoothness = 0.3; ///< distance over which areas are alike, as a part of the municipality's width
  double active = 0.3;     ///< share of families that choose
  double distance = 1;     ///< utility lost per spacing of units
  double standing = 1;     ///< utility of one sd of standing, for a family one sd above the mean score
  double own_group = 0;    ///< utility of a unit with only the own group
  std::size_t group = 0;   ///< which group and its complement `own_group` looks at
  double independent_share = 0; ///< of units: these take choosers only
  ChoiceUnknown solve = ChoiceUnknown::residence;
  bool operator==(Choice const&) const = default;
};

struct Sorting {
  Mechanism mechanism = Mechanism::rank;
  std::optional<double>
      strength; ///< r (rank), λ (tilt), α₀ (dirichlet), power (given); else solved from `targets`
  std::vector<Target> targets;
  Choice choice{};
  bool operator==(Sorting const&) const = default;
};

enum class Shrinkage { none, empirical_bayes };
enum class Pooling {
  mean,    ///< of all cohorts' pupils
  largest, ///< of the newest cohort, the one before and the mean of all
  ever     ///< a pupil counts if marked in any of the years
};

/// What a pupil contributes to an index: stage A of engine/MODEL.md §5. Values are averaged over a unit's
/// pupils.
struct Risk {
  bool operator==(Risk const&) const = default;
}; ///< modelled probability of not reaching the goals
struct Member {
  std::size_t group;
  bool operator==(Member const&) const = default;
}; ///< 1 in the group, 0 outside
struct Tail {
  double share; ///< of the municipality's pupils, those with the lowest score
  double depth; ///< exponent: 0 counts them, 1 their distance to the mean score
  bool operator==(Tail const&) const = default;
};
struct Tiers {
  std::vector<double> bounds, weights; ///< weights[i] where the pupil's rank by score is below bounds[i]
  bool operator==(Tiers const&) const = default;
};
using Marker = std::variant<Risk, Member, Tail, Tiers>;

/// One need index, as the allocation sees it.
struct Need {
  std::string name;        ///< "" = the scenario's own, [need]
  Marker marker = Risk{};  ///< what is averaged
  std::uint32_t lag = 0;   ///< newest cohort seen, years back
  std::uint32_t years = 1; ///< cohorts seen
  Pooling pooling = Pooling::mean;
  double stays = 0.85;        ///< ever: chance that a marked pupil is still marked a year later
  double missing = 0;         ///< share of pupils without register data
  std::uint32_t smallest = 0; ///< a unit with fewer pupils seen gets the municipality's mean
  Shrinkage shrinkage = Shrinkage::none;
  bool operator==(Need const&) const = default;
};

/// g(x) >= 0 of the unit index x, relative (pupil-weighted mean 1) or raw: stage B of engine/MODEL.md §5.
struct Linear {
  bool operator==(Linear const&) const = default;
}; ///< x
struct Threshold {
  double threshold;
  bool operator==(Threshold const&) const = default;
}; ///< max(0, x - threshold)
struct Concentration {
  double threshold, slope;
  bool operator==(Concentration const&) const = default;
}; ///< x + slope · max(0, x - threshold)
struct Ramp {
  double from, to, low, high;
  bool operator==(Ramp const&) const = default;
}; ///< x · ω(x), ω from low (x <= from) to high (x >= to)
struct Power {
  double exponent;
  bool operator==(Power const&) const = default;
}; ///< x^exponent
struct Quadratic {
  double saturation;
  bool operator==(Quadratic const&) const = default;
}; ///< x · min(1, x / saturation)
struct Bands {
  std::vector<double> bounds, weights;
  bool times_index = false;
  bool operator==(Bands const&) const = default;
}; ///< weights[i] where bounds[i-1] < x <= bounds[i]; times x where the weight is paid per pupil in need
struct Brackets {
  std::vector<double> bounds, weights;
  std::vector<double> count_bounds, count_weights;
  bool operator==(Brackets const&) const = default;
}; ///< ∫₀ˣ ω(t) dt, ω stepwise; with counts the larger of that and ∫₀ⁿˣ ω(t) dt / n
struct Label {
  double top_share;
  bool operator==(Label const&) const = default;
}; ///< 1 for the ⌈top_share · S⌉ neediest units
using Response =
    std::variant<Linear, Threshold, Concentration, Ramp, Power, Quadratic, Bands, Brackets, Label>;

/// Money by one index.
struct Block {
  std::string name;
  std::size_t index = 0; ///< which of the point's indices
  bool raw = false;      ///< x is the unit's plain mean, not the one relative to the municipality
  Response response = Linear{};
  double part = 1;         ///< closed pot: of the need money, in proportion to the other blocks' parts
  double rate_sek = 0;     ///< open rates: per pupil and unit of g
  double least_share = 0;  ///< nothing where the raw mean is not above it
  double least_pupils = 0; ///< nothing where pupils · raw mean is not above it
  bool operator==(Block const&) const = default;
};

enum class Pot {
  closed, ///< shares of the budget
  open    ///< rates per pupil, scaled to the budget
};

/// One policy: an allocation model at one weighting share. The six stages of engine/MODEL.md §5.
struct Policy {
  std::string name; ///< of the model
  std::string title;
  std::vector<Block> blocks{Block{}};
  Pot pot = Pot::closed;
  double share = 0;       ///< w: part of the budget given out by need
  bool own_share = false; ///< open: w follows from the rates; else need rates are scaled to give `share`
  std::vector<double> phase_weights; ///< of per-head money by school phase; empty = all alike
  // closed
  double lump_share = 0;  ///< v: part given as the same sum to every unit
  double small_share = 0; ///< part for small units, tapering to 0 at `small_pupils`
  double small_pupils = 0;
  // open, SEK
  double base_sek = 0;  ///< per pupil
  double lump_sek = 0;  ///< per unit
  double small_sek = 0; ///< per unit, tapering to 0 at `small_pupils`
  // transition, against the money of before (per head where nothing else is known)
  double pace = 1;                      ///< part of the way from there to the formula that is gone
  std::optional<double> largest_loss{}; ///< hold-harmless: money per pupil >= (1 - loss) of before
  std::optional<double> largest_gain{}; ///< cap: <= (1 + gain) of before
  double least = 0;                     ///< money per pupil at least, over the municipality's mean
  // delivery
  double reach = 0;                     ///< part of the need money that follows the pupils of the need group
  std::optional<double> pass_through{}; ///< φ of this policy, where help comes in kind; else the outcome's
  // over years
  std::optional<std::size_t> intervention{}; ///< what all units run, decided centrally; else they choose
  bool plain_money = false;                  ///< no interventions: need money works as money does (θ)
  FollowUp follow_up{};
};

/// Outcome Y in SD units: engine/MODEL.md §6.
struct Outcome {
  double not_qualified = 0.156;        ///< share of all pupils below the threshold at per-head money
  Prior theta;                         ///< θ: SD per +10 % money for four years
  Prior effect_ratio;                  ///< h of the need group (others: 1)
  Prior curvature;                     ///< λ of the Box–Cox response to money (1 linear, 0 log)
  Prior pass_through;                  ///< φ: share of the extra money that stays at the unit
  Prior use_mean;                      ///< mean of q[s]
  double use_sd = 0;                   ///< sd of q[s], truncated to [-1, 3]
  Prior peer;                          ///< γ: per SD of the unit's mean SES
  Prior selection;                     ///< τ: per SD of the unit's expected mean SES
  Prior dilution;                      ///< ψ: SD lost per +10 % money through less qualified staff
  double unit_sd = 0;                  ///< sd of u[s]
  double cohort_sd = 0;                ///< sd of the municipality's shock of a year (realised readings only)
  double years = 4;                    ///< of exposure; effects grow linearly to four years
  Prior carry;                         ///< part of the money's effect left at the end of grundskola
  double merit_mean = 0, merit_sd = 0; ///< merit points of Y = 0, and per SD
  bool operator==(Outcome const&) const = default;
};

/// All that makes up one design point. Policies are common to all points.
struct Parameters {
  Municipality municipality;
  Background background;
  Sorting sorting;
  std::vector<Need> needs{Need{}}; ///< [0] is the scenario's own; policies refer to them by place
  Outcome outcome;
  Years years{};
  std::vector<Intervention> interventions{};
  bool operator==(Parameters const&) const = default;
};

} // namespace likvard

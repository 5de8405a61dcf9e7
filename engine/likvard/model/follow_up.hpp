#pragma once
#include "likvard/core/random.hpp"
#include "likvard/model/follow_up_estimate.hpp"
#include "likvard/model/table.hpp"
#include "likvard/model/years_parameters.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// Units try interventions, the municipality sees noisy results, and what it learns moves the next choice.
/// engine/MODEL.md, "Years and quality work".
namespace likvard {

/// What the interventions truly do in one replicate; the same for every policy.
struct TrueEffects {
  std::vector<double> mean; ///< [J] b ~ N(effect, effect_sd²), SD at full dose
  Table own;                ///< [S × J] d ~ N(0, unit_sd²) of this municipality's units
};
void draw_true_effects(std::span<Intervention const> interventions, std::size_t units, StreamKey key,
                       TrueEffects& out);

/// Part of a full dose that `extra` SEK per pupil buy: min(1, extra/cost); 0 without extra money.
double dose_bought(Intervention const& intervention, double extra_sek);

/// The units of one municipality: index 0 is the one that is followed, the others its network.
struct QualityTown {
  std::vector<std::size_t> running; ///< [S] j
  std::vector<std::uint32_t> age;   ///< [S] years that it has run before this one
  std::vector<double> level;        ///< [S] v of the network's units; not used in index 0
  Table own;                        ///< [S × J] of the network's units
  UnitYears seen;                   ///< first column: the year before the first, without any intervention
};

/// One policy's quality work in one replicate.
struct QualityWork {
  std::vector<QualityTown> town;
  std::vector<double> baseline, since; ///< [S] raw result of the year before the present one, sum since
  Table believed; ///< [S × J] effect at full dose that the follow-up credits each intervention with
  std::vector<std::uint8_t> kept; ///< [S] runs on what it ran
};

/// Results of one year, as the municipality sees them.
struct SeenYear {
  std::span<double const> adjusted; ///< [S] for pupils' background
  std::span<double const> raw;      ///< [S]
  std::span<double const> variance; ///< [S] of the noise in `adjusted`
};

/// What the follow-up takes as known of the spread that is not noise.
struct KnownSpread {
  double unit_sd = 0.19; ///< of units' levels
  double year_sd = 0.07; ///< of the municipality's shock of a year
};

/// Every unit begins with an intervention by lot, or with `decided`, and the year before is seen.
void begin_quality_work(FollowUp const& follow_up, std::span<Intervention const> interventions,
                        std::optional<std::size_t> decided, KnownSpread const& spread, SeenYear const& before,
                        TrueEffects const& truth, StreamKey key, QualityWork& out);

/// True effect on units [S] this year, SD: dose · (b + d) · (1 - fade)^age. `dose` is [S × J].
void intervention_effects(std::span<Intervention const> interventions, TrueEffects const& truth,
                          QualityWork const& work, Table const& dose, std::span<double> out);

/// Take in the year's results (and make those of the network), then choose what runs next.
///
/// - none: nothing changes.
/// - before_after: a unit keeps what it runs if its raw results since it began are above those of the year
///   before, else it takes another by lot. Units turn to something new after bad years: what follows is
///   better by chance alone.
/// - compare: effects by least squares on results of all units and years (levels and years' shocks taken
///   out); each unit takes the largest dose · estimate.
/// - shrink: the same shrunk by empirical Bayes.
/// - bandit: Thompson sampling; each unit draws effects from the posterior and takes the largest.
/// - randomised: by lot for `trial_years`, then as shrink.
///
/// Evidence is one unit's own, the municipality's, or the network's. A unit that should change does so with
/// chance `adoption`. Ties and untried interventions: the first, an estimate of 0 (the prior's mean).
/// - Expects: year counts from 0; `decided` units never change.
void follow_up_year(FollowUp const& follow_up, std::span<Intervention const> interventions, bool decided,
                    KnownSpread const& spread, TrueEffects const& truth, Table const& dose,
                    SeenYear const& results, std::uint32_t year, StreamKey key_of_year, QualityWork& work);

} // namespace likvard

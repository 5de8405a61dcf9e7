#include "likvard/model/measures.hpp"

#include <array>

namespace likvard {
namespace {

using enum Better;

constexpr std::array<MeasureSpec, measure_count> table{{
    {"need_share", "Share of pupils in the need group", "%", none,
     "100 X/N over the municipality's pupils; 0-100."},
    {"dissimilarity", "Dissimilarity D", "1", none,
     "D = Σ n|p - P| / (2NPQ) of the need group over units, as a statistician would see it (small-number "
     "noise included); 0-1; 0 if "
     "there is one unit or one group. Duncan & Duncan 1955."},
    {"dissimilarity_by_chance", "D expected from chance alone", "1", none,
     "E[D] when the same pupils are dealt to the same units at random: exact hypergeometric mean deviation; "
     "0-1. Winship 1977."},
    {"variance_ratio", "Variance ratio V", "1", none,
     "V = Σ n (p - P)² / (NPQ) of the need group; 0-1; expectation (K-1)/(N-1) under random allocation; 0 if "
     "undefined."},
    {"eps2", "Segregation ε² (variance ratio, free of chance)", "1", none,
     "ε² = 1 - (1-V)(N-1)/(N-K): comparable between municipalities of different size; mean 0 under random "
     "allocation, so it may be "
     "slightly negative; 0 if undefined."},
    {"theil_h", "Theil's information index H", "1", none,
     "H = Σ (n/N)(E - E_s)/E, E the entropy of the need share; 0-1; 0 if undefined. Theil & Finizza 1971."},
    {"isolation", "Isolation of the need group", "1", none,
     "Mean share of the need group in a needy pupil's unit, Σ (x/X) p; P-1; 0 if nobody is in the need "
     "group."},
    {"isolation_others", "Isolation, the pupil left out", "1", none,
     "Mean share of the need group among a needy pupil's schoolmates, Σ (x/X)(x-1)/(n-1): expectation "
     "(X-1)/(N-1) under random allocation, whatever the sizes; 0 if nobody is in the need group."},
    {"exposure", "Exposure of the need group to others", "1", none,
     "Mean share of other pupils in a needy pupil's unit, Σ (x/X)(1-p) = 1 - isolation; 0 if nobody is in "
     "the "
     "need group."},
    {"segregation_gini", "Segregation Gini", "1", none,
     "Σ n n'|p - p'| / (2N²PQ) over pairs of units; 0-1; 0 if undefined. Duncan & Duncan 1955."},
    {"mutual_information", "Mutual information M", "nats", none,
     "M = Σ (n/N)(E - E_s), H without its denominator: adds up over levels; 0 if undefined. Theil 1971."},
    {"hutchens", "Hutchens' square-root index S", "1", none,
     "S = 1 - Σ sqrt((x/X)(y/Y)), y the others; 0-1; 0 if undefined. Hutchens 2001."},
    {"gorard", "Gorard's segregation index GS", "1", none,
     "GS = ½ Σ |x/X - n/N| = (1-P) D: the part of the need group that would have to change unit; 0 if "
     "undefined. Gorard & Taylor 2002."},
    {"variance_ratio_by_chance", "V expected from chance alone", "1", none,
     "E[V] = (K-1)/(N-1) when the same pupils are dealt to the same units at random; 0 if undefined."},
    {"variance_ratio_z", "Unevenness in standard deviations of chance", "1", none,
     "(V - E[V]) / sd(V), the exact moments of V when pupils are dealt at random (Haldane 1940): above about "
     "2 "
     "units differ by more than chance; 0 if undefined."},
    {"score_icc", "Variance of background between units", "1", none,
     "Σ (n/N)(ā_s - ā)² / Var(a) of the socioeconomic score over pupils (intraclass correlation as a "
     "correlation ratio), small-number noise included; 0-1; 0 if the score does not vary."},
    {"share_set", "Share given out by need", "%", none,
     "The weighting share w as the policy sets it: not the money moved between units."},
    {"share_given", "Share that found need", "%", none,
     "Need money of the formula over the budget: the share set, less what went per head because nobody had "
     "need; of rates "
     "the share that they come to."},
    {"share_moved", "Share of the budget moved between units", "%", none,
     "R = 100 · ½ Σ n|f - b| / B, money that lies elsewhere than under per head; 0-100. Part of it is noise "
     "in the index."},
    {"share_moved_systematic", "Share moved by systematic differences", "%", none,
     "share_moved of the same policy if units' need were read off their expected composition, free of "
     "small-number noise; "
     "0-100."},
    {"share_moved_noise", "Share moved by noise in the index", "%", lower,
     "share_moved less share_moved_systematic: money that follows the chance of which pupils a year brings; "
     "about "
     "0.399 w sqrt((1-P)/(P n)) where all units are alike."},
    {"misallocated", "Share of the budget misplaced by an imperfect index", "%", lower,
     "100 · ½ Σ n|f - f*| / B, f* the same policy under the true present index; 0-100."},
    {"paid_without_need", "Pupils in units paid without need", "%", lower,
     "Share of pupils in units that get over 0.05 % more than per head, but would not under the true present "
     "index (type I)."},
    {"need_without_pay", "Pupils in units with need left unpaid", "%", lower,
     "Share of pupils in units that get no more than per head, but would get over 0.05 % more under the true "
     "present index "
     "(type II)."},
    {"money_gap", "Extra money for a pupil in need", "%", none,
     "Mean money of the need group's pupils minus the others', in % of the mean; 0 if a group is empty. "
     "Urban Institute's "
     "progressivity."},
    {"money_gap_linear", "Extra money for a pupil in need: closed form", "%", none,
     "100 w V/P: what a proportional pot on the group's share would give without noise or bounds (MODEL.md "
     "§5)."},
    {"money_gap_sek", "Extra money for a pupil in need, kronor", "SEK", none,
     "money_gap in SEK per pupil and year."},
    {"money_ratio", "Money of a pupil in need over another's", "1", none,
     "Mean money of the need group's pupils over the others'; 1 if a group is empty."},
    {"top_unit", "Best-funded unit against per head", "%", none, "100 (max f / b - 1) over units."},
    {"bottom_unit", "Least-funded unit against per head", "%", none, "100 (min f / b - 1) over units."},
    {"money_cv", "Variation of money per pupil", "%", none,
     "Coefficient of variation, pupil-weighted, in %."},
    {"money_gini", "Gini of money per pupil", "1", none, "Pupil-weighted Gini of f over units; 0-1."},
    {"money_range_ratio", "Federal range ratio of money", "1", none,
     "(P95 - P5)/P5 of money per pupil over pupils; 0 if P5 is 0. Berne & Stiefel 1984."},
    {"money_mcloone", "McLoone index of money", "1", none,
     "Money of pupils at or below the median (<=) over what they would have at it; 0-1, 1 = equal. Berne & "
     "Stiefel 1984."},
    {"money_verstegen", "Verstegen index of money", "1", none,
     "Money of pupils at or above the median (>=) over what they would have at it; 1 = equal. Verstegen "
     "1996."},
    {"money_theil", "Theil index T of money", "1", none, "Σ (n/N) f/b ln(f/b); 0 = equal. Theil 1967."},
    {"money_mld", "Mean log deviation of money", "1", none,
     "-Σ (n/N) ln(f/b); 0 = equal; 0 where a unit has no money at all (undefined there)."},
    {"money_atkinson_half", "Atkinson index of money, aversion 1/2", "1", none,
     "1 - (Σ (n/N) sqrt(f/b))²; 0-1, 0 = equal. Atkinson 1970."},
    {"money_atkinson_one", "Atkinson index of money, aversion 1", "1", none,
     "1 - exp Σ (n/N) ln(f/b); 0-1, 0 = equal; 1 where a unit has no money at all."},
    {"money_concentration", "Concentration of money by need", "1", none,
     "Concentration index of money over pupils ranked by their units' true need, positive when money lies "
     "with the needy; "
     "ties share the mid-rank. Wagstaff, Paci & van Doorslaer 1991."},
    {"money_kakwani", "Kakwani progressivity", "1", none,
     "Concentration index of money by need minus the Gini of need; 0 = in proportion to need, negative = "
     "less. Ties share the "
     "mid-rank. Kakwani 1977."},
    {"money_elasticity", "Elasticity of money to need", "1", none,
     "Pupil-weighted slope of f/b on the true index (mean 1): 1 = in proportion to need; 0 if need does not "
     "vary."},
    {"pupils_losing", "Pupils in units that get less than per head", "%", none,
     "Share of pupils in units with f below b by more than 0.05 %."},
    {"pupils_gaining", "Pupils in units that get more than per head", "%", none,
     "Share of pupils in units with f above b by more than 0.05 %."},
    {"adequacy", "Adequacy of money", "%", higher,
     "100 · mean over pupils of min(1, f/A), A = municipality.adequate_per_pupil (default the budget per "
     "pupil); 0-100. Odden & "
     "Picus."},
    {"shortfall_sek", "Shortfall from adequate money", "SEK", lower,
     "Mean over pupils of max(0, A - f) in SEK per pupil and year."},
    {"largest_loss_sek", "Largest loss of a unit, kronor per pupil", "SEK", none,
     "max(0, b - min f) in SEK per pupil and year."},
    {"units_bound", "Units held by hold-harmless or cap", "%", none, "Share of units at their floor or cap."},
    {"per_head_fallback", "Nobody in need: paid per head", "%", none,
     "Share of replicates in which the weighted part had to be paid per head because the index gave nobody "
     "need."},
    {"mean_outcome", "Mean outcome", "SD", higher,
     "Mean of Y over pupils, pupil noise integrated out; SD of pupils."},
    {"gap", "Gap between other pupils and pupils in need", "SD", lower,
     "Mean Y of the others minus mean Y of the need group; SD of pupils (förskola: of the developmental "
     "score at school start); 0 if "
     "a group is empty."},
    {"gap_between", "Part of the gap between units", "SD", lower,
     "Σ_s (y_s/Y - x_s/X) Ȳ_s: what would remain if units treated all their pupils alike."},
    {"gap_within", "Part of the gap within units", "SD", lower,
     "gap - gap_between: the gap between pupils of the same unit, averaged."},
    {"gap_merit", "Gap in merit points", "points", lower,
     "The gap at the end of grundskola in merit points (meritvärde, 0-340): merit_sd × gap; förskola's "
     "effect is carried with "
     "outcome.carry."},
    {"not_qualified", "Pupils not qualified for upper-secondary school", "%", lower,
     "100 · mean of Φ((t - μ)/σ) over pupils; 0-100."},
    {"not_qualified_need", "Not qualified, need group", "%", lower,
     "The same within the need group; 0 if it is empty."},
    {"not_qualified_others", "Not qualified, other pupils", "%", lower,
     "The same among the others; 0 if there are none."},
    {"not_qualified_gap", "Gap in the share not qualified", "pp", lower,
     "Share not qualified in the need group minus the share among other pupils, percentage points; 0 if a "
     "group is empty."},
    {"not_qualified_ratio", "Ratio of the shares not qualified", "1", lower,
     "Share not qualified in the need group over the share among other pupils; 1 if a group is empty."},
    {"not_qualified_erreygers", "Erreygers index of not being qualified", "1", lower,
     "8 cov(probability, rank from the least needy): -1 to 1, positive when it is concentrated among the "
     "neediest. The "
     "corrected concentration index of a bounded variable, Erreygers 2009."},
    {"low_decile", "Tenth percentile of outcome", "SD", higher,
     "The outcome below which lie 10 % of the pupils, pupil noise included (normal mixture)."},
    {"high_decile", "Ninetieth percentile of outcome", "SD", higher,
     "The outcome below which lie 90 % of the pupils, pupil noise included (normal mixture)."},
    {"sii", "Slope index of inequality", "SD", lower,
     "Slope of Y on the pupils' rank by socioeconomic score (0 neediest, 1 least): the fitted difference "
     "between the ends. Mackenbach & "
     "Kunst 1997."},
    {"ses_gap", "Gap between the ends of the socioeconomic scale", "SD", lower,
     "Fitted Y at the 90th less at the 10th percentile of socioeconomic score, cubic in the rank (of lower "
     "degree when there "
     "are fewer than four ranks). Reardon 2011."},
    {"gradient", "Socioeconomic gradient", "SD", lower, "Slope of Y on the socioeconomic score, SD per SD."},
    {"gradient_r2", "Strength of the gradient", "%", lower,
     "Share of the variance of Y that the score explains; 0-100."},
    {"between_units", "Variance of outcome between units", "%", lower,
     "100 Σ (n/N)(Ȳ_s - Ȳ)² / Var(Y): expected reading, so free of pupil noise; 0-100."},
    {"between_units_net", "Variance between units, pupils' background taken out", "%", lower,
     "100 Σ (n/N)(Ȳ_s - Ȳ - slope (ā_s - ā))² / Var(Y), slope the gradient; 0-100."},
    {"kolm_pollak", "Equally distributed equivalent outcome", "SD", higher,
     "Kolm-Pollak: -ln mean exp(-Y), the outcome which if everybody had it would be as good; aversion 1 per "
     "SD. Fit for interval "
     "scales, unlike Atkinson's."},
    {"largest_unit_difference", "Largest difference between units", "points", none,
     "max Ȳ_s - min Ȳ_s in merit points, expected reading."},
    {"gap_realised", "Gap as a year's statistics show it", "SD", lower,
     "The gap with the pupils' own luck drawn (exact normal law of the units' means)."},
    {"not_qualified_realised", "Not qualified as a year's statistics show it", "%", lower,
     "Drawn counts: binomial per unit and profile around the expected share, with the municipality's shock "
     "of the year."},
    {"not_qualified_gap_realised", "Gap in the share not qualified as a year's statistics show it", "pp",
     lower, "not_qualified_gap from drawn counts."},
    {"between_units_realised", "Variance between units as a year's statistics show it", "%", lower,
     "The units' drawn means, pupil noise included: 100 Σ (n/N)(Ȳ_s - Ȳ)² / Var(Y), Var(Y) the expected "
     "one."},
    {"between_units_corrected", "The same, sampling variance taken out", "%", lower,
     "between_units_realised less 100 σ²(K-1)/N / Var(Y), what pupil noise alone gives; may be slightly "
     "negative."},
    {"largest_unit_difference_realised", "Largest difference between units as a newspaper would print it",
     "points", none, "max - min of the units' drawn means in merit points."},
    {"largest_unit_difference_chance", "Part of the largest difference that is chance", "points", none,
     "Realised minus expected largest difference."},
    {"undefined", "Replicates with an undefined measure", "%", none,
     "Share of replicates with one unit, an empty group or no variation of need, where indices and gaps are "
     "set to 0 by definition."},
    {"money_change", "Yearly change of a unit's money", "%", lower,
     "Pupil-weighted mean of 100 |f_t/f_(t-1) - 1| over units and years; the first year compares with per "
     "head. Budget volatility per unit; 0 or more."},
    {"money_change_large", "Pupils in units whose money changes by over 5 % in a year", "%", lower,
     "Share of pupils times years; the first year compares with per head. 0-100."},
    {"largest_yearly_loss", "Largest loss of a unit from one year to the next", "SEK", lower,
     "Per pupil, over units and years; the first year compares with per head. 0 or more."},
    {"horizon_losing", "Pupils in units that lose over the years", "%", lower,
     "Share of pupils in units whose mean money per pupil over the years lies over 0.05 % below per head."},
    {"horizon_gaining", "Pupils in units that gain over the years", "%", none,
     "Share of pupils in units whose mean money per pupil over the years lies over 0.05 % above per head."},
    {"gap_horizon", "Gap between the groups, mean over the years", "SD", lower,
     "Mean of `gap` over the years so far."},
    {"gap_gain_per_krona", "Reduction of the gap per krona given out by need", "0.001 SD per 1,000 SEK",
     higher,
     "Mean over the years of the gap under per head less the policy's, over the need money per pupil of the "
     "municipality (share_given x budget per pupil). Policies of equal share cost the same. 0 without need "
     "money."},
    {"years_to_effect", "Years to half of the effect", "years", lower,
     "First year in which the gap is reduced by half of the largest reduction over the years so far; 0 if it "
     "never is reduced."},
    {"intervention_effect", "True effect of what units run", "SD", higher,
     "Dose x true effect of the unit's intervention (mean and own deviation, faded), mean over pupils of the "
     "units with money for any; 0 if there are none."},
    {"best_found", "Units that run the truly best intervention", "%", higher,
     "After the year's follow-up: share of pupils, of those in units with money for any, whose unit goes on "
     "with "
     "the intervention of largest dose x true mean effect at its money; 0 if there are none."},
    {"useless_kept", "Useless interventions still kept", "%", lower,
     "After the year's follow-up: share of pupils, of those in units with money that began with an "
     "intervention "
     "whose true mean effect is 0 or less, whose unit goes on with such a one; 0 if there are none."},
    {"apparent_excess", "Believed less true effect of what units run", "SD", none,
     "Dose x (effect that the follow-up credits the intervention chosen with, less its true mean effect); "
     "before_after and none: the unit's raw results since it began less that of the year before, less its "
     "true "
     "effect on the unit, of units that go on with it. Regression to the mean and the winner's curse. Mean "
     "over "
     "pupils of units with money; 0 if there are none."},
}};

} // namespace

std::span<MeasureSpec const> measure_table() {
  return table;
}

bool needs_thresholds(Measure measure) {
  return measure >= Measure::not_qualified && measure <= Measure::not_qualified_erreygers;
}

bool needs_other_indices(Measure measure) {
  return measure == Measure::share_moved_systematic || measure == Measure::share_moved_noise ||
         (measure >= Measure::misallocated && measure <= Measure::need_without_pay);
}

bool is_segregation(Measure measure) {
  return measure >= Measure::need_share && measure <= Measure::variance_ratio_z;
}

bool needs_order_of_money(Measure measure) {
  return measure >= Measure::money_gini && measure <= Measure::money_verstegen;
}

bool needs_log_of_money(Measure measure) {
  return measure >= Measure::money_theil && measure <= Measure::money_atkinson_one;
}

bool is_realised(Measure measure) {
  return measure >= Measure::gap_realised && measure <= Measure::largest_unit_difference_chance;
}

bool is_over_years(Measure measure) {
  return measure >= Measure::money_change && measure <= Measure::apparent_excess;
}

} // namespace likvard

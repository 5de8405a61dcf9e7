#pragma once
#include "likvard/model/allocation.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/model/need.hpp"
#include "likvard/model/outcome.hpp"
#include "likvard/model/realised.hpp"
#include "likvard/model/sampling.hpp"
#include "likvard/model/sorting.hpp"

#include <span>
#include <vector>

/// One replicate: a municipality, its pupils, and every policy tried on them. engine/MODEL.md.
namespace likvard {

/// Which costly measures are wanted; the others are left as they are in the rows.
struct Wanted {
  bool thresholds = true, deciles = true, realised = true, index_noise = true;
  bool erreygers = true, kolm = true, ends = true; ///< of outcomes
  bool money_orders = true, money_logs = true; ///< Gini and quantiles; Theil, mean log deviation and Atkinson
  bool segregation = true, by_chance = true;   ///< indices of the need group; what chance alone gives
};

/// What a study that keeps these measures (places in measure_table) needs.
Wanted wanted_for(std::span<std::size_t const> kept);
inline CostlyReadings costly(Wanted const& wanted) {
  return {wanted.thresholds, wanted.deciles, wanted.erreygers, wanted.kolm, wanted.ends};
}

/// What all replicates of a point share; made once, then only read.
struct Plan {
  Parameters parameters;
  Profiles profiles;
  PupilModel pupil_model;
  std::vector<std::uint32_t>
      sizes; ///< [S] typical or given; drawn anew by each replicate when sizes are `drawn`
  std::vector<std::uint32_t> totals;            ///< [P] pupils by profile
  std::vector<std::vector<double>> need_values; ///< [indices][P] what each index averages
  std::uint32_t cohorts = 0;                    ///< earlier cohorts that any index looks at
  CoefficientLaws laws;                         ///< of the uncertain parameters
  Sorter sorter;
  Table pi;     ///< when it is the same in every replicate, else empty
  Counts given; ///< [S × P] when the counts themselves are given, else empty
};

/// - `known`: laws of another point; those of the same priors are taken over.
/// - Throws: Unreachable, std::domain_error (values that contradict each other; the message names the key).
Plan make_plan(Parameters const& parameters, std::uint64_t seed, CoefficientLaws const* known = nullptr);

/// One index of all units.
struct IndexValues {
  std::vector<double> raw, relative; ///< [S]
};

/// Scratch of one thread; grows in the first replicate, allocates nothing afterwards.
struct Workspace {
  std::vector<double> weight, pupils_of_unit, needy, effect, spare_u;
  std::vector<IndexValues> seen, present, expected; ///< [indices] as seen, as it is, and under π
  std::vector<IndexView> seen_view, present_view, expected_view;
  std::vector<double> ideal, systematic, need_money, spare;
  std::vector<std::uint32_t> sizes, by_index;
  std::vector<std::size_t> unit_order;
  SplitScratch split;
  Table pi;
  Counts n;
  SamplingScratch sampling;
  RankCuts cuts;
  NeedScratch need;
  Cohorts cohorts;
  AllocationScratch allocation;
  UnitLuck units;
  OutcomeBase base;
  PupilLuck pupils;
  MoneyScratch money;
  std::vector<double> unit_money;                       ///< [M × S] f/b of the replicate, by policy
  std::vector<double> unit_need;                        ///< [M × S] the part by need
  std::vector<double> other_money, other_need;          ///< [M × S] under other indices
  std::vector<AllocationReport> reports, other_reports; ///< [M]
  std::vector<double> lanes, ideal_lanes, systematic_lanes, need_lanes, reach, effects,
      variance; ///< policies in lanes
};

/// Every index on its pupils: as the allocation sees it (`work.seen`), on this year's pupils (`work.present`)
/// and, where its noise is wanted, as expected of the units (`work.expected`); each raw and relative to the
/// mean over pupils. From `work.sizes`, `work.pi`, `work.n` and `work.cohorts`.
/// - Expects: a place for each of the plan's needs in all three.
void see_needs(Plan const& plan, StreamKey key, Wanted wanted, Workspace& work);

/// Fill rows [M][measure_count], one per policy.
/// - `u`: one uniform number per uncertain parameter.
/// - Ensures: the same key, u and plan give the same bits.
void simulate(Plan const& plan, std::span<Policy const> policies, StreamKey key,
              std::span<double const, coefficient_count> u, Wanted wanted, Workspace& work,
              std::span<double> rows);

} // namespace likvard

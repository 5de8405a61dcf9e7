#pragma once
#include "likvard/core/random.hpp"
#include "likvard/model/population.hpp"
#include "likvard/model/rank_cuts.hpp"
#include "likvard/model/sorting_choice.hpp"
#include "likvard/model/table.hpp"

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// How pupils of different backgrounds come to different units: π[s,p] with the municipality's margins kept.
/// engine/MODEL.md §2. Units are in order of standing, neediest first (in the user's order for `given`).
namespace likvard {

/// The target cannot be reached; the message states what can.
class Unreachable : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Unit s holds the fraction weight[s] of all pupils (sums to 1); pi is [S × P], rows sum to 1, and
/// Σ_s weight[s] pi[s,p] = share[p].
struct Composition {
  Table pi;
};

/// Noisy ranking. Pupils are ranked on x[p] + ε, ε ~ N(0, 1), and fill the units from the bottom:
///
///     F(t) = Σ_p π[p] Φ(t - x[p]);   q_s solves F(q_s) = w_0 + … + w_s
///     π[s,p] = π[p] (Φ(q_s - x[p]) - Φ(q_{s-1} - x[p])) / w_s
///
/// x = 0 gives random allocation. With x = c·a, the correlation of the ranking with the score is
/// r = c / sqrt(1 + c²). Source: noisy sort, segregation literature on stratified assignment; margins exact
/// by construction.
void sort_by_rank(std::span<double const> weight, std::span<double const> share, std::span<double const> x,
                  RankCuts& cuts, Table& pi);
void sort_by_rank(std::span<double const> weight, std::span<double const> share, std::span<double const> x,
                  Table& pi);

/// c = r / sqrt(1 - r²), at most 10,000: there a ranking has no noise left for any two different scores.
double ranking_strength(double r);

/// π[s,p] ∝ π[p] exp(λ z_s a[p]), z_s the normal score of the unit's place; margins restored by iterative
/// proportional fitting. λ = 0 is random allocation.
void sort_by_tilt(std::span<double const> weight, std::span<double const> share,
                  std::span<double const> score, double lambda, Table& pi);

/// π[s,·] ~ Dirichlet(α₀ π): unevenness without an order of status. Margins restored by iterative
/// proportional fitting. Before that, V = 1 / (1 + α₀) in the superpopulation.
void sort_by_dirichlet(std::span<double const> weight, std::span<double const> share, double alpha,
                       StreamKey key, Table& pi);

/// A user's table made more or less uneven at fixed margins: π ∝ seed^power, margins restored. Log odds
/// ratios scale by `power`.
void sort_by_power(std::span<double const> weight, std::span<double const> share, Table const& seed,
                   double power, Table& pi);

/// The units' own tables: the municipality's profiles fitted to what each unit's register shows (odds ratios
/// kept).
Table given_composition(Profiles const& profiles, Background const& background, GivenUnits const& units);

/// The index's name in scenarios.
std::string_view name_of(Index index);

/// Index of one group on π (free of small-number noise: the expected bias-corrected ε² and V differ from it
/// by O(1/N)). With w_s = weight[s], p_s the group's share of unit s, P of all, Q = 1 - P:
///
///     eps2, variance_ratio  Σ w (p - P)² / (PQ)              hutchens   1 - Σ w sqrt(p (1-p)) / sqrt(PQ)
///     dissimilarity         Σ w |p - P| / (2PQ)              isolation  Σ w p² / P  (P when nothing is
///     uneven) gini                  Σ_{s<k} w w |p_s - p_k| / (PQ)   icc        between-unit share of the
///     variance of mutual_information    Σ w (E(P) - E(p)), nats                     `score`, whatever the
///     group theil_h               the same over E(P)
///
/// An empty or universal group, one unit, a score alike for all: 0 (isolation: P). O(S·P).
double index_of(Index index, std::span<double const> weight, Table const& pi,
                std::span<std::uint8_t const> member, std::span<double const> score);

/// The same index in the superpopulation of units with p ~ Beta(Pα, Qα), in closed form: V = 1/(1+α),
/// D = P^(a-1) Q^(b-1) / (α B(a,b)) with a = Pα, b = Qα, and so on. Sources: Rathelot 2012 (beta shares);
/// M from the mean entropy of a Dirichlet (ψ functions). Falls with α. Good to about 1e-9 for α <= 1e5.
double dirichlet_index(Index index, double P, double alpha);

/// A mechanism with its strength solved, ready to be used in every replicate.
struct Sorter {
  Mechanism mechanism = Mechanism::random;
  double strength = 0;   ///< λ, α₀, power, or what was solved of `choice`
  std::vector<double> x; ///< [P] rank: what pupils are ranked on
  Table seed;            ///< given: the user's table
  ChoiceModel choice;    ///< choice: what all geographies share
  bool random = false;   ///< differs between replicates even at equal sizes
};

/// Solve the mechanism's strength for the targets, at the unit weights given.
/// - Throws: Unreachable with the reachable range.
Sorter make_sorter(Parameters const& parameters, Profiles const& profiles, std::span<double const> weight,
                   std::uint64_t seed);

/// π[s,p] of one replicate. `cuts` is scratch.
void sort_units(Sorter const& sorter, std::span<double const> weight, Profiles const& profiles, StreamKey key,
                RankCuts& cuts, Table& pi);
void sort_units(Sorter const& sorter, std::span<double const> weight, Profiles const& profiles, StreamKey key,
                Table& pi);

} // namespace likvard

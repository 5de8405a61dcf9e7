#pragma once
#include "likvard/model/table.hpp"

#include <cstddef>
#include <span>
#include <vector>

/// Segregation indices of any number of groups: counts n[k,g] of K units and G groups (they may be
/// fractional).
///
/// Notation: n_k = Σ_g n[k,g], X_g = Σ_k n[k,g], N all; p_kg = n[k,g]/n_k, P_g = X_g/N, E = -Σ P ln P,
/// I = Σ P (1 - P). Units without pupils and groups without members are left out. One unit or one group only:
/// every index is 0 and `defined` is false. Reardon & Firebaugh 2002 unless said otherwise.
namespace likvard {

struct GroupSegregation {
  bool defined = false;
  std::size_t units = 0, groups = 0;
  double pupils = 0;
  double entropy = 0, interaction = 0; ///< E [nats], I
  double dissimilarity = 0;            ///< Σ n_k |p - P| / (2 N I), 0-1 (Sakoda 1981)
  double gini = 0;                     ///< Σ_g P(1-P) G_g / I, G_g of the group against the rest, 0-1
  double mutual_information = 0;       ///< M = Σ (n[k,g]/N) ln(n[k,g] N/(n_k X_g)), nats
  double theil_h = 0;                  ///< H = M/E, 0-1
  double relative_diversity = 0;       ///< R = Σ n_k (p - P)²/(N I), 0-1; V for two groups
  double squared_cv = 0;               ///< C = Σ n_k (p - P)²/(N (G-1) P) = χ²/(N(G-1)), 0-1
  double normalised_exposure = 0;      ///< Pn = Σ n_k (p - P)²/((1-P) N), 0-1
  double eps2 = 0;                     ///< 1 - (1-R)(N-1)/(N-K): R free of small-number bias; 0 if N = K
};

GroupSegregation segregation_groups(Table const& n);

/// L_k = Σ_g p_kg ln(p_kg/P_g), the local score of each unit; M = Σ (n_k/N) L_k. 0 for a unit without pupils.
/// Alonso-Villar & Del Río 2010.
std::vector<double> local_segregation(Table const& n);

/// M over districts of units: total = between + Σ_d (N_d/N) M_d, exactly; H alike with weights N_d E_d/(N E).
struct Decomposition {
  double total = 0, between = 0, within = 0;       ///< M
  double h_total = 0, h_between = 0, h_within = 0; ///< H; Σ of the two is the total
};
/// `district` [K] numbers the units' districts from 0.
Decomposition decompose(Table const& n, std::span<std::size_t const> district);

/// The composition with every unit's deviation from the whole times `scale`: p'_kg = max(0, P_g + scale (p_kg
/// - P_g)), at the units' sizes (rows are brought back to sum 1). With scale² = ε²/R its R is ε².
Table shrunk_composition(Table const& n, double scale);

} // namespace likvard

#pragma once
#include "likvard/study/design_factor.hpp"
#include "likvard/study/design_points.hpp"

#include <Eigen/Core>

/// Designs: which values the factors take in each run. A run is made from its number alone.
namespace likvard {

enum class Scheme {
  azzini,   ///< blocks A, B, AB_i, BA_i: variance-based indices, also of pairs
  saltelli, ///< blocks A, B, AB_i
  shapley,  ///< a path from one point to another, inputs moved one by one in random order
  morris,   ///< trajectories on a grid of levels
  sobol,    ///< plain points …
  lhs,
  random,
  grid, ///< full factorial
  given ///< the user's own points
};

struct Design {
  Scheme scheme = Scheme::azzini;
  PointKind points = PointKind::sobol; ///< what azzini, saltelli and shapley are made of
  std::vector<Factor> factors;         ///< [d]
  std::uint64_t rows = 1024;           ///< of points, trajectories; grid: as many as it has
  std::uint32_t scrambles = 16;        ///< of Sobol' points, for the interval
  std::uint32_t levels = 4;            ///< morris (even), grid: of a continuous factor
  std::uint64_t seed = 1;
  Eigen::MatrixXd rank_correlation; ///< [d][d] Spearman's, of a Gaussian copula; empty: independent
  std::vector<double> given;        ///< [rows][d]
};

/// The design made ready: everything that runs share.
struct DesignPlan {
  Design design;
  std::vector<std::vector<std::uint32_t>> sets; ///< factors that move together: groups, else each alone
  std::vector<std::string> set_name, set_title;
  std::size_t measured_sets = 0; ///< those asked for; one more may follow, all levers and context together
  bool split = false;            ///< there is such a one
  std::uint32_t blocks = 1;      ///< runs of a row
  std::uint64_t rows = 0;
  PointSource source;
  Eigen::MatrixXd root; ///< of the copula's correlation, lower triangular; empty: independent
  /// Redraw of some normal scores given the others: z_draw = gain z_keep + root e_draw.
  struct Redraw {
    std::vector<std::uint32_t> keep, draw;
    Eigen::MatrixXd gain, root;
  };
  std::vector<Redraw> redraw;         ///< [2 sets] of set i given the rest, then of the rest given set i
  std::vector<std::uint64_t> strides; ///< grid: runs per step of each factor
  std::vector<std::uint32_t> radix;   ///< grid: levels of each factor

  std::uint64_t runs() const { return rows * blocks; }
  bool dependent() const { return root.size() != 0; }
};

/// - Factors that a rank correlation ties together: Gaussian copula with correlation 2 sin(π ρ/6) of the
///   normal scores (Kruskal 1958).
/// - Throws: std::domain_error when correlations contradict each other, or the scheme takes none (morris,
///   grid, shapley; saltelli, which has no block that gives first-order indices then).
DesignPlan make_design(Design design);

/// Memory of the row looked at last: neighbours share their base points.
struct DesignScratch {
  std::uint64_t row = ~std::uint64_t{0};
  std::vector<double> base;                   ///< [columns] of the point source
  std::vector<std::uint32_t> order;           ///< of sets
  std::vector<double> u, step;                ///< [d]; [sets] morris: signed, on the unit scale
  Eigen::VectorXd first, second, here, inner; ///< normal scores
};

/// Values of the factors in a run (a category by its number).
/// - Expects: run < plan.runs().
void design_run(DesignPlan const& plan, std::uint64_t run, DesignScratch& scratch, std::span<double> x);

/// The order in which row `row` moves its sets (shapley, morris), and by how much (morris).
void design_moves(DesignPlan const& plan, std::uint64_t row, std::span<std::uint32_t> order,
                  std::span<double> step);

/// Rows of one Latin hypercube; a longer design has more of them, as a run has blocks of replicates.
inline constexpr std::uint64_t hypercube_rows = 64;

/// Independent part of the design that a row belongs to: its scramble or hypercube; 0 where rows are
/// independent.
std::uint32_t design_stratum(DesignPlan const& plan, std::uint64_t row);

} // namespace likvard

#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// What knowing uncertain parameters before choosing would be worth, and what each choice risks for not
/// knowing them.
namespace likvard {

/// Rows are simulated replicates, each with its own draw of the parameters; blocks of rows are independent.
struct ChoiceData {
  std::size_t alternatives = 0, parameters = 0;
  std::span<double const> value; ///< [n][alternatives], higher is better; alternatives of a row share luck
  std::span<double const> parameter;    ///< [n][parameters] as drawn; each varies
  std::span<std::uint32_t const> block; ///< [n] block of each row, 0 … blocks - 1, ascending
};

struct ValueWithError {
  double value = 0, standard_error = 0;
};

/// The choice that the means speak for, and its worth. All in the unit of the values.
struct ChoiceUnderUncertainty {
  std::size_t best = 0;                ///< largest mean; of equals the first
  double degrees_of_freedom = 0;       ///< of every standard error: blocks - 1
  ValueWithError perfect;              ///< EVPI: E_θ[max_d E[V_d|θ]] - max_d E[V_d]
  std::vector<ValueWithError> partial; ///< [parameters] EVPPI: the same with one parameter known
  /// E[max_d V_d] - max_d E[V_d]: as if chance were known too. EVPI lies at most here.
  ValueWithError with_chance;
  std::vector<ValueWithError>
      probability_best; ///< [alternatives] over the parameters: P(E[V_d|θ] is the largest)
  std::vector<ValueWithError>
      expected_regret; ///< [alternatives] E_θ[max_e E[V_e|θ] - E[V_d|θ]]; that of best = perfect
  std::vector<ValueWithError> high_regret; ///< [alternatives] its 95 % quantile over the parameters
  std::vector<double> largest_regret;      ///< [alternatives] its largest among the drawn parameters
  std::size_t minimax = 0;                 ///< smallest largest_regret; of equals the first
};

inline constexpr double high_regret_level = 0.95;

/// E[V_d|θ] is a least-squares polynomial in the standardised parameters (Strong, Oakley & Brennan 2014,
/// Medical Decision Making 34(3), by regression), of the degree, at most 3, that predicts unseen rows best.
/// It is fitted on seven eighths of the blocks and decides for the last eighth, whose own values then pay for
/// the decision. So
///
///     EVPI^ = mean_r (V_{d^(θ_r)}(r) - V_best(r)),   d^ from the other blocks
///
/// is not made too large by fitting noise, as in-sample maxima are; what a polynomial misses, or a fit gets
/// wrong near a tie, makes it smaller, by an amount of second order in the fit's error. It estimates what a
/// decision by this fit would gain. Close to no value it may come out below zero by its noise. Regret and
/// P(best) come from the same fits. Standard errors: from the spread of block means; of the quantile: over
/// eight sections of the blocks.
/// - Expects: two alternatives, two blocks and 32 rows at least; finite values.
ChoiceUnderUncertainty choice_under_uncertainty(ChoiceData const& data);

/// Regret of a table of known values: what is known is E[V_d|θ] for each θ.
struct RegretTable {
  std::vector<double> regret;   ///< [n][alternatives] best of the row less the value
  std::vector<double> expected; ///< [alternatives] mean over the rows
  std::vector<double> largest;  ///< [alternatives]
  std::size_t minimax = 0;      ///< smallest largest regret; of equals the first (Savage 1951)
};
RegretTable regret_table(std::span<double const> value, std::size_t alternatives);

} // namespace likvard

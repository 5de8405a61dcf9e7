#pragma once
#include "likvard/analysis/verdict.hpp"

#include <string>
#include <vector>

/// The same questions of two tables of municipalities, synthetic and real: is it the same answer?
namespace likvard {

struct AnswerBeside {
  std::string question, unit;            ///< "scenario name", and what the value is measured in
  double one = 0, other = 0;             ///< values
  double one_error = 0, other_error = 0; ///< simulation errors
  double difference = 0;                 ///< other - one
  double error =
      0; ///< of the difference: simulation of both, and which municipalities a table happens to hold
  bool within = false; ///< |difference| is no more than 2 errors
  std::string one_verdict, other_verdict;
};

/// One row a question that both have a value of, in order. The municipalities drawn count once: the first
/// table is a sample, the second is the nation itself.
/// - Expects: the same scenarios with the same questions.
std::vector<AnswerBeside> beside(std::vector<ScenarioVerdict> const& one,
                                 std::vector<ScenarioVerdict> const& other);

/// The rows as a Markdown table, and a sentence that counts them.
std::string beside_markdown(std::vector<AnswerBeside> const& rows);

} // namespace likvard

#pragma once
#include "likvard/analysis/verdict.hpp"

#include <functional>

/// The kinds of questions. Each fills value, error, holds and figures; words are put in afterwards.
namespace likvard::detail {

/// Whether at least four draws in five of what is uncertain say so, by more than their share's simulation
/// error (t, 95 %): chance alone seldom decides a verdict.
bool most_draws(BlockMean const& share);
/// Whether at most one in five does.
bool few_draws(BlockMean const& share);

/// Points that a filter lets through.  - Throws: ScenarioError when there are none.
std::vector<std::size_t> points_of(Scenario const& scenario, PlaceFilter const& filter,
                                   std::string const& question);

/// The policy of a name at the nearest share.
std::size_t policy_at(Scenario const& scenario, std::string const& name, double share);

/// Judged by mean, error and the draws: supported where the mean is beyond what matters by more than its
/// error (t, 95 %) and at least four draws in five agree, by more than that error too.
void judge_draws(VerdictQuestion const& question, StudyRows const& rows, std::vector<double> const& draws,
                 VerdictResult& out);

/// Standard error of figure(kept places) over which municipalities were drawn: the jackknife that leaves out
/// one of G interleaved groups of `count` places at a time, √((G-1)/G Σ (x_j - x̄)²) (Wolter 2007, ch. 4),
/// with G = 10, or half of the places where they are fewer than 20; sizes are drawn in order, so each group
/// is like the whole. 0 with fewer than 4 places.
double drawn_error(std::size_t count, std::function<double(std::vector<std::size_t> const&)> const& figure);

void add_figure(VerdictResult& out, std::string name, double value, double error = 0);

void answer_difference(VerdictQuestion const&, Scenario const&, StudyRows const&, VerdictResult&);
void answer_shares(VerdictQuestion const&, Scenario const&, StudyRows const&, VerdictResult&);
void answer_adoption(VerdictQuestion const&, Scenario const&, StudyRows const&, VerdictResult&);
void answer_power(VerdictQuestion const&, Scenario const&, VerdictResult&);
void answer_decomposition(VerdictQuestion const&, Scenario const&, StudyRows const&, VerdictResult&);
void answer_information(VerdictQuestion const&, Scenario const&, StudyRows const&, VerdictResult&);

} // namespace likvard::detail

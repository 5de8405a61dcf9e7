#pragma once
#include "likvard/analysis/selection.hpp"

/// What the selection procedures share. Inside analysis only.
namespace likvard::detail {

/// A selection under way: takes samples, counts them, and knows when it has to stop.
class SelectionRun {
public:
  SelectionRun(std::size_t alternatives, Sampler const& sampler, SelectionOptions const& options)
      : sampler_(sampler), options_(options) {
    result.sample.resize(alternatives);
    result.out.assign(alternatives, 0);
  }

  /// The requested observations, request after request; false when the budget or the user ends the selection.
  bool take(std::span<SampleRequest const> requests, std::vector<double>& values);

  /// `more` [k] further observations of each, added to its moments; false as of `take`.
  bool extend(std::span<std::size_t const> more);

  /// The one in play with the largest mean; of equals the first.
  std::size_t leader() const;
  std::size_t left() const;
  bool alive(std::size_t i) const { return result.out[i] == 0; }

  /// The same number of observations of each that is in play.
  bool extend_alive(std::size_t count);

  Selection decide(std::size_t best, double probability);
  Selection stop();

  Selection result;

private:
  Sampler const& sampler_;
  SelectionOptions const& options_;
};

} // namespace likvard::detail

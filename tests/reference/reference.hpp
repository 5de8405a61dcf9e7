#pragma once
#include "likvard/core/random.hpp"
#include "likvard/model/parameters.hpp"

#include <map>
#include <string>
#include <vector>

/// The slow and obvious model: pupil by pupil, straight from engine/MODEL.md. It shares the engine's
/// parameter structs and random words, and none of its kernels: what it computes, it computes from lists of
/// pupils by plain loops. It knows `rank` and `random` sorting by strength, drawn and equal unit sizes, and
/// fixed or uniform priors.
namespace likvard::reference {

struct Town {
  std::vector<int> size;                        ///< [S]
  std::vector<double> share, risk, score, rank; ///< [P]
  std::vector<std::vector<int>> level;          ///< [P][V]
  std::vector<std::vector<double>> pi;          ///< [S][P]
  std::vector<std::vector<double>> value;       ///< [indices][P] what a pupil contributes to each index
};

struct Pupil {
  int unit, profile;
};

/// The profiles, the same in every replicate.
Town make_profiles_of(Parameters const& parameters);

/// With the unit sizes and π of one replicate.
Town make_town(Parameters const& parameters, Town const& profiles, StreamKey key);

/// Who is there: places filled profile by profile, by drawing every place until the total comes out.
std::vector<Pupil> fill_places(Parameters const& parameters, Town const& town, StreamKey key);

bool is_needy(Background const& background, std::vector<int> const& level, std::size_t group);

/// An index's unit means as seen: pupils of every cohort drawn one by one. `truth` reads off the present
/// pupils.
std::vector<double> look(Need const& need, std::vector<double> const& value, Town const& town,
                         std::vector<Pupil> const& pupils, StreamKey key, bool truth);

/// Money per pupil over the budget per pupil, and the part by need.
struct Money {
  std::vector<double> all, need; ///< [S]
  double share = 0;
  bool per_head = false;
  int bound = 0;
};
Money allocate(Policy const& policy, std::vector<std::vector<double>> const& raw,
               std::vector<int> const& size);

/// Every measure of every policy, by key: [policy][measure].
std::vector<std::map<std::string, double>> replicate(Parameters const& parameters, Town const& profiles,
                                                     std::vector<Policy> const& policies, StreamKey key);

} // namespace likvard::reference

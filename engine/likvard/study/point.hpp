#pragma once
#include "likvard/model/parameters.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace likvard {

/// A point's parameters, kept in few bytes. Points of a study are alike: of each only the values are kept in
/// which it differs from another one, and what a result says of it.
class PointParameters {
public:
  Stage stage = Stage::grundskola;
  std::uint32_t pupils = 0, units = 0;
  double budget_per_pupil_sek = 0;
  std::vector<std::string> unit_names; ///< of given units

  PointParameters() = default;
  /// Beside no other.
  PointParameters(Parameters const& parameters);

  /// All of them, made anew: some microseconds.
  /// - Expects: not those of a result, which keeps what is above alone.
  Parameters all() const;

private:
  friend class ParameterPacker;
  friend class Points;
  struct Change {
    std::uint32_t place;
    std::uint64_t word;
  };
  struct Common;
  std::shared_ptr<Common const> common_;
  std::uint32_t base_ = 0; ///< which of the common lists of words it is closest to
  std::vector<Change> changes_;
};

/// Packs the parameters of one study's points, those that are alike together.
class ParameterPacker {
public:
  ParameterPacker();
  ~ParameterPacker();
  ParameterPacker(ParameterPacker const&) = delete;
  ParameterPacker& operator=(ParameterPacker const&) = delete;
  /// - Ensures: `all()` of it is what was packed.
  /// - O(size of the parameters). Not while what it packed is read on another thread.
  PointParameters pack(Parameters const& parameters);

private:
  std::shared_ptr<PointParameters::Common> common_;
  std::unordered_map<std::string, std::uint64_t> place_of_text_;
  std::unordered_map<std::size_t, std::uint32_t> first_of_size_; ///< the first list of so many words
};

/// One design point: a context and the values that make it.
struct Point {
  std::string name;
  std::map<std::string, std::string>
      at;                    ///< place on named axes, e.g. size = "under 500", segregation = "median"
  double municipalities = 0; ///< how many real municipalities it stands for (0 = not said)
  PointParameters parameters;
  std::string fingerprint; ///< of everything in the scenario and its data that makes this point and no other
};

} // namespace likvard

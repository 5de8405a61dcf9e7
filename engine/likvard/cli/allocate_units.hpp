#pragma once
#include "commands.hpp"

#include "likvard/io/model_files.hpp"
#include "likvard/io/units_file.hpp"
#include "likvard/model/replicate.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace likvard::cli {

/// The units of a user's file, as an allocation takes them.
struct AllocatedUnits {
  std::vector<std::string> name;            ///< [S]
  std::vector<std::uint32_t> pupils;        ///< [S]
  std::vector<std::array<double, 3>> phase; ///< [S] or empty
  std::vector<double> before_sek;           ///< [S] money per pupil of before, or empty
  std::vector<IndexValues> index;           ///< [indices of the model set]
  std::vector<double> needy;                ///< [S] pupils in need; empty where need is an index and no share
  std::vector<std::string> notes;           ///< how the file was read, for the user
};

/// Reads the units and every index that the models look at.
/// - Throws: ScenarioError, FileError.
AllocatedUnits read_allocated_units(AllocateArgs const& args, ModelSet const& models,
                                    UnitTable const* export_file);

/// The file as one of Skolverket's unit exports, if it is one and no columns were named.
std::optional<UnitTable> as_export(AllocateArgs const& args);

} // namespace likvard::cli

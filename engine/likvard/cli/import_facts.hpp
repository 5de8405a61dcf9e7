#pragma once
#include "likvard/io/import.hpp"
#include "likvard/io/unit_history.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

/// What `likvard import` tells: in words on standard output, or as JSON.
namespace likvard::cli {

/// What is in a file and what is odd about it.
nlohmann::json file_json(UnitTable const& table);
void print_file(UnitTable const& table);

/// One municipality in one school year.
nlohmann::json facts_json(MunicipalityFacts const& facts);
void print_facts(MunicipalityFacts const& facts);

/// How units join over years and files.
void print_joined(UnitHistories const& histories);

/// Several school years of one municipality, a line for each and group.
void print_series(std::vector<MunicipalityFacts> const& years);

nlohmann::json qualified_json(QualifiedFacts const& facts, std::string const& school_year);

} // namespace likvard::cli

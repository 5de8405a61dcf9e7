#pragma once
#include "likvard/model/parameters.hpp"

#include <string_view>

namespace likvard {

/// Register variables and groups of a stage where the scenario declares none.
///
/// Levels, shares and effects of education, migration and sex follow Skolverket's published shares of
/// qualified leavers (91/73 % by parents' education; 91, 85, 85-68 and 32 % by migration; 87.0/84.3 %
/// girls/boys); economic assistance and living with both parents are assumptions, as are all loadings.
/// Förskola has fewer variables, as preschools do.
Background stage_background(Stage stage);

/// Where the numbers of a default variable come from; "" for a variable that is not one.
std::string_view default_variable_source(std::string_view variable);

/// Cost per pupil (child) and year, SEK, nation 2018: Skolverket/SCB.
double stage_budget_sek(Stage stage);

/// Part of the money's effect left at the end of grundskola: 1, or uniform 0.1-0.5 for förskola (assumption).
Prior stage_carry(Stage stage);

} // namespace likvard

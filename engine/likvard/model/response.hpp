#pragma once
#include "likvard/model/parameters.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// From index to claim on money: stage B. engine/MODEL.md §5.
namespace likvard {

/// g(x) >= 0, per pupil, of a unit with `pupils` pupils and index x (only Brackets looks at the pupils).
/// Within a billionth of a threshold or a band's upper bound it counts as at it.
/// - Expects: not Label, which needs all units.
double respond(Response const& response, double index, double pupils = 0);

/// g of every unit under one block: 0 where the block's least share or least number of pupils is not
/// exceeded. A label goes to the ⌈top_share · S⌉ neediest eligible units, ties to the unit that stands first,
/// and never to a unit without need.
/// - Shapes: all spans have length S; `order` is scratch.
void respond_all(Block const& block, std::span<double const> raw, std::span<double const> relative,
                 std::span<std::uint32_t const> pupils, std::vector<std::uint32_t>& order,
                 std::span<double> out);

} // namespace likvard

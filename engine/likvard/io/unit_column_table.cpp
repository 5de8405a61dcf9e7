#include "likvard/io/detail/unit_columns.hpp"

namespace likvard {
namespace {

/// In the order of detail::Field. Headers are normalised first: lower case, runs of anything but letters and
/// digits one space. Skolverket's own headers of all years are among them.
constexpr auto column_table = std::to_array<UnitColumn>({
    {"unit", "text", "skola|skolenhet|skolenhetsnamn|skolnamn|enhet|enhetsnamn|förskola",
     "unit|unit name|school|school name|preschool", "The unit's name. Needed."},
    {"code", "text", "*enhetskod|kod", "unit code|school code",
     "The unit's code, digits only: joins years and files. Without it, names join."},
    {"municipality", "text", "skolkommun|kommun|kommunnamn|lägeskommun", "municipality",
     "Where the unit lies. Without it, the file is one municipality's."},
    {"municipality code", "text", "kommun kod|kommunkod", "municipality code", "Four digits."},
    {"provider type", "text", "*typ av huvudman*|huvudmannatyp|driftsform|regi", "provider type|ownership",
     "Independent where it says enskild, fristående, independent or private."},
    {"provider", "text", "huvudman|huvudmannens namn", "provider|owner", "The provider's name."},
    {"school year", "text", "läsår|år|skolår", "school year|year",
     "For a table with several years, one row per unit and year: 2023/24 or 2023."},
    {"pupils", "pupils",
     "elever årskurs 1 9|elever åk 1 9|antal elever årskurs 1 9|antal elever åk 1 9|elever|elevantal|elever "
     "totalt|totalt antal elever|barn|antal barn|inskrivna barn",
     "pupils|number of pupils|students|children|enrolment",
     "Pupils (children) of the unit. Needed. In a table without final grades 'antal elever' is this too."},
    {"pupils of foreign background", "pupils", "antal*utländsk bakgrund*|elever med utländsk bakgrund",
     "number*foreign*|foreign pupils|pupils of foreign background", "How many: made a share of the pupils."},
    {"foreign background", "share", "*utländsk bakgrund*|*utl bakgrund*", "*foreign*",
     "Born abroad, or both parents born abroad: per cent or part of the pupils."},
    {"pupils of low education", "pupils",
     "antal*lågutbild*|antal*låg utbild*|antal*utan eftergymn*|elever med lågutbildade föräldrar",
     "number*low education*|number*without post secondary*", "How many: made a share of the pupils."},
    {"low education", "share", "*lågutbild*|*låg utbild*|*utan eftergymn*",
     "*low education*|*low educated*|*without post secondary*",
     "No parent with post-secondary education: per cent or part of the pupils."},
    {"pupils with post-secondary parents", "pupils", "antal*eftergymn*", "number*post secondary*",
     "How many: made a share of the pupils."},
    {"post-secondary parents", "share", "*eftergymn*|*högutbild*", "*post secondary*|*high education*",
     "A parent with post-secondary education: per cent or part of the pupils."},
    {"leavers", "pupils", "antal elever|avgångselever|elever årskurs 9 med slutbetyg|slutbetyg antal",
     "leavers|graduates", "Pupils who left grade 9."},
    {"all subjects", "share", "*alla ämnen*", "*all subjects*", "Passed in all subjects."},
    {"not qualified", "share", "*ej behöriga*|*inte behöriga*|*obehöriga till*",
     "not qualified|share not qualified|*not qualified for upper secondary*",
     "Leavers not qualified for upper-secondary school."},
    {"qualified", "share",
     "*behöriga till yrkesprog*|*behöriga till gymnasi*|andel behöriga|gymnasiebehörighet*",
     "qualified|share qualified|*qualified for upper secondary*|*eligible for upper secondary*",
     "Leavers qualified for upper-secondary school (vocational programme)."},
    {"merit", "points", "*meritvärde*17 ämnen*|meritvärde|genomsnittligt meritvärde", "merit|merit points",
     "Mean merit points, 0-340."},
    {"grade 1", "pupils", "elever årskurs 1|elever åk 1|årskurs 1|åk 1", "grade 1", "Pupils in grade 1."},
    {"grade 2", "pupils", "elever årskurs 2|elever åk 2|årskurs 2|åk 2", "grade 2", "Pupils in grade 2."},
    {"grade 3", "pupils", "elever årskurs 3|elever åk 3|årskurs 3|åk 3", "grade 3", "Pupils in grade 3."},
    {"grade 4", "pupils", "elever årskurs 4|elever åk 4|årskurs 4|åk 4", "grade 4", "Pupils in grade 4."},
    {"grade 5", "pupils", "elever årskurs 5|elever åk 5|årskurs 5|åk 5", "grade 5", "Pupils in grade 5."},
    {"grade 6", "pupils", "elever årskurs 6|elever åk 6|årskurs 6|åk 6", "grade 6", "Pupils in grade 6."},
    {"grade 7", "pupils", "elever årskurs 7|elever åk 7|årskurs 7|åk 7", "grade 7", "Pupils in grade 7."},
    {"grade 8", "pupils", "elever årskurs 8|elever åk 8|årskurs 8|åk 8", "grade 8", "Pupils in grade 8."},
    {"grade 9", "pupils", "elever årskurs 9|elever åk 9|årskurs 9|åk 9", "grade 9", "Pupils in grade 9."},
});
static_assert(column_table.size() == detail::field_count);

} // namespace

std::span<UnitColumn const> unit_column_table() {
  return column_table;
}

} // namespace likvard

#include "likvard/model/defaults.hpp"

namespace likvard {

Background stage_background(Stage stage) {
  Background background;
  background.variables = {
      {"education",
       {"post_secondary", "upper_secondary", "compulsory"},
       {0.64, 0.29, 0.07},
       {0, 1.2, 2.1},
       0.6,
       "post_secondary"},
      {"migration",
       {"native", "native_foreign_parents", "immigrated", "newly_arrived"},
       {0.73, 0.11, 0.13, 0.03},
       {0, 0.45, 0.8, 2.6},
       0.5,
       "foreign"},
  };
  if (stage == Stage::grundskola) {
    background.variables.push_back({"economic_assistance", {"no", "yes"}, {0.94, 0.06}, {0, 0.8}, 0.6, ""});
    background.variables.push_back({"both_parents", {"yes", "no"}, {0.75, 0.25}, {0, 0.5}, 0.3, ""});
    background.variables.push_back({"sex", {"girl", "boy"}, {0.49, 0.51}, {0, 0.27}, 0.0, ""});
  }
  background.groups = {{"low_education", "parents without post-secondary education", 0, {1, 2}},
                       {"foreign", "foreign background", 1, {1, 2, 3}}};
  if (stage == Stage::grundskola) {
    background.groups.push_back({"economic_assistance", "families with economic assistance", 2, {1}});
    background.groups.push_back({"parents_apart", "parents who live apart", 3, {1}});
  }
  return background;
}

std::string_view default_variable_source(std::string_view variable) {
  if (variable == "education")
    return "Skolverket 2020-2024: 91 and 73 per cent qualified by parents' education; loading: assumption";
  if (variable == "migration")
    return "Skolverket 2020: 91, 85, 85-68 and 32 per cent qualified by migration; loading: assumption";
  if (variable == "sex") return "Skolverket 2020: 87.0 and 84.3 per cent of girls and boys qualified";
  return variable == "economic_assistance" || variable == "both_parents" ? "assumption" : "";
}

double stage_budget_sek(Stage stage) {
  return stage == Stage::grundskola ? 112'200 : 153'200;
}

Prior stage_carry(Stage stage) {
  return stage == Stage::grundskola ? Prior{Fixed{1}} : Prior{Uniform{0.1, 0.5}};
}

} // namespace likvard

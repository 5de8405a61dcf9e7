#include "likvard/analysis/sensitivity_rows.hpp"

#include <cmath>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace likvard {

std::vector<SensitivityRow> sensitivity_rows(SensitivityData const& data,
                                             SensitivityAnalysis const& analysis) {
  std::vector<SensitivityRow> rows;
  for (std::size_t k = 0; k < analysis.outputs.size(); ++k) {
    auto const& o = analysis.outputs[k];
    auto const add = [&](std::string const& name, std::string const& title, std::string_view index,
                         Estimate const& e) {
      rows.push_back({data.outputs[k].key, data.outputs[k].unit, name, title, std::string(index), e});
    };
    auto const list = [&](std::string_view index, std::vector<Estimate> const& estimates) {
      for (std::size_t i = 0; i < estimates.size(); ++i)
        add(data.set_name[i], data.set_title[i], index, estimates[i]);
    };
    list("first", o.first);
    list("total", o.total);
    list("shapley", o.shapley);
    std::size_t p = 0;
    for (std::size_t i = 0; i < data.set_name.size() && !o.pair.empty(); ++i)
      for (std::size_t j = i + 1; j < data.set_name.size(); ++j, ++p)
        add(data.set_name[i] + " x " + data.set_name[j], data.set_title[i] + " with " + data.set_title[j],
            "pair", o.pair[p]);
    for (std::size_t i = 0; i < o.morris.size(); ++i) {
      add(data.set_name[i], data.set_title[i], "mu", o.morris[i].mean);
      add(data.set_name[i], data.set_title[i], "mu_star", o.morris[i].size);
      add(data.set_name[i], data.set_title[i], "median", o.morris[i].middle);
      add(data.set_name[i], data.set_title[i], "sigma", o.morris[i].spread);
    }
    double const none = std::nan("");
    for (std::size_t i = 0; i < o.density.size(); ++i)
      for (auto const& [index, number] : std::initializer_list<std::pair<std::string_view, double>>{
               {"pawn_median", o.density[i].pawn_median},
               {"pawn_max", o.density[i].pawn_max},
               {"pawn_chance", o.density[i].pawn_chance},
               {"delta", o.density[i].delta},
               {"delta_chance", o.density[i].delta_chance}})
        add(data.factors[i].name, data.factors[i].title, index, {number, none, none, none});
    for (std::size_t i = 0; i < o.swing.size(); ++i) {
      add(data.factors[i].name, data.factors[i].title, "mean_low", o.swing[i].low);
      add(data.factors[i].name, data.factors[i].title, "mean_high", o.swing[i].high);
    }
    if (o.split_known) {
      add("levers", "Levers and context", "share", o.split.levers);
      add("parameters", "Uncertain parameters", "share", o.split.parameters);
      add("chance", "Chance", "share", o.split.chance);
    }
    if (o.noise_known) {
      list("noise_first", o.of_noise.first);
      list("noise_total", o.of_noise.total);
    }
  }
  return rows;
}

} // namespace likvard

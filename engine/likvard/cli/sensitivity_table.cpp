#include "sensitivity_table.hpp"
#include "table.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <numeric>

namespace likvard::cli {
namespace {

std::string share(Estimate const& e) {
  return fmt::format("{:.3f}", e.value == 0 ? 0.0 : e.value);
}
std::string interval(Estimate const& e) {
  return fmt::format("{:.3f} - {:.3f}", e.low, e.high);
}
std::string value(Estimate const& e) {
  return rounded(e.value, e.standard_error);
}

/// Sets from the most to the least important.
std::vector<std::size_t> order_of(OutputSensitivity const& o, std::size_t count) {
  std::vector<double> key(count);
  for (std::size_t i = 0; i < count; ++i)
    key[i] = !o.morris.empty()    ? o.morris[i].size.value
             : !o.shapley.empty() ? o.shapley[i].value
             : !o.total.empty()   ? o.total[i].value
                                  : o.first[i].value;
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return key[a] > key[b]; });
  return order;
}

void add_column(TextTable& table, std::string name, bool right) {
  table.header.push_back(std::move(name));
  table.right.push_back(right);
}

TextTable main_table(SensitivityData const& data, OutputSensitivity const& o, double level) {
  TextTable table{{"factor"}, {false}, {}};
  std::string const width = fmt::format("{:g} %", 100 * level);
  bool const morris = !o.morris.empty();
  if (morris) {
    for (auto const* name : {"mu*", "", "mu", "median", "sigma"})
      add_column(table, *name == '\0' ? width : name, true);
    if (data.replicates > 1) add_column(table, "sigma by chance", true);
  } else if (!o.shapley.empty()) {
    add_column(table, "Shapley", true);
    add_column(table, width, true);
  } else {
    add_column(table, "alone (S)", true);
    add_column(table, width, true);
    if (!o.total.empty()) {
      add_column(table, "in all (ST)", true);
      add_column(table, width, true);
    }
  }
  bool const plain = o.total.empty() && o.shapley.empty() && !morris;
  if (plain) {
    add_column(table, "PAWN (by chance)", true);
    add_column(table, "delta (by chance)", true);
  }
  if (!o.swing.empty()) add_column(table, "mean where low ... high", false);
  for (std::size_t i : order_of(o, plain ? o.first.size() : data.set_name.size())) {
    std::vector<std::string> row{data.set_title[i]};
    if (morris) {
      auto const& e = o.morris[i];
      row.insert(row.end(), {value(e.size),
                             fmt::format("{} - {}", rounded(e.size.low, e.size.standard_error),
                                         rounded(e.size.high, e.size.standard_error)),
                             value(e.mean), value(e.middle), value(e.spread)});
      if (data.replicates > 1) row.push_back(rounded(std::sqrt(e.chance), e.spread.standard_error));
    } else if (!o.shapley.empty()) {
      row.insert(row.end(), {share(o.shapley[i]), interval(o.shapley[i])});
    } else {
      row.insert(row.end(), {share(o.first[i]), interval(o.first[i])});
      if (!o.total.empty()) row.insert(row.end(), {share(o.total[i]), interval(o.total[i])});
    }
    if (plain) {
      auto const& e = o.density[i];
      row.push_back(fmt::format("{:.3f} ({:.3f})", e.pawn_median, e.pawn_chance));
      row.push_back(fmt::format("{:.3f} ({:.3f})", e.delta, e.delta_chance));
    }
    if (!o.swing.empty()) {
      if (data.sets[i].size() == 1) {
        auto const& s = o.swing[data.sets[i].front()];
        row.push_back(
            fmt::format("{} ({}) ... {} ({})", value(s.low), s.low_text, value(s.high), s.high_text));
      } else {
        row.emplace_back();
      }
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// Pairs that surely do something together, the largest first.
std::string pair_text(SensitivityData const& data, OutputSensitivity const& o) {
  struct Pair {
    std::size_t i, j, k;
  };
  std::vector<Pair> pairs;
  std::size_t k = 0;
  for (std::size_t i = 0; i < data.set_name.size(); ++i)
    for (std::size_t j = i + 1; j < data.set_name.size(); ++j, ++k)
      if (k < o.pair.size() && o.pair[k].low > 0) pairs.push_back({i, j, k});
  std::sort(pairs.begin(), pairs.end(),
            [&](Pair const& a, Pair const& b) { return o.pair[a.k].value > o.pair[b.k].value; });
  constexpr std::size_t most = 5;
  if (pairs.size() > most) pairs.resize(most);
  std::string text;
  for (auto const& p : pairs)
    text += fmt::format("{}{} with {} {} ({})", text.empty() ? "Together beyond each alone: " : "; ",
                        data.set_title[p.i], data.set_title[p.j], share(o.pair[p.k]), interval(o.pair[p.k]));
  return text.empty() ? "" : text + ".\n";
}

std::string chance_text(SensitivityData const& data, OutputSensitivity const& o) {
  std::string text;
  if (o.split_known) {
    auto const part = [](Estimate const& e) {
      return fmt::format("{:.1f} % ({:.1f} - {:.1f})", 100 * e.value, 100 * e.low, 100 * e.high);
    };
    text = fmt::format("All variation: levers and context {} · uncertain parameters {} · chance {}.\n",
                       part(o.split.levers), part(o.split.parameters), part(o.split.chance));
  } else if (data.replicates < 2 && data.scheme != Scheme::given) {
    text = "One replicate a run: chance cannot be told from interaction here (sensitivity.replicates = 2 "
           "tells it).\n";
  }
  if (o.noise_known && o.of_noise.defined) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < o.of_noise.total.size(); ++i)
      if (o.of_noise.total[i].value > o.of_noise.total[best].value) best = i;
    text +=
        fmt::format("How large chance is depends most on {} (ST of log variance {}, {}).\n",
                    data.set_title[best], share(o.of_noise.total[best]), interval(o.of_noise.total[best]));
  }
  return text;
}

} // namespace

std::string sensitivity_text(SensitivityData const& data, SensitivityAnalysis const& analysis) {
  std::string text = data.title + "\n" + sensitivity_answer(data, analysis) + "\n";
  for (std::size_t k = 0; k < analysis.outputs.size(); ++k) {
    auto const& o = analysis.outputs[k];
    text += fmt::format(
        "\n{}{}: mean {:.4g}, {} rows{}\n", data.outputs[k].title,
        data.outputs[k].unit.empty() || data.outputs[k].unit == "1" ? "" : " (" + data.outputs[k].unit + ")",
        o.mean, o.rows, o.dropped > 0 ? fmt::format(", {} left out for failed runs", o.dropped) : "");
    text += to_text(main_table(data, o, analysis.level));
    text += pair_text(data, o) + chance_text(data, o);
  }
  text += "\n" + analysis.interval + ".";
  if (data.dependent)
    text += " Inputs go together: S counts what an input carries of others, ST only what is its own.";
  return text + "\n";
}

std::string sensitivity_csv(SensitivityData const& data, SensitivityAnalysis const& analysis) {
  std::string text = "output,unit,factor,title,index,value,standard_error,low,high\r\n";
  for (auto const& row : sensitivity_rows(data, analysis))
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{},{}\r\n", csv_cell(row.output),
                   csv_cell(row.unit), csv_cell(row.factor), csv_cell(row.title), row.index,
                   csv_cell(row.estimate.value), csv_cell(row.estimate.standard_error),
                   csv_cell(row.estimate.low), csv_cell(row.estimate.high));
  return text;
}

} // namespace likvard::cli

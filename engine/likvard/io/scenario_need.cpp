#include "likvard/io/detail/scenario_build.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <functional>
#include <set>

namespace likvard::detail {
namespace {

constexpr std::array<std::string_view, 4> markers{"risk", "need_group", "tail", "tiers"};

/// [need] read like an element of [[index]].
class Section {
public:
  Section(Reader const& reader, std::string name) : reader_(reader), name_(std::move(name)) {}
  double number(std::string_view key) const { return reader_.number(path(key)); }
  std::uint64_t integer(std::string_view key) const { return reader_.integer(path(key)); }
  std::string text(std::string_view key) const { return reader_.text(path(key)); }
  std::vector<double> numbers(std::string_view key) const { return reader_.numbers(path(key)); }
  bool has(std::string_view key) const { return reader_.has(path(key)); }
  bool right(std::string_view key) const { return reader_.right(path(key)); }
  void problem(std::string_view key, std::string const& what) const {
    reader_.problem(path(key), fmt::format("{} {}", path(key), what));
  }

private:
  std::string path(std::string_view key) const { return fmt::format("{}.{}", name_, key); }
  Reader const& reader_;
  std::string name_;
};

template <class Table>
Tiers read_tiers(Table const& table) {
  Tiers tiers{table.numbers("tier_bounds"), table.numbers("tier_weights")};
  if (!table.right("tier_bounds") || !table.right("tier_weights")) return tiers;
  if (tiers.weights.size() != tiers.bounds.size() + 1)
    table.problem("tier_weights", fmt::format("has {} numbers (one more than the {} bounds is wanted)",
                                              tiers.weights.size(), tiers.bounds.size()));
  if (std::adjacent_find(tiers.bounds.begin(), tiers.bounds.end(), std::greater_equal<>()) !=
      tiers.bounds.end())
    table.problem("tier_bounds", "must increase");
  return tiers;
}

/// `of` is the key that names the marker.
template <class Table>
Marker read_marker(Table const& table, std::string_view of, Draft const& draft) {
  auto const name = table.text(of);
  for (auto const& [key, marker] : {std::pair{"tail_share", "tail"}, std::pair{"tail_depth", "tail"},
                                    std::pair{"tier_bounds", "tiers"}, std::pair{"tier_weights", "tiers"}})
    if (table.has(key) && name != marker)
      table.problem(key, fmt::format("(belongs to '{}', this index is of '{}')", marker, quotable(name)));
  if (name == "risk") return Risk{};
  if (name == "need_group") return Member{draft.background.need_group};
  if (name == "tail") return Tail{table.number("tail_share"), table.number("tail_depth")};
  if (name == "tiers") return read_tiers(table);
  if (auto const group = find_group(draft.background, name)) return Member{*group};
  if (!draft.nameless_group) {
    auto names = group_names(draft.background);
    names.insert(names.end(), markers.begin(), markers.end());
    table.problem(
        of, fmt::format("= '{}' ('risk', 'need_group', 'tail', 'tiers' or the name of a group is wanted){}",
                        quotable(name), suggest(name, names)));
  }
  return Risk{};
}

template <class Table>
Need read_need(Table const& table, std::string_view of, Draft const& draft) {
  Need need;
  need.marker = read_marker(table, of, draft);
  need.lag = static_cast<std::uint32_t>(table.integer("lag"));
  need.years = static_cast<std::uint32_t>(table.integer("years"));
  auto const pooling = table.text("pooling");
  need.pooling = pooling == "largest" ? Pooling::largest : pooling == "ever" ? Pooling::ever : Pooling::mean;
  need.stays = table.number("stays");
  need.missing = table.number("missing");
  need.smallest = static_cast<std::uint32_t>(table.integer("smallest"));
  need.shrinkage =
      table.text("shrinkage") == "empirical_bayes" ? Shrinkage::empirical_bayes : Shrinkage::none;
  if (need.pooling == Pooling::ever && !std::holds_alternative<Member>(need.marker) && table.right(of))
    table.problem("pooling", "= 'ever' (needs an index of a group: who was ever in it)");
  if (table.has("stays") && need.pooling != Pooling::ever)
    table.problem("stays", "(belongs to pooling = 'ever')");
  return need;
}

} // namespace

bool is_marker_word(std::string_view name) {
  return std::find(markers.begin(), markers.end(), name) != markers.end();
}

std::vector<Need> build_needs(Reader const& reader, Draft const& draft) {
  std::vector<Need> needs{read_need(Section(reader, "need"), "index", draft)};
  std::set<std::string> taken;
  for (auto const& element : elements(reader, "index")) {
    needs.push_back(read_need(element, "of", draft));
    auto& name = needs.back().name = element.text("name");
    if (!is_name(name))
      element.problem("name", fmt::format("= '{}' ({})", quotable(name), name_rule));
    else if (!taken.insert(name).second)
      element.problem("name", "(this name is taken by an earlier index)");
  }
  return needs;
}

} // namespace likvard::detail

#pragma once
#include "likvard/io/detail/scenario_tree.hpp"
#include "likvard/io/units_file.hpp"
#include "likvard/model/parameters.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// From a checked tree to plain structs. Types and ranges have been checked; what is checked here is what
/// holds between keys. A value that is wrong by itself has been reported: it reads as the default, and
/// nothing more is said about it.
namespace likvard::detail {

/// Typed access with the table's defaults.
class Reader {
public:
  Reader(toml::table const& root, Problems& problems) : root_(root), problems_(problems) {}
  double number(std::string_view path) const;
  std::uint64_t integer(std::string_view path) const;
  std::string text(std::string_view path) const;
  std::vector<double> numbers(std::string_view path) const;
  std::vector<std::string> texts(std::string_view path) const;
  Prior prior(std::string_view path) const;
  bool has(std::string_view path) const { return node(path) != nullptr; }
  bool right(std::string_view path) const;
  toml::node const* node(std::string_view path) const;
  /// Shown at the key, else at the table that should hold it, else at the file's beginning.
  void problem(std::string_view path, std::string const& what) const;
  Problems& problems() const { return problems_; }
  toml::table const& root() const { return root_; }

private:
  toml::table const& root_;
  Problems& problems_;
};

/// The same within one element of an array of tables: keys are "policy[].shares".
class ElementReader {
public:
  ElementReader(toml::table const& table, std::string array, std::string shown, Problems& problems)
      : table_(table), array_(std::move(array)), shown_(std::move(shown)), problems_(problems) {}
  double number(std::string_view name) const;
  std::uint64_t integer(std::string_view name) const;
  std::string text(std::string_view name) const;
  std::vector<double> numbers(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  bool has(std::string_view name) const { return table_.contains(name); }
  bool right(std::string_view name) const;
  void problem(std::string_view name, std::string const& what) const;
  toml::table const& table() const { return table_; }
  Problems& problems() const { return problems_; }

private:
  Key const& key(std::string_view name) const;
  toml::table const& table_;
  std::string array_, shown_;
  Problems& problems_;
};

std::vector<ElementReader> elements(Reader const& reader, std::string_view array);

/// Units files read so far: each once, however many points use it.
class UnitFiles {
public:
  explicit UnitFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
  UnitTable const& get(std::string const& name);
  std::vector<std::string> names() const;
  bool known(std::string const& name) const { return read_.contains(name); } ///< has it been read?
  std::string hash(std::string const& name);                                 ///< of the file's content

private:
  std::filesystem::path folder_;
  std::map<std::string, UnitTable> read_;
  std::map<std::string, std::string> hash_;
};

/// Variables and groups, and which references to them cannot be judged since what they refer to is wrong
/// itself.
struct Draft {
  Background background;
  std::vector<std::string> broken; ///< variables whose levels are wrong
  bool nameless_variable = false, nameless_group = false;
};
Draft build_background(Reader const& reader, Stage stage);

/// The group's place in the background, if there is one.
std::optional<std::size_t> find_group(Background const& background, std::string_view name);
std::vector<std::string_view> group_names(Background const& background);

/// Words that an index can be of, besides groups: risk, need_group, tail, tiers.
bool is_marker_word(std::string_view name);

/// [need] first, then every [[index]].
std::vector<Need> build_needs(Reader const& reader, Draft const& draft);

/// The response of a policy or block.
Response build_response(ElementReader const& element);
/// Residence and school choice; `solved`: a target finds one of its parameters.
Choice build_choice(Reader const& reader, Draft const& draft, bool solved);
/// Say that these keys belong to `choice` alone.
void refuse_choice_keys(Reader const& reader, std::string_view mechanism);

/// [years] and every [[intervention]] of a point.
Years build_years(Reader const& reader);
std::vector<Intervention> build_interventions(Reader const& reader);
/// Every [[follow_up]]; none declared: that of doing nothing alone.
std::vector<FollowUp> build_follow_ups(Reader const& reader);
/// What a policy does over years (policy[].intervention, pass_through), one policy for each follow-up.
std::vector<Policy> with_follow_up(Reader const& reader, ElementReader const& element, Policy policy,
                                   std::vector<FollowUp> const& follow_ups);

Parameters build_parameters(Reader const& reader, UnitFiles& files);
std::vector<Policy> build_policies(Reader const& reader);

/// a-z, 0-9 and _, not empty, at most 60.
bool is_name(std::string_view text);
inline constexpr std::string_view name_rule = "a name has only a-z, 0-9 and _, at most 60";

} // namespace likvard::detail

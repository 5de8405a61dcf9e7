#include "likvard/study/point.hpp"

#include "likvard/core/contract.hpp"

#include <array>
#include <bit>
#include <concepts>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace likvard {

/// What points have in common: parameters as lists of words, and the texts that words stand for.
struct PointParameters::Common {
  std::vector<std::vector<std::uint64_t>> words;
  std::vector<std::string> texts;
};

namespace {

template <class T, class Of>
concept Is = std::same_as<std::remove_const_t<T>, Of>;

// Every struct's fields in order. With one more or one less this does not compile.
auto fields(Is<Fixed> auto& x) {
  auto& [a] = x;
  return std::tie(a);
}
auto fields(Is<Uniform> auto& x) {
  auto& [a, b] = x;
  return std::tie(a, b);
}
auto fields(Is<Normal> auto& x) {
  auto& [a, b, c, d] = x;
  return std::tie(a, b, c, d);
}
auto fields(Is<LogNormal> auto& x) {
  auto& [a, b] = x;
  return std::tie(a, b);
}
auto fields(Is<Beta> auto& x) {
  auto& [a, b] = x;
  return std::tie(a, b);
}
auto fields(Is<Triangular> auto& x) {
  auto& [a, b, c] = x;
  return std::tie(a, b, c);
}
auto fields(Is<NormalMixture> auto& x) {
  auto& [a, b] = x;
  return std::tie(a, b);
}
auto fields(Is<Variable> auto& x) {
  auto& [a, b, c, d, e, f] = x;
  return std::tie(a, b, c, d, e, f);
}
auto fields(Is<Group> auto& x) {
  auto& [a, b, c, d] = x;
  return std::tie(a, b, c, d);
}
auto fields(Is<Background> auto& x) {
  auto& [a, b, c, d] = x;
  return std::tie(a, b, c, d);
}
auto fields(Is<GivenUnits> auto& x) {
  auto& [a, b, c, d, e] = x;
  return std::tie(a, b, c, d, e);
}
auto fields(Is<Municipality> auto& x) {
  auto& [a, b, c, d, e, f, g, h, i, j, k] = x;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k);
}
auto fields(Is<Target> auto& x) {
  auto& [a, b, c] = x;
  return std::tie(a, b, c);
}
auto fields(Is<Choice> auto& x) {
  auto& [a, b, c, d, e, f, g, h, i, j, k] = x;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k);
}
auto fields(Is<Sorting> auto& x) {
  auto& [a, b, c, d] = x;
  return std::tie(a, b, c, d);
}
auto fields(Is<Risk> auto&) {
  return std::tuple<>();
}
auto fields(Is<Member> auto& x) {
  auto& [a] = x;
  return std::tie(a);
}
auto fields(Is<Tail> auto& x) {
  auto& [a, b] = x;
  return std::tie(a, b);
}
auto fields(Is<Tiers> auto& x) {
  auto& [a, b] = x;
  return std::tie(a, b);
}
auto fields(Is<Need> auto& x) {
  auto& [a, b, c, d, e, f, g, h, i] = x;
  return std::tie(a, b, c, d, e, f, g, h, i);
}
auto fields(Is<Outcome> auto& x) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = x;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
}
auto fields(Is<Years> auto& x) {
  auto& [a, b, c, d, e, f, g, h, i, j, k] = x;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k);
}
auto fields(Is<Intervention> auto& x) {
  auto& [a, b, c, d, e, f, g] = x;
  return std::tie(a, b, c, d, e, f, g);
}
/// What seldom differs in length comes first: places of the others stay the same as long as possible.
auto fields(Is<Parameters> auto& x) {
  auto& [municipality, background, sorting, needs, outcome, years, interventions] = x;
  return std::tie(outcome, years, background, needs, sorting, interventions, municipality);
}

/// From parameters to words: a number's bits, a text's place, the length of a list before its items.
class Writer {
public:
  Writer(std::vector<std::string>& texts, std::unordered_map<std::string, std::uint64_t>& place_of_text)
      : texts_(texts), place_(place_of_text) {}
  std::vector<std::uint64_t> words;

  template <class T>
  void put(T const& x) {
    if constexpr (std::is_same_v<T, double>)
      words.push_back(std::bit_cast<std::uint64_t>(x));
    else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
      words.push_back(static_cast<std::uint64_t>(x));
    else
      std::apply([&](auto const&... each) { (put(each), ...); }, fields(x));
  }
  void put(std::string const& x) {
    auto const [found, is_new] = place_.try_emplace(x, texts_.size());
    if (is_new) texts_.push_back(x);
    words.push_back(found->second);
  }
  template <class T>
  void put(std::vector<T> const& list) {
    words.push_back(list.size());
    for (T const& item : list) put(item);
  }
  template <class T, std::size_t n>
  void put(std::array<T, n> const& list) {
    for (T const& item : list) put(item);
  }
  template <class T>
  void put(std::optional<T> const& x) {
    put(x.has_value());
    if (x) put(*x);
  }
  template <class... T>
  void put(std::variant<T...> const& x) {
    words.push_back(x.index());
    std::visit([&](auto const& one) { put(one); }, x);
  }

private:
  std::vector<std::string>& texts_;
  std::unordered_map<std::string, std::uint64_t>& place_;
};

/// The way back.
class Reader {
public:
  Reader(std::vector<std::uint64_t> const& words, std::vector<std::string> const& texts)
      : words_(words), texts_(texts) {}

  template <class T>
  void take(T& x) {
    if constexpr (std::is_same_v<T, double>)
      x = std::bit_cast<double>(next());
    else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
      x = static_cast<T>(next());
    else
      std::apply([&](auto&... each) { (take(each), ...); }, fields(x));
  }
  void take(std::string& x) { x = texts_[next()]; }
  template <class T>
  void take(std::vector<T>& list) {
    list.resize(next());
    for (T& item : list) take(item);
  }
  template <class T, std::size_t n>
  void take(std::array<T, n>& list) {
    for (T& item : list) take(item);
  }
  template <class T>
  void take(std::optional<T>& x) {
    x.reset();
    if (next() != 0) take(x.emplace());
  }
  template <class... T>
  void take(std::variant<T...>& x) {
    std::uint64_t const which = next();
    std::uint64_t i = 0;
    ((i++ == which ? take(x.template emplace<T>(T{})) : void()), ...);
  }

private:
  std::uint64_t next() { return words_[at_++]; }
  std::vector<std::uint64_t> const& words_;
  std::vector<std::string> const& texts_;
  std::size_t at_ = 0;
};

} // namespace

PointParameters::PointParameters(Parameters const& parameters)
    : PointParameters(ParameterPacker().pack(parameters)) {}

Parameters PointParameters::all() const {
  LIKVARD_EXPECT(common_ != nullptr);
  auto words = common_->words[base_];
  for (auto const& change : changes_) words[change.place] = change.word;
  Parameters parameters;
  Reader(words, common_->texts).take(parameters);
  return parameters;
}

ParameterPacker::ParameterPacker() : common_(std::make_shared<PointParameters::Common>()) {}
ParameterPacker::~ParameterPacker() = default;

PointParameters ParameterPacker::pack(Parameters const& parameters) {
  PointParameters::Common& common = *common_;
  Writer writer(common.texts, place_of_text_);
  writer.put(parameters);
  auto& words = writer.words;

  PointParameters out;
  out.stage = parameters.municipality.stage;
  out.pupils = parameters.municipality.pupils;
  out.units = parameters.municipality.units;
  out.budget_per_pupil_sek = parameters.municipality.budget_per_pupil_sek;
  out.unit_names = parameters.municipality.given.name;
  out.common_ = common_;
  auto const [like, is_first] =
      first_of_size_.try_emplace(words.size(), static_cast<std::uint32_t>(common.words.size()));
  bool whole = is_first;
  if (!whole) {
    auto const& base = common.words[like->second];
    for (std::size_t i = 0; i < words.size(); ++i)
      if (words[i] != base[i]) out.changes_.push_back({static_cast<std::uint32_t>(i), words[i]});
    whole = out.changes_.size() > words.size() / 2; // a change takes two words
  }
  if (whole) {
    out.base_ = static_cast<std::uint32_t>(common.words.size());
    out.changes_.clear();
    common.words.push_back(std::move(words));
  } else {
    out.base_ = like->second;
  }
  out.changes_.shrink_to_fit();
  // What is not a number differs from itself: it has been reported, and will not be run.
  LIKVARD_ENSURE(out.all() == parameters || parameters != parameters);
  return out;
}

} // namespace likvard

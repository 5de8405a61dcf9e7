#include "likvard/io/detail/scenario_build.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <functional>

namespace likvard::detail {
namespace {

struct ResponseKey {
  std::string_view name, responses;
};
/// Which response each parameter belongs to.
constexpr auto response_keys = std::to_array<ResponseKey>({{"threshold", "threshold concentration"},
                                                           {"slope", "concentration"},
                                                           {"ramp_from", "ramp"},
                                                           {"ramp_to", "ramp"},
                                                           {"ramp_low", "ramp"},
                                                           {"ramp_high", "ramp"},
                                                           {"exponent", "power"},
                                                           {"saturation", "quadratic"},
                                                           {"bounds", "bands brackets"},
                                                           {"weights", "bands brackets"},
                                                           {"weights_per", "bands"},
                                                           {"count_bounds", "brackets"},
                                                           {"count_weights", "brackets"},
                                                           {"top_share", "label"}});

/// "threshold concentration" as "'threshold' or 'concentration'".
std::string either(std::string_view words) {
  std::size_t const space = words.find(' ');
  return space == std::string_view::npos
             ? fmt::format("'{}'", words)
             : fmt::format("'{}' or {}", words.substr(0, space), either(words.substr(space + 1)));
}

bool is_among(std::string_view word, std::string_view words) {
  return fmt::format(" {} ", words).find(fmt::format(" {} ", word)) != std::string::npos;
}

/// Increasing bounds, and one weight more than there are bounds.
void check_steps(ElementReader const& element, std::string_view bounds_key, std::string_view weights_key,
                 std::vector<double> const& bounds, std::vector<double> const& weights) {
  constexpr std::size_t most_steps = 100;
  if (!element.right(bounds_key) || !element.right(weights_key)) return;
  if (bounds.size() > most_steps)
    element.problem(bounds_key,
                    fmt::format("has {} numbers (at most {} are handled)", bounds.size(), most_steps));
  else if (weights.size() != bounds.size() + 1)
    element.problem(weights_key, fmt::format("has {} numbers (one more than the {} bounds is wanted)",
                                             weights.size(), bounds.size()));
  if (std::adjacent_find(bounds.begin(), bounds.end(), std::greater_equal<>()) != bounds.end())
    element.problem(bounds_key, "must increase");
}

Bands build_bands(ElementReader const& element) {
  Bands bands{element.numbers("bounds"), element.numbers("weights"), element.text("weights_per") == "need"};
  check_steps(element, "bounds", "weights", bands.bounds, bands.weights);
  return bands;
}

Brackets build_brackets(ElementReader const& element) {
  Brackets brackets{element.numbers("bounds"), element.numbers("weights"), element.numbers("count_bounds"),
                    element.numbers("count_weights")};
  check_steps(element, "bounds", "weights", brackets.bounds, brackets.weights);
  if (!brackets.count_weights.empty() || !brackets.count_bounds.empty())
    check_steps(element, "count_bounds", "count_weights", brackets.count_bounds, brackets.count_weights);
  return brackets;
}

Ramp build_ramp(ElementReader const& element) {
  Ramp const ramp{element.number("ramp_from"), element.number("ramp_to"), element.number("ramp_low"),
                  element.number("ramp_high")};
  if (!(ramp.from < ramp.to) && element.right("ramp_from"))
    element.problem("ramp_to", fmt::format("= {:g} (must be above ramp_from = {:g})", ramp.to, ramp.from));
  return ramp;
}

} // namespace

Response build_response(ElementReader const& element) {
  if (!element.right("response")) return Linear{};
  auto const name = element.text("response");
  for (auto const& [key, responses] : response_keys)
    if (element.has(key) && !is_among(name, responses))
      element.problem(key, fmt::format("(belongs to response {}, here it is '{}')", either(responses), name));
  if (name == "threshold") return Threshold{element.number("threshold")};
  if (name == "concentration") return Concentration{element.number("threshold"), element.number("slope")};
  if (name == "ramp") return build_ramp(element);
  if (name == "power") return Power{element.number("exponent")};
  if (name == "quadratic") return Quadratic{element.number("saturation")};
  if (name == "bands") return build_bands(element);
  if (name == "brackets") return build_brackets(element);
  if (name == "label") return Label{element.number("top_share")};
  return Linear{};
}

} // namespace likvard::detail

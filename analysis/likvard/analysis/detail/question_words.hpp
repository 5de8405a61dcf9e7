#pragma once
#include "likvard/analysis/questions.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the fifteen answers have in common. Inside analysis only.
namespace likvard::question {

struct Estimate {
  double value = 0, error = 0; ///< standard error
  double half = 0;             ///< of the 95 % Monte Carlo interval
};

/// One result looked at from one point.
struct View {
  Result const& r;
  std::size_t point = 0;
  std::optional<std::size_t> policy; ///< that leads; none if no policy gives by need
  std::size_t lead = 0;              ///< its measure

  std::optional<std::size_t> measure(std::string_view key) const;
  Estimate value(std::size_t m, std::size_t k) const { return value_at(point, m, k); }
  /// Of point g, policy m and measure k.
  Estimate value_at(std::size_t g, std::size_t m, std::size_t k) const;
  Estimate difference_at(std::size_t g, std::size_t m, std::size_t k) const;
  /// Value of a measure by key under a policy, if it was kept and is a number.
  std::optional<Estimate> of(std::size_t m, std::string_view key) const;
  /// The leading model at every share, in order.
  std::vector<std::size_t> shares() const;
  /// Of every model the share nearest to the leading one's.
  std::vector<std::size_t> models() const;
  /// Points of the axis whose name holds `part`, other axes as at the point; with their levels.
  std::vector<std::pair<std::size_t, std::string>> along(std::string_view part) const;
  /// All points, where they are other municipalities by size or segregation; else none.
  std::vector<std::size_t> places() const;
};

/// The result as the page and the program ask it.
View view_of(Result const& result, std::size_t point);

/// A piece of a sentence: a text as it is, or a number whose point becomes a comma in Swedish.
struct Piece {
  std::string text;
  bool number = false;
};
inline Piece word(std::string text) {
  return {std::move(text), false};
}
/// With `decimals`, a true minus sign.
Piece number(double x, int decimals);
/// "0.103 ± 0.014", with the digits that the half width supports; only the value where it has no error.
Piece plus_minus(Estimate const& e);
/// "+1.2 ± 0.1".
Piece signed_plus_minus(Estimate const& e);
/// "12 345": kronor and people.
Piece whole(double x);

/// The same text as Swedish writes its numbers: a decimal comma.
std::string swedish(std::string text);

/// Fills {} of both texts with the pieces.
Worded say(std::string_view en, std::string_view sv, std::vector<Piece> const& pieces = {});
void append(Worded& to, Worded const& more);

/// Name of a measure in words, small first letter, and its unit.
Worded name_of(MeasureInfo const& measure);
Worded unit_of(MeasureInfo const& measure);

/// "Of the 18 places simulated ... least in A: 1 ± 0.1, most in B: 2 ± 0.1 %." of a value of every place;
/// empty where all points are one municipality.
Worded over_places(View const& view, Worded const& what, Worded const& unit,
                   std::function<Estimate(std::size_t)> const& value);

/// "not simulated: add ...".
QuestionAnswer not_simulated(Worded const& what_to_add);

void add_number(QuestionAnswer& q, std::string what, Estimate const& e, std::string unit);

// One function a question: model and money, outcome.
QuestionAnswer more_than_chance(View const& v);
QuestionAnswer which_share(View const& v);
QuestionAnswer which_factors(View const& v);
QuestionAnswer who_wins(View const& v);
QuestionAnswer whose_weights(View const& v);
QuestionAnswer linear_or_threshold(View const& v);
QuestionAnswer what_an_index_catches(View const& v);
QuestionAnswer how_much_it_swings(View const& v);
QuestionAnswer small_schools(View const& v);
QuestionAnswer school_choice(View const& v);
QuestionAnswer can_we_see_it(View const& v);
QuestionAnswer follow_up(View const& v);
QuestionAnswer money_or_teachers(View const& v);
QuestionAnswer acceptance(View const& v);
QuestionAnswer municipalities_like_us(View const& v);

} // namespace likvard::question

#pragma once

/// A state grant on top of a municipality's own school budget, and what the municipality takes back.
/// engine/MODEL.md §15.
namespace likvard {

/// Parts of the municipality's own budget, 0-1.
struct GrantTerms {
  double share = 0;      ///< w: given out by need by the municipality's own model
  double grant = 0;      ///< G: grant to this municipality
  double mean_grant = 0; ///< Ḡ: grant of the nation over all budgets
  double crowd_out = 0;  ///< c: of the grant, what the municipality takes from its own budget
  double from_model =
      0; ///< f: of what it takes, the part it takes from its own model's money (as far as it lasts)
};

struct GrantMoney {
  double level =
      1; ///< 1 + (1 - c)(G - Ḡ): money per pupil, the nation's mean set to 1: only the distribution
  double by_need = 0; ///< (w - min(w, f c G) + G)/(1 - c G + G): part of the money that follows need
};

/// The grant itself is given out within the municipality in proportion to need, as its rules say; what is
/// taken back is taken from the municipality's own money.
/// - Expects: all of 0 to 1.
GrantMoney grant_money(GrantTerms const& terms);

} // namespace likvard

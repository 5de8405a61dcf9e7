// Outcomes and measures: MODEL.md §§6-7, from lists of pupils.
#include "reference/reference.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace likvard::reference {
namespace {

double Phi(double x) {
  return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

double probit(double p) {
  double low = -40, high = 40;
  for (int i = 0; i < 200; ++i) (Phi(0.5 * (low + high)) < p ? low : high) = 0.5 * (low + high);
  return low;
}

/// Fixed and uniform priors are enough for a comparison.
double draw(Prior const& prior, double u) {
  if (auto const* fixed = std::get_if<Fixed>(&prior)) return fixed->value;
  auto const& uniform = std::get<Uniform>(prior);
  return uniform.low + (uniform.high - uniform.low) * u;
}

struct Child {
  int unit, profile;
  bool needy;
  double start, mean,
      merit;   ///< expected outcome before money, with it, and as it is carried to the end of school
  double luck; ///< ε
  bool below;  ///< not qualified, with the year's shock
};

using Children = std::vector<Child>;

template <class F, class Keep>
double average(Children const& children, F const& f, Keep const& keep) {
  double sum = 0, count = 0;
  for (auto const& child : children)
    if (keep(child)) sum += f(child), count += 1;
  return count > 0 ? sum / count : 0.0;
}

template <class F, class G>
double covariance(Children const& children, F const& f, G const& g) {
  auto const all = [](Child const&) { return true; };
  double const mf = average(children, f, all), mg = average(children, g, all);
  return average(children, [&](Child const& c) { return (f(c) - mf) * (g(c) - mg); }, all);
}

double gain_of_money(double x, double curvature) {
  x = std::max(x, 0.05);
  return (std::abs(curvature) < 1e-8 ? std::log(x) : (std::pow(x, curvature) - 1) / curvature) / 0.1;
}

/// E|x - nP| of hypergeometric members, term by term.
double chance_dissimilarity(std::vector<int> const& size, int members) {
  int const N = std::accumulate(size.begin(), size.end(), 0);
  double const P = static_cast<double>(members) / N;
  double sum = 0;
  auto const choose = [](double n, double k) {
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
  };
  for (int n : size)
    for (int x = std::max(0, n + members - N); x <= std::min(n, members); ++x)
      sum += std::abs(x - n * P) * std::exp(choose(n, x) + choose(N - n, members - x) - choose(N, members));
  return sum / (2 * N * P * (1 - P));
}

/// Standard deviation of V when X members are dealt at random, from the factorial moments of the
/// hypergeometric law: E[x(x-1)… y(y-1)…] = n(n-1)… m(m-1)… X(X-1)… / N(N-1)…
double chance_sd(std::vector<int> const& size, double X) {
  double const N = std::accumulate(size.begin(), size.end(), 0), P = X / N;
  if (N <= 3) return 0;
  auto const falling = [](double x, int k) {
    double product = 1;
    for (int i = 0; i < k; ++i) product *= x - i;
    return product;
  };
  auto const drawn = [&](int k) { return falling(X, k) / falling(N, k); };
  // V = (Σ x²/n - X²/N) / (N P (1-P)), x² = x(x-1) + x, x⁴ = x(x-1)(x-2)(x-3) + 6 x(x-1)(x-2) + 7 x(x-1) + x.
  auto const square = [&](double n) { return falling(n, 2) * drawn(2) + n * drawn(1); };
  double variance = 0;
  for (std::size_t s = 0; s < size.size(); ++s)
    for (std::size_t t = 0; t < size.size(); ++t) {
      double const n = size[s], m = size[t];
      double const both = s == t ? falling(n, 4) * drawn(4) + 6 * falling(n, 3) * drawn(3) +
                                       7 * falling(n, 2) * drawn(2) + n * drawn(1)
                                 : falling(n, 2) * falling(m, 2) * drawn(4) + falling(n, 2) * m * drawn(3) +
                                       n * falling(m, 2) * drawn(3) + n * m * drawn(2);
      variance += (both - square(n) * square(m)) / (n * m);
    }
  return std::sqrt(std::max(0.0, variance)) / (N * P * (1 - P));
}

double entropy(double p) {
  return p > 0 && p < 1 ? -p * std::log(p) - (1 - p) * std::log(1 - p) : 0.0;
}

/// Σ_i Σ_j n_i n_j |x_i - x_j| / (2 N² mean).
double gini(std::vector<double> const& x, std::vector<int> const& n) {
  double sum = 0, total = 0, pupils = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    total += n[i] * x[i];
    pupils += n[i];
    for (std::size_t j = 0; j < x.size(); ++j) sum += n[i] * n[j] * std::abs(x[i] - x[j]);
  }
  return total > 0 ? sum / (2 * pupils * total) : 0.0;
}

/// 2 cov(value, R)/mean over pupils lined up by `key`, ties at their mid-rank.
double concentrated(std::vector<double> const& value, std::vector<double> const& key,
                    std::vector<int> const& n) {
  double total = 0, pupils = 0, covariance = 0;
  for (std::size_t s = 0; s < n.size(); ++s) total += n[s] * value[s], pupils += n[s];
  if (total <= 0) return 0;
  for (std::size_t s = 0; s < n.size(); ++s) {
    double rank = 0;
    for (std::size_t k = 0; k < n.size(); ++k)
      rank += key[k] < key[s] ? n[k] : key[k] == key[s] ? 0.5 * n[k] : 0.0;
    covariance += n[s] * (value[s] - total / pupils) * (rank / pupils - 0.5);
  }
  return 2 * covariance / total;
}

double quantile_of_pupils(std::vector<double> const& x, std::vector<int> const& n, double p) {
  std::vector<double> all;
  for (std::size_t s = 0; s < n.size(); ++s) all.insert(all.end(), static_cast<std::size_t>(n[s]), x[s]);
  std::sort(all.begin(), all.end());
  auto const at = static_cast<std::size_t>(std::ceil(p * static_cast<double>(all.size()) - 1e-9));
  return all[std::max<std::size_t>(1, at) - 1];
}

using Row = std::map<std::string, double>;

void segregation_row(std::vector<int> const& size, std::vector<double> const& needy, Row& row) {
  double N = 0, X = 0;
  for (std::size_t s = 0; s < size.size(); ++s) N += size[s], X += needy[s];
  double const P = X / N;
  bool const defined = size.size() > 1 && X > 0 && X < N;
  row["need_share"] = 100 * P;
  for (auto const* key :
       {"dissimilarity", "dissimilarity_by_chance", "variance_ratio", "eps2", "theil_h", "isolation",
        "exposure", "isolation_others", "segregation_gini", "mutual_information", "hutchens", "gorard",
        "variance_ratio_by_chance", "variance_ratio_z"})
    row[key] = 0;
  for (std::size_t s = 0; s < size.size() && X > 0; ++s) {
    row["isolation"] += needy[s] / X * needy[s] / size[s];
    row["exposure"] += needy[s] / X * (size[s] - needy[s]) / size[s];
    if (size[s] > 1) row["isolation_others"] += needy[s] / X * (needy[s] - 1) / (size[s] - 1);
  }
  if (!defined) return;
  for (std::size_t s = 0; s < size.size(); ++s) {
    double const p = needy[s] / size[s];
    row["dissimilarity"] += 0.5 * std::abs(needy[s] / X - (size[s] - needy[s]) / (N - X));
    row["variance_ratio"] += size[s] * (p - P) * (p - P) / (N * P * (1 - P));
    row["theil_h"] += size[s] / N * (entropy(P) - entropy(p)) / entropy(P);
  }
  double same = 0;
  for (std::size_t s = 0; s < size.size(); ++s) {
    double const p = needy[s] / size[s];
    row["mutual_information"] += size[s] / N * (entropy(P) - entropy(p));
    row["gorard"] += 0.5 * std::abs(needy[s] / X - size[s] / N);
    same += std::sqrt(needy[s] / X * (size[s] - needy[s]) / (N - X));
    for (std::size_t t = 0; t < size.size(); ++t)
      row["segregation_gini"] +=
          size[s] * size[t] * std::abs(p - needy[t] / size[t]) / (2 * N * N * P * (1 - P));
  }
  row["hutchens"] = 1 - same;
  double const K = static_cast<double>(size.size());
  row["variance_ratio_by_chance"] = (K - 1) / (N - 1);
  double const sd = chance_sd(size, X);
  row["variance_ratio_z"] = sd > 0 ? (row["variance_ratio"] - (K - 1) / (N - 1)) / sd : 0.0;
  row["eps2"] = N > K ? 1 - (1 - row["variance_ratio"]) * (N - 1) / (N - K) : 0.0;
  row["dissimilarity_by_chance"] = chance_dissimilarity(size, static_cast<int>(X));
}

struct Paid {
  Money seen, present, systematic;
};

void money_row(Parameters const& parameters, Policy const& policy, std::vector<int> const& size,
               std::vector<double> const& needy, std::vector<double> const& need, Paid const& paid,
               Row& row) {
  auto const& f = paid.seen.all;
  double const b = parameters.municipality.budget_per_pupil_sek;
  double const A = parameters.municipality.adequate_per_pupil_sek > 0
                       ? parameters.municipality.adequate_per_pupil_sek / b
                       : 1.0;
  double N = 0, X = 0, low = 1e300, high = -1e300;
  for (std::size_t s = 0; s < f.size(); ++s) N += size[s], X += needy[s];
  for (auto const* key : {"share_moved", "share_moved_systematic", "misallocated", "paid_without_need",
                          "need_without_pay", "pupils_losing", "pupils_gaining", "money_cv", "money_theil",
                          "money_mld", "adequacy", "shortfall_sek"})
    row[key] = 0;
  double of_needy = 0, of_others = 0, roots = 0, logs = 0, mean_need = 0, up = 0, down = 0;
  double const median = quantile_of_pupils(f, size, 0.5), p5 = quantile_of_pupils(f, size, 0.05),
               p95 = quantile_of_pupils(f, size, 0.95);
  double low_money = 0, low_pupils = 0, high_money = 0, high_pupils = 0;
  bool nothing = false;
  for (std::size_t s = 0; s < f.size(); ++s) {
    double const part = size[s] / N;
    row["share_moved"] += 50 * part * std::abs(f[s] - 1);
    row["share_moved_systematic"] += 50 * part * std::abs(paid.systematic.all[s] - 1);
    row["misallocated"] += 50 * part * std::abs(f[s] - paid.present.all[s]);
    if (f[s] > 1.0005 && paid.present.all[s] <= 1) row["paid_without_need"] += 100 * part;
    if (f[s] <= 1 && paid.present.all[s] > 1.0005) row["need_without_pay"] += 100 * part;
    if (f[s] < 0.9995) row["pupils_losing"] += 100 * part;
    if (f[s] > 1.0005) row["pupils_gaining"] += 100 * part;
    row["money_cv"] += part * (f[s] - 1) * (f[s] - 1);
    if (f[s] > 0) row["money_theil"] += part * f[s] * std::log(f[s]);
    if (f[s] > 0) logs += part * std::log(f[s]);
    if (f[s] <= 0) nothing = true;
    roots += part * std::sqrt(f[s]);
    row["adequacy"] += 100 * part * std::min(1.0, f[s] / A);
    row["shortfall_sek"] += part * std::max(0.0, A - f[s]) * b;
    // Every pupil of the unit gets the pooled part; the earmarked part goes to those in need.
    double const earmarked = needy[s] > 0 ? policy.reach * paid.seen.need[s] : 0.0;
    of_needy += needy[s] * (f[s] - earmarked) + (needy[s] > 0 ? earmarked * size[s] : 0.0);
    of_others += (size[s] - needy[s]) * (f[s] - earmarked);
    low = std::min(low, f[s]);
    high = std::max(high, f[s]);
    mean_need += part * need[s];
    if (f[s] <= median) low_money += size[s] * f[s], low_pupils += size[s];
    if (f[s] >= median) high_money += size[s] * f[s], high_pupils += size[s];
  }
  for (std::size_t s = 0; s < f.size(); ++s) {
    up += size[s] * (need[s] - mean_need) * (f[s] - 1);
    down += size[s] * (need[s] - mean_need) * (need[s] - mean_need);
  }
  bool const both = X > 0 && X < N;
  double const gap = both ? of_needy / X - of_others / (N - X) : 0.0;
  std::vector<double> minus_need;
  for (double x : need) minus_need.push_back(x);
  row["share_set"] = 100 * (policy.own_share ? paid.seen.share : policy.share);
  row["share_given"] = 100 * paid.seen.share;
  row["share_moved_noise"] = row["share_moved"] - row["share_moved_systematic"];
  row["money_cv"] = 100 * std::sqrt(row["money_cv"]);
  row["money_gap"] = 100 * gap;
  row["money_gap_sek"] = gap * b;
  row["money_gap_linear"] = X > 0 ? 100 * policy.share * row["variance_ratio"] * N / X : 0.0;
  row["money_ratio"] = both && of_others > 0 ? of_needy / X / (of_others / (N - X)) : 1.0;
  row["top_unit"] = 100 * (high - 1);
  row["bottom_unit"] = 100 * (low - 1);
  row["money_gini"] = gini(f, size);
  row["money_range_ratio"] = p5 > 0 ? (p95 - p5) / p5 : 0.0;
  row["money_mcloone"] = median > 0 ? low_money / low_pupils / median : 1.0;
  row["money_verstegen"] = median > 0 ? high_money / high_pupils / median : 1.0;
  row["money_mld"] = nothing ? 0.0 : -logs;
  row["money_atkinson_half"] = 1 - roots * roots;
  row["money_atkinson_one"] = nothing ? 1.0 : 1 - std::exp(logs);
  row["money_concentration"] = concentrated(f, minus_need, size);
  row["money_kakwani"] = row["money_concentration"] - concentrated(need, minus_need, size);
  row["money_elasticity"] = down > 1e-18 * N ? up / down : 0.0;
  row["largest_loss_sek"] = std::max(0.0, 1 - low) * b;
  row["units_bound"] = 100.0 * paid.seen.bound / static_cast<double>(f.size());
  row["per_head_fallback"] = paid.seen.per_head ? 100.0 : 0.0;
}

/// Least-squares polynomial of y in the rank, as high as cubic, by the normal equations of centred ranks.
double fitted_ends(Children const& children, std::vector<double> const& rank) {
  std::vector<double> different;
  for (auto const& child : children)
    if (std::none_of(different.begin(), different.end(),
                     [&](double r) { return std::abs(r - rank[child.profile]) < 1e-9; }))
      different.push_back(rank[child.profile]);
  auto const terms = std::min<std::size_t>(4, different.size());
  if (terms < 2) return 0;
  std::vector<std::vector<long double>> a(terms, std::vector<long double>(terms + 1, 0));
  for (auto const& child : children)
    for (std::size_t i = 0; i < terms; ++i) {
      long double const x = rank[child.profile] - 0.5L;
      for (std::size_t j = 0; j < terms; ++j) a[i][j] += std::pow(x, static_cast<long double>(i + j));
      a[i][terms] += std::pow(x, static_cast<long double>(i)) * child.mean;
    }
  for (std::size_t i = 0; i < terms; ++i) { // Gauss with pivoting
    std::size_t best = i;
    for (std::size_t k = i; k < terms; ++k)
      if (std::abs(a[k][i]) > std::abs(a[best][i])) best = k;
    std::swap(a[i], a[best]);
    for (std::size_t k = 0; k < terms; ++k)
      if (k != i)
        for (std::size_t j = terms + 1; j-- > i;) a[k][j] -= a[k][i] / a[i][i] * a[i][j];
  }
  long double difference = 0;
  for (std::size_t i = 0; i < terms; ++i)
    difference +=
        a[i][terms] / a[i][i] *
        (std::pow(0.4L, static_cast<long double>(i)) - std::pow(-0.4L, static_cast<long double>(i)));
  return static_cast<double>(difference);
}

void outcome_row(Parameters const& parameters, Town const& town, Children const& children, double sigma,
                 double threshold, double carry, Row& row) {
  auto const all = [](Child const&) { return true; };
  auto const needy = [](Child const& c) { return c.needy; };
  auto const others = [](Child const& c) { return !c.needy; };
  auto const y = [](Child const& c) { return c.mean; };
  auto const rank = [&](Child const& c) { return town.rank[c.profile]; };
  auto const score = [&](Child const& c) { return town.score[c.profile]; };
  auto const below = [&](Child const& c) { return Phi((threshold - c.merit) / sigma); };
  double const X = average(children, [](Child const& c) { return c.needy ? 1.0 : 0.0; }, all);
  bool const both = X > 0 && X < 1;
  double const mean = average(children, y, all), variance = covariance(children, y, y) + sigma * sigma;
  double const gap = both ? average(children, y, others) - average(children, y, needy) : 0.0;
  auto const start = [](Child const& c) { return c.start; };
  double const gap_start = both ? average(children, start, others) - average(children, start, needy) : 0.0;
  double const slope = covariance(children, score, score) > 1e-18
                           ? covariance(children, score, y) / covariance(children, score, score)
                           : 0.0;
  double between = 0, net = 0, apart = 0, gap_between = 0, low = 1e9, high = -1e9, drawn_low = 1e9,
         drawn_high = -1e9, drawn2 = 0, drawn1 = 0;
  double units = 0;
  auto const count = static_cast<double>(children.size());
  for (std::size_t s = 0; s < town.size.size(); ++s) {
    auto const here = [s](Child const& c) { return c.unit == static_cast<int>(s); };
    double const n = town.size[s], m = average(children, y, here), a = average(children, score, here);
    double const x = n * average(children, [](Child const& c) { return c.needy ? 1.0 : 0.0; }, here);
    between += n / count * (m - mean) * (m - mean);
    net += n / count * std::pow(m - mean - slope * (a - average(children, score, all)), 2);
    apart += n / count * std::pow(a - average(children, score, all), 2);
    if (both) gap_between += ((n - x) / (count * (1 - X)) - x / (count * X)) * m;
    double const merit = average(children, [](Child const& c) { return c.merit; }, here);
    double const drawn = average(children, [](Child const& c) { return c.merit + c.luck; }, here);
    low = std::min(low, merit);
    high = std::max(high, merit);
    drawn_low = std::min(drawn_low, drawn);
    drawn_high = std::max(drawn_high, drawn);
    drawn1 += n / count * drawn;
    drawn2 += n / count * drawn * drawn;
    units += 1;
  }
  double const need_below = 100 * average(children, below, needy),
               others_below = 100 * average(children, below, others);
  auto const decile = [&](double part) {
    double under = -50, over = 50;
    for (int i = 0; i < 100; ++i) {
      double const t = 0.5 * (under + over);
      bool const below_it =
          average(children, [&](Child const& c) { return Phi((t - c.mean) / sigma); }, all) < part;
      (below_it ? under : over) = t;
    }
    return under;
  };
  auto const drawn_below = [](Child const& c) { return c.below ? 100.0 : 0.0; };
  row["score_icc"] =
      covariance(children, score, score) > 1e-18 ? apart / covariance(children, score, score) : 0.0;
  row["mean_outcome"] = mean;
  row["gap"] = gap;
  row["gap_between"] = gap_between;
  row["gap_within"] = gap - gap_between;
  row["gap_merit"] = parameters.outcome.merit_sd * (gap_start + carry * (gap - gap_start));
  row["not_qualified"] = 100 * average(children, below, all);
  row["not_qualified_need"] = need_below;
  row["not_qualified_others"] = others_below;
  row["not_qualified_gap"] = both ? need_below - others_below : 0.0;
  row["not_qualified_ratio"] = both && others_below > 0 ? need_below / others_below : 1.0;
  row["not_qualified_erreygers"] = -8 * covariance(children, below, rank);
  row["low_decile"] = decile(0.1);
  row["high_decile"] = decile(0.9);
  row["sii"] = covariance(children, rank, rank) > 1e-18
                   ? covariance(children, rank, y) / covariance(children, rank, rank)
                   : 0.0;
  row["ses_gap"] = fitted_ends(children, town.rank);
  row["gradient"] = slope;
  row["gradient_r2"] = 100 * slope * slope * covariance(children, score, score) / variance;
  row["between_units"] = 100 * between / variance;
  row["between_units_net"] = 100 * net / variance;
  row["kolm_pollak"] = -std::log(
      average(children, [&](Child const& c) { return std::exp(-c.mean + sigma * sigma / 2); }, all));
  row["largest_unit_difference"] = parameters.outcome.merit_sd * (high - low);
  auto const drawn = [](Child const& c) { return c.mean + c.luck; };
  row["gap_realised"] = both ? average(children, drawn, others) - average(children, drawn, needy) : 0.0;
  row["not_qualified_realised"] = average(children, drawn_below, all);
  row["not_qualified_gap_realised"] =
      both ? average(children, drawn_below, needy) - average(children, drawn_below, others) : 0.0;
  row["between_units_realised"] = 100 * (drawn2 - drawn1 * drawn1) / variance;
  row["between_units_corrected"] =
      row["between_units_realised"] - 100 * sigma * sigma * (units - 1) / count / variance;
  row["largest_unit_difference_realised"] = parameters.outcome.merit_sd * (drawn_high - drawn_low);
  row["largest_unit_difference_chance"] =
      row["largest_unit_difference_realised"] - row["largest_unit_difference"];
}

} // namespace

std::vector<Row> replicate(Parameters const& parameters, Town const& profiles,
                           std::vector<Policy> const& policies, StreamKey key) {
  Outcome const& outcome = parameters.outcome;
  Town const town = make_town(parameters, profiles, key);
  auto const pupils = fill_places(parameters, town, key);
  std::size_t const units = town.size.size();

  Stream uncertain(key, Purpose::parameters);
  std::vector<double> c;
  for (auto const* prior :
       {&outcome.theta, &outcome.effect_ratio, &outcome.curvature, &outcome.pass_through, &outcome.use_mean,
        &outcome.peer, &outcome.selection, &outcome.dilution, &outcome.carry})
    c.push_back(draw(*prior, uniform01(uncertain)));
  double const theta = c[0], ratio = c[1], curvature = c[2], pass = c[3], use_mean = c[4], peer = c[5],
               selection = c[6], dilution = c[7], carry = c[8];

  double mean_z = 0, square = 0;
  for (std::size_t p = 0; p < town.share.size(); ++p) mean_z += town.share[p] * probit(town.risk[p]);
  for (std::size_t p = 0; p < town.share.size(); ++p)
    square += town.share[p] * std::pow(probit(town.risk[p]) - mean_z, 2);
  double const within = 1 / std::sqrt(1 + square),
               sigma = std::sqrt(within * within - outcome.unit_sd * outcome.unit_sd);
  double const threshold = within * mean_z;

  std::vector<double> level(units), use(units), needy(units, 0.0), sum_score(units, 0.0);
  double all_score = 0;
  for (auto const& pupil : pupils) {
    sum_score[pupil.unit] += town.score[pupil.profile];
    all_score += town.score[pupil.profile];
    needy[pupil.unit] +=
        is_needy(parameters.background, town.level[pupil.profile], parameters.background.need_group);
  }
  auto const N = static_cast<double>(pupils.size());
  for (std::size_t s = 0; s < units; ++s) {
    Stream effect(key, Purpose::unit_effect, static_cast<std::uint32_t>(s)),
        drawn(key, Purpose::use_of_money, static_cast<std::uint32_t>(s));
    double standing = 0;
    for (std::size_t p = 0; p < town.share.size(); ++p) standing += town.pi[s][p] * town.score[p];
    level[s] = peer * (sum_score[s] / town.size[s] - all_score / N) + selection * standing +
               outcome.unit_sd * standard_normal(effect);
    do use[s] = use_mean + outcome.use_sd * standard_normal(drawn);
    while (outcome.use_sd > 0 && (use[s] < -1 || use[s] > 3));
    use[s] = std::clamp(use[s], -1.0, 3.0);
  }

  std::vector<std::vector<double>> seen, present, systematic;
  for (std::size_t k = 0; k < parameters.needs.size(); ++k) {
    seen.push_back(look(parameters.needs[k], town.value[k], town, pupils, key, false));
    present.push_back(look(parameters.needs[k], town.value[k], town, pupils, key, true));
    systematic.emplace_back(units, 0.0);
    for (std::size_t s = 0; s < units; ++s)
      for (std::size_t p = 0; p < town.share.size(); ++p)
        systematic.back()[s] += town.pi[s][p] * town.value[k][p];
  }
  double need_mean = 0;
  for (std::size_t s = 0; s < units; ++s) need_mean += present[0][s] * town.size[s] / N;
  std::vector<double> need;
  for (double x : present[0]) need.push_back(need_mean > 0 ? x / need_mean : 0.0);

  Stream luck(key, Purpose::cell_noise), year(key, Purpose::cohort);
  double const shock = outcome.cohort_sd * standard_normal(year), exposure = std::min(1.0, outcome.years / 4);
  std::vector<double> epsilon;
  for (std::size_t i = 0; i < pupils.size(); ++i) epsilon.push_back(sigma * standard_normal(luck));

  std::vector<Row> rows;
  for (auto const& policy : policies) {
    Row& row = rows.emplace_back();
    segregation_row(town.size, needy, row);
    Paid const paid{allocate(policy, seen, town.size), allocate(policy, present, town.size),
                    allocate(policy, systematic, town.size)};
    money_row(parameters, policy, town.size, needy, need, paid, row);
    Children children;
    for (std::size_t i = 0; i < pupils.size(); ++i) {
      auto const& pupil = pupils[i];
      Child child{
          pupil.unit,
          pupil.profile,
          is_needy(parameters.background, town.level[pupil.profile], parameters.background.need_group),
          0,
          0,
          0,
          epsilon[i],
          false};
      int const s = pupil.unit;
      double money = paid.seen.all[s];
      if (needy[s] > 0) {
        double const earmarked = policy.reach * paid.seen.need[s];
        money += child.needy ? earmarked * (town.size[s] / needy[s] - 1) : -earmarked;
      }
      double const x = 1 + pass * (money - 1);
      double const effect =
          exposure * (theta * use[s] * gain_of_money(x, curvature) * (child.needy ? ratio : 1) -
                      dilution * std::max(0.0, x - 1) / 0.1);
      child.start = threshold - within * probit(town.risk[pupil.profile]) + level[s];
      child.mean = child.start + effect;
      child.merit = child.start + carry * effect;
      child.below = child.merit + child.luck + shock < threshold;
      children.push_back(child);
    }
    outcome_row(parameters, town, children, sigma, threshold, carry, row);
    bool const varies =
        std::any_of(need.begin(), need.end(), [&](double x) { return std::abs(x - need[0]) > 1e-12; });
    double const X = std::accumulate(needy.begin(), needy.end(), 0.0);
    row["undefined"] = units < 2 || X <= 0 || X >= N || !varies ? 100.0 : 0.0;
  }
  return rows;
}

} // namespace likvard::reference

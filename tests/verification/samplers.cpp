// Every sampler of the engine against its exact law: χ² on cells or Kolmogorov-Smirnov, family-wise level
// 1e-6.
//   verification_samplers [quick]     prints rows of a Markdown table; exit code 1 if a sampler fails
// Streams are short and many, as in a run: a new key for every few draws.
#include "likvard/core/prior.hpp"
#include "likvard/core/random.hpp"
#include "likvard/model/normal.hpp"
#include "likvard/model/realised.hpp"
#include "likvard/model/sampling.hpp"
#include "likvard/model/sorting.hpp"
#include "likvard/study/block.hpp"
#include "support/parameters.hpp"
#include "verification/laws.hpp"
#include "verification/p_value.hpp"
#include "verification/table.hpp"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/triangular.hpp>

#include <cstring>

using namespace likvard;
using namespace likvard::verification;

namespace {

constexpr std::uint64_t seed = 20'241;
constexpr int most_cases = 1000;

struct Size {
  double factor = 1;
  int operator()(double draws) const { return static_cast<int>(draws * factor); }
};

void uniform_numbers(CheckTable& table, Size size) {
  int const draws = size(2e7);
  std::vector<double> cells(1000), low(1024), pairs(1024), ends(40);
  double before = 0;
  for (int i = 0; i < draws; ++i) {
    Stream stream({seed, 1, static_cast<std::uint32_t>(i / 2)}, Purpose::missing,
                  static_cast<std::uint32_t>(i % 2));
    double const u = uniform01(stream);
    cells[static_cast<std::size_t>(u * 1000)] += 1;
    double const scaled = u * 0x1p38; // the bits of the second word
    low[static_cast<std::size_t>((scaled - std::floor(scaled)) * 1024)] += 1;
    if (i % 2) pairs[static_cast<std::size_t>(before * 32) * 32 + static_cast<std::size_t>(u * 32)] += 1;
    before = u;
  }
  auto const even = [](double total, std::size_t n) {
    return std::vector<double>(n, total / static_cast<double>(n));
  };
  table.start("`uniform01`", "uniform: 1000 cells, low bits, pairs of neighbouring keys");
  table.add(chi_square_p(cells, even(draws, 1000)), draws);
  table.add(chi_square_p(low, even(draws, 1024)), draws);
  table.add(chi_square_p(pairs, even(draws / 2, 1024)), draws);
  table.finish();
}

void normal_numbers(CheckTable& table, Size size) {
  int const draws = size(2e7);
  std::vector<double> cells(1000), tail(12), tail_expected;
  auto const edge = [](int i) { return 3.2 + 0.1 * i; }; // where the ziggurat changes to its tail, and beyond
  for (int i = 0; i < draws; ++i) {
    Stream stream({seed, 2, static_cast<std::uint32_t>(i / 30)}, Purpose::unit_effect,
                  static_cast<std::uint32_t>(i % 30));
    double const z = standard_normal(stream);
    cells[std::min<std::size_t>(999, static_cast<std::size_t>(normal_cdf(z) * 1000))] += 1;
    if (std::abs(z) >= edge(0))
      tail[std::min<std::size_t>(11, static_cast<std::size_t>((std::abs(z) - edge(0)) * 10))] += 1;
  }
  for (int i = 0; i < 12; ++i)
    tail_expected.push_back(2.0 * draws * (normal_cdf(-edge(i)) - (i < 11 ? normal_cdf(-edge(i + 1)) : 0)));
  table.start("`standard_normal`", "normal: 1000 equal cells, tail cells from 3.2");
  table.add(chi_square_p(cells, std::vector<double>(1000, draws / 1000.0)), draws);
  table.add(chi_square_p(tail, tail_expected), draws);
  table.finish();
}

void binomials(CheckTable& table, Size size) {
  int const draws = size(1e6);
  std::uint32_t number = 0; // of the case: each has streams of its own
  table.start("`binomial`", "binomial, n from 1 to 10^6, p from 10^-4 to 0.9999");
  for (std::uint32_t n : {1U, 2U, 5U, 10U, 20U, 50U, 100U, 500U, 2'000U, 20'000U, 1'000'000U})
    for (double p : {1e-4, 1e-3, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999}) {
      std::vector<double> observed(n + 1), expected = binomial_law(n, p);
      for (int i = 0; i < draws; ++i) {
        Stream stream({seed, 3, static_cast<std::uint32_t>(i)}, Purpose::cell_count, number);
        observed[binomial(stream, n, p)] += 1;
      }
      for (double& e : expected) e *= draws;
      table.add(chi_square_p(observed, expected), draws);
      ++number;
    }
  table.finish();
}

void binomial_quantiles(CheckTable& table, Size size) {
  int const draws = size(1e6);
  std::uint32_t number = 0;
  table.start("`binomial_quantile`", "binomial by inversion, both branches");
  for (auto const& [n, p] : {std::pair{1U, 0.3},
                             {12U, 0.3},
                             {100U, 0.29},
                             {100U, 0.31},
                             {60U, 0.9},
                             {400U, 0.05},
                             {400U, 0.5},
                             {3'000U, 0.009},
                             {3'000U, 0.6}}) {
    std::vector<double> observed(n + 1), expected = binomial_law(n, p);
    for (int i = 0; i < draws; ++i) {
      Stream stream({seed, 4, static_cast<std::uint32_t>(i)}, Purpose::cell_count, number);
      observed[binomial_quantile(n, p, uniform01(stream))] += 1;
    }
    for (double& e : expected) e *= draws;
    table.add(chi_square_p(observed, expected), draws);
    ++number;
  }
  table.finish();
}

void moved_counts(CheckTable& table, Size size) {
  int const draws = size(1e6);
  std::uint32_t number = 0;
  table.start("`move_count`", "binomial at the chance moved to");
  for (std::uint32_t n : {1U, 7U, 40U, 300U})
    for (auto const& [before, after] :
         {std::pair{0.3, 0.25}, {0.3, 0.35}, {0.02, 0.5}, {0.9, 0.1}, {0.15, 0.149}, {0.6, 0.6}}) {
      std::vector<double> observed(n + 1), expected = binomial_law(n, after);
      for (int i = 0; i < draws; ++i) {
        Stream stream({seed, 5, static_cast<std::uint32_t>(i)}, Purpose::cell_count, number);
        std::uint32_t const below = binomial(stream, n, before);
        observed[move_count(n, below, before, after, uniform01(stream))] += 1;
      }
      for (double& e : expected) e *= draws;
      table.add(chi_square_p(observed, expected), draws);
      ++number;
    }
  table.finish();
}

Table rows(std::initializer_list<std::initializer_list<double>> values) {
  Table pi(static_cast<Eigen::Index>(values.size()), static_cast<Eigen::Index>(values.begin()->size()));
  Eigen::Index s = 0;
  for (auto const& row : values) {
    Eigen::Index p = 0;
    for (double x : row) pi(s, p++) = x;
    ++s;
  }
  return pi;
}

void free_tables(CheckTable& table, Size size) {
  int const draws = size(2e6);
  std::vector<std::uint32_t> const pupils{6, 4};
  Table const pi = rows({{0.6, 0.3, 0.1}, {0.15, 0.25, 0.6}});
  CountLaw const law = free_law(pupils, pi);
  std::vector<double> observed(law.size()), expected;
  SamplingScratch scratch;
  Counts n;
  for (int i = 0; i < draws; ++i) {
    draw_counts_free(pupils, pi, {seed, 6, static_cast<std::uint32_t>(i)}, scratch, n);
    observed[law.place(n)] += 1;
  }
  for (double p : law.probability) expected.push_back(draws * p);
  table.start("`draw_counts_free`", "independent multinomials, every table enumerated");
  table.add(chi_square_p(observed, expected), draws);
  table.finish();
}

void fixed_tables(CheckTable& table, Size size) {
  struct Case {
    std::vector<std::uint32_t> pupils, totals;
    Table pi;
  };
  std::vector<Case> const cases{
      {{8, 12}, {7, 13}, rows({{0.35, 0.65}, {0.35, 0.65}})},             // hypergeometric
      {{8, 12}, {7, 13}, rows({{0.6, 0.4}, {0.2, 0.8}})},                 // Fisher's noncentral
      {{5, 6, 7}, {6, 12}, rows({{0.7, 0.3}, {0.3, 0.7}, {0.08, 0.92}})}, // the same, three units
      {{4, 5, 6}, {5, 4, 6}, rows({{0.33, 0.27, 0.4}, {0.33, 0.27, 0.4}, {0.33, 0.27, 0.4}})}, // multivariate
      {{4, 5, 6}, {5, 4, 6}, rows({{0.6, 0.2, 0.2}, {0.3, 0.4, 0.3}, {0.15, 0.2, 0.65}})},
      {{3, 4}, {2, 2, 1, 2}, rows({{0.5, 0.2, 0.1, 0.2}, {0.1, 0.3, 0.2, 0.4}})},
      {{1, 1, 9}, {3, 8}, rows({{0.9, 0.1}, {0.5, 0.5}, {0.2, 0.8}})}};
  int const draws = size(1e6);
  table.start("`draw_counts_fixed`",
              "multivariate hypergeometric and Fisher's noncentral, every table enumerated");
  SamplingScratch scratch;
  Counts n;
  for (std::size_t c = 0; c < cases.size(); ++c) {
    auto const& [pupils, totals, pi] = cases[c];
    CountLaw const law = fixed_law(pupils, totals, pi);
    std::vector<double> observed(law.size()), expected;
    for (int i = 0; i < draws; ++i) {
      draw_counts_fixed(pupils, totals, pi, {seed + c, 7, static_cast<std::uint32_t>(i)}, scratch, n);
      observed[law.place(n)] += 1;
    }
    for (double p : law.probability) expected.push_back(draws * p);
    table.add(chi_square_p(observed, expected), draws);
  }
  table.finish();
}

void dirichlet_shares(CheckTable& table, Size size) {
  int const draws = size(1e6);
  std::vector<double> const weight{0.4, 0.6}, share{0.3, 0.7};
  table.start("`sort_by_dirichlet`", "log odds ratio of two units: difference of two Beta logits");
  std::uint64_t own_seed = seed;
  for (double alpha : {0.8, 3.0, 5.0, 60.0}) {
    ++own_seed;
    std::vector<double> const edge = beta_logit_difference_edges(alpha * 0.3, alpha * 0.7, 60);
    std::vector<double> observed(60);
    Table pi;
    for (int i = 0; i < draws; ++i) {
      sort_by_dirichlet(weight, share, alpha, {own_seed, 8, static_cast<std::uint32_t>(i)}, pi);
      // Restoring the margins keeps the odds ratio, so it is that of the two Dirichlet draws.
      double const ratio = std::log(pi(0, 0) / pi(0, 1)) - std::log(pi(1, 0) / pi(1, 1));
      observed[static_cast<std::size_t>(std::upper_bound(edge.begin(), edge.end(), ratio) - edge.begin())] +=
          1;
    }
    table.add(chi_square_p(observed, std::vector<double>(60, draws / 60.0)), draws);
  }
  table.finish();
}

/// The prior's distribution function by Boost's other road: cdf, not quantile.
template <class F>
void prior_law(CheckTable& table, int draws, Prior const& prior, std::uint32_t place, F const& distribution) {
  std::vector<double> u;
  for (int i = 0; i < draws; ++i) {
    Stream stream({seed, 9, static_cast<std::uint32_t>(i)}, Purpose::parameters, place);
    u.push_back(distribution(quantile(prior, uniform01(stream))));
  }
  table.add(kolmogorov_p(u), draws);
}

void priors(CheckTable& table, Size size) {
  int const draws = size(5e5);
  namespace bm = boost::math;
  auto const truncated = [](Normal const& n) {
    return [n](double x) {
      double const low = normal_cdf((n.low - n.mean) / n.sd), high = normal_cdf((n.high - n.mean) / n.sd);
      return (normal_cdf((x - n.mean) / n.sd) - low) / (high - low);
    };
  };
  table.start("`quantile` of priors", "uniform, normal, truncated, log-normal, beta, triangular, mixture");
  prior_law(table, draws, Uniform{-1, 3}, 0, [](double x) { return (x + 1) / 4; });
  prior_law(table, draws, Normal{0.03, 0.02}, 1, [](double x) { return normal_cdf((x - 0.03) / 0.02); });
  prior_law(table, draws, Normal{0.12, 0.08, 0, 0.4}, 2, truncated({0.12, 0.08, 0, 0.4}));
  prior_law(table, draws, Normal{0, 1, 2, 2.5}, 3, truncated({0, 1, 2, 2.5}));
  prior_law(table, draws, LogNormal{0.182, 0.4}, 4,
            [](double x) { return cdf(bm::lognormal_distribution<>{0.182, 0.4}, x); });
  prior_law(table, draws, Beta{3.05, 1.64}, 5,
            [](double x) { return cdf(bm::beta_distribution<>{3.05, 1.64}, x); });
  prior_law(table, draws, Beta{0.5, 0.7}, 6,
            [](double x) { return cdf(bm::beta_distribution<>{0.5, 0.7}, x); });
  prior_law(table, draws, Triangular{-1, 0.2, 4}, 7,
            [](double x) { return cdf(bm::triangular_distribution<>{-1, 0.2, 4}, x); });
  prior_law(table, size(1e5), NormalMixture{{1, 3}, {{0, 0.015}, {0.03, 0.02}}}, 8,
            [](double x) { return 0.25 * normal_cdf(x / 0.015) + 0.75 * normal_cdf((x - 0.03) / 0.02); });
  table.finish();
}

void luck(CheckTable& table, Size size) {
  int const draws = size(5e5);
  Parameters parameters = test::small_town();
  parameters.outcome.use_sd = 0.67;
  Profiles const profiles = make_profiles(parameters.background, 0.156);
  PupilModel const model = make_pupil_model(parameters.outcome, profiles);
  std::array<double, coefficient_count> middle;
  middle.fill(0.5);
  Coefficients c = draw_coefficients(parameters.outcome, middle);
  c.peer = c.selection = 0;
  c.use_mean = 0.4;
  Counts n(2, 4);
  n << 40, 10, 10, 5, 10, 10, 30, 30;
  Table pi(2, 4);
  pi << 0.6, 0.2, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3;
  double const low = normal_cdf((-1 - 0.4) / 0.67), high = normal_cdf((3 - 0.4) / 0.67);
  std::vector<double> effect, use, noise, cohort;
  UnitLuck units;
  OutcomeBase base;
  PupilLuck pupils;
  for (int i = 0; i < draws; ++i) {
    StreamKey const key{seed, 10, static_cast<std::uint32_t>(i)};
    draw_unit_luck(parameters.outcome, c, profiles, n, pi, key, units);
    effect.push_back(normal_cdf(units.level[1] / parameters.outcome.unit_sd));
    use.push_back((normal_cdf((units.use[1] - 0.4) / 0.67) - low) / (high - low));
    make_outcome_base(model, profiles, n, units.level, base);
    draw_pupil_luck(model, parameters.outcome, n, base, key, pupils);
    cohort.push_back(normal_cdf(pupils.cohort / parameters.outcome.cohort_sd));
    noise.push_back(normal_cdf(pupils.mean_noise[3] * std::sqrt(base.unit[1][1].n) / model.sigma));
  }
  table.start("`draw_unit_luck`, `draw_pupil_luck`",
              "u normal, q truncated normal, year's shock, mean of pupils' noise");
  for (auto* u : {&effect, &use, &cohort, &noise}) table.add(kolmogorov_p(*u), draws);
  table.finish();
}

void hypercubes(CheckTable& table, Size size) {
  int const draws = size(2e5);
  std::array<std::vector<double>, coefficient_count> u;
  std::vector<double> pairs(64), neighbours(64);
  for (int block = 0; block < draws; ++block) {
    auto const sample = draw_parameters({seed, 11, static_cast<std::uint32_t>(block)}, ParameterDraws::latin);
    for (std::size_t j = 0; j < coefficient_count; ++j) u[j].push_back(sample[37][j]);
    pairs[static_cast<std::size_t>(sample[5][0] * 8) * 8 + static_cast<std::size_t>(sample[5][8] * 8)] += 1;
    neighbours[static_cast<std::size_t>(sample[10][3] * 8) * 8 +
               static_cast<std::size_t>(sample[11][4] * 8)] += 1;
  }
  table.start("`draw_parameters`",
              "one replicate of a block: uniform in every parameter, parameters independent");
  for (auto& values : u) table.add(kolmogorov_p(values), draws);
  table.add(chi_square_p(pairs, std::vector<double>(64, draws / 64.0)), draws);
  table.add(chi_square_p(neighbours, std::vector<double>(64, draws / 64.0)), draws);
  table.finish();
}

/// The checks must be able to say no: laws that are one and two parts in a hundred off.
void power(CheckTable& table) {
  int const draws = 4'000'000;
  std::vector<double> observed(101), expected = binomial_law(100, 0.3), u;
  for (int i = 0; i < draws; ++i) {
    Stream stream({seed, 12, static_cast<std::uint32_t>(i)}, Purpose::missing);
    observed[binomial(stream, 100, 0.303)] += 1;
    if (i % 4 == 0) u.push_back(normal_cdf(1.02 * standard_normal(stream)));
  }
  for (double& e : expected) e *= draws;
  table.start("power of χ²", "binomial(100, 0.303) taken for (100, 0.300)");
  table.add(chi_square_p(observed, expected), draws);
  table.finish_refused();
  table.start("power of Kolmogorov-Smirnov", "normal with sd 1.02 taken for 1");
  table.add(kolmogorov_p(u), draws / 4);
  table.finish_refused();
}

} // namespace

int main(int argc, char** argv) {
  bool const quick = argc == 2 && std::strcmp(argv[1], "quick") == 0;
  if (argc > 2 || (argc == 2 && !quick)) {
    std::fputs("usage: verification_samplers [quick]\n", stderr);
    return 2;
  }
  Size const size{quick ? 0.1 : 1.0};
  CheckTable table(most_cases);
  std::printf(
      "| sampler | law | cases | draws each, at least | smallest p | verdict |\n| --- | --- | ---: | ---: | "
      "---: | --- |\n");
  for (auto* check : {uniform_numbers, normal_numbers, binomials, binomial_quantiles, moved_counts,
                      free_tables, fixed_tables, dirichlet_shares, priors, luck, hypercubes})
    check(table, size);
  power(table);
  std::printf("\n%d probabilities; each is judged at %.0e, so that %d of them together raise a false alarm "
              "once in a million runs.\n",
              table.judged(), table.level(), most_cases);
  return table.failed() || table.judged() > most_cases ? 1 : 0;
}

// What bench/instructions counts under callgrind:  likvard_instructions CASE
// Without a case their names are printed. Everything that is made once is made outside of what is counted.
#include "town.hpp"

#include <cstdio>
#include <cstring>

namespace {

using namespace likvard;
using namespace likvard::bench;

/// A town whose workspace has grown to its size: every stage can be run on what is there.
struct Ready {
  Town town;
  Coefficients coefficients;
  std::vector<double> rows;
  Workspace work;
  StreamKey key{1, 0, 0};

  Ready(std::int64_t pupils, std::int64_t units, std::int64_t policies)
      : town(make_town(pupils, units, policies)),
        coefficients(draw_coefficients(town.plan.parameters.outcome, middle())),
        rows(town.policies.size() * measure_count) {
    replicate();
  }
  void replicate() { simulate(town.plan, town.policies, key, middle(), town.wanted, work, rows); }
};

void parameters(Ready& at) {
  for (auto const& u : draw_parameters(at.key, ParameterDraws::latin))
    at.rows[0] += draw_coefficients(at.town.plan.parameters.outcome, u).theta;
}
void sorting(Ready& at) {
  sort_units(at.town.plan.sorter, at.work.weight, at.town.plan.profiles, at.key, at.work.cuts, at.work.pi);
}
void composition_free(Ready& at) {
  draw_counts_free(at.work.sizes, at.work.pi, at.key, at.work.sampling, at.work.n);
}
void composition_fixed(Ready& at) {
  draw_counts_fixed(at.work.sizes, at.town.plan.totals, at.work.pi, at.key, at.work.sampling, at.work.n);
}
void outcome(Ready& at) {
  auto const& plan = at.town.plan;
  draw_unit_luck(plan.parameters.outcome, at.coefficients, plan.profiles, at.work.n, at.work.pi, at.key,
                 at.work.units);
  make_outcome_base(plan.pupil_model, plan.profiles, at.work.n, at.work.units.level, at.work.base,
                    costly(at.town.wanted));
}
void allocation(Ready& at) {
  allocate_all(at.town.policies, at.work.seen_view, {.pupils = at.work.sizes}, at.work.allocation,
               at.work.reports, at.work.unit_money, at.work.unit_need);
}
void measures(Ready& at, CostlyReadings wanted) {
  auto const& plan = at.town.plan;
  measure_outcomes(plan.pupil_model, plan.parameters.outcome, 1, plan.profiles, at.work.n, at.work.base,
                   at.work.effects, (at.town.policies.size() + 7) / 8 * 8, wanted, at.work.variance, at.rows);
}
void thresholds(Ready& at) {
  measures(at, {.thresholds = true, .deciles = false, .erreygers = false, .kolm = false});
}
void quantiles(Ready& at) {
  measures(at, {.thresholds = false, .deciles = true, .erreygers = false, .kolm = false});
}
void replicate(Ready& at) {
  at.replicate();
}

struct Case {
  char const* name;
  std::int64_t pupils, units, policies;
  void (*run)(Ready&);
};
constexpr Case cases[] = {
    {"parameters", 100, 4, 1, parameters},
    {"sorting", 10'000, 30, 1, sorting},
    {"composition_free", 10'000, 30, 1, composition_free},
    {"composition_fixed", 10'000, 30, 1, composition_fixed},
    {"outcome", 10'000, 30, 1, outcome},
    {"allocation", 10'000, 30, 40, allocation},
    {"thresholds", 10'000, 30, 40, thresholds},
    {"quantiles", 10'000, 30, 40, quantiles},
    {"replicate_100_40", 100, 4, 40, replicate},
    {"replicate_10000_1", 10'000, 30, 1, replicate},
    {"replicate_10000_40", 10'000, 30, 40, replicate},
};

} // namespace

/// What callgrind looks for. Sixteen times: the rejections of a draw even out.
extern "C" [[gnu::noinline]] void likvard_counted(Ready& at, void (*run)(Ready&)) {
  for (std::uint32_t r = 1; r <= 16; ++r) {
    at.key.replicate = r;
    run(at);
  }
}

int main(int count, char** arguments) {
  for (Case const& c : cases) {
    if (count < 2) std::puts(c.name);
    if (count < 2 || std::strcmp(arguments[1], c.name) != 0) continue;
    Ready at(c.pupils, c.units, c.policies);
    likvard_counted(at, c.run);
    return 0;
  }
  return count < 2 ? 0 : 2;
}

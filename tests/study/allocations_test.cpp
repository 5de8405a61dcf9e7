#include "likvard/model/years.hpp"
#include "support/parameters.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

// Every allocation of this program is counted: operator new here, malloc (Eigen's way) by the linker's
// --wrap.
namespace {
std::atomic<std::size_t> allocations{0};
}

extern "C" void* __real_malloc(std::size_t size);
extern "C" void* __wrap_malloc(std::size_t size) {
  ++allocations;
  return __real_malloc(size);
}
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = __real_malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}
// The compiler does not see that new above takes its memory from malloc.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

using namespace likvard;

namespace {

std::vector<Policy> tried_policies() {
  std::vector<Policy> list;
  for (double share : {0.0, 0.05, 0.2}) {
    list.push_back(test::policy(Linear{}, share));
    list.push_back(test::policy(Threshold{1.0}, share));
    list.push_back(test::policy(Label{0.2}, share));
    list.push_back(test::policy(Power{1.5}, share));
  }
  list.back().largest_loss = 0.02;
  list.front().reach = 0.5;
  return list;
}

/// Allocations of later replicates, once a first few have let the workspace grow.
std::size_t later_allocations(Parameters const& parameters) {
  Plan const plan = make_plan(parameters, 1);
  auto const list = tried_policies();
  std::vector<double> rows(list.size() * measure_count);
  std::array<double, coefficient_count> u{};
  u.fill(0.4);
  Workspace work;
  for (std::uint32_t r = 0; r < 8; ++r) simulate(plan, list, {1, 0, r}, u, {}, work, rows);
  std::size_t const before = allocations;
  for (std::uint32_t r = 0; r < 8; ++r) simulate(plan, list, {1, 0, r}, u, {}, work, rows);
  return allocations - before;
}

} // namespace

TEST(Allocations, AreCounted) {
  std::size_t const before = allocations;
  std::vector<double> const numbers(10, 1.0);
  EXPECT_EQ(numbers.back(), 1);
  EXPECT_GT(allocations, before);
}

TEST(Allocations, AReplicateMakesNoneOnceTheWorkspaceHasGrown) {
  Parameters town = test::small_town();
  town.outcome.theta = NormalMixture{{0.5, 0.5}, {{0, 0.015}, {0.03, 0.02}}};
  town.outcome.pass_through = Beta{3, 1.6};
  town.outcome.use_sd = 0.5;
  EXPECT_EQ(later_allocations(town), 0U);
  town.municipality.totals = Totals::free;
  town.municipality.sizes = SizeRule::quantiles;
  EXPECT_EQ(later_allocations(town), 0U);
  town.needs.front().lag = 1;
  town.needs.front().years = 3;
  town.needs.front().shrinkage = Shrinkage::empirical_bayes;
  EXPECT_EQ(later_allocations(town), 0U);
  town.municipality.sizes = SizeRule::equal;
  town.sorting.mechanism = Mechanism::tilt;
  EXPECT_EQ(later_allocations(town), 0U);
}

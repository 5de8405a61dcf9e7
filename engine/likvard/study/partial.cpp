#include "likvard/study/partial.hpp"

#include "likvard/core/contract.hpp"

#include <algorithm>
#include <utility>

namespace likvard {
namespace {

/// Moments of n and of k values, [2][size]: mean, then the sum of squared deviations.
void merge_moments(std::vector<double>& into, std::vector<double> const& from, double n, double k) {
  std::size_t const size = into.size() / 2;
  double* const mean = into.data();
  double* const m2 = into.data() + size;
  double const part = k / (n + k), spread = n * part;
  for (std::size_t i = 0; i < size; ++i) {
    double const delta = from[i] - mean[i];
    mean[i] += delta * part;
    m2[i] += from[size + i] + delta * delta * spread;
  }
}

void merge_weighted(std::vector<double>& into, std::vector<double> const& from, std::uint64_t n,
                    std::uint64_t k) {
  if (k == 0) return;
  if (n == 0)
    into = from;
  else
    merge_moments(into, from, static_cast<double>(n), static_cast<double>(k));
}

void add_sums(std::vector<double>& into, std::vector<double> const& from) {
  if (into.empty()) into.assign(from.size(), 0.0);
  for (std::size_t i = 0; i < from.size(); ++i) into[i] += from[i];
}

/// A run that has just become a block: its mean is the one value.
void start_block(Partial& part) {
  part.blocks = part.count > 0 ? 1 : 0;
  for (auto [from, to] :
       {std::pair{&part.value, &part.block_value}, std::pair{&part.difference, &part.block_difference}}) {
    to->assign(from->size(), 0.0);
    std::copy_n(from->begin(), from->size() / 2, to->begin());
  }
}

void split_moments(std::vector<Moments> const& from, std::vector<double>& to) {
  to.resize(2 * from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    to[i] = from[i].mean;
    to[from.size() + i] = from[i].m2;
  }
}

} // namespace

Partial partial_of(BlockResult const& quarter, std::uint64_t number) {
  Partial part;
  part.first = number;
  part.count = quarter.count;
  split_moments(quarter.value, part.value);
  split_moments(quarter.difference, part.difference);
  part.share_given = quarter.share_given;
  part.unit_pupils = quarter.unit_pupils;
  part.unit_need = quarter.unit_need;
  part.unit_money = quarter.unit_money;
  part.failures = quarter.failures;
  return part;
}

void merge_into(Partial& left, Partial const& right) {
  merge_weighted(left.value, right.value, left.count, right.count);
  merge_weighted(left.difference, right.difference, left.count, right.count);
  merge_weighted(left.block_value, right.block_value, left.blocks, right.blocks);
  merge_weighted(left.block_difference, right.block_difference, left.blocks, right.blocks);
  left.count += right.count;
  left.blocks += right.blocks;
  add_sums(left.share_given, right.share_given);
  add_sums(left.unit_pupils, right.unit_pupils);
  add_sums(left.unit_need, right.unit_need);
  add_sums(left.unit_money, right.unit_money);
  left.failures.insert(left.failures.end(), right.failures.begin(), right.failures.end());
}

void Pile::add(Partial part) {
  LIKVARD_EXPECT(!touches(part.first, part.end()));
  for (;;) {
    auto const other = parts_.find(part.first ^ part.quarters());
    if (other == parts_.end() || other->second.level != part.level) break;
    saved_.erase(other->first);
    if (other->first < part.first) {
      merge_into(other->second, part);
      part = std::move(other->second);
    } else {
      merge_into(part, other->second);
    }
    parts_.erase(other);
    if (++part.level == block_level) start_block(part);
  }
  saved_[part.first] = false;
  parts_.emplace(part.first, std::move(part));
}

void Pile::add_saved(Partial part) {
  LIKVARD_EXPECT(!touches(part.first, part.end()));
  std::uint64_t const first = part.first;
  std::size_t const before = parts_.size();
  add(std::move(part));
  if (parts_.size() > before && parts_.contains(first)) saved_[first] = true;
}

Partial Pile::total() const {
  Partial all;
  for (auto const& [first, part] : parts_)
    if (part.level >= block_level) merge_into(all, part);
  return all;
}

bool Pile::covers(std::uint64_t quarter) const {
  auto const after = parts_.upper_bound(quarter);
  return after != parts_.begin() && std::prev(after)->second.end() > quarter;
}

bool Pile::touches(std::uint64_t begin, std::uint64_t end) const {
  auto const next = parts_.lower_bound(begin);
  return covers(begin) || (next != parts_.end() && next->first < end);
}

bool Pile::holds(std::uint64_t begin, std::uint64_t end) const {
  while (begin < end) {
    auto const after = parts_.upper_bound(begin);
    if (after == parts_.begin() || std::prev(after)->second.end() <= begin) return false;
    begin = std::prev(after)->second.end();
  }
  return true;
}

std::uint64_t Pile::end() const {
  return parts_.empty() ? 0 : parts_.rbegin()->second.end();
}

std::vector<Partial const*> Pile::unsaved() {
  std::vector<Partial const*> out;
  for (auto& [first, saved] : saved_)
    if (!std::exchange(saved, true)) out.push_back(&parts_.at(first));
  return out;
}

} // namespace likvard

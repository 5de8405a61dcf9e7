#include "likvard/io/detail/build_result.hpp"

#include "likvard/io/detail/record.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/stopping.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace likvard::detail {
namespace {

constexpr std::uint64_t quarters_per_block = block_size / quarter_size;

bool fits(Partial const& part, Shape const& shape) {
  std::size_t const cells = 2 * shape.cells(), units = part.unit_pupils.size();
  std::size_t const blocks = part.level >= block_level ? cells : 0;
  return part.first % part.quarters() == 0 && part.value.size() == cells &&
         part.block_value.size() == blocks && part.share_given.size() == shape.policies &&
         part.unit_need.size() == units && part.unit_money.size() == units * shape.policies;
}

/// Values of a point in several files, in the order of the replicates.
class PointValues {
public:
  PointValues(std::vector<BlocksFile const*> const& files, Shape const& shape, std::size_t point,
              Pile const& pile)
      : kept_(shape.kept) {
    for (auto const* file : files)
      for (auto const& place : file->values(point)) {
        std::uint64_t const block = place.first / quarters_per_block * quarters_per_block;
        if (!pile.holds(block, block + quarters_per_block)) continue; // only whole blocks count
        std::uint64_t head[3];
        file->read_part(place, 0, head, sizeof head);
        if (head[0] > quarter_size || head[1] != head[0] * kept_ ||
            head[2] != head[0] * kept_ * (shape.policies - 1))
          throw FileError(fmt::format("{}: a record of it is damaged", file->path().string()));
        quarters_.push_back({file, place, head[0]});
        count_ += head[0];
      }
    std::sort(quarters_.begin(), quarters_.end(),
              [](auto const& a, auto const& b) { return a.place.first < b.place.first; });
  }

  ValueSource source() const {
    return {.replicates = count_,
            .reference = [this](std::vector<double>& out) { gather(out, [](std::uint64_t) { return 0; }); },
            .difference =
                [this](std::size_t policy, std::vector<float>& out) {
                  gather(out, [this, policy](std::uint64_t count) {
                    return kept_ * count * (sizeof(double) + (policy - 1) * sizeof(float));
                  });
                }};
  }

private:
  struct Quarter {
    BlocksFile const* file;
    RecordPlace place;
    std::uint64_t count;
  };

  /// The [K][count] of every quarter, from `skip` bytes into its arrays on, as [K][n].
  template <class T, class Skip>
  void gather(std::vector<T>& out, Skip const& skip) const {
    out.resize(kept_ * count_);
    std::vector<T> part;
    std::size_t at = 0;
    for (auto const& quarter : quarters_) {
      part.resize(kept_ * quarter.count);
      quarter.file->read_part(quarter.place, values_head + skip(quarter.count), part.data(),
                              part.size() * sizeof(T));
      for (std::size_t k = 0; k < kept_; ++k)
        std::copy_n(part.begin() + static_cast<std::ptrdiff_t>(k * quarter.count), quarter.count,
                    out.begin() + static_cast<std::ptrdiff_t>(k * count_ + at));
      at += quarter.count;
    }
  }

  std::size_t kept_, count_ = 0;
  std::vector<Quarter> quarters_;
};

} // namespace

Pile pile_of(std::vector<BlocksFile const*> const& files, StudyHeader const& header, std::size_t point) {
  Pile pile;
  std::optional<std::size_t> units;
  for (auto const* file : files)
    for (auto const& place : file->partials(point)) {
      Partial part = file->read_partial(place);
      if (!fits(part, header.shape()) || units.value_or(part.unit_pupils.size()) != part.unit_pupils.size())
        throw FileError(fmt::format("{}: a record of it is damaged", file->path().string()));
      units = part.unit_pupils.size();
      if (pile.touches(part.first, part.end()))
        throw FileError(fmt::format("{}: has replicates that another part has too", file->path().string()));
      pile.add_saved(std::move(part));
    }
  return pile;
}

std::string build_result(std::vector<BlocksFile const*> const& files, StudyHeader const& header,
                         std::filesystem::path const& output, Compress compress, ResultOrigin const& origin,
                         Result& about, std::vector<Range>* next) {
  ResultWriter writer(output, about, compress);
  Stopping stopping(header.precision);
  std::vector<std::string_view> measures;
  for (auto const& measure : about.measures) measures.push_back(measure.key);
  RateShares shares(header.from_rates, about.policy_share);
  for (std::size_t g = 0; g < about.points.size(); ++g) {
    Pile const pile = pile_of(files, header, g);
    Partial const total = pile.total();
    PointNumbers numbers = numbers_of(total, header.shape());
    PointValues const values(files, header.shape(), g, pile);
    numbers.quantiles = quantiles_of(values.source(), header.shape(), about.quantile_levels);
    shares.add(numbers);
    PairedErrors const errors{measures, numbers.difference_standard_error};
    stopping.add(errors);
    if (next) {
      std::uint64_t const end = pile.end();
      bool const budget_left = 2 * end * quarter_size <= header.max_replicates;
      next->push_back({end, budget_left && !precise_enough(header.precision, errors) ? 2 * end : end});
    }
    about.failures.insert(about.failures.end(), total.failures.begin(), total.failures.end());
    writer.add(numbers);
  }
  writer.finish(about, origin);
  return stopping_text(stopping, std::max(header.max_replicates, header.replicates), about.complete);
}

void copy_blocks(BlocksFile const& from, std::vector<std::size_t> const& place, BlocksFile& to) {
  for (std::size_t g = 0; g < place.size(); ++g) {
    for (auto const& at : from.values(g)) to.append(place[g], from.read_values(at));
    for (auto const& at : from.partials(g)) to.append(place[g], from.read_partial(at));
  }
  if (auto const power = from.power()) to.append_power(*power);
  for (auto const& decision : from.decisions()) to.append_decision(decision);
}

} // namespace likvard::detail

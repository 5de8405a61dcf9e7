// The random words of a run as the engine uses them, raw 32-bit words on standard output without end:
//   stream_dump SEED | dieharder -g 200 -a
// Words are interleaved over blocks, replicates, purposes and entities in the order in which a run asks for
// them, a few from each stream. A generator that is good along one stream but alike between streams of
// neighbouring keys fails here.
#include "likvard/core/random.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <vector>

using namespace likvard;

namespace {

constexpr std::uint32_t units = 30, profiles = 12, coefficients = 9, block = 64;

/// How many words one stream gives. Odd numbers leave blocks of four words unfinished, as draws that reject
/// do.
struct Use {
  Purpose purpose;
  std::uint32_t entities, words;
};

/// One replicate of study/block and model/replicate: who draws, in order, and about how much.
constexpr std::array uses{
    Use{Purpose::sizes, units, 2},          // a ziggurat normal a unit
    Use{Purpose::sorting, units, 5},        // gamma variates, cut short
    Use{Purpose::composition, profiles, 7}, // binomials of the first units
    Use{Purpose::earlier, units, 3},        // binomials of an earlier cohort
    Use{Purpose::missing, units, 3},        // binomials of register gaps
    Use{Purpose::unit_effect, units, 2},    // a ziggurat normal
    Use{Purpose::use_of_money, units, 2},   // a uniform number
    Use{Purpose::cohort, 1, 2},             // a ziggurat normal
    Use{Purpose::cell_noise, units, 4},     // two ziggurat normals
    Use{Purpose::cell_count, units, 9},     // binomials and uniform numbers
};

void take(std::vector<std::uint32_t>& out, StreamKey key, Use const& use) {
  for (std::uint32_t entity = 0; entity < use.entities; ++entity) {
    Stream stream(key, use.purpose, entity);
    for (std::uint32_t i = 0; i < use.words; ++i) out.push_back(stream());
  }
}

} // namespace

int main(int argc, char** argv) {
  char* end = nullptr;
  errno = 0;
  std::uint64_t const seed = argc == 2 ? std::strtoull(argv[1], &end, 10) : 0;
  if (argc != 2 || end == argv[1] || *end != '\0' || errno != 0) {
    std::fputs("usage: stream_dump SEED   (a whole number from 0 to 2^64 - 1)\n", stderr);
    return 2;
  }
  std::vector<std::uint32_t> out;
  // Runs go on until the reader closes the pipe; a run of 2^32 replicates goes on at the next point.
  for (std::uint32_t point = 0;; ++point)
    for (std::uint32_t first = 0; first <= 0xffffffffU - block; first += block) {
      out.clear();
      take(out, {seed, point, first / block}, {Purpose::parameters, coefficients, 2 * (block - 1 + block)});
      for (std::uint32_t r = first; r < first + block; ++r)
        for (Use const& use : uses) take(out, {seed, point, r}, use);
      if (std::fwrite(out.data(), sizeof out[0], out.size(), stdout) != out.size()) return 0;
    }
}

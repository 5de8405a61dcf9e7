#include "commands.hpp"
#include "table.hpp"

#include "likvard/core/provenance.hpp"
#include "likvard/io/memory.hpp"
#include "likvard/io/scenario_example.hpp"
#include "likvard/io/scenario_file.hpp"
#include "likvard/study/run.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <hdf5.h>
#include <hwy/highway.h>
#include <nlohmann/json.hpp>
#include <thread>
#include <unistd.h>

namespace likvard::cli {
namespace {

/// The first of `names` on the search path, whole; empty: none.
std::string on_path(std::vector<std::string> const& names) {
  char const* path = std::getenv("PATH");
  for (auto const& name : names)
    for (std::string rest = path ? path : ""; !rest.empty();) {
      std::size_t const end = std::min(rest.find(':'), rest.size());
      auto const file = std::filesystem::path(rest.substr(0, end)) / name;
      std::error_code none;
      if (std::filesystem::is_regular_file(file, none) && ::access(file.c_str(), X_OK) == 0) return file;
      rest.erase(0, end + 1);
    }
  return "";
}

/// The first line that a command prints; empty when it prints none.
std::string first_line(char const* command) {
  std::array<char, 4096> line{};
  std::string text;
  if (FILE* pipe = ::popen(command, "r")) {
    if (std::fgets(line.data(), static_cast<int>(line.size()), pipe)) text = line.data();
    ::pclose(pipe);
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

/// The vector instructions that the kernels use here: the best that were compiled and the processor has (the
/// lowest bit of Highway's set).
std::string vector_instructions() {
  auto const targets = static_cast<std::uint64_t>(hwy::SupportedTargets() & HWY_TARGETS);
  return targets == 0 ? "none" : hwy::TargetName(static_cast<std::int64_t>(targets & (~targets + 1)));
}

struct Speed {
  std::uint64_t replicates = 0, pupils = 0, units = 0, policies = 0;
  double seconds = 0;
};

/// The example's town, every measure, on all threads, for about so many seconds.
Speed measured_speed(double seconds) {
  Scenario const scenario =
      parse_scenario(example_scenario(), "example.toml", {"run.replicates=10000000", "run.quantiles=[]"});
  auto const& town = scenario.points.front().parameters;
  Speed result{0, town.pupils, town.units, scenario.policies.size(), 0};
  std::atomic<bool> stop = false;
  auto const start = std::chrono::steady_clock::now();
  RunOptions options;
  options.stop = &stop;
  options.on_progress = [&](Progress progress) {
    result.replicates = progress.done;
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (result.seconds >= seconds) stop = true;
  };
  run(scenario, options);
  return result;
}

std::string hdf5_version() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

} // namespace

int doctor(DoctorArgs const& args) {
  unsigned const threads = std::max(1U, std::thread::hardware_concurrency());
  auto const memory = memory_limit();
  std::string const browser =
                        on_path({"chromium", "chromium-browser", "google-chrome", "firefox-esr", "firefox"}),
                    slurm = on_path({"sbatch"}), r = on_path({"Rscript"}),
                    // From a folder of nobody's, so that no folder called likvard is taken for the module.
      python = first_line("cd / && python3 -c 'import likvard; print(likvard.__file__ or \"\")' 2>/dev/null");
#ifdef LIKVARD_PAGE
  bool constexpr page = true;
#else
  bool constexpr page = false;
#endif
  Speed const measured = measured_speed(0.5);
  double const rate =
      measured.seconds > 0 ? static_cast<double>(measured.replicates) / measured.seconds : 0.0;
  if (args.json) {
    auto const or_null = [](std::string const& text) {
      return text.empty() ? nlohmann::json() : nlohmann::json(text);
    };
    nlohmann::ordered_json const json{
        {"version", program_version()},
        {"compiler", compiler_text()},
        {"build_type", build_type()},
        {"processor", cpu_level()},
        {"vector_instructions", vector_instructions()},
        {"threads", threads},
        {"memory_bytes", memory ? nlohmann::json(memory->bytes) : nlohmann::json()},
        {"memory_set_by", memory ? nlohmann::json(memory->whose) : nlohmann::json()},
        {"hdf5", hdf5_version()},
        {"page", page},
        {"browser", or_null(browser)},
        {"sbatch", or_null(slurm)},
        {"rscript", or_null(r)},
        {"python_module", or_null(python)},
        {"replicates_per_second", rate},
        {"benchmark",
         {{"seconds", measured.seconds},
          {"replicates", measured.replicates},
          {"pupils", measured.pupils},
          {"units", measured.units},
          {"policies", measured.policies}}}};
    out(json.dump(2));
    return ok;
  }
  auto const line = [](char const* name, std::string const& text) {
    out(fmt::format("{:<15}{}", name, text));
  };
  line("likvard", fmt::format("{}, {}, compiled by {}", program_version(), build_type(), compiler_text()));
  std::string const instructions = vector_instructions();
  line("Processor",
       fmt::format("{}; the kernels use {}{}. Any other gives the same bits", cpu_level(), instructions,
                   instructions.starts_with("AVX3") ? ", Highway's name for AVX-512" : ""));
  line("Threads", fmt::format("{}: what run uses unless --threads says otherwise", threads));
  line("Memory", memory ? fmt::format("{}, by {}: a run that needs more is refused before it starts",
                                      bytes_text(memory->bytes), memory->whose)
                        : "this system tells no limit");
  line("HDF5", hdf5_version() + ": results are written and read with it");
  line("Page", page ? "likvard report is built in"
                    : "this program was built without likvard report (LIKVARD_PAGE=OFF)");
  line("Browser", browser.empty() ? "none found: pages open in any browser, here or elsewhere"
                                  : browser + ": shows pages; with --headless --screenshot a picture of one");
  line("Slurm", slurm.empty() ? "none found: likvard submit still writes its scripts, --go cannot start them"
                              : slurm + ": starts what likvard submit --go writes");
  line("R", r.empty() ? "none found: not needed by likvard"
                      : r + ": reads results through hdf5r, or likvard export");
  line("Python", python.empty() ? "python3 finds no module likvard: not needed by this program"
                                : python + ": import likvard works");
  line("Speed",
       fmt::format("{} replicates a second: {} pupils in {} units under {} policies, every measure, {} "
                   "threads for {:.1f} s",
                   grouped(rate), grouped(static_cast<double>(measured.pupils)), measured.units,
                   measured.policies, threads, measured.seconds));
  if (build_type() != "Release")
    line("", fmt::format("This build is not what to measure by ({}): cmake --preset release", build_type()));
  return ok;
}

} // namespace likvard::cli

#include "commands.hpp"
#include "job_scripts.hpp"
#include "shell.hpp"
#include "table.hpp"

#include "likvard/io/file.hpp"
#include "likvard/io/scenario_file.hpp"
#include "likvard/study/compute.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/run.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace likvard::cli {
namespace {

constexpr std::uint32_t usual_array = 1000; ///< Slurm's MaxArraySize is 1001 unless raised

/// Run a script of ours and wait.  - Returns its exit code.
int run_script(std::filesystem::path const& script) {
  std::string path = script.string();
  char* const arguments[] = {path.data(), nullptr};
  pid_t child = 0;
  if (int const why = ::posix_spawn(&child, path.c_str(), nullptr, nullptr, arguments, ::environ); why != 0)
    throw FileError(fmt::format("{}: cannot be run ({})", path, std::strerror(why)));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void write_script(std::filesystem::path const& path, std::string const& text) {
  write_file(path, text);
  using std::filesystem::perms;
  std::filesystem::permissions(path, perms::owner_all | perms::group_read | perms::group_exec |
                                         perms::others_read | perms::others_exec);
}

} // namespace

int submit(SubmitArgs const& args) {
  // What is wrong is told here, not by two hundred tasks.
  Scenario const scenario = read_scenario(args.scenario, args.settings);
  if (auto const problems = plan_problems(scenario); !problems.empty()) throw ScenarioError(problems);
  if (args.rounds && scenario.precision.empty())
    throw ScenarioError({fmt::format("{}: --rounds is for studies with a run.precision", args.scenario)});
  Extent extent = extent_of(scenario);
  if (args.rounds) extent.round.resize(extent.points);
  if (auto const problem = shard_problem({1, args.shards}, extent); !problem.empty())
    throw ScenarioError({fmt::format("{}: --shards {} ({})", args.scenario, args.shards, problem)});
  std::filesystem::path output = args.output;
  if (output.empty()) {
    output = std::filesystem::path("results") / std::filesystem::path(args.scenario).stem();
    output += ".h5";
  }
  std::filesystem::path folder = output;
  folder.replace_extension(".parts");
  if (folder.is_absolute()) // as seen from the directory, like the rest
    folder = folder.lexically_relative(std::filesystem::current_path());
  Job const job{.program = std::filesystem::read_symlink("/proc/self/exe").string(),
                .directory = std::filesystem::current_path().string(),
                .scenario = args.scenario,
                .output = output.string(),
                .folder = folder.string(),
                .settings = args.settings,
                .shards = args.shards,
                .rounds = args.rounds ? (folder / "rounds.blocks").string() : "",
                .threads = args.threads,
                .time = args.time,
                .partition = args.partition,
                .account = args.account,
                .memory = args.memory};
  check_writable(folder / "shard.sh");
  write_script(folder / "shard.sh", shard_script(job));
  write_script(folder / "merge.sh", merge_script(job));
  write_script(folder / "submit.sh", submit_script(job));
  if (args.shards > usual_array)
    err(fmt::format(
        "most clusters allow arrays of at most {} tasks (scontrol show config | grep MaxArraySize)",
        usual_array));
  if (args.go) {
    int const code = run_script(folder / "submit.sh");
    if (code != 0)
      throw FileError(fmt::format("{}: ended with exit code {}", (folder / "submit.sh").string(), code));
  } else {
    out(fmt::format("{}   # submits {} shards and the merge that makes {}",
                    pasteable_word((folder / "submit.sh").string()), args.shards,
                    pasteable_word(output.string())));
  }
  out(fmt::format("likvard status {} --shards {}", pasteable_word(folder.string()), args.shards));
  return ok;
}

} // namespace likvard::cli

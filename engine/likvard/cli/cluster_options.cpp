#include "commands.hpp"
#include "parse.hpp"

#include "likvard/core/text.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace likvard::cli {
namespace {

/// Words that stand in a line of Slurm's, where nothing can be quoted.
CLI::Validator plain_word(std::string const& letters) {
  return {[letters](std::string const& text) {
            return !text.empty() && text.find_first_not_of(letters) == std::string::npos
                       ? std::string()
                       : "'" + one_line(text, 60) + "' (letters of " + letters + " are wanted)";
          },
          "", "word"};
}

} // namespace

void add_submit(CLI::App& app, Action& action) {
  std::string const digits = "0123456789", letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  auto args = std::make_shared<SubmitArgs>();
  auto* sub =
      app.add_subcommand("submit", "Write a study as an array of Slurm jobs, and submit it with --go");
  sub->add_option("scenario", args->scenario, "Scenario file (TOML)")->required();
  sub->add_option("--shards", args->shards, "Shards: tasks of the array")
      ->required()
      ->check(CLI::Range(2U, 1'000'000U));
  sub->add_option(
      "-o,--output", args->output,
      "Result file; default results/<scenario>.h5. Parts, scripts and logs go beside it, in <result>.parts");
  sub->add_option("--set", args->settings, "key=value in place of the scenario's; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_option("--threads", args->threads, "Processors of a task; default 1")->check(CLI::Range(1, 4096));
  sub->add_option("--time", args->time,
                  "Slurm's limit for a task, e.g. 1:00:00; a task that meets it saves and goes on later")
      ->check(plain_word(digits + ":-"));
  sub->add_option("--partition", args->partition, "Slurm's partition")
      ->check(plain_word(letters + digits + "_.,-"));
  sub->add_option("--account", args->account, "Slurm's account")->check(plain_word(letters + digits + "_.-"));
  sub->add_option("--memory", args->memory, "Memory of a task, e.g. 2G")->check(plain_word(digits + "KMGT"));
  sub->add_flag(
      "--rounds", args->rounds,
      "With run.precision: divide every point, and go on in rounds of the array until it is reached");
  sub->add_flag("--go", args->go, "Submit it too");
  sub->footer(footer("  likvard submit s.toml --shards 200 --time 1:00:00 --partition main\n"
                     "  likvard submit s.toml --shards 200 --go\n"));
  sub->callback([args, &action] { action = [args] { return submit(*args); }; });
}

namespace {

void add_shard_options(CLI::App& sub, StatusArgs& args) {
  sub.add_option("parts", args.parts, "Files of shards, or folders of them")->required();
  sub.add_option("--shards", args.shards, "Shards that there are to be; default as the parts say")
      ->check(CLI::Range(2U, 1'000'000U));
  sub.add_option("--recent", args.recent,
                 "Seconds: an unfinished part changed since is taken as being written; default 60")
      ->check(CLI::NonNegativeNumber);
}

} // namespace

void add_status(CLI::App& app, Action& action) {
  auto args = std::make_shared<StatusArgs>();
  auto* sub = app.add_subcommand("status", "Which shards of a study are done, running, stopped or missing");
  add_shard_options(*sub, *args);
  sub->add_flag("--json", args->json, "As JSON");
  sub->footer(footer("  likvard status results/s.parts\n  likvard status part-*.h5 --shards 16\n"));
  sub->callback([args, &action] { action = [args] { return status(*args); }; });
}

void add_missing(CLI::App& app, Action& action) {
  auto args = std::make_shared<StatusArgs>();
  auto* sub = app.add_subcommand("missing", "Print the shards still to do as a list for Slurm's --array");
  add_shard_options(*sub, *args);
  sub->footer(footer("  sbatch --array=$(likvard missing results/s.parts --shards 200) job.sh\n"));
  sub->callback([args, &action] { action = [args] { return missing(*args); }; });
}

} // namespace likvard::cli

#include "job_scripts.hpp"

#include "shell.hpp"

#include <fmt/format.h>

namespace likvard::cli {
namespace {

/// A path that no command takes for an option.
std::string path_word(std::string const& path) {
  return shell_word(path.starts_with("-") ? "./" + path : path);
}

std::string directives(Job const& job, bool merging) {
  std::string text =
      fmt::format("#SBATCH --job-name=likvard{}\n#SBATCH --open-mode=append\n", merging ? "-merge" : "");
  if (!merging)
    text += fmt::format("#SBATCH --requeue\n#SBATCH --signal=B:TERM@60\n#SBATCH --cpus-per-task={}\n",
                        job.threads);
  if (!job.time.empty()) text += "#SBATCH --time=" + job.time + "\n";
  if (!job.partition.empty()) text += "#SBATCH --partition=" + job.partition + "\n";
  if (!job.account.empty()) text += "#SBATCH --account=" + job.account + "\n";
  if (!job.memory.empty()) text += "#SBATCH --mem=" + job.memory + "\n";
  return text;
}

std::string round_option(Job const& job) {
  return job.rounds.empty() ? "" : " --round " + path_word(job.rounds);
}

} // namespace

std::string shard_script(Job const& job) {
  std::string settings;
  for (auto const& setting : job.settings) settings += " --set " + shell_word(setting);
  return fmt::format(R"sh(#!/bin/bash
# One shard of {shards}, number $SLURM_ARRAY_TASK_ID. Written by `likvard submit`; submit.sh submits it.
{directives}
cd {directory} || exit 4
part={folder}/part-$SLURM_ARRAY_TASK_ID.h5
child=
stopped=
stop() {{ stopped=yes; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null; }}
trap stop TERM
{program} run {scenario}{settings} --shard "$SLURM_ARRAY_TASK_ID/{shards}"{round} -o "$part" --threads {threads} --resume --quiet &
child=$!
[ -z "$stopped" ] || stop
wait "$child"
code=$?
if [ -n "$stopped" ]; then # the signal ended the wait: what the program says is still to come
  wait "$child"
  code=$?
fi
case $code in
0) ;;
5) echo "some replicates failed: the result lists them"; code=0 ;;
*)
  # 130: stopped, and what is finished is saved; above: killed. Slurm itself queues a killed task again only when
  # its node was lost; one that was cancelled, or that it queues again already, is not running any more.
  if [ $code -ge 129 ] && [ "${{SLURM_RESTART_COUNT:-0}}" -lt 20 ]; then
    case "$(scontrol show job -o "$SLURM_JOB_ID")" in
    *JobState=RUNNING*)
      echo "shard $SLURM_ARRAY_TASK_ID was stopped ($code): queued again"
      scontrol requeue "$SLURM_JOB_ID"
      ;;
    esac
  fi
  ;;
esac
exit $code
)sh",
                     fmt::arg("shards", job.shards), fmt::arg("directives", directives(job, false)),
                     fmt::arg("directory", path_word(job.directory)),
                     fmt::arg("folder", path_word(job.folder)), fmt::arg("program", path_word(job.program)),
                     fmt::arg("scenario", path_word(job.scenario)), fmt::arg("settings", settings),
                     fmt::arg("threads", job.threads), fmt::arg("round", round_option(job)));
}

std::string merge_script(Job const& job) {
  return fmt::format(R"sh(#!/bin/bash
# Makes the result of the {shards} shards. Written by `likvard submit`; submit.sh submits it.
{directives}
cd {directory} || exit 4
parts=()
for part in {folder}/part-*.h5; do [ ! -f "$part" ] || parts+=("$part"); done
{program} merge "${{parts[@]}}"{round} -o {output}
code=$?
if [ $code -eq 6 ]; then # a precision asks for another round
  exec {folder}/submit.sh
fi
if [ $code -ne 0 ]; then
  missing=$({program} missing {folder} --shards {shards})
  [ -z "$missing" ] || echo "shards still to do: {again} $missing"
fi
exit $code
)sh",
                     fmt::arg("shards", job.shards), fmt::arg("directives", directives(job, true)),
                     fmt::arg("directory", path_word(job.directory)),
                     fmt::arg("folder", path_word(job.folder)), fmt::arg("program", path_word(job.program)),
                     fmt::arg("output", path_word(job.output)), fmt::arg("again", "submit.sh"),
                     fmt::arg("round", round_option(job)));
}

std::string submit_script(Job const& job) {
  return fmt::format(R"sh(#!/bin/bash
# Submits the shards, and the merge that waits for them. Usage: submit.sh [SHARDS], e.g. submit.sh 4,7-9; the
# default is all {shards}. What is complete already is left as it is.
set -eu
cd {directory}/{folder}
array=$(sbatch --parsable --array="${{1:-1-{shards}}}" --output=shard-%a.log shard.sh)
merge=$(sbatch --parsable --dependency="afterany:${{array%%;*}}" --output=merge.log merge.sh)
echo "job ${{array%%;*}}: the shards; job ${{merge%%;*}}: the merge"
)sh",
                     fmt::arg("shards", job.shards), fmt::arg("directory", path_word(job.directory)),
                     fmt::arg("folder", path_word(job.folder)));
}

} // namespace likvard::cli

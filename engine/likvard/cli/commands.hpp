#pragma once
#include "likvard/io/allocated_units.hpp"
#include "likvard/study/municipality_row.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// One function per subcommand. main.cpp parses the command line (with the *_options.cpp, the only
/// files that see CLI11) and maps exceptions to exit codes; a command prints and returns its code.
namespace likvard::cli {

enum ExitCode : int {
  ok = 0,
  bug = 1,               ///< a contract of ours was broken
  usage = 2,             ///< the command line
  bad_input = 3,         ///< the user's scenario or data
  file_trouble = 4,      ///< a file cannot be read or written
  failed_replicates = 5, ///< finished, but some replicates failed (listed)
  another_round = 6,     ///< merged, but a precision asks for another round of the shards
  interrupted = 130,     ///< Ctrl-C: what was finished is saved
};

struct RunArgs {
  std::string scenario;
  std::string output; ///< empty: results/<scenario name>.h5
  int threads = 0;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> settings;
  bool quiet = false, json = false;
  std::optional<std::uint32_t> point, replicate; ///< both: repeat one replicate and print its row
  bool dry_run = false;                          ///< say what it would cost
  std::string shard;                             ///< "3/16"; empty: the whole study
  std::string round;                             ///< file that gathers the rounds; empty: no rounds
  bool resume = false, keep = false;
  std::string compress = "none";
};
struct MergeArgs {
  std::vector<std::string> parts;
  std::string output, round;
  int threads = 0;
  bool partial = false, keep = false, quiet = false, json = false;
  std::string compress = "none";
};
struct PowerArgs {
  std::string scenario, output; ///< output: CSV; empty: none
  std::vector<std::string> settings;
  int threads = 0;
  bool json = false;
};
struct CompareArgs {
  std::string file; ///< scenario or result
  std::optional<std::string> measure, method;
  std::vector<std::string> policies;
  std::vector<double> shares;
  std::optional<double> delta, confidence, budget;
  std::vector<std::string> settings;
  std::string output; ///< tidy CSV; empty: none
  int threads = 0;
  bool choose_only = false; ///< no decision analysis
  bool json = false, quiet = false;
};
struct CheckArgs {
  std::vector<std::string> scenarios;
  std::vector<std::string> settings;
  bool json = false;
};
struct KeysArgs {
  std::string pattern; ///< substring or glob; "measures" lists the measures
  bool json = false, markdown = false;
};
struct ExampleArgs {
  std::string output; ///< empty: standard output
};
struct ImportArgs {
  std::vector<std::string> files;
  std::string municipality, output; ///< output empty: <municipality>.toml; "-": standard output
  std::string table, groups;        ///< table of all municipalities to write; their kinds by code
  std::string joined;               ///< CSV of units over years; empty: none
  bool json = false;
};
struct ShowArgs {
  std::string result;
  std::vector<std::string> measures, policies;
  bool difference = false, json = false;
};
struct ExportArgs {
  std::string result, output; ///< output empty or "-": standard output
  std::string locale = "en";  ///< or "sv"
  std::string labels;         ///< Stata script to write; empty: none
  std::vector<std::string> measures;
};
struct AllocateArgs {
  AllocationQuestion question;
  std::string output; ///< tidy CSV; empty: none
  bool json = false;
};
struct SegregationArgs {
  std::string file;
  std::string unit, pupils, district;      ///< columns
  std::vector<std::string> groups, shares; ///< columns
  std::string long_columns;                ///< "unit,group,number"
  std::string municipality;                ///< in Skolverket's unit exports
  std::string of = "low_education";        ///< there: low_education or foreign
  std::string output, page;                ///< CSV, HTML; empty: none
  bool json = false;
};
struct SubmitArgs {
  std::string scenario, output; ///< output empty: results/<scenario name>.h5
  std::vector<std::string> settings;
  std::uint32_t shards = 0;
  int threads = 1;
  std::string time, partition, account, memory;
  bool go = false, rounds = false;
};
struct StatusArgs {
  std::vector<std::string> parts; ///< files or folders
  std::uint32_t shards = 0;       ///< 0: as the parts say
  double recent = 60;             ///< seconds: a file changed since is taken as being written
  bool json = false;
};
struct ExplainArgs {
  std::string result, point = "0", policy, measure; ///< policy and measure empty: the answer's
  std::optional<double> share;                      ///< nearest of the policy's; empty: the answer's
  std::string scenario;                             ///< empty: where the result says
  std::uint32_t replicates = 1024;                  ///< made again at most
  bool json = false;
};
struct SensitivityArgs {
  std::string input;           ///< scenario (.toml) or result; empty with design and output
  std::string design, outputs; ///< the user's own runs, CSV
  std::string result, csv, runs, page;
  std::vector<std::string> settings, measures;
  std::optional<double> level;
  std::optional<std::uint32_t> bootstrap; ///< resamples
  bool simultaneous = false, json = false, quiet = false;
  int threads = 0;
};
struct EnsembleArgs {
  std::string stage = "grundskola";
  std::uint32_t municipalities = 290;
  std::uint64_t seed = 1;
  std::string output;         ///< table to write; empty: none
  std::string against, table; ///< table to hold it against; table to look at in place of a synthetic one
  std::string readme;         ///< to write into; empty: none
  bool json = false;
};
struct VerdictArgs {
  std::vector<std::string> scenarios, settings;
  std::string municipalities;          ///< table of real ones, run beside the synthetic
  std::string readme, page, json_file; ///< to write; empty: none
  std::string shard, results; ///< "k/n": run that part into the folder `results`; without it read them
  int threads = 0;
  bool quiet = false;
};
struct BackcastArgs {
  std::vector<std::string> files;
  std::uint64_t seed = 1;
  std::uint32_t replicates = 1000;
  std::string readme, page, json_file; ///< to write; empty: none
};
struct AnswerArgs {
  std::string result, point; ///< point empty: where the leading policy changes most
  std::string language = "en";
  std::vector<int> questions;  ///< numbers; empty: all
  std::string policy, measure; ///< that answers lead with; empty: the study's
  std::optional<double> share; ///< nearest of the policy's
  bool json = false;
};
struct ReportArgs {
  std::vector<std::string> results; ///< one, or with `compare` two
  std::string output;               ///< empty: the (first) result's name with .html (-against-SECOND.html)
  bool compare = false;
};
struct DoctorArgs {
  bool json = false;
};

int run(RunArgs const& args);
int merge(MergeArgs const& args);
int power(PowerArgs const& args);
int compare(CompareArgs const& args);
int check(CheckArgs const& args);
int keys(KeysArgs const& args);
int example(ExampleArgs const& args);
int import(ImportArgs const& args);
int verdict(VerdictArgs const& args);
int backcast_years(BackcastArgs const& args);
int import_table(ImportArgs const& args);
int ensemble(EnsembleArgs const& args);
/// What a table of municipalities is like.
void tell_table(std::vector<MunicipalityRow> const& rows, bool json);
int show(ShowArgs const& args);
int answer(AnswerArgs const& args);
int export_csv(ExportArgs const& args);
int allocate_units(AllocateArgs const& args);
int segregation_of_units(SegregationArgs const& args);
int submit(SubmitArgs const& args);
int status(StatusArgs const& args);
int missing(StatusArgs const& args);
int explain(ExplainArgs const& args);

int sensitivity(SensitivityArgs const& args);
int report(ReportArgs const& args);
int doctor(DoctorArgs const& args);

} // namespace likvard::cli

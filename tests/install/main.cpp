// Somebody else's program: reads a scenario, runs it, prints the answer.
#include <likvard/analysis/report.hpp>
#include <likvard/io/scenario_file.hpp>
#include <likvard/study/run.hpp>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  auto const scenario = likvard::read_scenario(argv[1], {"run.replicates=128"});
  auto const result = likvard::run(scenario);
  std::puts(likvard::answer_text(result).c_str());
  return result.failures.empty() && result.replicates.front() == 128 ? 0 : 1;
}

#pragma once
#include <stdexcept>
#include <string>
#include <vector>

namespace likvard {

/// What is wrong with the user's file: every problem at once, each one line
/// "sweden.toml:14:12: policy.shares[2] = 1.4 (a share lies in [0, 1])" and, where there is one,
/// " - did you mean 'x'?".
class ScenarioError : public std::runtime_error {
public:
  explicit ScenarioError(std::vector<std::string> problems);
  std::vector<std::string> const& problems() const { return problems_; }

private:
  std::vector<std::string> problems_;
};

/// A file that cannot be read or written: "results/x.h5: cannot open (no such file)".
class FileError : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

} // namespace likvard

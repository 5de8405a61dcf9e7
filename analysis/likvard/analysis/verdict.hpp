#pragma once
#include "likvard/analysis/study_rows.hpp"
#include "likvard/study/verdict.hpp"

#include <string>
#include <utility>
#include <vector>

/// A claim against what the simulation says. engine/MODEL.md §15.
namespace likvard {

enum class Standing { supported, undecided, not_supported, described };
std::string_view standing_text(Standing standing);
std::string_view standing_text_sv(Standing standing);

/// A number or words that `says` may use, in both languages.
struct Figure {
  std::string name, text;
  std::string sv{}; ///< Swedish; "": as `text`, with a decimal comma
};

/// One question's answer.
struct VerdictResult {
  std::string name, title, text;           ///< text: the question's words with the numbers put in
  std::string says;                        ///< those words, with {names} of the figures
  Standing standing = Standing::described; ///< `described`: figures, no claim that they hold
  double value = 0, standard_error = 0;    ///< simulation error only
  double sampling_error = 0;       ///< of a mean over municipalities, as a sample of such municipalities
  double low = 0, high = 0;        ///< 5 and 95 % over the draws of the uncertain parameters (and luck)
  double holds = -1, holds_se = 0; ///< share of draws in which the claim holds; -1: no claim
  std::string unit, overturn, overturn_sv; ///< what would overturn it, English and Swedish
  double matters = 0;                      ///< the threshold
  std::string why;                         ///< where it comes from
  std::string other, other_sv;             ///< the verdict under another one, "" if none was asked for
  std::vector<Figure> figures;
  /// A chart's data, a row a municipality: pupils, share low education, and what `columns` says.
  std::vector<std::string> columns;
  std::vector<std::vector<double>> rows;
  std::vector<std::string> table_header, table_header_sv; ///< a table of figures, as text
  std::vector<std::vector<std::string>> table, table_sv;
};

/// A scenario's answer.
struct ScenarioVerdict {
  std::string name, title, question, claim, source; ///< source: real or synthetic municipalities
  std::string file;                                 ///< the scenario's, "" when it comes from none
  std::size_t points = 0, replicates = 0;
  double seconds = 0;
  Standing standing = Standing::described; ///< the weakest of the questions' that make a claim
  std::vector<std::string> models;         ///< titles of the policies that the words may name
  std::vector<VerdictResult> answers;
};

/// Measures that the questions need.
std::vector<std::string> verdict_measures(std::vector<VerdictQuestion> const& questions);

/// Answers every question from one run of the scenario.
/// - Throws: ScenarioError (a filter that no point meets, too few points or replicates, as `run`).
/// - Empty answers when stopped.
ScenarioVerdict judge(Scenario const& scenario, std::vector<VerdictQuestion> const& questions,
                      RowsOptions const& options);

/// The same from rows that were made elsewhere (with verdict_measures(), the scenario's points and
/// replicates).
ScenarioVerdict judge(Scenario const& scenario, std::vector<VerdictQuestion> const& questions,
                      StudyRows const& rows);

/// A value as text with as many digits as its error supports.
std::string figure_text(double value, double error);

/// The answers as Markdown: a table of verdicts and one paragraph each, with links to the scenarios from a
/// page in `folder`.
std::string verdict_markdown(std::vector<ScenarioVerdict> const& verdicts, std::string const& folder);

} // namespace likvard

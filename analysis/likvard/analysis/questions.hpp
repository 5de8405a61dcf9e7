#pragma once
#include "likvard/study/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// The fifteen questions that people of municipalities ask, answered from one result in plain words.
namespace likvard {

/// The same text in the languages of those who read it.
struct Worded {
  std::string en, sv;
};

/// A number that an answer rests on.
struct AnswerNumber {
  std::string what; ///< measure or quantity, with policy and share where they matter
  double value = 0, standard_error = 0;
  std::string unit;
};

struct QuestionAnswer {
  int number = 0; ///< 1-15
  std::string key;
  std::string point; ///< name of the point that the answer speaks of
  Worded question;
  bool simulated = false; ///< else `hint` says what to add to the scenario
  Worded answer;
  Worded hint; ///< for whoever runs the model: what to add or run next; may be empty
  std::vector<AnswerNumber> numbers;
};

/// The point that answers speak of unless another is asked for: where the leading policy changes the leading
/// measure most, or the first if all points are the same municipality.
std::size_t question_point(Result const& result);

/// The fifteen answers, in order, at a point. Every number is the result's; intervals are 95 % Monte Carlo
/// intervals, ranges over uncertain assumptions are said to be that.
/// - Expects: point < result.points.size(); the whole result was read.
std::vector<QuestionAnswer> answer_questions(Result const& result, std::size_t point);

/// The same as JSON, for the page: [{number, key, point, question: {en, sv}, simulated, answer: {en, sv},
/// hint: {en, sv}, numbers}].
std::string questions_json(Result const& result);
/// The same of some answers, indented so far; -1: one line.
std::string questions_json(std::vector<QuestionAnswer> const& answers, int indent = -1);

} // namespace likvard

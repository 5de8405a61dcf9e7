#pragma once
#include "likvard/study/point.hpp"

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <vector>

namespace likvard {

/// A study's design points in few bytes each (some 60 where they are combinations of varied values): words of
/// their names, levels and values are kept once for all. A point is made anew when it is asked for, in half
/// a microsecond and more with many units' names: take it once, not in a loop over something else. Copies
/// share what they hold until one of them is added to.
class Points {
public:
  Points() = default;
  Points(std::vector<Point> const& list);
  Points(std::initializer_list<Point> list) : Points(std::vector<Point>(list)) {}

  void push_back(Point const& point);
  std::vector<Point> list() const;

  std::size_t size() const;
  bool empty() const { return size() == 0; }
  /// - Expects: i < size()
  Point operator[](std::size_t i) const;
  Point front() const { return (*this)[0]; }

  class Iterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Point;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Point;
    Iterator(Points const& of, std::size_t at) : of_(&of), at_(at) {}
    Point operator*() const { return (*of_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return {*of_, at_++}; }
    bool operator==(Iterator const& other) const { return at_ == other.at_; }

  private:
    Points const* of_;
    std::size_t at_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

private:
  struct Store;
  std::shared_ptr<Store> store_;
};

} // namespace likvard

#pragma once
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace likvard {

/// A list that many hold and hardly anybody changes: copies share it until one of them is edited.
template <class T>
class SharedList {
public:
  SharedList() = default;
  SharedList(std::vector<T> items) : items_(std::make_shared<std::vector<T>>(std::move(items))) {}
  SharedList(std::initializer_list<T> items) : SharedList(std::vector<T>(items)) {}

  std::vector<T> const& list() const {
    static std::vector<T> const none;
    return items_ ? *items_ : none;
  }
  /// To change it: this list's own from now on.
  std::vector<T>& edit() {
    if (!items_ || items_.use_count() > 1) items_ = std::make_shared<std::vector<T>>(list());
    return *items_;
  }

  auto begin() const { return list().begin(); }
  auto end() const { return list().end(); }
  std::size_t size() const { return list().size(); }
  bool empty() const { return list().empty(); }
  T const& operator[](std::size_t i) const { return list()[i]; }
  T const& at(std::size_t i) const { return list().at(i); }
  T const& front() const { return list().front(); }
  T const& back() const { return list().back(); }

private:
  std::shared_ptr<std::vector<T>> items_;
};

} // namespace likvard

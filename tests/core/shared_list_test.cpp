#include "likvard/core/shared_list.hpp"

#include <gtest/gtest.h>

#include <string>

namespace likvard {
namespace {

TEST(SharedList, CopiesShareUntilOneIsEdited) {
  SharedList<std::string> const a{"one", "two"};
  auto b = a;
  EXPECT_EQ(&b[0], &a[0]);
  b.edit().push_back("three");
  EXPECT_EQ(a.size(), 2U);
  EXPECT_EQ(b.size(), 3U);
  EXPECT_EQ(b.back(), "three");
  auto const* mine = &b[0];
  b.edit()[0] = "first"; // nobody else has it: no copy
  EXPECT_EQ(&b[0], mine);
  EXPECT_EQ(a.front(), "one");
}

TEST(SharedList, IsEmptyAtFirst) {
  SharedList<int> list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.begin(), list.end());
  EXPECT_THROW((void)list.at(0), std::out_of_range);
  list.edit().push_back(4);
  EXPECT_EQ(list.at(0), 4);
}

} // namespace
} // namespace likvard

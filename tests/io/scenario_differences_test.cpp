#include "likvard/io/scenario_differences.hpp"
#include "likvard/study/errors.hpp"

#include <gtest/gtest.h>

using namespace likvard;

TEST(ScenarioDifferences, KeyByKeyWhateverTheLayout) {
  auto const list = scenario_differences("title = \"a\"\n[run]\nseed = 1 # luck\nreplicates = "
                                         "64\n[[policy]]\nname = \"p\"\nshares = [0.1, 0.2]\n",
                                         "title = 'a'\nrun = { replicates = 64, seed = 2, quantiles = [] "
                                         "}\n[[policy]]\nshares = [0.1]\nname = \"p\"\n");
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].key, "policy[0].shares");
  EXPECT_EQ(list[0].first, "[0.1, 0.2]");
  EXPECT_EQ(list[0].second, "[0.1]");
  EXPECT_EQ(list[1].key, "run.quantiles");
  EXPECT_FALSE(list[1].first);
  EXPECT_EQ(list[2].key, "run.seed");
  EXPECT_EQ(list[2].second, "2");
}

TEST(ScenarioDifferences, NoneBetweenEqualsAndAnErrorOfWhatIsNoScenario) {
  EXPECT_TRUE(scenario_differences("a = 1\n", "# other words\na = 1").empty());
  EXPECT_TRUE(scenario_differences("", "").empty());
  EXPECT_THROW(scenario_differences("a = 1\n", "a = = 2\n"), ScenarioError);
}

TEST(ScenarioDifferences, SettingsAndFilesBehindTheText) {
  std::string const text = "# --set is described elsewhere\n[run]\nseed = 1\n";
  auto const list = scenario_differences(
      text + "\n# models/a.toml:\n[[policy]]\nname = \"a\"\n\n# --set run.seed=3\n# --set answer.share=0.2",
      text + "\n# models/a.toml:\n[[policy]]\nname = \"b\"\n");
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].key, "answer.share");
  EXPECT_EQ(list[0].first, "0.2");
  EXPECT_EQ(list[1].key, "models/a.toml: policy[0].name");
  EXPECT_EQ(list[2].key, "run.seed");
  EXPECT_EQ(list[2].first, "3");
  EXPECT_EQ(list[2].second, "1");
}

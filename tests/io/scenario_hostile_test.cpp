#include "likvard/io/scenario_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

using namespace likvard;

// Whatever bytes come: an error of ours with a place, never a crash, a hang or gigabytes.
namespace {

std::string repeated(std::string const& part, std::size_t times) {
  std::string out;
  out.reserve(part.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

std::string first_problem(std::string const& text) {
  try {
    parse_scenario(text, "s.toml");
  } catch (ScenarioError const& error) {
    return error.problems().front();
  }
  return "";
}

} // namespace

// toml++ builds and frees a.b.c by recursion: without a limit this exhausts the stack.
TEST(Hostile, LongDottedKeys) {
  for (auto const& text :
       {"a" + repeated(".a", 1'000'000) + " = 1", "[a" + repeated(".a", 1'000'000) + "]",
        "x = { a" + repeated(" . \"a\"", 500'000) + " = 1 }", "[[a" + repeated(".'#'", 500'000) + "]]"})
    EXPECT_NE(first_problem(text).find("too many parts"), std::string::npos) << text.substr(0, 20);
}

TEST(Hostile, DotsElsewhereAreNoKeys) {
  std::string const dots(500, '.');
  EXPECT_EQ(first_problem("title = \"" + dots + "\" # " + dots + "\nquestion = '" + dots +
                          "'\nclaim = \"\"\"" + dots + "\n\"quoted\" \\\" " + dots + "\"\"\"\n")
                .find("too many"),
            std::string::npos);
  EXPECT_EQ(first_problem("[background]\njoint = [" + repeated("0.001, ", 512) + "]\n").find("too many"),
            std::string::npos);
}

TEST(Hostile, DeepNesting) {
  EXPECT_NE(first_problem("a = " + repeated("[", 100'000) + repeated("]", 100'000)).find("depth"),
            std::string::npos);
  EXPECT_FALSE(first_problem("a = " + repeated("{a.b.c.d = [", 120) + "1" + repeated("]}", 120)).empty());
}

TEST(Hostile, BytesThatAreNoText) {
  EXPECT_NE(first_problem(std::string("format = 1\ntitle = \"a\0b\"\n", 25)).find("s.toml:2:"),
            std::string::npos);
  EXPECT_NE(first_problem("format = 1\ntitle = \"f\xF6rskola\"\n").find("UTF-8"), std::string::npos);
  EXPECT_NE(first_problem("\xFF\xFE"
                          "f")
                .find("s.toml:1:"),
            std::string::npos);
  EXPECT_FALSE(first_problem(std::string(1000, '\0')).empty());
}

TEST(Hostile, MessagesStayOnOneLine) {
  std::string const found = first_problem(
      "format = 1\ntitle = 3\n\"a\\nb\\u001b[31m\" = 1\n[[policy]]\nname = \"x\\ny\"\nshares = [7]\n");
  for (char c : found) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
  try {
    parse_scenario("format = 1\n\"a\\nb\\u001b[31m" + repeated("å", 3000) +
                       "\" = 1\n[[policy]]\nname = \"x\\ny\"\nshares = [7]\n",
                   "s.toml");
    FAIL();
  } catch (ScenarioError const& error) {
    for (auto const& line : error.problems()) {
      EXPECT_LT(line.size(), 600U);
      for (char c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << line;
    }
  }
}

TEST(Hostile, ThousandsOfFaultsMakeAHundredLines) {
  std::string text = "format = 1\n";
  for (int i = 0; i < 20'000; ++i) text += "key" + std::to_string(i) + " = 1\n";
  try {
    parse_scenario(text, "s.toml");
    FAIL();
  } catch (ScenarioError const& error) {
    EXPECT_EQ(error.problems().size(), 101U);
    EXPECT_NE(error.problems().back().find("more problems"), std::string::npos);
  }
}

TEST(Hostile, HugeListsAndManyTables) {
  EXPECT_NE(first_problem("format = 1\ntitle = \"t\"\nsorting = { strength = 0.5 }\nbackground = { "
                          "need_group = \"foreign\" }\nmunicipality = { unit_pupils = [" +
                          repeated("1,", 300'000) + "1] }\n")
                .find("at most 10000"),
            std::string::npos);
  EXPECT_FALSE(first_problem("format = 1\ntitle = \"t\"\n[[policy]]\nname = \"p\"\nshares = [" +
                             repeated("0.5,", 300'000) + "]\n")
                   .empty());
  EXPECT_FALSE(first_problem("format = 1\ntitle = \"t\"\n" +
                             repeated("[[policy]]\nname = \"p\"\nshares = [0]\n", 20'000))
                   .empty());
  EXPECT_FALSE(first_problem("format = 1\ntitle = \"t\"\n" + repeated("[[context]]\nname = \"p\"\n", 150'000))
                   .empty());
  EXPECT_FALSE(
      first_problem("format = 1\ntitle = \"t\"\n" + repeated("[[group]]\nname = \"p\"\n", 50'000)).empty());
  EXPECT_FALSE(
      first_problem(
          "format = 1\ntitle = \"t\"\n" +
          repeated("[[variable]]\nname = \"p\"\nlevels = [\"a\",\"b\"]\nshares = [1,0]\nlog_odds = [0,0]\n",
                   30'000))
          .empty());
}

TEST(Hostile, LargestNumbers) {
  for (auto const* number : {"9223372036854775807", "-9223372036854775808", "1e308", "-1e308", "inf", "-inf",
                             "nan", "0x7fffffffffffffff", "1e-320"}) {
    std::string const n = number;
    EXPECT_FALSE(first_problem("format = " + n + "\n[run]\nreplicates = " + n + "\nquantiles = [" + n +
                               "]\n[municipality]\npupils = " + n + "\nunits = " + n +
                               "\nsmallest_unit = " + n + "\nunit_pupils = [" + n + "," + n +
                               "]\n[need]\nlag = " + n + "\n[outcome]\ntheta = { normal = [" + n + "," + n +
                               "] }\npass_through = { beta = [" + n + "," + n + "] }\npeer = { mixture = [[" +
                               n + "," + n + "," + n + "]] }\n[[policy]]\nname = \"p\"\nshares = [" + n +
                               "]\nlump_share = " + n + "\n")
                     .empty())
        << number;
  }
}

TEST(Hostile, SettingsToo) {
  for (auto const& setting : {"run.seed=" + repeated("[", 10'000), "run.seed=" + repeated("a.", 100'000),
                              std::string("=") + repeated("=", 100), repeated("a.", 50'000) + "=1",
                              std::string("run.seed=\xFF\xFE"), std::string("run.seed=\"")})
    EXPECT_THROW(parse_scenario("format = 1\ntitle = \"t\"\n", "s.toml", {setting}), ScenarioError);
}

TEST(Hostile, FilesAboveSixteenMegabytes) {
  auto const path =
      std::filesystem::temp_directory_path() / ("likvard_large_" + std::to_string(::getpid()) + ".toml");
  std::ofstream(path) << "format = 1\n# " << std::string((16U << 20) + 1, 'x') << "\n";
  try {
    read_scenario(path);
    FAIL();
  } catch (FileError const& error) {
    EXPECT_NE(std::string(error.what()).find("larger than 16 MB"), std::string::npos) << error.what();
  }
  std::filesystem::remove(path);
}

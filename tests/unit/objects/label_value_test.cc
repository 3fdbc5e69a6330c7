#include "objects/label_value.h"

#include <catch2/catch.hpp>
#include <iomanip>
#include <limits>
#include <sstream>
#include <string>

#include "objects/json.h"
#include "tests/unit/objects/code_of.h"

namespace roar {
namespace {

TEST_CASE("a value has one form, however it was written", "[labels]") {
  CHECK(canonical_label_value(" { \"b\" : 1.50 , \"a\" : [ 1 , -0 , true ] } ") ==
        R"({"a":[1,0,true],"b":1.5})");
  CHECK(canonical_label_value("\"\\u00e9\\/\"") == "\"\xc3\xa9/\"");
  CHECK(canonical_label_value("123456789012345678901234567890") ==
        "123456789012345678901234567890");
  CHECK(canonical_label_value("null") == "null");
}

TEST_CASE("a number that is no integer keeps its kind, and reads back as the same double",
          "[labels]") {
  CHECK(canonical_label_value("1.0") == "1.0");
  CHECK(canonical_label_value("1e5") == "100000.0");
  CHECK(canonical_label_value("1E16") == "1e+16");
  CHECK(canonical_label_value("0.00001") == "1e-05");
  CHECK(canonical_label_value("-0.0") == "-0.0");
  CHECK(canonical_label_value("1e-999") == "0.0");
  for (const double number :
       {0.1, 1.0 / 3, 5e-324, 123456789.125, std::numeric_limits<double>::max()}) {
    std::ostringstream written;
    written << std::scientific << std::setprecision(17) << number;
    CHECK(number_of_label(canonical_label_value(written.str())) == number);
  }
}

TEST_CASE("what is no JSON is refused", "[labels]") {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[1,]",
                           "{\"a\":1,}",
                           "{a:1}",
                           "01",
                           "1.",
                           ".5",
                           "+1",
                           "tru",
                           "nul",
                           "'a'",
                           "1 2",
                           "1e999",
                           "\"\xff\"",
                           "\"\\ud800\"",
                           "\"a\nb\"",
                           "{\"a\":1,\"a\":2}",
                           "NaN",
                           "\xef\xbb\xbf"
                           "1"}) {
    CAPTURE(text);
    CHECK(code_of([&] { canonical_label_value(text); }) == Errc::Usage);
  }
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  CHECK(canonical_label_value(nested(json::kDepthMax)) == nested(json::kDepthMax));
  CHECK(code_of([&] { canonical_label_value(nested(100'000)); }) == Errc::Usage);
}

TEST_CASE("a word is of the type that it looks like", "[labels]") {
  CHECK(typed_label_value("true") == "true");
  CHECK(typed_label_value("True") == "\"True\"");
  CHECK(typed_label_value("null") == "\"null\"");
  CHECK(typed_label_value("-12") == "-12");
  CHECK(typed_label_value("-0") == "0");
  CHECK(typed_label_value("007") == "\"007\"");
  CHECK(typed_label_value("+1") == "\"+1\"");
  CHECK(typed_label_value("+1.5") == "1.5");
  CHECK(typed_label_value(".5") == "0.5");
  CHECK(typed_label_value("5.") == "5.0");
  CHECK(typed_label_value("1e3") == "1000.0");
  for (const char* word : {"1.2.3", "e", ".", "-", "1e", "--1.0", "1e999", "0x1.8", "nan", "inf"}) {
    CAPTURE(word);
    CHECK(typed_label_value(word) == label_string(word));
  }
  CHECK(code_of([] { typed_label_value("\xff"); }) == Errc::Usage);
}

TEST_CASE("leaves and nesting are each other's reverse", "[labels]") {
  const LabelDocument leaves =
      label_leaves("", R"({"a":{"b":{"c":1},"d":[{"e":2}]},"f":{},"g":"x.y"})");
  CHECK(leaves ==
        LabelDocument{{"a.b.c", "1"}, {"a.d", R"([{"e":2}])"}, {"f", "{}"}, {"g", "\"x.y\""}});
  CHECK(nested_json(leaves) == R"({"a":{"b":{"c":1},"d":[{"e":2}]},"f":{},"g":"x.y"})");
  CHECK(nested_json({}) == "{}");
  CHECK(label_leaves("k", "{}") == LabelDocument{{"k", "{}"}});
  CHECK(label_leaves("k", "{\"a\":1}") == LabelDocument{{"k.a", "1"}});
  CHECK(code_of([] { label_leaves("", "[1]"); }) == Errc::Usage);
}

TEST_CASE("a value tells what it is", "[labels]") {
  CHECK(string_of_label(R"("a\nb")") == "a\nb");
  CHECK_FALSE(string_of_label("1"));
  CHECK(number_of_label("-1.5") == -1.5);
  CHECK_FALSE(number_of_label("\"1\""));
  CHECK_FALSE(number_of_label("true"));
}

}  // namespace
}  // namespace roar

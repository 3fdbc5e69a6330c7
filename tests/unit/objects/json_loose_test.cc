#include "objects/json_loose.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "tests/unit/objects/code_of.h"

using roar::code_of;
using roar::Errc;
namespace json = roar::json;

namespace {

std::string canonical(const std::string& text) {
  return json::encode(json::decode_loose(text));
}

std::string of_value(const std::string& value) {
  return "{\"a\":" + value + "}";
}

}  // namespace

TEST_CASE("white space and the order of members do not matter", "[json]") {
  CHECK(canonical(" \t\r\n{ \"b\" : [ 1 ,\n2 ] ,\"a\" :{ } , \"c\":[ ]}\n ") ==
        R"({"a":{},"b":[1,2],"c":[]})");
}

TEST_CASE("escapes become what they stand for", "[json]") {
  CHECK(
      canonical(R"({"\u0061":"\/\u0041\u00e9\u20AC\ud83d\uDE00\u000a\u001F\u0022\u005c\u0000"})") ==
      "{\"a\":\"/A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\\n\\u001f\\\"\\\\\\u0000\"}");
}

TEST_CASE("a number has one form, however it is spelled", "[json]") {
  const auto& [text, number] = GENERATE(table<std::string, std::string>({
      {"0", "0"},
      {"-0", "0"},
      {"0.000", "0"},
      {"0e999999999999999999999", "0"},
      {"-0.0E-7", "0"},
      {"1e2", "100"},
      {"1E+02", "100"},
      {"100.0", "100"},
      {"-12.50e1", "-125"},
      {"1000e-3", "1"},
      {"0.07e2", "7"},
      {"9007199254740991.0", "9007199254740991"},
      {"-900719925474099.1e1", "-9007199254740991"},
  }));
  CHECK(canonical(of_value(text)) == of_value(number));
}

TEST_CASE("a text without a canonical form is refused", "[json]") {
  const std::string text =
      GENERATE(as<std::string>{}, "", " ", "[]", "1", "{", "{\"a\"", "{\"a\":", "{\"a\":1",
               "{\"a\":1,", "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}", "{} {}", "{}x", "{a:1}",
               "{'a':1}", "{\"a\":1/**/}", "\xef\xbb\xbf{}", "{\"a\":1,\"\\u0061\":1}", "{\"A\":1}",
               "{\"\":1}", "{\"\xc3\xa9\":1}", "{\v\"a\":1}",
               "{\"a\":\xc2\xa0"
               "1}");
  CHECK(code_of([&] { json::decode_loose(text); }) == Errc::Corrupt);
}

TEST_CASE("a member whose value has no canonical form is refused", "[json]") {
  const std::string value = GENERATE(
      as<std::string>{}, "", "null", "nul", "True", "NaN", "Infinity", "01", "-01", "00", "+1", "-",
      ".5", "1.", "1.e1", "1e", "1e+", "0x1", "1_0", "0.5", "15e-1", "1e-1", "9007199254740992",
      "-9007199254740992", "9007199254740991.5", "1e16", "1e999999999999999999999", "[1,]", "[,1]",
      "[1 2]", "[", "{\"b\":1,\"b\":2}", "\"", "\"\t\"", "\"\n\"", "\"\\x\"", "\"\\u12\"",
      "\"\\u+123\"", "\"\\u 123\"", "\"\\ud800\"", "\"\\ud800\\n\"", "\"\\ud800\\u0041\"",
      "\"\\udc00\"", "\"\\ud800\\ud800\"", "\"\xff\"", "\"\xed\xa0\x80\"", "\"\xc0\x80\"",
      "\"\\u00", "\"\\");
  CHECK(code_of([&] { json::decode_loose(of_value(value)); }) == Errc::Corrupt);
}

TEST_CASE("the limits are those of the canonical form", "[json]") {
  const auto nested = [](int levels) {
    return of_value(std::string(static_cast<std::size_t>(levels), '[') +
                    std::string(static_cast<std::size_t>(levels), ']'));
  };
  CHECK(canonical(nested(json::kDepthMax - 1)) == nested(json::kDepthMax - 1));
  CHECK(code_of([&] { json::decode_loose(nested(json::kDepthMax)); }) == Errc::Corrupt);
  CHECK(code_of([&] { json::decode_loose(std::string(json::kBytesMax, ' ') + "{}"); }) ==
        Errc::Corrupt);
  std::string many = "[0";
  for (std::size_t i = 0; i < json::kValuesMax; ++i) many += ",0";
  CHECK(code_of([&] { json::decode_loose(of_value(many + "]")); }) == Errc::Corrupt);
}

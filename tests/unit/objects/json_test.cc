#include "objects/json.h"

#include <catch2/catch.hpp>

#include "objects/base/error.h"

using roar::Errc;
using roar::Error;
namespace json = roar::json;

namespace {

Errc refusal(std::string_view text) {
  try {
    json::decode(text);
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("accepted: " << text);
  return Errc::Io;
}

Errc encode_refusal(const json::Value& value) {
  try {
    json::encode(value);
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("encoded");
  return Errc::Io;
}

}  // namespace

TEST_CASE("JSON is written without spaces, keys in order, and with the fewest escapes", "[json]") {
  const json::Value value =
      json::Object{{"z", json::Array{1, -1, true, false, std::uint64_t{9'007'199'254'740'991}}},
                   {"a_1", std::string("\"\\\b\t\n\f\r\x01\x1f\x7f\0/", 12)},
                   {"m", json::Object{}},
                   {"u", "\xc3\xa9\xf0\x9f\x98\x80"}};
  CHECK(json::encode(value) ==
        "{\"a_1\":\"\\\"\\\\\\b\\t\\n\\f\\r\\u0001\\u001f\x7f\\u0000/\",\"m\":{},"
        "\"u\":\"\xc3\xa9\xf0\x9f\x98\x80\",\"z\":[1,-1,true,false,9007199254740991]}");
}

TEST_CASE("what is decoded is encoded to the same bytes", "[json]") {
  const std::string text =
      GENERATE(as<std::string>{}, "{}", R"({"a":[]})", R"({"a":{"b":{"c":[[[]]]}}})",
               R"({"a":0,"b":-9007199254740991,"c":9007199254740991})",
               R"({"a":"\u0000\u0007\u000b\u001f\b\t\n\f\r\"\\/","a1":"","a_":true,"b":false})");
  CHECK(json::encode(json::decode(text)) == text);
}

TEST_CASE("the JSON decoder refuses every other byte string", "[json]") {
  const std::string text = GENERATE(
      as<std::string>{}, "", " {}", "{} ", "{}\n", "{ }", "[]", "1", "\"a\"", "true", "{", "{\"a\"",
      "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{\"a\" :1}", "{\"a\": 1}", "{\"a\":1 }",
      "{\"b\":1,\"a\":1}", "{\"a\":1,\"a\":1}", "{\"A\":1}", "{\"\":1}", "{\"1a\":1}", "{\"_a\":1}",
      "{\"\\u0061\":1}", "{\"\xc3\xa9\":1}", "{a:1}", "{'a':1}", "{\"a\":null}", "{\"a\":01}",
      "{\"a\":-0}", "{\"a\":-}", "{\"a\":+1}", "{\"a\":1.0}", "{\"a\":1e3}", "{\"a\":1E3}",
      "{\"a\":.5}", "{\"a\":9007199254740992}", "{\"a\":-9007199254740992}",
      "{\"a\":99999999999999999999999}", "{\"a\":NaN}", "{\"a\":True}", "{\"a\":tru}",
      "{\"a\":[1,]}", "{\"a\":[,1]}", "{\"a\":[1 ,2]}", "{\"a\":[1}", "{\"a\":\"b}",
      "{\"a\":\"\n\"}", "{\"a\":\"\x1f\"}", "{\"a\":\"\\/\"}", "{\"a\":\"\\u000a\"}",
      "{\"a\":\"\\u001F\"}", "{\"a\":\"\\u0020\"}", "{\"a\":\"\\u007f\"}", "{\"a\":\"\\u00e9\"}",
      "{\"a\":\"\\ud83d\\ude00\"}", "{\"a\":\"\\x01\"}", "{\"a\":\"\\u00\"}", "{\"a\":\"\\",
      "{\"a\":\"\x80\"}", "{\"a\":\"\xc0\x80\"}", "{\"a\":\"\xed\xa0\x80\"}",
      "{\"a\":\"\xf4\x90\x80\x80\"}", "{\"a\":\"\xc3\"}", "\xef\xbb\xbf{}", "{}{}", "{}//");
  INFO(text);
  CHECK(refusal(text) == Errc::Corrupt);
}

TEST_CASE("JSON has limits on nesting and on the number of values", "[json]") {
  const auto nested = [](int depth) {
    return "{\"a\":" + std::string(static_cast<std::size_t>(depth - 1), '[') +
           std::string(static_cast<std::size_t>(depth - 1), ']') + "}";
  };
  CHECK(json::encode(json::decode(nested(json::kDepthMax))) == nested(json::kDepthMax));
  CHECK(refusal(nested(json::kDepthMax + 1)) == Errc::Corrupt);
  CHECK(refusal("{\"a\":" + std::string(100'000, '[')) == Errc::Corrupt);

  std::string many = "{\"a\":[1";
  for (std::size_t i = 0; i < json::kValuesMax; ++i) many += ",1";
  CHECK(refusal(many + "]}") == Errc::Corrupt);

  json::Value deep = 1;
  for (int i = 0; i <= json::kDepthMax; ++i) deep = json::Array{deep};
  CHECK(encode_refusal(json::Object{{"a", deep}}) == Errc::Usage);
}

TEST_CASE("values without a canonical form are refused", "[json]") {
  CHECK(encode_refusal(json::Object{{"a", "\xff"}}) == Errc::Usage);
  CHECK(encode_refusal(json::Object{{"A", 1}}) == Errc::Usage);
  CHECK(encode_refusal(json::Object{{"a", json::kIntegerMax + 1}}) == Errc::Usage);
  CHECK(encode_refusal(json::Object{{"a", -json::kIntegerMax - 1}}) == Errc::Usage);
  CHECK(encode_refusal(json::Object{{"a", ~std::uint64_t{0}}}) == Errc::Usage);
}

TEST_CASE("bytes are a string if they are UTF-8 and base64 only if not", "[json]") {
  json::Object object;
  json::put_bytes(object, "path", "a/b");
  json::put_bytes(object, "other", "\xff/b");
  CHECK(json::encode(object) == R"({"other_b64":"/y9i","path":"a/b"})");
  CHECK(json::take_bytes(object, "path") == "a/b");
  CHECK(json::take_bytes(object, "other") == "\xff/b");
  CHECK(json::bytes_of(json::bytes_value("\xff")) == "\xff");
  CHECK(json::bytes_of(json::bytes_value("a")) == "a");

  const std::string text =
      GENERATE(as<std::string>{}, R"({"b":1})", R"({"a":1})", R"({"a_b64":"YQ=="})",
               R"({"a":"x","a_b64":"/w=="})", R"({"a_b64":"/w"})", R"({"a_b64":1})");
  INFO(text);
  CHECK_THROWS_AS(json::take_bytes(json::decode(text), "a"), Error);
  const std::string element =
      GENERATE(as<std::string>{}, R"({"a":1})", R"({"a":{"b64":"YQ=="}})", R"({"a":{}})",
               R"({"a":{"b64":"/w==","c":1}})", R"({"a":["/w=="]})");
  INFO(element);
  CHECK_THROWS_AS(json::bytes_of(json::decode(element).at("a")), Error);
}

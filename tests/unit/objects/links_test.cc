#include "objects/links.h"

#include <catch2/catch.hpp>
#include <string>

#include "objects/base/error.h"
#include "tests/unit/objects/code_of.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

std::string id(char digit) {
  return '"' + std::string(64, digit) + '"';
}

std::string hex_of(const std::vector<ObjectId>& links) {
  std::string digits;
  for (const ObjectId& link : links) digits += link.hex().front();
  return digits;
}

}  // namespace

TEST_CASE("what an object names stands under keys that end in _oid, at any depth") {
  const std::string payload = R"({"a":[{"b":{"c_oid":)" + id('3') + R"(}},{"x_oid":)" + id('1') +
                              R"(}],"d_oid":)" + id('2') + R"(,"e":)" + id('4') + R"(,"f_oid":)" +
                              id('1') + "}";
  for (const ObjectType type : {ObjectType::Job, ObjectType::Node, ObjectType::Label})
    CHECK(hex_of(links_of(type, payload)) == "123");
}

TEST_CASE("a blob names nothing, whatever it looks like") {
  CHECK(links_of(ObjectType::Blob, R"({"a_oid":)" + id('1') + "}").empty());
  CHECK(links_of(ObjectType::Blob, "not JSON").empty());
}

TEST_CASE("what is no id where one should be is damage") {
  for (const char* payload : {R"({"a_oid":"11"})", R"({"a_oid":1})", R"({"a_oid":{}})", "[", ""})
    CHECK(code_of([&] { links_of(ObjectType::Job, payload); }) == Errc::Corrupt);
}

TEST_CASE("a key says of which type the object must be") {
  const auto type_under = [](const std::string& key, ObjectType holder) {
    return typed_links_of(holder, "{\"" + key + "\":" + id('1') + "}").at(0).type;
  };
  CHECK(type_under("artifact_oid", ObjectType::Node) == ObjectType::Artifact);
  CHECK(type_under("patch_oid", ObjectType::Job) == ObjectType::Blob);
  CHECK(type_under("data_oid", ObjectType::Job) == ObjectType::Node);
  CHECK(type_under("previous_oid", ObjectType::Label) == ObjectType::Label);
  CHECK(type_under("previous_oid", ObjectType::Session) == ObjectType::Session);
  CHECK_FALSE(type_under("target_oid", ObjectType::Label));
  CHECK_FALSE(type_under("data_oid", ObjectType::Label));
}

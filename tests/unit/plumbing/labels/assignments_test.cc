#include "plumbing/labels/assignments.h"

#include <array>
#include <catch2/catch.hpp>
#include <string>

#include "plumbing/labels/label_keys.h"
#include "plumbing/labels/labels.h"
#include "tests/unit/objects/code_of.h"

namespace roar::plumbing {
namespace {

LabelDocument parsed(std::string_view word) {
  return parse_assignments(std::array{word});
}

LabelMap merged(LabelMap document, std::string_view word) {
  for (const auto& [key, value] : parsed(word)) merge_label(document, key, value);
  return document;
}

TEST_CASE("an assignment is a key and a word, or JSON", "[labels]") {
  CHECK(parsed("a.b=0.9") == LabelDocument{{"a.b", "0.9"}});
  CHECK(parsed("a=b=c") == LabelDocument{{"a", "\"b=c\""}});
  CHECK(parsed("a:=[ 1 ]") == LabelDocument{{"a", "[1]"}});
  CHECK(parsed("a:={\"b\":{\"c\":1}}") == LabelDocument{{"a.b.c", "1"}});
  CHECK(parsed("a:b=1") == LabelDocument{{"a:b", "1"}});
  CHECK(code_of([] { parsed("a:={\"b c\":1}"); }) == Errc::Usage);
  CHECK(code_of([] { parsed("a:={\"\":1}"); }) == Errc::Usage);
  CHECK(code_of([] { parsed("dataset:={\"id\":1}"); }) == Errc::Usage);
}

TEST_CASE("what is shown of a label sets it again", "[labels]") {
  for (const char* word : {"a=1", "a=true", "a=x y", "a:=\"1\"", "a:=\"true\"", "a=null", "a:=null",
                           "a:=[1,\"b\"]", "a=", "a:=\"a\\nb\"", "a=1.50", "a=-3", "a=\xc3\xa9"}) {
    CAPTURE(word);
    const LabelDocument first = parsed(word);
    CHECK(parsed(assignment_text(first[0].first, first[0].second)) == first);
  }
}

TEST_CASE("merging a value takes the place of what stands at its key and below it", "[labels]") {
  const LabelMap document{{"a.b", "1"}, {"a.c.d", "2"}, {"ab", "3"}, {"a-b", "4"}};
  CHECK(merged(document, "a.b=5") ==
        LabelMap{{"a.b", "5"}, {"a.c.d", "2"}, {"ab", "3"}, {"a-b", "4"}});
  CHECK(merged(document, "a=5") == LabelMap{{"a", "5"}, {"ab", "3"}, {"a-b", "4"}});
  CHECK(merged(document, "a.b.x=5") ==
        LabelMap{{"a.b.x", "5"}, {"a.c.d", "2"}, {"ab", "3"}, {"a-b", "4"}});
  CHECK(merged(document, "a:={}") == document);
  CHECK(merged(document, "ab:={}") ==
        LabelMap{{"a.b", "1"}, {"a.c.d", "2"}, {"ab", "{}"}, {"a-b", "4"}});
}

TEST_CASE("reserved are roots and what lies below them, not what begins alike", "[labels]") {
  for (const char* key :
       {"roar", "roar.git.commit", "tag.license", "attach", "dataset.id", "dataset.id.x"})
    CHECK(reserved_for(key));
  for (const char* key : {"roars", "tags", "x.roar", "dataset", "dataset.owner", "dataset.ids"})
    CHECK_FALSE(reserved_for(key));
}

}  // namespace
}  // namespace roar::plumbing

#include "plumbing/packs/bundle.h"

#include <catch2/catch.hpp>
#include <sstream>
#include <string>

#include "objects/artifact.h"
#include "objects/base/error.h"
#include "objects/digest_record.h"
#include "objects/label.h"
#include "objects/transaction.h"
#include "plumbing/packs/file_streams.h"
#include "tests/unit/objects/code_of.h"
#include "tests/unit/objects/new_store.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it
using namespace roar::plumbing;  // NOLINT(google-build-using-namespace): the same

namespace {

const std::string kDigits(64, 'a');

ObjectId put(Store& store, ObjectType type, const std::string& payload) {
  ObjectId id;
  store.write([&](WriteTransaction& transaction) { id = transaction.put(type, payload); });
  return id;
}

ObjectId put_artifact(Store& store) {
  Artifact artifact;
  artifact.blake3 = kDigits;
  artifact.size = 7;
  return put(store, ObjectType::Artifact, encode(artifact));
}

ObjectId put_label(Store& store, const ObjectId& target, const std::optional<ObjectId>& previous) {
  Label label;
  label.target = target;
  label.previous = previous;
  label.origin = "user";
  return put(store, ObjectType::Label, encode(label));
}

ObjectId put_digest(Store& store, const ObjectId& artifact) {
  DigestRecord record;
  record.artifact = artifact;
  record.algorithm = "sha256";
  record.digest = kDigits;
  return put(store, ObjectType::Digest, encode(record));
}

PackPlan plan_of(const Store& store, const PackSelection& selection) {
  PackPlan plan;
  store.read([&](const ReadTransaction& transaction) { plan = plan_pack(transaction, selection); });
  return plan;
}

std::uint64_t count_of(const Store& store) {
  std::uint64_t count = 0;
  store.read([&](const ReadTransaction& transaction) { count = transaction.counts().by_id; });
  return count;
}

UnbundleReport unbundle_file(Store& store, const NewStore& at, const std::filesystem::path& path) {
  std::istringstream unused;
  InputFile file(path, unused);
  return unbundle(store, file.source(), at.path, {});
}

}  // namespace

TEST_CASE("an artifact comes with its digests, after it") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  const ObjectId artifact = put_artifact(store);
  const ObjectId digest = put_digest(store, artifact);
  CHECK(plan_of(store, {.wanted = {artifact}, .excluded = {}}).objects ==
        std::vector{artifact, digest});
  CHECK(plan_of(store, {.wanted = {artifact}, .excluded = {}, .exact = true}).objects ==
        std::vector{artifact});
}

TEST_CASE("what a prerequisite leads to is no prerequisite") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  const ObjectId blob = put(store, ObjectType::Blob, "x");
  const ObjectId first = put_label(store, blob, std::nullopt);
  const ObjectId second = put_label(store, blob, first);
  const PackPlan all = plan_of(store, {.wanted = {second}, .excluded = {}});
  CHECK(all.objects == std::vector{blob, first, second});
  CHECK(all.prerequisites.empty());
  const PackPlan plan = plan_of(store, {.wanted = {second, blob}, .excluded = {first}});
  CHECK(plan.objects == std::vector{second});
  CHECK(plan.prerequisites == std::vector{first});
}

TEST_CASE("an object that is named and missing is an error, unless others may have it") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  const ObjectId missing = object_id_of(ObjectType::Blob, "gone");
  const ObjectId label = put_label(store, missing, std::nullopt);
  CHECK(code_of([&] { plan_of(store, {.wanted = {label}, .excluded = {}}); }) == Errc::NotFound);
  CHECK(plan_of(store, {.wanted = {label}, .excluded = {}, .exact = true}).prerequisites ==
        std::vector{missing});
}

TEST_CASE("objects that nothing leads to fit into a bundle of their own") {
  const NewStore at;
  const NewStore other;
  const std::filesystem::path path = at.temp.path() / "bundle";
  Store target(other.path, Store::Mode::ReadWrite);
  ObjectId artifact;
  {
    Store store(at.path, Store::Mode::ReadWrite);
    artifact = put_artifact(store);
    write_bundle_of(store, {put(store, ObjectType::Blob, "x"), put_digest(store, artifact)}, path);
    std::istringstream unused;
    InputFile file(path, unused);
    const BundleCheck check = verify_bundle(file.source(), &store);
    CHECK(check.header.prerequisites == std::vector{artifact});
    CHECK(check.header.heads.empty());
    CHECK(check.summary.objects == 2);
    CHECK(check.missing.empty());
  }
  CHECK(code_of([&] { unbundle_file(target, other, path); }) == Errc::NotFound);
  CHECK(count_of(target) == 0);
  CHECK(put_artifact(target) == artifact);
  CHECK(unbundle_file(target, other, path).unknown == 2);
  CHECK(unbundle_file(target, other, path).unknown == 0);
  CHECK(count_of(target) == 3);
}

TEST_CASE("a name after --not means the opposite") {
  const std::vector<std::string_view> words{"create", "--all", "file", "a",  "--not", "b",
                                            "^c",     "--not", "d",    "--", "--not"};
  const std::vector<std::string> expected{"create", "--all", "file", "a",  "--not", "^b",
                                          "c",      "--not", "d",    "--", "--not"};
  CHECK(with_not_applied(words, 2) == expected);
  CHECK(names_of_lines({"a", "--not", "b", "", "^c"}) == NameList{"a", "^b", "c"});
}

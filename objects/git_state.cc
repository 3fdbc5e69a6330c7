#include "objects/git_state.h"

#include <algorithm>
#include <utility>

#include "objects/fields.h"

namespace roar {
namespace {

constexpr std::string_view kWhat = "job: git";

const json::Object& object_in(const Fields& fields, std::string_view list,
                              const json::Value& value) {
  if (value.object() == nullptr) fields.fail(list, "is not a list of objects");
  return *value.object();
}

void put_code(json::Object& object, const std::vector<KeptCode>& code) {
  json::Array list;
  for (const KeptCode& kept : code) {
    json::Object entry;
    json::put_bytes(entry, "path", kept.path);
    entry.emplace("blob_oid", json_of(kept.blob));
    list.emplace_back(std::move(entry));
  }
  if (!list.empty()) object.emplace("code", std::move(list));
}

void put_withheld(json::Object& object, const std::vector<WithheldCode>& withheld) {
  json::Array list;
  for (const WithheldCode& one : withheld) {
    json::Object entry{{"reason", one.reason}};
    json::put_bytes(entry, "path", one.path);
    list.emplace_back(std::move(entry));
  }
  if (!list.empty()) object.emplace("withheld", std::move(list));
}

void put_drifted(json::Object& object, const std::vector<std::string>& drifted) {
  json::Array list;
  for (const std::string& path : drifted) list.emplace_back(json::bytes_value(path));
  if (!list.empty()) object.emplace("code_drifted", std::move(list));
}

void read_code(const Fields& fields, GitState& git) {
  const json::Array* list = fields.optional_array("code");
  if (list == nullptr) return;
  for (const json::Value& value : *list) {
    const Fields entry(object_in(fields, "code", value), kWhat);
    git.code.push_back({.path = entry.bytes("path"), .blob = entry.id("blob_oid")});
  }
  if (!std::ranges::is_sorted(git.code)) fields.fail("code", "is not sorted");
}

void read_withheld(const Fields& fields, GitState& git) {
  const json::Array* list = fields.optional_array("withheld");
  if (list == nullptr) return;
  for (const json::Value& value : *list) {
    const Fields entry(object_in(fields, "withheld", value), kWhat);
    git.withheld.push_back({.path = entry.bytes("path"), .reason = entry.string("reason")});
  }
  if (!std::ranges::is_sorted(git.withheld)) fields.fail("withheld", "is not sorted");
}

void read_drifted(const Fields& fields, GitState& git) {
  const json::Array* list = fields.optional_array("code_drifted");
  if (list == nullptr) return;
  for (const json::Value& value : *list) git.drifted.push_back(json::bytes_of(value));
  if (!std::ranges::is_sorted(git.drifted)) fields.fail("code_drifted", "is not sorted");
}

}  // namespace

json::Value json_of(const GitState& git) {
  json::Object object;
  put_optional(object, "branch", git.branch);
  put_code(object, git.code);
  put_drifted(object, git.drifted);
  put_optional(object, "commit", git.commit);
  put_flag(object, "dirty", git.dirty);
  put_optional(object, "patch_oid", git.patch);
  put_optional(object, "remote", git.remote);
  put_optional(object, "unknown", git.unknown);
  put_withheld(object, git.withheld);
  return object;
}

GitState git_state_of(const json::Object& object) {
  const Fields fields(object, kWhat);
  GitState git{.commit = fields.optional_string("commit"),
               .branch = fields.optional_bytes("branch"),
               .remote = fields.optional_bytes("remote"),
               .dirty = fields.flag("dirty"),
               .unknown = fields.optional_string("unknown"),
               .patch = fields.optional_id("patch_oid"),
               .code = {},
               .withheld = {},
               .drifted = {}};
  read_code(fields, git);
  read_withheld(fields, git);
  read_drifted(fields, git);
  return git;
}

}  // namespace roar

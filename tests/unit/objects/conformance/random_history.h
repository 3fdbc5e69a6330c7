#pragma once

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "objects/base/error.h"
#include "objects/environment.h"
#include "objects/history.h"
#include "objects/label.h"
#include "objects/links.h"
#include "objects/object_age.h"
#include "objects/packages.h"
#include "objects/ref_change.h"
#include "objects/ref_scan.h"
#include "tests/unit/objects/conformance/random.h"
#include "tests/unit/objects/indexed_jobs.h"

namespace roar {

inline std::string text_of(const Error& error) {
  return "error " + std::to_string(static_cast<int>(error.code())) + ": " + error.what() + "\n";
}

// Does to a store what people and programs do to it, and much that they should not. The same seed
// does the same to every store that gives the same answers.
class RandomHistory {
 public:
  RandomHistory(Store& store, std::uint32_t seed) : store_(&store), random_(seed) {
    store.write([&](WriteTransaction& transaction) {
      known_ = {};
      known_.sessions.push_back(std::string(32, '0'));
      create_session(transaction, known_.sessions.front(), now());
      make_active(transaction, known_.sessions.front(), now());
    });
  }

  // One transaction with a few random changes, which may fail or be given up; what was said.
  std::string step() {
    struct GivenUp {};
    clock_ += 10;
    const Random random = random_;
    Known known;
    std::string said;
    try {
      store_->write([&](WriteTransaction& transaction) {
        random_ = random;
        known = known_;
        said.clear();
        const std::uint32_t changes = 1 + (random_.one_in(3) ? random_.below(4) : 0);
        for (std::uint32_t i = 0; i < changes; ++i) said += change(transaction, known);
        said += "commit " + std::to_string(transaction.commit_number()) + "\n";
        if (random_.one_in(12)) throw GivenUp();
      });
      known_ = known;
    } catch (const Error& error) {
      said += text_of(error);
    } catch (const GivenUp&) {
      said += "given up\n";
    }
    return said;
  }

 private:
  // What was made so far; some of it may be gone.
  struct Known {
    std::vector<std::string> sessions;
    std::vector<ObjectId> jobs;
    std::vector<ObjectId> entries;
    std::vector<ObjectId> artifacts;
    std::vector<ObjectId> others;
  };

  Timestamp now() const { return {clock_, 7}; }

  std::string change(WriteTransaction& transaction, Known& known) {
    switch (random_.below(24)) {
      case 0:
        return add_session(transaction, known);
      case 1:
        return "use " + use(transaction, known);
      case 2:
      case 3:
        return pop(transaction, known);
      case 4:
      case 5:
        return set_ref(transaction, known);
      case 6:
        return set_symbolic_ref(transaction);
      case 7:
        return remove_ref(transaction);
      case 8:
      case 9:
        return change_many_refs(transaction, known);
      case 10:
      case 11:
        return put(transaction, known);
      case 12:
        return learn_digest(transaction, known);
      case 13:
        return label(transaction, known);
      case 14:
        return freshen(transaction, known);
      case 15:
        return shorten_log(transaction);
      case 16:
        return random_.one_in(2) ? remove_unreachable(transaction)
                                 : remove_twice(transaction, known);
      default:
        return record(transaction, known);
    }
  }

  std::string add_session(WriteTransaction& transaction, Known& known) {
    const bool again = random_.one_in(6);
    const std::string id = again ? random_.one_of(known.sessions) : random_.hex(16);
    create_session(transaction, id, now());
    if (random_.one_in(2)) make_active(transaction, id, now());
    known.sessions.push_back(id);
    return "session " + id + "\n";
  }

  std::string use(WriteTransaction& transaction, const Known& known) {
    const std::string id = random_.one_in(6) ? random_.hex(16) : random_.one_of(known.sessions);
    use_session(transaction, id, now());
    return id + "\n";
  }

  std::string pop(WriteTransaction& transaction, const Known& known) {
    if (known.jobs.empty()) return {};
    const auto places = jobs_of_session(transaction, active_session(transaction).value());
    const bool wrong = places.empty() || random_.one_in(5);
    const ObjectId job = wrong ? random_.one_of(known.jobs) : places.back().job;
    pop_job(transaction, job, now());
    return "pop " + job.hex() + "\n";
  }

  // Few commands, paths and contents, so that jobs repeat each other and pass files on.
  NewJob random_job() {
    std::vector<File> files;
    std::set<std::pair<std::string, EdgeRole>> there;
    const std::uint32_t count = random_.one_in(10) ? 80 : random_.below(7);
    for (std::uint32_t i = 0; i < count; ++i) {
      const EdgeRole role = random_.one_in(3) ? EdgeRole::Output : EdgeRole::Input;
      const std::string number = std::to_string(random_.below(count > 7 ? 200 : 9));
      std::string path = random_.one_in(2) ? "data/" + number : "f" + number;
      if (random_.one_in(15)) path = std::string(450, 'l') + number;
      const std::string content = random_.one_in(9) ? "" : std::to_string(random_.below(12));
      if (there.emplace(path, role).second) files.push_back({role, path, content});
    }
    NewJob job = job_of({"step" + std::to_string(random_.below(6))},
                        random_.one_in(5) ? "name" + std::to_string(random_.below(3)) : "", files);
    job.job.uid = random_.hex(16);
    job.job.kind = random_.one_in(5) ? JobKind::Build : JobKind::Run;
    job.job.started = {clock_ - random_.below(100), random_.below(10)};
    job.job.ended = now();
    job.job.exit.code = random_.one_in(5) ? 1 : 0;
    Environment environment;
    environment.hostname = "host" + std::to_string(random_.below(3));
    job.environment_payload = encode(environment);
    if (random_.one_in(3))
      job.packages_payload =
          encode(Packages{{{"pip", "p" + std::to_string(random_.below(4)), "1"}}});
    if (random_.one_in(4))
      for (Edge& edge : job.edges)
        edge.path_class = random_.one_in(2) ? PathClass::Code : PathClass::System;
    return job;
  }

  std::string record(WriteTransaction& transaction, Known& known) {
    const NewJob job = random_job();
    const AppendedJob appended =
        random_.one_in(4)
            ? append_job_to(transaction, job, random_.one_of(known.sessions), 1 + random_.below(6))
            : append_job(transaction, job);
    known.jobs.push_back(appended.job);
    known.entries.push_back(appended.entry);
    for (const Artifact& artifact : job.artifacts)
      known.artifacts.push_back(object_id_of(artifact));
    return "job " + appended.job.hex() + " " + appended.session + " " +
           std::to_string(appended.step) + " " + appended.entry.hex() + " " +
           appended.previous.hex() + "\n";
  }

  // Some of them in each other's way, some not names at all.
  std::string ref_name() {
    static const std::vector<std::string> kNames = {
        "refs/tags/a", "refs/tags/b",    "refs/tags/a/b", "refs/tags", "refs/x/deep/er",
        "refs/x",      "refs/heads/one", "refs/heads/tw", "bad name",  "refs/heads/one.lock"};
    return random_.one_of(kNames);
  }

  ObjectId any_object(const Known& known) {
    if (random_.one_in(15)) return ObjectId::from_bytes(std::string(ObjectId::kSize, '\x5a'));
    const std::array all = {&known.jobs, &known.entries, &known.artifacts, &known.others};
    const std::vector<ObjectId>& some = *all.at(random_.below(all.size()));
    return some.empty() ? ObjectId() : random_.one_of(some);
  }

  std::string set_ref(WriteTransaction& transaction, const Known& known) {
    const std::string name = ref_name();
    const ObjectId target = any_object(known);
    const std::optional<Ref> present = transaction.ref(name);
    std::optional<ObjectId> expected = present ? present->target : std::nullopt;
    if (random_.one_in(5)) expected = random_.one_in(2) ? std::nullopt : std::optional(target);
    transaction.set_ref(name, target, expected, now(), "set");
    return "ref " + name + " " + target.hex() + "\n";
  }

  std::string set_symbolic_ref(WriteTransaction& transaction) {
    const std::string name = ref_name();
    const std::string target = ref_name();
    transaction.set_symbolic_ref(name, target, now(), "point");
    return "ref " + name + " " + target + "\n";
  }

  std::string remove_ref(WriteTransaction& transaction) {
    const std::string name = ref_name();
    transaction.remove_ref(name, now(), "remove");
    return "no ref " + name + "\n";
  }

  RefValue random_value(const Known& known) {
    RefValue value;
    if (random_.one_in(5)) return value;
    if (random_.one_in(5))
      value.symbolic = ref_name();
    else
      value.target = any_object(known);
    return value;
  }

  std::string change_many_refs(WriteTransaction& transaction, const Known& known) {
    std::vector<RefChange> changes;
    for (std::uint32_t i = 0; i <= random_.below(3); ++i) {
      RefChange change{.name = ref_name(),
                       .follow = random_.one_in(2),
                       .expected = std::nullopt,
                       .value = random_value(known),
                       .reason = "many"};
      if (random_.one_in(2)) {
        change.name = "refs/sessions/" + random_.one_of(known.sessions);
        if (!known.entries.empty() && !random_.one_in(4))
          change.value = RefValue{.target = random_.one_of(known.entries), .symbolic = {}};
      } else if (random_.one_in(8)) {
        change.name = "HEAD";
        change.follow = false;
        change.value = RefValue{.target = std::nullopt,
                                .symbolic = "refs/sessions/" + random_.one_of(known.sessions)};
      }
      if (random_.one_in(3)) change.expected = ref_value(transaction, change.name);
      if (random_.one_in(8)) change.expected = random_value(known);
      if (random_.one_in(8)) change.value.reset();
      changes.push_back(std::move(change));
    }
    change_refs(transaction, changes, now());
    std::string said = "refs";
    for (const RefChange& change : changes) said += " " + change.name;
    return said + "\n";
  }

  std::string put(WriteTransaction& transaction, Known& known) {
    const std::string text = std::to_string(random_.below(30));
    if (random_.one_in(3)) {
      const Artifact artifact{to_hex(blake3_of(text)), text.size()};
      known.artifacts.push_back(transaction.put(ObjectType::Artifact, encode(artifact)));
      return "artifact " + known.artifacts.back().hex() + "\n";
    }
    const std::string content = random_.one_in(10) ? std::string(30'000, 'x') + text : text;
    known.others.push_back(transaction.put(ObjectType::Blob, content));
    return "blob " + known.others.back().hex() + "\n";
  }

  std::string learn_digest(WriteTransaction& transaction, Known& known) {
    if (known.artifacts.empty()) return {};
    const bool is_text = random_.one_in(4);
    const DigestRecord record{random_.one_of(known.artifacts), is_text ? "etag" : "sha256",
                              is_text ? "W/\"" + random_.hex(3) + '"' : random_.hex(32),
                              is_text ? DigestOrigin::Claimed : DigestOrigin::Computed};
    known.others.push_back(transaction.put(ObjectType::Digest, encode(record)));
    return "digest " + known.others.back().hex() + "\n";
  }

  std::string label(WriteTransaction& transaction, Known& known) {
    Label label;
    label.target = any_object(known);
    if (random_.one_in(3)) label.target = session_root(transaction, random_.one_of(known.sessions));
    if (!random_.one_in(4)) label.document = {{"quality", std::to_string(random_.below(5))}};
    label.origin = "user";
    label.when = now();
    known.others.push_back(append_label(transaction, label));
    return "label " + known.others.back().hex() + "\n";
  }

  std::string freshen(WriteTransaction& transaction, const Known& known) {
    if (random_.one_in(2)) {  // hours pass
      const Timestamp later{2'000'000'000 + 100 * clock_, 0};
      mark_time(IndexAccess::of(transaction), transaction.counts().next_number, later);
      return "later\n";
    }
    const ObjectId id = any_object(known);
    transaction.freshen(id);
    if (random_.one_in(3)) transaction.note_time();
    return "fresh " + id.hex() + "\n";
  }

  std::string shorten_log(WriteTransaction& transaction) {
    const std::vector<std::string> names = logged_ref_names(transaction);
    if (names.empty()) return {};
    const std::string name = random_.one_of(names);
    std::string said = "log " + name;
    transaction.keep_reflog(name, [&](const ReflogEntry& entry) {
      said += " " + entry.reason;
      return !random_.one_in(4);
    });
    return said + "\n";
  }

  std::string remove_twice(WriteTransaction& transaction, const Known& known) {
    if (known.others.empty()) return {};
    const std::optional<ObjectInfo> info = transaction.info(random_.one_of(known.others));
    if (!info || info->type != ObjectType::Digest) return {};
    const DigestRecord record = decode_digest(transaction.payload(info->id, info->type));
    if (!uses_of_artifact(transaction, record.artifact).empty()) return {};  // an index names it
    const bool first = transaction.remove(*info);
    const bool second = transaction.remove(*info);
    return std::string("removed ") + (first ? "yes" : "no") + (second ? " yes\n" : " no\n");
  }

  // What no ref and no log leads to, but for digests of what is kept.
  std::string remove_unreachable(WriteTransaction& transaction) {
    std::set<ObjectId> kept;
    std::vector<ObjectId> open;
    for (const Ref& ref : transaction.refs(""))
      if (ref.target) open.push_back(*ref.target);
    for (const std::string& name : transaction.logged_refs())
      for (const ReflogEntry& entry : transaction.reflog(name)) {
        open.push_back(entry.before);
        open.push_back(entry.after);
      }
    while (!open.empty()) {
      const ObjectId id = open.back();
      open.pop_back();
      const std::optional<RawObject> object = transaction.object(id);
      if (!object || !kept.insert(id).second) continue;
      for (const ObjectId& link : links_of(object->type, object->payload)) open.push_back(link);
    }
    std::vector<ObjectInfo> gone;
    transaction.for_each_object([&](const ObjectInfo& info) {
      const bool is_kept_digest =
          info.type == ObjectType::Digest &&
          kept.contains(decode_digest(transaction.payload(info.id, info.type)).artifact);
      if (!kept.contains(info.id) && !is_kept_digest) gone.push_back(info);
      return true;
    });
    for (const ObjectInfo& info : gone) transaction.remove(info);
    return "removed " + std::to_string(gone.size()) + "\n";
  }

  Store* store_;
  Random random_;
  Known known_;
  std::int64_t clock_ = 1'700'000'000;
};

}  // namespace roar

#pragma once

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/hex.h"
#include "objects/check_indexes.h"
#include "objects/history.h"
#include "objects/label.h"
#include "objects/lineage.h"
#include "objects/object_age.h"
#include "objects/ref_scan.h"
#include "objects/store_usage.h"
#include "objects/written_after.h"
#include "tests/unit/objects/conformance/random_history.h"

namespace roar {

// Asks a store everything that can be asked, and has the answers in lines of text, each with its
// question.
class Answers {
 public:
  explicit Answers(const ReadTransaction& transaction) : transaction_(&transaction) {
    ask_about_objects();
    ask_about_refs();
    ask_about_sessions();
    ask_about_jobs();
    ask_about_artifacts();
    ask_about_paths();
    for (const LineageReach reach :
         {LineageReach::Near, LineageReach::Adaptive, LineageReach::Whole})
      ask_about_lineage(reach);
    ask_about_soundness();
    list_tables();
  }

  const std::vector<std::string>& lines() const noexcept { return lines_; }

 private:
  using Answer = std::function<void(std::string& answer)>;

  // An error is an answer, too.
  void ask(std::string_view question, const Answer& body) {
    std::string answer(question);
    answer += ':';
    try {
      body(answer);
    } catch (const Error& error) {
      answer += ' ' + text_of(error);
    }
    lines_.push_back(std::move(answer));
  }
  void ask(std::string_view question, const ObjectId& about, const Answer& body) {
    ask(std::string(question) + " " + about.hex(), body);
  }

  static void add(std::string& answer, std::string_view text) { answer.append(" ").append(text); }
  static void add(std::string& answer, std::uint64_t number) {
    add(answer, std::to_string(number));
  }
  static void add(std::string& answer, const ObjectId& id) { add(answer, id.hex()); }
  static void add(std::string& answer, const std::optional<ObjectId>& id) {
    add(answer, id ? id->hex() : "none");
  }
  static void add(std::string& answer, Timestamp time) {
    add(answer, std::to_string(time.seconds) + "." + std::to_string(time.nanoseconds));
  }
  static void add(std::string& answer, const ObjectInfo& info) {
    add(answer, info.id);
    add(answer, type_name(info.type));
    add(answer, info.size);
    add(answer, info.sequence);
  }
  static void add(std::string& answer, const Ref& ref) {
    add(answer, ref.name);
    add(answer, ref.target);
    add(answer, ref.symbolic);
  }
  static void add(std::string& answer, const ReflogEntry& entry) {
    add(answer, entry.before);
    add(answer, entry.after);
    add(answer, entry.when);
    add(answer, entry.reason);
  }
  static void add(std::string& answer, const JobPlace& place) {
    add(answer, place.job);
    add(answer, place.session);
    add(answer, kind_name(place.kind));
    add(answer, place.step);
    add(answer, place.step_name);
  }
  static void add(std::string& answer, const Use& use) {
    add(answer, use.job);
    add(answer, role_name(use.role));
    add(answer, use.artifact);
    add(answer, use.path);
  }
  template <typename T>
  static void add(std::string& answer, const std::vector<T>& all) {
    for (const T& one : all) add(answer, one);
  }
  template <typename T>
  static void add(std::string& answer, const std::optional<T>& one) {
    if (one) add(answer, *one);
  }

  void ask_about_objects() {
    ask("objects", [&](std::string& answer) {
      transaction_->for_each_object([&](const ObjectInfo& info) {
        objects_.push_back(info);
        add(answer, info);
        return true;
      });
    });
    for (const ObjectInfo& object : objects_) {
      ask("object", object.id, [&](std::string& answer) {
        add(answer, transaction_->object(object.id).value().payload);
        add(answer, transaction_->info(object.id));
        const StoredForm form = transaction_->stored_form(object.id).value();
        add(answer, form.bytes);
        add(answer, form.compressed);
      });
      ask("after", object.id,
          [&](std::string& answer) { add(answer, transaction_->after(object.id, 2)); });
    }
    ask("after nothing", [&](std::string& answer) { add(answer, transaction_->after({}, 5)); });
    for (const char digit : std::string_view("0123456789abcdefAg"))
      ask(std::string("prefix ") + digit, [&](std::string& answer) {
        add(answer, transaction_->with_prefix(std::string(1, digit), 7));
      });
    ask("counts", [&](std::string& answer) {
      const ObjectCounts counts = transaction_->counts();
      for (const std::uint64_t number :
           {counts.by_id, counts.by_number, counts.highest_number, counts.next_number})
        add(answer, number);
      for_each_written_after(*transaction_, counts.next_number / 2, [&](const ObjectInfo& info) {
        add(answer, info);
        return true;
      });
    });
    const ObjectId unknown = ObjectId::from_bytes(std::string(ObjectId::kSize, '\x77'));
    ask("unknown", [&](std::string& answer) {
      add(answer, transaction_->info(unknown));
      add(answer, transaction_->payload(unknown, ObjectType::Job));
    });
  }

  void ask_about_refs() {
    ask("refs", [&](std::string& answer) {
      add(answer, transaction_->refs(""));
      add(answer, transaction_->refs("refs/tags/"));
      add(answer, stored_ref_names(*transaction_));
      add(answer, logged_ref_names(*transaction_));
      add(answer, transaction_->logged_refs());
    });
    std::set<std::string> names{"refs/none", "no name"};
    for (const std::string& name : stored_ref_names(*transaction_)) names.insert(name);
    for (const std::string& name : logged_ref_names(*transaction_)) names.insert(name);
    for (const std::string& name : names) {
      ask("ref " + name, [&](std::string& answer) { add(answer, transaction_->ref(name)); });
      ask("resolve " + name,
          [&](std::string& answer) { add(answer, transaction_->resolve_ref(name)); });
      ask("follow " + name,
          [&](std::string& answer) { add(answer, transaction_->followed_ref(name)); });
      ask("log " + name, [&](std::string& answer) {
        add(answer, transaction_->reflog(name));
        add(answer, transaction_->oldest_reflog_entry(name));
      });
    }
  }

  void ask_about_sessions() {
    ask("active", [&](std::string& answer) { add(answer, active_session(*transaction_)); });
    for (const SessionSummary& session : sessions(*transaction_)) {
      sessions_.push_back(session.id);
      ask("session " + session.id, [&](std::string& answer) {
        add(answer, session.head);
        add(answer, session.created);
        add(answer, session.active);
        add(answer, session_summary(*transaction_, session.id).value().head);
        add(answer, label_of(*transaction_, session_root(*transaction_, session.id)));
      });
      ask("jobs of " + session.id,
          [&](std::string& answer) { add(answer, jobs_of_session(*transaction_, session.id)); });
      ask("newest of " + session.id, [&](std::string& answer) {
        for_each_job_newest_first(*transaction_, session.id, up_to(answer, 4));
      });
      ask_about_steps(session.id);
    }
    ask("no session", [&](std::string& answer) {
      add(answer, jobs_of_session(*transaction_, std::string(32, 'f')));
      add(answer, jobs_of_session(*transaction_, "no id"));
    });
  }

  JobVisitor up_to(std::string& answer, int most) {
    return [&answer, most](const JobPlace& place) mutable {
      add(answer, place);
      return --most > 0;
    };
  }

  void ask_about_steps(const std::string& session) {
    for (const StepTip& tip : step_tips(*transaction_, session))
      ask("step " + std::to_string(tip.step) + " of " + session, [&](std::string& answer) {
        add(answer, kind_name(tip.kind));
        add(answer, tip.step_name);
        add(answer, jobs_of_step(*transaction_, session, tip.kind, tip.step));
        for_each_job_of_step(*transaction_, session, tip.kind, tip.step, up_to(answer, 2));
      });
  }

  static void add(std::string& answer, const Label& label) {
    add(answer, label.target);
    add(answer, label.previous);
    for (const auto& [key, value] : label.document) add(answer, key + "=" + value);
  }

  void ask_about_jobs() {
    ask("jobs by start", [&](std::string& answer) {
      for_each_job_by_start(*transaction_, [&](const ObjectId& job) {
        add(answer, job);
        return true;
      });
      add(answer, job_uids(*transaction_, "", 1000));
      add(answer, job_uids(*transaction_, "7", 2));
      add(answer, jobs_with_uid(*transaction_, "a", 100));
      add(answer, jobs_with_uid(*transaction_, "", 3));
    });
    for (const ObjectInfo& object : objects_) {
      if (object.type != ObjectType::Job) continue;
      ask("job", object.id, [&](std::string& answer) {
        add(answer, places_of_job(*transaction_, object.id));
        add(answer, entries_of_job(*transaction_, object.id));
        add(answer, label_of(*transaction_, object.id));
        for_each_edge_of(*transaction_, read_job(*transaction_, object.id), [&](const Edge& edge) {
          paths_.insert(edge.path);
          add(answer, edge.path);
          add(answer, role_name(edge.role));
          add(answer, edge.artifact);
          return true;
        });
      });
    }
  }

  void ask_about_artifacts() {
    for (const ObjectInfo& object : objects_) {
      if (object.type != ObjectType::Artifact) continue;
      ask("artifact", object.id, [&](std::string& answer) {
        add(answer, uses_of_artifact(*transaction_, object.id));
        add(answer, uses_of_artifact(*transaction_, object.id, EdgeRole::Output));
        add(answer, path_of_artifact(*transaction_, object.id));
        for (const DigestRecord& record : digests_of(*transaction_, object.id))
          add(answer, record.algorithm + ":" + record.digest);
      });
    }
    for (const std::string_view algorithm : {"", "md5", "etag", "blake3", "none"})
      for (const std::string_view prefix : {"", "0", "7", "aB", "zz"})
        ask("digests " + std::string(algorithm) + ":" + std::string(prefix),
            [&](std::string& answer) {
              for (const DigestMatch& match :
                   artifacts_with_digest(*transaction_, algorithm, prefix, 12)) {
                add(answer, match.artifact);
                add(answer, match.algorithm + ":" + match.digest);
              }
            });
  }

  void ask_about_paths() {
    for (const std::string& path : paths_)
      ask("path " + path,
          [&](std::string& answer) { add(answer, uses_of_path(*transaction_, path)); });
    for (const std::string_view prefix : {"", "d", "data/", "data/1", "f", "lll", "none"})
      ask("paths " + std::string(prefix), [&](std::string& answer) {
        add(answer, tracked_paths(*transaction_, prefix, 3));
        add(answer, tracked_paths(*transaction_, prefix, 1000));
      });
  }

  void ask_about_lineage(LineageReach reach) {
    LineageGraph graph(*transaction_, reach);
    const auto tell = [](std::string& answer) {
      return [&answer](std::uint64_t artifact) { add(answer, artifact); };
    };
    for (const ObjectInfo& object : objects_) {
      if (object.type == ObjectType::Artifact)
        ask("lineage", object.id, [&](std::string& answer) {
          add(answer, graph.writers(object.sequence));
          add(answer, graph.readers(object.sequence));
        });
      if (object.type != ObjectType::Job) continue;
      ask("lineage", object.id, [&](std::string& answer) {
        add(answer, graph.started(object.sequence));
        add(answer, graph.parents(object.sequence));
        add(answer, graph.children(object.sequence));
        graph.for_each_new_file(object.sequence, EdgeRole::Input, tell(answer));
        graph.for_each_new_file(object.sequence, EdgeRole::Output, tell(answer));
      });
    }
    for (const std::string& session : sessions_)
      ask("lineage " + session,
          [&](std::string& answer) { add(answer, graph.jobs_of_session(session)); });
  }

  void ask_about_soundness() {
    ask("indexes", [&](std::string& answer) {
      const auto unreadable = [&](const std::string& subject, const Error& error) {
        add(answer, subject);
        add(answer, text_of(error));
      };
      check_indexes(
          *transaction_,
          [&](const IndexFault& fault) {
            add(answer, static_cast<std::uint64_t>(fault.kind));
            add(answer, fault.table);
            add(answer, fault.entry);
          },
          unreadable);
    });
    ask("scan", [&](std::string& answer) {
      const auto tell = [&](const ScannedObject& scanned) {
        if (scanned.fault == ScannedObject::Fault::None) return;
        add(answer, scanned.sequence);
        add(answer, scanned.problem);
      };
      scan_objects(*transaction_, tell, [&](const std::string& key) { add(answer, key); });
    });
    ask("contents", [&](std::string& answer) {
      const StoreContents contents = contents_of(*transaction_);
      for (const StoreContents::OfType& type : contents.types)
        for (const std::uint64_t number :
             {type.objects, type.payload_bytes, type.stored_bytes, type.compressed})
          add(answer, number);
      for (const StoreContents::OfTable& table : contents.tables) add(answer, table.entries);
    });
    // In days: the marks bear the time of day, which goes on from one store to the next.
    ask("ages", [&](std::string& answer) {
      constexpr std::int64_t kDay = 86'400;
      const ObjectAges ages(*transaction_, {400'000'000'000, 0}, std::chrono::hours(24 * 30));
      for (const ObjectInfo& object : objects_)
        add(answer, std::to_string(ages.at_least(object.sequence).count() / kDay));
    });
  }

  // All there is, but for the store's random name and the time of day in marks.
  void list_tables() {
    const ReadTransaction::Impl& impl = IndexAccess::of(*transaction_);
    for (TableNumber table = 0; table < kTableNames.size(); ++table) {
      std::string answer = "table " + std::string(kTableNames.at(table)) + ":";
      TableCursor cursor(*impl.txn, table);
      for (bool more = cursor.first(); more; more = cursor.next()) {
        std::string_view key = cursor.key();
        if (table == number_of(Table::Meta) && key == "uuid") continue;
        if (table == number_of(Table::Meta) && key.starts_with("time/"))
          key = key.substr(0, key.size() - kNumberSize);
        add(answer, hex_of(key));
        add(answer, hex_of(cursor.value()));
      }
      lines_.push_back(std::move(answer));
    }
  }

  static std::string hex_of(std::string_view bytes) {
    return to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  }

  const ReadTransaction* transaction_;
  std::vector<std::string> lines_;
  std::vector<ObjectInfo> objects_;
  std::vector<std::string> sessions_;
  std::set<std::string> paths_;
};

inline std::vector<std::string> answers_of(const Store& store) {
  std::vector<std::string> lines;
  store.read([&](const ReadTransaction& transaction) { lines = Answers(transaction).lines(); });
  return lines;
}

}  // namespace roar

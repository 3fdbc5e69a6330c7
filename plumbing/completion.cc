#include "plumbing/completion.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>

#include "objects/base/error.h"
#include "objects/history.h"
#include "objects/store.h"
#include "plumbing/config.h"
#include "plumbing/config_keys.h"
#include "plumbing/quote.h"
#include "plumbing/steps.h"

namespace roar::plumbing {
namespace {

// More than anybody reads; a shell asks before it prints so many.
constexpr std::size_t kNamesMax = 1000;
// How many get a description that has to be read.
constexpr std::size_t kDescribed = 30;

void add_if_matching(std::string_view prefix, std::string_view word, std::string_view description,
                     Completions& out) {
  if (word.starts_with(prefix)) out.push_back({std::string(word), std::string(description)});
}

std::string command_of(const ReadTransaction& transaction, const std::string& session,
                       const StepTip& tip) {
  std::string command;
  for_each_job_of_step(transaction, session, tip.kind, tip.step, [&](const JobPlace& place) {
    command = quoted_for_shell(read_job(transaction, place.job).argv);
    return false;
  });
  return command;
}

// The steps of the active session, in the order of their numbers.
void for_each_step(const ReadTransaction& transaction,
                   const std::function<void(const std::string&, const StepTip&)>& visit) {
  const auto session = active_session(transaction);
  if (!session) return;
  auto tips = step_tips(transaction, *session);
  std::ranges::sort(
      tips, {}, [](const StepTip& tip) { return std::pair(tip.kind == JobKind::Build, tip.step); });
  for (const StepTip& tip : tips) visit(*session, tip);
}

// How far two uids agree.
std::size_t common_length(const std::string& a, const std::string& b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

// `typed`, up to its last slash, as it stands in the index.
std::string stored_directory(const Workspace& workspace, std::string_view typed) {
  const std::filesystem::path directory =
      (workspace.directory / typed.substr(0, typed.rfind('/') + 1)).lexically_normal();
  std::string absolute = directory.native();
  while (absolute.size() > 1 && absolute.ends_with('/')) absolute.pop_back();
  const std::string stored = stored_path(workspace, absolute);
  return stored.empty() || stored == "/" ? stored : stored + '/';
}

}  // namespace

RecordedNames::RecordedNames() = default;
RecordedNames::~RecordedNames() = default;

const Store* RecordedNames::store() {
  if (tried_) return store_.get();
  tried_ = true;
  try {
    workspace_ = find_workspace();
    if (!workspace_) return nullptr;
    store_ = std::make_unique<Store>(workspace_->store_directory(), Store::Mode::ReadOnly);
  } catch (const Error&) {
    // The command itself will say what is wrong with the store.
  }
  return store_.get();
}

template <typename Body>
void RecordedNames::read(Body body) {
  const Store* opened = store();
  if (opened == nullptr) return;
  try {
    opened->read(body);
  } catch (const Error&) {
    // What was found so far counts.
  }
}

void RecordedNames::steps(std::string_view prefix, bool describe, Completions& out) {
  std::size_t described = 0;
  read([&](const ReadTransaction& transaction) {
    for_each_step(transaction, [&](const std::string& session, const StepTip& tip) {
      const std::string word = step_reference(tip.kind, tip.step);
      if (!word.starts_with(prefix) || out.size() >= kNamesMax) return;
      std::string description = tip.step_name;
      if (describe && description.empty() && described++ < kDescribed) {
        description = command_of(transaction, session, tip);
      }
      out.push_back({word, std::move(description)});
    });
  });
}

void RecordedNames::step_names(std::string_view prefix, Completions& out) {
  std::set<std::string> names;
  read([&](const ReadTransaction& transaction) {
    for_each_step(transaction, [&](const std::string&, const StepTip& tip) {
      if (!tip.step_name.empty() && tip.step_name.starts_with(prefix)) names.insert(tip.step_name);
    });
  });
  for (const std::string& name : names) out.push_back({name, "step"});
}

void RecordedNames::uids(std::string_view prefix, Completions& out) {
  constexpr std::size_t kShortest = 8;
  if (prefix.empty()) return;
  std::vector<std::string> found;
  read([&](const ReadTransaction& transaction) {
    found = job_uids(transaction, prefix, kNamesMax);
  });
  for (std::size_t i = 0; i < found.size(); ++i) {
    std::size_t length = std::max(kShortest, prefix.size());
    if (i > 0) length = std::max(length, common_length(found[i - 1], found[i]) + 1);
    if (i + 1 < found.size()) length = std::max(length, common_length(found[i], found[i + 1]) + 1);
    out.push_back({found[i].substr(0, length), "job"});
  }
}

void RecordedNames::paths(std::string_view prefix, Completions& out) {
  if (store() == nullptr) return;
  const std::size_t slash = prefix.rfind('/') + 1;
  const std::string directory = stored_directory(*workspace_, prefix);
  std::vector<std::string> found;
  read([&](const ReadTransaction& transaction) {
    found = tracked_paths(transaction, directory + std::string(prefix.substr(slash)), kNamesMax);
  });
  for (const std::string& path : found) {
    // Absolute paths are in the same index as relative ones; nobody means "" by the former.
    if (directory.empty() && path.starts_with('/')) continue;
    out.push_back({std::string(prefix.substr(0, slash)) + path.substr(directory.size()), {}});
  }
}

void RecordedNames::sessions(std::string_view prefix, Completions& out) {
  constexpr std::size_t kShown = 12;
  read([&](const ReadTransaction& transaction) {
    for (const SessionSummary& session : roar::sessions(transaction)) {
      const std::string id = session.id.substr(0, std::max(kShown, prefix.size()));
      add_if_matching(prefix, id, session.active ? "session, active" : "session", out);
    }
  });
}

void RecordedNames::refs(std::string_view prefix, Completions& out) {
  read([&](const ReadTransaction& transaction) {
    add_if_matching(prefix, "HEAD", "ref", out);
    const std::string_view start = prefix.starts_with("refs/") ? prefix : "refs/";
    for (const Ref& ref : transaction.refs(start)) add_if_matching(prefix, ref.name, "ref", out);
  });
}

void complete_config_keys(std::string_view prefix, Completions& out) {
  for (const ConfigKey& key : config_keys()) {
    if (!key.is_family()) add_if_matching(prefix, key.name, key.summary(), out);
  }
}

void complete_config_values(std::string_view key, std::string_view prefix, Completions& out) {
  const ConfigKey* row = find_config_key(key);
  if (row == nullptr) return;
  if (std::holds_alternative<bool>(row->default_value())) {
    for (const std::string_view word : {"true", "false"}) add_if_matching(prefix, word, {}, out);
    return;
  }
  std::string done;
  if (std::holds_alternative<std::vector<std::string>>(row->default_value())) {
    done = prefix.substr(0, prefix.rfind(',') + 1);
  }
  for (const std::string_view word : row->allowed) {
    add_if_matching(prefix, done + std::string(word), {}, out);
  }
}

}  // namespace roar::plumbing

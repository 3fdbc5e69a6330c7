#include "plumbing/session_hash.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <utility>

#include "objects/base/hex.h"
#include "objects/base/utf8.h"
#include "objects/hash.h"
#include "objects/history.h"
#include "plumbing/record_job.h"
#include "plumbing/steps.h"

namespace roar::plumbing {
namespace {

void append_escape(std::string& out, std::uint32_t unit) {
  std::array<char, 8> escape{};
  std::snprintf(escape.data(), escape.size(), "\\u%04x", unit);
  out += escape.data();
}

// The length of the UTF-8 sequence at the front; 0 if there is none.
std::size_t sequence_length(std::string_view text) {
  for (std::size_t length = 1; length <= std::min<std::size_t>(4, text.size()); ++length) {
    if (is_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

std::uint32_t code_point(std::string_view sequence) {
  constexpr std::array<std::uint32_t, 5> kMasks{0, 0x7f, 0x1f, 0x0f, 0x07};
  std::uint32_t value = static_cast<unsigned char>(sequence.front()) & kMasks.at(sequence.size());
  for (const char c : sequence.substr(1)) {
    value = (value << 6U) | (static_cast<unsigned char>(c) & 0x3fU);
  }
  return value;
}

void append_character(std::string& out, std::uint32_t point) {
  constexpr std::uint32_t kBasic = 0x10000;
  if (point >= kBasic) {
    append_escape(out, 0xd800U + ((point - kBasic) >> 10U));
    append_escape(out, 0xdc00U + ((point - kBasic) & 0x3ffU));
    return;
  }
  constexpr std::string_view kPlain = "\"\\\n\r\t\f\b";
  constexpr std::string_view kShort = "\"\\nrtfb";
  const std::size_t at =
      point < 0x80 ? kPlain.find(static_cast<char>(point)) : std::string_view::npos;
  if (at != std::string_view::npos) {
    out += '\\';
    out += kShort[at];
  } else if (point >= 0x20 && point < 0x7f) {
    out += static_cast<char>(point);
  } else if (point == 0x7f) {
    out += '\x7f';
  } else {
    append_escape(out, point);
  }
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      append_escape(out, 0xdc00U + static_cast<unsigned char>(text.front()));
      text.remove_prefix(1);
    } else {
      append_character(out, code_point(text.substr(0, length)));
      text.remove_prefix(length);
    }
  }
  return out + '"';
}

std::string json_or_null(std::string_view text) {
  return text.empty() ? "null" : json_string(text);
}

std::string files_text(std::vector<CanonicalFile> files) {
  std::ranges::sort(files);
  std::string text = "[";
  for (const CanonicalFile& file : files) {
    text += text.size() > 1 ? "," : "";
    text += "{\"hash\":" + json_or_null(file.hash) + ",\"path\":" + json_or_null(file.path) + "}";
  }
  return text + "]";
}

std::string job_text(const CanonicalJob& job) {
  return "{\"command\":" + json_string(job.command) + ",\"inputs\":" + files_text(job.inputs) +
         ",\"job_type\":" + json_string(job.type) + ",\"metadata\":" + job.metadata +
         ",\"outputs\":" + files_text(job.outputs) + ",\"parent_step_number\":" +
         (job.parent_step ? std::to_string(*job.parent_step) : "null") +
         ",\"step_number\":" + std::to_string(job.step) + "}";
}

// As Python's shlex.join writes it.
std::string shell_text(const std::vector<std::string>& argv) {
  constexpr std::string_view kSafe =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_";
  std::string text;
  for (std::size_t i = 0; i < argv.size(); ++i) {
    if (i > 0) text += ' ';
    if (!argv[i].empty() && argv[i].find_first_not_of(kSafe) == std::string::npos) {
      text += argv[i];
      continue;
    }
    text += '\'';
    for (const char c : argv[i]) {
      if (c == '\'') {
        text += R"('"'"')";
      } else {
        text += c;
      }
    }
    text += '\'';
  }
  return text;
}

CanonicalJob canonical_job(const ReadTransaction& transaction, const Job& job, std::uint32_t step) {
  CanonicalJob canonical;
  canonical.command = shell_text(job.argv);
  canonical.type = kind_name(job.kind);
  canonical.step = step;
  for_each_edge_of(transaction, job, [&](const Edge& edge) {
    if (!is_shown(edge) || !edge.artifact) return true;
    auto& files = edge.role == EdgeRole::Input ? canonical.inputs : canonical.outputs;
    files.push_back({read_artifact(transaction, *edge.artifact).blake3, edge.path});
    return true;
  });
  return canonical;
}

}  // namespace

std::string canonical_text(const CanonicalSession& session) {
  std::vector<std::pair<std::uint32_t, std::string>> jobs;
  for (const CanonicalJob& job : session.jobs) jobs.emplace_back(job.step, job_text(job));
  std::ranges::sort(jobs);
  std::string list;
  for (const auto& [step, text] : jobs) list += (list.empty() ? "" : ",") + text;
  return "{\"canonical_version\":1,\"creator_identity\":" +
         json_string(session.creator.empty() ? "anonymous" : session.creator) +
         ",\"git\":{\"branch\":" + json_or_null(session.branch) +
         ",\"commit\":" + json_or_null(session.commit) +
         ",\"repo\":" + json_or_null(session.repository) + "},\"jobs\":[" + list + "]}";
}

std::string session_hash(const CanonicalSession& session) {
  const std::string digest = digest_of(Algorithm::Sha256, canonical_text(session));
  return to_hex({reinterpret_cast<const std::uint8_t*>(digest.data()), digest.size()});
}

CanonicalSession canonical_session(const Store& store, std::string_view id) {
  CanonicalSession session;
  store.read([&](const ReadTransaction& transaction) {
    session = {};
    std::map<std::string, std::uint32_t> step_of_uid;
    std::vector<std::string> parents;
    Timestamp newest;
    for (const Step& step : steps_of_session(transaction, id)) {
      const Job job = read_job(transaction, step.job);
      session.jobs.push_back(canonical_job(transaction, job, step.number));
      parents.push_back(job.parent_uid);
      step_of_uid[job.uid] = step.number;
      if (!job.git || job.started < newest) continue;
      newest = job.started;
      session.repository = job.git->remote;
      session.commit = job.git->commit;
      session.branch = job.git->branch;
    }
    for (std::size_t i = 0; i < parents.size(); ++i) {
      const auto parent = step_of_uid.find(parents[i]);
      if (parent != step_of_uid.end()) session.jobs[i].parent_step = parent->second;
    }
  });
  return session;
}

}  // namespace roar::plumbing

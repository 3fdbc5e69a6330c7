#include "plumbing/care/rebuild.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/json.h"
#include "plumbing/care/in_child.h"

// The child says a line that begins with "!" for what cannot be read, and then its report as JSON.

namespace roar::plumbing {
namespace {

std::uint64_t number_of(const json::Object& object, std::string_view key) {
  return static_cast<std::uint64_t>(*object.find(key)->second.integer());
}

std::string encode_report(const RebuildReport& report) {
  return json::encode(json::Object{{"bytes_after", report.bytes_after},
                                   {"bytes_before", report.bytes_before},
                                   {"generation", report.generation},
                                   {"rows", report.rows}});
}

RebuildReport decode_report(std::string_view line) {
  const json::Object object = json::decode(line);
  return {.generation = *object.at("generation").string(),
          .bytes_before = number_of(object, "bytes_before"),
          .bytes_after = number_of(object, "bytes_after"),
          .rows = number_of(object, "rows")};
}

void check_end(const std::filesystem::path& store_directory, int signal) {
  if (signal != 0)
    throw Error(Errc::Corrupt, "store '" + store_directory.string() +
                                   "' is damaged: reading it ended by signal " +
                                   std::to_string(signal) + "\nhint: 'roar fsck' says more");
}

}  // namespace

RebuiltStore rebuild_in_child(const std::filesystem::path& store_directory, Rebuild how) {
  RebuiltStore rebuilt;
  const int signal = in_child(
      [&](const Say& say) {
        const RebuildReport report = rebuild_store(
            store_directory, how, [&](const std::string& subject, const Error& error) {
              std::string line = "!" + subject + ": " + error.what();
              std::ranges::replace(line, '\n', ' ');
              say(line);
            });
        say(encode_report(report));
      },
      [&](std::string_view line) {
        if (line.starts_with('!'))
          rebuilt.unreadable.emplace_back(line.substr(1));
        else
          rebuilt.report = decode_report(line);
      });
  check_end(store_directory, signal);
  return rebuilt;
}

void copy_in_child(const std::filesystem::path& store_directory, const std::filesystem::path& to) {
  const bool was_there = file_exists(to);
  const auto remove = [&] {
    std::error_code error;
    if (!was_there) std::filesystem::remove_all(to, error);
  };
  try {
    check_end(store_directory,
              in_child([&](const Say&) { copy_store(store_directory, to); }, [](auto) {}));
  } catch (const Error&) {
    remove();
    throw;
  }
}

int format_in_child(const std::filesystem::path& store_directory) {
  int format = 0;
  const int signal =
      in_child([&](const Say& say) { say(std::to_string(format_of_store(store_directory))); },
               [&](std::string_view line) {
                 std::from_chars(line.data(), line.data() + line.size(), format);
               });
  check_end(store_directory, signal);
  return format;
}

}  // namespace roar::plumbing

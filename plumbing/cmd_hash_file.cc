#include <signal.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <functional>
#include <istream>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "objects/base/error.h"
#include "objects/hash_files.h"
#include "plumbing/checksum_line.h"
#include "plumbing/commands.h"
#include "plumbing/hash_with_progress.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"

namespace roar::plumbing {
namespace {

std::vector<Algorithm> algorithms_of(const std::vector<std::string>& names,
                                     const Options& options) {
  if (names.empty()) return {Algorithm::Blake3};
  std::vector<Algorithm> algorithms;
  for (const std::string& name : names) {
    const std::optional<Algorithm> algorithm = algorithm_from_name(name);
    if (!algorithm)
      throw options.usage_error("'" + name + "' is not an algorithm; there are " +
                                algorithm_names());
    algorithms.push_back(*algorithm);
  }
  return algorithms;
}

std::vector<std::string> lines_of(std::istream& in, char end) {
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line, end);) lines.push_back(line);
  return lines;
}

struct Printing {
  bool null = false;   // -z
  bool quiet = false;  // of --check: nothing about files that are as they were
};

int print_digests(Context& context, const std::vector<std::string>& paths,
                  const std::vector<Algorithm>& algorithms, const Printing& printing, int& signal) {
  std::vector<HashRequest> requests;
  requests.reserve(paths.size());
  for (const std::string& path : paths) requests.push_back({path, algorithms});
  int status = 0;
  signal = hash_with_progress(requests, [&](const HashRequest& request, const HashResult& result) {
    if (result.status != HashResult::Status::Hashed) {
      context.err << "cannot hash " << quoted_subject(request.path) << ": " << problem_of(result)
                  << '\n';
      status = 1;
    }
    for (const std::string& digest : result.digests)
      context.out << (printing.null ? digest + "  " + request.path + '\0'
                                    : checksum_line(digest, request.path) + '\n');
  });
  return status;
}

// What --check is to check, and where each line stands.
struct Checklist {
  std::vector<ChecksumLine> lines;
  bool has_others = false;  // lines that are none
};

void add_lines(Context& context, std::istream& in, const std::string& name, char end,
               Checklist& list) {
  std::size_t number = 0;
  for (const std::string& text : lines_of(in, end)) {
    ++number;
    if (auto line = parse_checksum_line(text, end == '\n')) {
      list.lines.push_back(*std::move(line));
      continue;
    }
    context.err << name << ':' << number << ": this is no line of a digest and a name\n";
    list.has_others = true;
  }
}

Checklist checklist_of(Context& context, const std::vector<std::string>& names, char end) {
  Checklist list;
  if (names.empty()) add_lines(context, context.in, "standard input", end, list);
  for (const std::string& name : names) {
    if (name == "-") {
      add_lines(context, context.in, "standard input", end, list);
      continue;
    }
    std::ifstream file(name, std::ios::binary);
    if (!file)
      throw Error(Errc::NotFound,
                  "cannot open '" + name + "': " + std::generic_category().message(errno));
    add_lines(context, file, name, end, list);
  }
  return list;
}

int check_digests(Context& context, const Checklist& list, std::optional<Algorithm> given,
                  const Printing& printing, int& signal) {
  constexpr std::array kEach{Algorithm::Blake3, Algorithm::Sha256, Algorithm::Sha512,
                             Algorithm::Md5};
  std::vector<HashRequest> requests;
  requests.reserve(list.lines.size());
  for (const ChecksumLine& line : list.lines) {
    std::optional<Algorithm> algorithm = line.algorithm ? line.algorithm : given;
    if (!algorithm) algorithm = algorithm_of_digits(line.digest.size());
    const auto* const place = std::ranges::find(kEach, *algorithm);
    requests.push_back({line.path, std::span(place, 1)});
  }
  std::size_t checked = 0;
  std::size_t failed = 0;
  const auto tell = [&](const HashRequest& request, const HashResult& result) {
    const ChecksumLine& line = list.lines[checked++];
    const bool hashed = result.status == HashResult::Status::Hashed;
    const bool same = hashed && result.digests.front() == line.digest;
    if (!hashed) {
      context.err << "cannot hash " << quoted_subject(request.path) << ": " << problem_of(result)
                  << '\n';
    }
    if (!same) ++failed;
    if (same && printing.quiet) return;
    const std::string shown = printing.null ? request.path : checksum_name(request.path);
    context.out << shown
                << (same     ? ": OK"
                    : hashed ? ": FAILED"
                             : ": FAILED to be read")
                << (printing.null ? '\0' : '\n');
  };
  signal = hash_with_progress(requests, tell);
  if (failed != 0)
    context.err << "warning: " << failed << " of " << list.lines.size()
                << " files are not what they were\n";
  if (list.lines.empty()) context.err << "warning: there is nothing to check\n";
  return failed != 0 || list.has_others || list.lines.empty() ? 1 : 0;
}

}  // namespace

int cmd_hash_file(Context& context, Arguments arguments) {
  std::vector<std::string> names;
  Printing printing;
  bool paths_from_stdin = false;
  bool check = false;
  Options options(
      "hash-file [--algo <algorithm>]... [-z] <file>...\n"
      "hash-file [--algo <algorithm>]... [-z] --stdin-paths\n"
      "hash-file --check [--algo <algorithm>] [-q] [-z] [<list>...]");
  options.list(0, "algo", "algorithm", names, "digest to compute (default: blake3)")
      .flag(0, "stdin-paths", paths_from_stdin, "read the names of files from standard input")
      .flag('c', "check", check, "check the files that lists name, or standard input does")
      .flag('q', "quiet", printing.quiet, "with --check: say nothing of what is as it was")
      .flag('z', "null", printing.null, "end lines with NUL and leave names as they are");
  const auto operands = options.parse(arguments);
  const std::vector<Algorithm> algorithms = algorithms_of(names, options);
  if (check && paths_from_stdin) throw options.usage_error("--check reads lists, not names");
  if (printing.quiet && !check) throw options.usage_error("--quiet goes with --check");
  if (check && names.size() > 1) throw options.usage_error("--check takes one --algo at most");
  if (paths_from_stdin && !operands.empty())
    throw options.usage_error("--stdin-paths goes with no files");
  if (!check && !paths_from_stdin && operands.empty()) throw options.usage_error("no file given");

  const char end = printing.null ? '\0' : '\n';
  std::vector<std::string> paths(operands.begin(), operands.end());
  if (paths_from_stdin) paths = lines_of(context.in, end);
  int signal = 0;
  const int status =
      check ? check_digests(context, checklist_of(context, paths, end),
                            names.empty() ? std::nullopt : std::optional(algorithms.front()),
                            printing, signal)
            : print_digests(context, paths, algorithms, printing, signal);
  if (signal == 0) return status;
  context.out.flush();
  ::raise(signal);
  return status;
}

}  // namespace roar::plumbing

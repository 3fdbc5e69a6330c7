// What redaction does, for the tests: its kinds, and how it does on the corpus.
//
//   test_redaction kinds
//   test_redaction corpus SECRETS TRAPS
//
// The second prints every line that went wrong, then "recall R" and "precision P", both with three
// digits.

#include "plumbing/redaction.h"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "plumbing/secret_names.h"
#include "plumbing/secret_shapes.h"

namespace {

using namespace roar::plumbing;
using Words = std::vector<std::string>;

std::string unescaped(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      const char c = text[++i];
      result.push_back(c == 'n' ? '\n' : c == 't' ? '\t' : c);
    } else {
      result.push_back(text[i]);
    }
  }
  return result;
}

Words fields_of(const std::string& line) {
  Words fields;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.size(), line.find('\t', at));
    fields.push_back(unescaped(line.substr(at, end - at)));
    at = end + 1;
  }
  return fields;
}

std::vector<Words> lines_of(const char* path) {
  std::ifstream file(path);
  std::vector<Words> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line[0] != '#') lines.push_back(fields_of(line));
  }
  return lines;
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += "[" + word + "] ";
  return text;
}

int corpus(const char* secrets, const char* traps) {
  Redactor redactor(std::string(32, 'k'));
  double found = 0;
  double wrong = 0;
  double missed = 0;
  for (const Words& line : lines_of(secrets)) {
    const std::string secret = with(line[1], "|", "");
    Words given;
    Words wanted;
    for (const std::string& word : std::span(line).subspan(2)) {
      given.push_back(with(word, "{}", secret));
      wanted.push_back(with(word, "{}", redactor.placeholder(line[0], secret)));
    }
    const auto redacted = redactor.redact_argv(given);
    if (redacted.argv == wanted && withheld_in(redacted.argv) == redacted.withheld) {
      ++found;
      continue;
    }
    const bool leaks = joined(redacted.argv).find(secret) != std::string::npos;
    ++(leaks ? missed : wrong);
    std::cout << (leaks ? "missed: " : "wrong:  ") << joined(given) << "\n        "
              << joined(redacted.argv) << '\n';
  }
  for (const Words& line : lines_of(traps)) {
    const auto redacted = redactor.redact_argv(line);
    if (redacted.argv == line) continue;
    ++wrong;
    std::cout << "trap:   " << joined(line) << "\n        " << joined(redacted.argv) << '\n';
  }
  std::printf("%.0f secrets found, %.0f missed, %.0f wrong\n", found, missed, wrong);
  std::printf("recall %.3f\nprecision %.3f\n", found / (found + missed), found / (found + wrong));
  return 0;
}

void kinds() {
  std::set<std::string> all{std::string(kJwt), std::string(kPrivateKey), std::string(kUrlPassword),
                            std::string(kBearerToken), std::string(kSlackWebhook)};
  for (const TokenShape& shape : token_shapes()) all.emplace(shape.kind);
  for (const auto names : {secret_options(), secret_variables(), secret_headers()})
    for (const SecretName& name : names) all.emplace(name.kind);
  for (const ProgramOption& option : program_options()) all.emplace(option.kind);
  all.erase("authorization");  // those are bearer tokens
  for (const std::string& kind : all) std::cout << kind << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "kinds") return kinds(), 0;
  if (mode == "corpus" && argc == 4) return corpus(argv[2], argv[3]);
  std::cerr << "usage: test_redaction kinds | corpus SECRETS TRAPS\n";
  return 2;
}

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "plumbing/unquote.h"
#include "porcelain/commands.h"
#include "porcelain/complete_line.h"

namespace roar::porcelain {
namespace {

std::string offer_text(const LineCompletion& completion) {
  switch (completion.offer) {
    case ShellOffer::Nothing:
      break;
    case ShellOffer::Files:
      return "files";
    case ShellOffer::Command:
      return "command " + std::to_string(completion.command);
  }
  return "nothing";
}

// On one line, whatever the command was that it quotes.
std::string one_line(std::string_view text) {
  constexpr std::size_t kWidth = 60;
  std::string line(text.substr(0, kWidth));
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return line;
}

}  // namespace

int cmd_complete(Context& context, Arguments arguments) {
  bool describe = false;
  bool typed = false;
  bool zero = false;
  const Options options =
      Options("complete [--describe] [--typed] [-z] -- <word>...")
          .flag(0, "describe", describe, "add a tab and a description to each candidate")
          .flag(0, "typed", typed, "the words are as typed in a shell, quotes included")
          .flag('z', "null", zero, "end each record with a NUL, not with a newline");
  std::vector<std::string> line;
  for (const std::string_view word : options.parse(arguments)) {
    line.push_back(typed ? plumbing::unquoted_word(word) : std::string(word));
  }
  const LineCompletion completion = complete_line(line, describe);
  const char end = zero ? '\0' : '\n';
  context.out << offer_text(completion) << end;
  for (const plumbing::Completion& one : completion.words) {
    context.out << (zero ? one.word : plumbing::quoted_path(one.word));
    if (describe) context.out << '\t' << one_line(one.description);
    context.out << end;
  }
  return 0;
}

}  // namespace roar::porcelain

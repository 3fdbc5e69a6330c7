#include "porcelain/withheld_secrets.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <ostream>
#include <string_view>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/variable.h"
#include "plumbing/quote.h"
#include "plumbing/redaction.h"

namespace roar::porcelain {
namespace {

using plumbing::Withheld;

// The terminal with its echo off, for as long as the object lives.
class SilentTerminal {
 public:
  SilentTerminal() : fd_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
    // A process in the background would be stopped for touching the terminal.
    if (!fd_ || ::tcgetpgrp(fd_.get()) != ::getpgrp() || ::tcgetattr(fd_.get(), &before_) != 0) {
      return;
    }
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= static_cast<tcflag_t>(ECHONL);
    usable_ = ::tcsetattr(fd_.get(), TCSAFLUSH, &silent) == 0;
  }
  ~SilentTerminal() {
    if (usable_) ::tcsetattr(fd_.get(), TCSAFLUSH, &before_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

  bool usable() const noexcept { return usable_; }

  // A line without its newline; nullopt at the end of the input.
  std::optional<std::string> ask(std::string_view question) const {
    if (::write(fd_.get(), question.data(), question.size()) < 0) return std::nullopt;
    std::string line;
    for (char c = 0; ::read(fd_.get(), &c, 1) == 1;) {
      if (c == '\n') return line;
      line.push_back(c);
    }
    return std::nullopt;
  }

 private:
  Fd fd_;
  termios before_{};
  bool usable_ = false;
};

std::string upper(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool lower = c >= 'a' && c <= 'z';
    result.push_back(c == '-' ? '_' : lower ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return result;
}

// ROAR_SECRET_GITHUB_TOKEN; with the fingerprint too where there are several of a kind.
std::string variable_name(const Withheld& secret, std::span<const Withheld> all) {
  std::string name = "ROAR_SECRET_" + upper(secret.kind);
  if (std::ranges::count(all, secret.kind, &Withheld::kind) < 2) return name;
  const std::size_t colon = secret.placeholder.rfind(':');
  return name + "_" + upper(secret.placeholder.substr(colon + 1, 8));
}

// Each placeholder once.
std::vector<Withheld> distinct(std::vector<Withheld> all) {
  std::vector<Withheld> result;
  for (Withheld& secret : all) {
    if (std::ranges::count(result, secret.placeholder, &Withheld::placeholder) == 0)
      result.push_back(std::move(secret));
  }
  return result;
}

[[noreturn]] void fail(std::span<const Withheld> missing, std::span<const Withheld> all,
                       std::span<const std::string> argv) {
  std::string message = "the record of this command is without its secrets; missing:\n";
  for (const Withheld& secret : missing) {
    message += "  " + secret.kind + " in the argument " +
               plumbing::quoted_for_shell(argv[secret.index]) + ": set " +
               variable_name(secret, all) + "\n";
  }
  throw Error(Errc::NotFound,
              message +
                  "hint: or give the option anew with --<key>=<value>, or run it on "
                  "a terminal to be asked");
}

}  // namespace

std::vector<std::string> with_withheld_secrets(const Context& context,
                                               const plumbing::Workspace& workspace,
                                               std::vector<std::string> argv) {
  const std::vector<Withheld> all = distinct(plumbing::withheld_in(argv));
  if (all.empty()) return argv;
  std::vector<std::pair<std::string, std::string>> secrets;
  std::vector<Withheld> missing;
  for (const Withheld& secret : all) {
    if (const char* value = environment_variable(variable_name(secret, all).c_str()))
      secrets.emplace_back(secret.placeholder, value);
    else
      missing.push_back(secret);
  }
  if (!missing.empty()) {
    if (!context.input) fail(missing, all, argv);
    const SilentTerminal terminal;
    if (!terminal.usable()) fail(missing, all, argv);
    for (const Withheld& secret : missing) {
      auto answer = terminal.ask(secret.kind + " for " +
                                 plumbing::quoted_for_shell(argv[secret.index]) + ": ");
      if (!answer) fail(missing, all, argv);
      secrets.emplace_back(secret.placeholder, *std::move(answer));
    }
  }
  plumbing::Redactor redactor(workspace);
  for (const auto& [placeholder, value] : secrets) {
    const auto& secret = *std::ranges::find(all, placeholder, &Withheld::placeholder);
    if (redactor.placeholder(secret.kind, value) != placeholder) {
      context.err << "warning: this is another " << secret.kind
                  << " than the one that was recorded, so the command may become a new step\n";
    }
  }
  for (std::string& argument : argv) argument = plumbing::with_secrets(argument, secrets);
  return argv;
}

}  // namespace roar::porcelain

#include "plumbing/refs/ref_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "plumbing/refs/short_ref.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {
namespace {

[[noreturn]] void fail_atom(std::string_view name) {
  throw Error(Errc::Usage, "there is no %(" + std::string(name) + "); see roar-for-each-ref(1)");
}

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// As every POSIX shell reads it, whatever bytes it has.
std::string in_single_quotes(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

// How many components to take away so that -count are left, or count; never all of them.
std::size_t taken(std::string_view name, int count) {
  const auto components = std::ranges::count(name, '/') + 1;
  const auto wanted = count >= 0 ? std::ptrdiff_t{count} : components + count;
  return static_cast<std::size_t>(std::clamp(wanted, std::ptrdiff_t{0}, components));
}

std::string without_first(std::string_view name, std::size_t count) {
  for (; count > 0; --count) {
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos) return {};
    name.remove_prefix(slash + 1);
  }
  return std::string(name);
}

std::string without_last(std::string_view name, std::size_t count) {
  for (; count > 0; --count) {
    const std::size_t slash = name.rfind('/');
    if (slash == std::string_view::npos) return {};
    name = name.substr(0, slash);
  }
  return std::string(name);
}

}  // namespace

RefAtom::RefAtom(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Kind>, 10> kKinds{{
      {"refname", Kind::Name},
      {"symref", Kind::Symbolic},
      {"objectname", Kind::Id},
      {"objecttype", Kind::Type},
      {"objectsize", Kind::Size},
      {"*objectname", Kind::SubjectId},
      {"*objecttype", Kind::SubjectType},
      {"HEAD", Kind::Head},
      {"updated", Kind::Updated},
      {"reason", Kind::Reason},
  }};
  const std::string_view word = name.substr(0, name.find(':'));
  const auto* const found =
      std::ranges::find(kKinds, word, &std::pair<std::string_view, Kind>::first);
  if (found == kKinds.end()) fail_atom(name);
  kind_ = found->second;
  if (word.size() == name.size()) return;
  const std::string_view option = name.substr(word.size() + 1);
  const std::size_t equals = std::min(option.find('='), option.size());
  const auto number =
      equals < option.size() ? whole_number(option.substr(equals + 1)) : std::optional<int>();
  const std::string_view form = option.substr(0, equals);
  const bool is_name = kind_ == Kind::Name || kind_ == Kind::Symbolic;
  const bool is_id = kind_ == Kind::Id || kind_ == Kind::SubjectId;
  const bool is_short = form == "short";
  const bool has_digits = is_id && number.value_or(0) >= static_cast<int>(kPrefixMin);
  if (is_short && (equals < option.size() ? has_digits : is_name || is_id)) {
    form_ = Form::Short;
  } else if ((form == "lstrip" || form == "strip") && is_name && number) {
    form_ = Form::WithoutFirst;
  } else if (form == "rstrip" && is_name && number) {
    form_ = Form::WithoutLast;
  } else {
    fail_atom(name);
  }
  count_ = number.value_or(0);
}

std::string RefAtom::shortened(const Scene& scene, const std::string& name) const {
  switch (form_) {
    case Form::Whole:
      return name;
    case Form::Short:
      return short_ref_name(scene.transaction, name);
    case Form::WithoutFirst:
      return without_first(name, taken(name, count_));
    case Form::WithoutLast:
      return without_last(name, taken(name, count_));
  }
  return name;
}

std::string RefAtom::shortened_id(const Scene& scene, const ObjectId& id) const {
  if (form_ == Form::Whole) return id.hex();
  std::string brief = short_id(scene.transaction, id);
  if (count_ == 0) return brief;
  std::size_t digits = std::min(static_cast<std::size_t>(count_), 2 * ObjectId::kSize);
  const std::string hex = id.hex();
  while (digits < hex.size() && scene.transaction.with_prefix(hex.substr(0, digits), 2).size() > 1)
    ++digits;
  return hex.substr(0, digits);
}

RefAtom::Value RefAtom::of_log(const Scene& scene, const ListedRef& ref) const {
  const std::vector<ReflogEntry> log = scene.transaction.reflog(ref.name);
  if (log.empty()) return {};
  if (kind_ == Kind::Reason) return {.text = log.back().reason};
  const std::int64_t seconds = log.back().when.seconds;
  return {.text = std::to_string(seconds), .number = seconds};
}

RefAtom::Value RefAtom::of(const Scene& scene, const ListedRef& ref) const {
  switch (kind_) {
    case Kind::Name:
      return {.text = shortened(scene, ref.name)};
    case Kind::Symbolic:
      return {.text = ref.symbolic.empty() ? std::string() : shortened(scene, ref.symbolic)};
    case Kind::Id:
      return {.text = shortened_id(scene, ref.object.id)};
    case Kind::Type:
      return {.text = std::string(type_name(ref.object.type))};
    case Kind::Size:
      return {.text = std::to_string(ref.object.size),
              .number = static_cast<std::int64_t>(ref.object.size)};
    case Kind::SubjectId:
    case Kind::SubjectType: {
      const auto subject = subject_of(scene.transaction, ref.object);
      if (!subject) return {};
      if (kind_ == Kind::SubjectId) return {.text = shortened_id(scene, *subject)};
      const auto info = scene.transaction.info(*subject);
      return {.text = info ? std::string(type_name(info->type)) : std::string()};
    }
    case Kind::Head:
      return {.text = ref.name == scene.head ? "*" : " "};
    case Kind::Updated:
    case Kind::Reason:
      return of_log(scene, ref);
  }
  return {};
}

RefFormat::RefFormat(std::string_view format) {
  std::string text;
  while (!format.empty()) {
    if (format.starts_with("%(")) {
      const std::size_t end = format.find(')');
      if (end == std::string_view::npos)
        throw Error(Errc::Usage, "'" + std::string(format) + "' has no ')' at its end");
      if (!text.empty()) parts_.emplace_back(std::exchange(text, {}));
      parts_.emplace_back(RefAtom(format.substr(2, end - 2)));
      format.remove_prefix(end + 1);
    } else if (format.starts_with("%%")) {
      text += '%';
      format.remove_prefix(2);
    } else if (format.starts_with('%') && format.size() > 2 && is_hex(format.substr(1, 2))) {
      text += bytes_from_hex(format.substr(1, 2)).value_or("");
      format.remove_prefix(3);
    } else {
      text += format.front();
      format.remove_prefix(1);
    }
  }
  if (!text.empty()) parts_.emplace_back(std::move(text));
}

std::string RefFormat::line(const RefAtom::Scene& scene, const ListedRef& ref,
                            bool for_shell) const {
  std::string line;
  for (const auto& part : parts_) {
    if (const auto* const text = std::get_if<std::string>(&part)) {
      line += *text;
      continue;
    }
    std::string value = std::get<RefAtom>(part).of(scene, ref).text;
    line += for_shell ? in_single_quotes(value) : value;
  }
  return line;
}

}  // namespace roar::plumbing

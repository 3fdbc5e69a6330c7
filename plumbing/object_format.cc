#include "plumbing/object_format.h"

#include <array>
#include <utility>

#include "objects/base/error.h"

namespace roar::plumbing {

ObjectFormat::Atom ObjectFormat::atom_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Atom>, 8> kAtoms{{
      {"objectname", Atom::Name},
      {"objecttype", Atom::Type},
      {"objectsize", Atom::Size},
      {"objectsize:disk", Atom::SizeOnDisk},
      {"codec", Atom::Codec},
      {"deltabase", Atom::DeltaBase},
      {"seq", Atom::Sequence},
      {"rest", Atom::Rest},
  }};
  for (const auto& [known, atom] : kAtoms) {
    if (known == name) return atom;
  }
  throw Error(Errc::Usage, "there is no %(" + std::string(name) + "); see roar-cat-object(1)");
}

ObjectFormat::ObjectFormat(std::string_view format) {
  std::string text;
  while (!format.empty()) {
    if (format.starts_with("%%")) {
      text += '%';
      format.remove_prefix(2);
      continue;
    }
    const std::size_t end = format.find(')');
    if (format.starts_with("%(") && end == std::string_view::npos)
      throw Error(Errc::Usage, "'" + std::string(format) + "' has no ')' at its end");
    if (!format.starts_with("%(")) {
      text += format.front();
      format.remove_prefix(1);
      continue;
    }
    const Atom atom = atom_of(format.substr(2, end - 2));
    has_rest_ = has_rest_ || atom == Atom::Rest;
    if (!text.empty()) parts_.emplace_back(std::exchange(text, {}));
    parts_.emplace_back(atom);
    format.remove_prefix(end + 1);
  }
  if (!text.empty()) parts_.emplace_back(std::move(text));
}

std::string ObjectFormat::line(const ReadTransaction& transaction, const ObjectInfo& object,
                               std::string_view rest) const {
  std::string line;
  add_line(line, transaction, object, rest);
  return line;
}

void ObjectFormat::add_line(std::string& text, const ReadTransaction& transaction,
                            const ObjectInfo& object, std::string_view rest) const {
  const auto add = [&](Atom atom) {
    const auto stored = [&] { return transaction.stored_form(object.id).value_or(StoredForm{}); };
    switch (atom) {
      case Atom::Name:
        text += object.id.hex();
        return;
      case Atom::Type:
        text += type_name(object.type);
        return;
      case Atom::Size:
        text += std::to_string(object.size);
        return;
      case Atom::SizeOnDisk:
        text += std::to_string(stored().bytes);
        return;
      case Atom::Codec:
        text += stored().compressed ? "zstd" : "raw";
        return;
      case Atom::DeltaBase:
        text += stored().base.value_or(ObjectId()).hex();
        return;
      case Atom::Sequence:
        text += std::to_string(object.sequence);
        return;
      case Atom::Rest:
        text += rest;
        return;
    }
  };
  for (const auto& part : parts_) {
    if (const auto* const fixed = std::get_if<std::string>(&part)) {
      text += *fixed;
    } else {
      add(std::get<Atom>(part));
    }
  }
}

}  // namespace roar::plumbing

#include "plumbing/care/recover.h"

#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/bundle.h"
#include "objects/json.h"
#include "objects/pack_reader.h"
#include "objects/salvage.h"
#include "plumbing/care/in_child.h"
#include "plumbing/packs/file_streams.h"

namespace roar::plumbing {
namespace {

using Objects = std::map<ObjectId, RawObject>;

void add_pack(const std::filesystem::path& path, bool in_bundle, Objects& objects) {
  std::istringstream nothing;
  InputFile file(path, nothing);
  std::optional<BundleReader> bundle;
  if (in_bundle) bundle.emplace(file.source());
  PackReader pack(in_bundle ? bundle->pack() : file.source());
  while (std::optional<PackedObject> object = pack.next())
    objects.try_emplace(object->id, RawObject{object->type, std::move(object->payload)});
}

void add_store(const std::filesystem::path& directory, Objects& objects) {
  Salvage salvage = salvage_file(file_of_store(directory));
  for (auto& [sequence, object] : salvage.objects)
    objects.try_emplace(object_id_of(object.type, object.payload), std::move(object));
  for (RawObject& object : salvage.unconfirmed)
    objects.try_emplace(object_id_of(object.type, object.payload), std::move(object));
}

ObjectSource source_of(const std::filesystem::path& path) {
  constexpr std::string_view kPackMagic4 = "RPAK";
  if (!file_exists(path)) throw Error(Errc::NotFound, "no file '" + path.string() + "'");
  auto objects = std::make_shared<Objects>();
  if (std::filesystem::is_directory(path))
    add_store(path, *objects);
  else
    add_pack(path, !readable_content(path).starts_with(kPackMagic4), *objects);
  return [objects](const ObjectId& id) -> std::optional<RawObject> {
    const auto found = objects->find(id);
    return found == objects->end() ? std::nullopt : std::optional(found->second);
  };
}

json::Array array_of(const std::vector<std::string>& texts) {
  json::Array array;
  for (const std::string& text : texts) array.emplace_back(json::bytes_value(text));
  return array;
}

std::vector<std::string> texts_of(const json::Value& value) {
  std::vector<std::string> texts;
  for (const json::Value& element : *value.array()) texts.push_back(json::bytes_of(element));
  return texts;
}

std::string encode_report(const RecoveryReport& report) {
  json::Array lost;
  for (const ObjectId& id : report.lost) lost.emplace_back(id.hex());
  return json::encode(json::Object{{"filled", report.filled},
                                   {"generation", report.generation},
                                   {"lost", std::move(lost)},
                                   {"objects", report.objects},
                                   {"refs_lost", array_of(report.refs_lost)},
                                   {"refs_moved", array_of(report.refs_moved)}});
}

Recovered decode_report(std::string_view line) {
  const json::Object object = json::decode(line);
  return {.generation = *object.at("generation").string(),
          .objects = static_cast<std::uint64_t>(*object.at("objects").integer()),
          .filled = static_cast<std::uint64_t>(*object.at("filled").integer()),
          .lost = texts_of(object.at("lost")),
          .refs_lost = texts_of(object.at("refs_lost")),
          .refs_moved = texts_of(object.at("refs_moved"))};
}

}  // namespace

Recovered recover(const std::filesystem::path& store_directory,
                  const std::vector<std::filesystem::path>& sources) {
  Recovered recovered;
  const int signal = in_child(
      [&](const Say& say) {
        std::vector<ObjectSource> opened;
        for (const std::filesystem::path& path : sources) opened.push_back(source_of(path));
        say(encode_report(recover_store(store_directory, opened)));
      },
      [&](std::string_view line) { recovered = decode_report(line); });
  if (signal != 0)
    throw Error(Errc::Corrupt, "store '" + store_directory.string() +
                                   "' cannot be recovered: reading it ended by signal " +
                                   std::to_string(signal));
  return recovered;
}

}  // namespace roar::plumbing

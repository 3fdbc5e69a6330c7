#include <sys/stat.h>

#include <string>

#include "tracer/collector.h"

// What the collector makes of names that are given, taken away, and exchanged.

namespace roar::tracer {

using wire::Stamp;

void Collector::give_name(const Stamp& moved, PathId from, PathId to) {
  own_path(to);
  if (!S_ISREG(moved.mode)) return;
  File& file = files_.existing(moved);
  if (!file.own()) befores_.push_back({from, moves_.epoch(), stamp_of(moved)});
  add_input(file, moved, from, kKept);
  use(file, true);
  file.set(kRelinked);
  file.clear(kGone);
  files_.add_name(file, to, moves_.epoch(), kNameGiven);
}

void Collector::lose_name(const Stamp& lost, PathId path) {
  own_path(path);
  if (!S_ISREG(lost.mode)) return;
  File* file = files_.find(identity_of(lost));
  if (file == nullptr || !file->own()) befores_.push_back({path, moves_.epoch(), stamp_of(lost)});
  if (file == nullptr) return;
  file->set(kUnlinked);
  if (lost.links <= 1) file->set(kGone);
}

void Collector::move_directory(PathId from, PathId to) {
  const std::string old_path(paths_.at(from));
  const std::string new_path(paths_.at(to));
  moves_.add(old_path, new_path);
  // Other facts may spell the directory differently.
  const std::string old_name = resolver_.name_of(old_path);
  if (old_name != old_path) moves_.add(old_name, resolver_.name_of(new_path));
}

void Collector::on_rename(const Fact& fact) {
  const PathId from = absolute(fact, fact.path);
  const PathId to = absolute(fact, fact.path2);
  own_path(from);
  if (fact.has(wire::kHasBefore) && identity_of(fact.before) != identity_of(fact.stamp))
    lose_name(fact.before, to);
  if (fact.has(wire::kHasStamp) && S_ISDIR(fact.stamp.mode)) move_directory(from, to);
  if (fact.has(wire::kHasStamp)) give_name(fact.stamp, from, to);
}

void Collector::on_exchange(const Fact& fact) {
  const PathId one = absolute(fact, fact.path);
  const PathId other = absolute(fact, fact.path2);
  if (!fact.has(wire::kHasStamp) || !fact.has(wire::kHasBefore)) return;
  if (S_ISDIR(fact.stamp.mode) && S_ISDIR(fact.before.mode)) {
    moves_.add_exchange(std::string(paths_.at(one)), std::string(paths_.at(other)));
  } else if (S_ISDIR(fact.stamp.mode)) {
    move_directory(one, other);
  } else if (S_ISDIR(fact.before.mode)) {
    move_directory(other, one);
  }
  const auto remember = [&](const Stamp& replaced, PathId path) {
    const File* file = files_.find(identity_of(replaced));
    if (S_ISREG(replaced.mode) && (file == nullptr || !file->own()))
      befores_.push_back({path, moves_.epoch(), stamp_of(replaced)});
  };
  remember(fact.stamp, one);
  remember(fact.before, other);
  give_name(fact.stamp, one, other);
  give_name(fact.before, other, one);
}

void Collector::on_link(const Fact& fact) {
  if (!fact.has(wire::kHasStamp)) return;
  give_name(fact.stamp, absolute(fact, fact.path), absolute(fact, fact.path2));
}

void Collector::on_unlink(const Fact& fact) {
  const PathId path = absolute(fact, fact.path);
  own_path(path);
  if (fact.has(wire::kHasBefore)) lose_name(fact.before, path);
}

}  // namespace roar::tracer

#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include "objects/store.h"
#include "plumbing/object_format.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

struct BatchOptions {
  enum class Input : std::uint8_t { Names, Commands, AllObjects };

  Input input = Input::Names;
  bool with_payload = false;       // of names and of all objects
  bool buffered = false;           // only the end, and the command flush, empty the buffer
  bool by_sequence = false;        // all objects in the order of writing, not of id
  std::optional<ObjectType> only;  // objects of other types are excluded
  char end = '\n';                 // of every line, read and written, and after a payload
};

// Answers questions about many objects: the batch modes of cat-object. What has been asked by now
// is answered from one snapshot; there is none while somebody is waited for, because whoever asks
// may take hours, and an open one makes the store grow.
class ObjectBatch {
 public:
  // All must outlive the object.
  ObjectBatch(const Store& store, const Workspace& workspace, const ObjectFormat& format,
              const BatchOptions& options)
      : store_(store), workspace_(workspace), format_(format), options_(options) {}

  // Until the end of `in`. Throws Errc::Usage for a command that there is not.
  void answer(std::istream& in, std::ostream& out) const;

 private:
  // What was asked for on one line.
  struct Question {
    std::string line;
    std::string_view name;            // of it
    std::optional<ObjectInfo> known;  // what the name means, if that was easy to say
  };
  std::string_view name_in(std::string_view line) const;

  // Answers to the end of `text`.
  void add_reply(std::string& text, const ReadTransaction& transaction, const Question& question,
                 bool with_payload) const;
  void add_object(std::string& text, const ReadTransaction& transaction, const ObjectInfo& object,
                  std::string_view rest, bool with_payload) const;

  // Writes what `add(text, transaction, number)` appends for each number below `count`.
  template <typename Add>
  void write_each(std::ostream& out, std::size_t count, const Add& add) const;
  // The same from `first` on, as far as one snapshot goes; the number of the next one.
  template <typename Add>
  std::size_t write_some(std::ostream& out, std::size_t first, std::size_t count,
                         const Add& add) const;
  void obey(std::string_view command, std::ostream& out) const;
  void tell_all(std::ostream& out) const;
  void answer_names(std::istream& in, std::ostream& out) const;
  void look_up(std::span<Question> questions) const;

  const Store& store_;
  const Workspace& workspace_;
  const ObjectFormat& format_;
  const BatchOptions& options_;
};

}  // namespace roar::plumbing

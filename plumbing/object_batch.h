#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <ostream>
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

// Answers questions about many objects: the batch modes of cat-object. Each is answered from a
// snapshot of its own, because whoever asks may take hours, and an open one makes the store grow.
class ObjectBatch {
 public:
  // All must outlive the object.
  ObjectBatch(const Store& store, const Workspace& workspace, const ObjectFormat& format,
              const BatchOptions& options)
      : store_(store), workspace_(workspace), format_(format), options_(options) {}

  // Until the end of `in`. Throws Errc::Usage for a command that there is not.
  void answer(std::istream& in, std::ostream& out) const;

 private:
  std::string reply(std::string_view asked, bool with_payload) const;
  std::string reply_to(const ReadTransaction& transaction, std::string_view asked,
                       bool with_payload) const;
  std::string about(const ReadTransaction& transaction, const ObjectInfo& object,
                    std::string_view rest, bool with_payload) const;
  void obey(std::string_view command, std::ostream& out) const;
  void tell_all(std::ostream& out) const;

  const Store& store_;
  const Workspace& workspace_;
  const ObjectFormat& format_;
  const BatchOptions& options_;
};

}  // namespace roar::plumbing

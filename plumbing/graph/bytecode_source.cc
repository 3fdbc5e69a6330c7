#include "plumbing/graph/bytecode_source.h"

#include <vector>

namespace roar::plumbing {
namespace {

// "m/a.py" of "m/__pycache__/a.cpython-311.pyc"; empty if it is no such path.
std::string source_path(std::string_view path) {
  constexpr std::string_view kDirectory = "__pycache__/";
  const std::size_t directory = path.rfind(kDirectory);
  if (directory == std::string_view::npos || !path.ends_with(".pyc")) return {};
  const std::string_view name = path.substr(directory + kDirectory.size());
  return std::string(path.substr(0, directory)) + std::string(name.substr(0, name.find('.'))) +
         ".py";
}

}  // namespace

std::optional<BytecodeSource> bytecode_source(const ReadTransaction& transaction,
                                              std::string_view path, Timestamp until) {
  const std::string source = source_path(path);
  if (source.empty()) return std::nullopt;
  const std::vector<Use> uses = uses_of_path(transaction, source);
  for (auto use = uses.rbegin(); use != uses.rend(); ++use) {
    if (!use->artifact || until < read_job(transaction, use->job).started) continue;
    return BytecodeSource{.path = source,
                          .artifact = *use->artifact,
                          .size = read_artifact(transaction, *use->artifact).size};
  }
  return std::nullopt;
}

}  // namespace roar::plumbing

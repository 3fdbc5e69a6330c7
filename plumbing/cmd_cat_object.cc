#include <optional>
#include <ostream>
#include <string>

#include "objects/base/error.h"
#include "objects/store.h"
#include "objects/transaction.h"
#include "plumbing/commands.h"
#include "plumbing/object_batch.h"
#include "plumbing/object_format.h"
#include "plumbing/options.h"
#include "plumbing/peel.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {
namespace {

// What the command line asks for.
struct Request {
  bool type = false;
  bool size = false;
  bool exists = false;
  bool print = false;
  std::optional<std::string> batch;
  std::optional<std::string> batch_check;
  std::optional<std::string> batch_command;
  bool all = false;
  bool unordered = false;
  bool buffer = false;
  bool null = false;
  std::string filter;

  int flags() const { return int{type} + int{size} + int{exists} + int{print}; }
  int batches() const {
    return int{batch.has_value()} + int{batch_check.has_value()} + int{batch_command.has_value()};
  }
};

ObjectType type_of(const Options& options, std::string_view name) {
  const auto type = type_from_name(name);
  if (!type) throw options.usage_error("'" + std::string(name) + "' is not a type of object");
  return *type;
}

std::optional<ObjectType> filtered_type(const Options& options, const std::string& filter) {
  constexpr std::string_view kType = "type:";
  if (filter.empty()) return std::nullopt;
  if (!filter.starts_with(kType)) {
    throw options.usage_error("'" + filter + "' is not a filter; there is type:<type>");
  }
  return type_of(options, std::string_view(filter).substr(kType.size()));
}

int run_batch(Context& context, const Options& options, const Request& request) {
  if (request.all && request.batch_command) {
    throw options.usage_error("--batch-all-objects goes with --batch and --batch-check");
  }
  if (request.unordered && !request.all) {
    throw options.usage_error("--unordered goes with --batch-all-objects");
  }
  using Input = BatchOptions::Input;
  BatchOptions batch;
  if (request.batch_command) batch.input = Input::Commands;
  if (request.all) batch.input = Input::AllObjects;
  batch.with_payload = request.batch.has_value();
  batch.buffered = request.buffer;
  batch.by_sequence = request.unordered;
  batch.only = filtered_type(options, request.filter);
  if (request.null) batch.end = '\0';
  const ObjectFormat format(
      request.batch.value_or(request.batch_check.value_or(request.batch_command.value_or(""))));
  ObjectBatch(*context.store, *context.workspace, format, batch).answer(context.in, context.out);
  return 0;
}

// What is printed of the one object.
std::string text_of(const ReadTransaction& transaction, const ObjectId& id,
                    const Request& request) {
  const std::optional<ObjectInfo> info = transaction.info(id);
  if (!info) throw Error(Errc::NotFound, "object " + id.hex() + " is missing");
  if (request.type) return std::string(type_name(info->type)) + '\n';
  if (request.size) return std::to_string(info->size) + '\n';
  if (request.exists) return {};
  return transaction.payload(id, info->type);
}

}  // namespace

int cmd_cat_object(Context& context, Arguments arguments) {
  Request request;
  Options options(
      "cat-object (-t | -s | -e | -p) <object>\n"
      "cat-object <type> <object>\n"
      "cat-object (--batch[=<format>] | --batch-check[=<format>]) [--batch-all-objects "
      "[--unordered]] [--buffer] [--filter type:<type>] [-z]\n"
      "cat-object --batch-command[=<format>] [--buffer] [--filter type:<type>] [-z]");
  options.flag('t', "type", request.type, "print the object's type")
      .flag('s', "size", request.size, "print its size in bytes")
      .flag('e', "exists", request.exists, "print nothing; exit 1 if there is no such object")
      .flag('p', "print", request.print, "print its payload")
      .optional_value("batch", "format", request.batch,
                      "answer the names on standard input with type, size and payload",
                      ObjectFormat::kDefault)
      .optional_value("batch-check", "format", request.batch_check, "the same without the payload",
                      ObjectFormat::kDefault)
      .optional_value("batch-command", "format", request.batch_command,
                      "obey the commands on standard input", ObjectFormat::kDefault)
      .flag(0, "batch-all-objects", request.all, "tell of all objects, in order of id")
      .flag(0, "unordered", request.unordered, "in the order of writing instead")
      .flag(0, "buffer", request.buffer, "write when there is much to write, not at each answer")
      .value(0, "filter", "filter", request.filter, "leave out what is not of type:<type>")
      .flag('z', "null", request.null, "end lines with NUL, read and written");
  const auto names = options.parse(arguments);
  if (request.batches() == 1 && request.flags() == 0) {
    if (!names.empty()) throw options.usage_error("objects are named on standard input");
    return run_batch(context, options, request);
  }
  const bool of_batches =
      request.all || request.unordered || request.buffer || request.null || !request.filter.empty();
  const bool typed = request.flags() == 0 && names.size() == 2;
  if (request.batches() != 0 || of_batches || (request.flags() != 1 && !typed)) {
    throw options.usage_error(
        "give exactly one of -t, -s, -e, -p, a type, --batch, --batch-check and --batch-command");
  }
  if (!typed && names.size() != 1) throw options.usage_error("name exactly one object");

  const auto wanted = typed ? std::optional(type_of(options, names.front())) : std::nullopt;
  std::string text;
  std::string warning;
  try {
    context.store->read([&](const ReadTransaction& transaction) {
      const ResolvedName name = resolve(transaction, *context.workspace, names.back());
      warning = name.warning;
      ObjectId id = name.id;
      if (wanted) id = peel(transaction, id, *wanted);
      text = text_of(transaction, id, request);
    });
  } catch (const Error& error) {
    if (request.exists && error.code() == Errc::NotFound) return 1;
    throw;
  }
  if (!warning.empty()) context.err << "warning: " << warning << '\n';
  context.out << text;
  return 0;
}

}  // namespace roar::plumbing

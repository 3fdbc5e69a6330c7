#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "objects/edge.h"

namespace roar::plumbing {

// A path or a URL from a command, and whether data comes from there or goes there.
struct DatasetArgument {
  std::string value;
  EdgeRole role = EdgeRole::Input;

  bool operator==(const DatasetArgument&) const = default;
};

// What a command's options say its data is: the values of --input, --input-dir, --input-path,
// --inputs, --dataset, --dataset-dir, --data-dir, --data-root, --source, --source-dir and
// --output-dir (the only one of outputs), after "=" or as the next word, each of a list that commas
// or spaces divide. In the order of the command, each once; not where the placeholder of a secret
// would become part of an id.
std::vector<DatasetArgument> dataset_arguments(std::span<const std::string> argv);

// A URL that a data set may have, as an id: without user and password, query and fragment, which
// say how to get it, and without slashes at its end. Empty for any other word: a path, or a URL
// without a host, or of a scheme but s3, gs, http, https and hf.
std::string dataset_url(std::string_view word);

// The id of a directory: "file://" and its absolute path. Bytes that no URL may have, and those
// that are no UTF-8, are as "%20".
std::string dataset_file_url(std::string_view absolute);

}  // namespace roar::plumbing

// Any query: it is refused as a wrong request, or answered; and so are the values of labels that it
// could be about. With a libFuzzer driver (ROAR_FUZZ) or with replay.cc, which runs the corpus
// once.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/error.h"
#include "objects/label_value.h"
#include "plumbing/labels/parameters.h"
#include "plumbing/query/job_query.h"

namespace {

// One form: what it gives is what it takes, and words are parameters of a kind.
void check_value(const std::string& text) {
  try {
    const std::string value = roar::canonical_label_value(text);
    ROAR_ASSERT(roar::canonical_label_value(value) == value);
    const auto leaves = roar::label_leaves("k", value);
    ROAR_ASSERT(!leaves.empty() || value.starts_with('{'));
  } catch (const roar::Error& error) {
    ROAR_ASSERT(error.code() == roar::Errc::Usage);
  }
  const std::vector<std::string> argv{"x", text, "--o", text};
  for (const auto& parameter : roar::plumbing::parameters_of(argv))
    ROAR_ASSERT(roar::canonical_label_value(parameter.value) == parameter.value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_value(text);
  roar::Job job;
  job.argv = {"x", "--a", text};
  const roar::JobPlace place;
  const roar::LabelDocument labels{{"a", "1"}, {"b", "\"x\""}, {"c.d", "true"}};
  try {
    const roar::plumbing::JobQuery query(text, {1'700'000'000, 0});
    static_cast<void>(query.matches({.job = job, .place = place, .labels = labels}));
  } catch (const roar::Error& error) {
    ROAR_ASSERT(error.code() == roar::Errc::Usage);
  }
  return 0;
}

#include "plumbing/labels/recorded_labels.h"

#include "plumbing/labels/labels.h"

namespace roar::plumbing {

void label_recorded_job(WriteTransaction& transaction, const NewJob& job,
                        const AppendedJob& appended, const LabelDocument& facts) {
  LabelMap document;
  if (!job.job.name.empty()) merge_label(document, "name", label_string(job.job.name));
  for (const auto& [key, value] : job.labels) merge_label(document, key, value);
  const bool has_users = !document.empty();
  for (const auto& [key, value] : facts) merge_label(document, key, value);
  if (document.empty()) return;
  write_labels(transaction, appended.job, document, has_users ? "user" : "system", job.job.ended);
}

}  // namespace roar::plumbing

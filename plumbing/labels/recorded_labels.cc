#include "plumbing/labels/recorded_labels.h"

#include "plumbing/labels/labels.h"

namespace roar::plumbing {

void label_recorded_job(WriteTransaction& transaction, const NewJob& job,
                        const AppendedJob& appended) {
  LabelMap document;
  if (!job.job.name.empty()) merge_label(document, "name", label_string(job.job.name));
  for (const auto& [key, value] : job.labels) merge_label(document, key, value);
  if (!document.empty()) write_labels(transaction, appended.job, document, "user", job.job.ended);
}

}  // namespace roar::plumbing

#pragma once

#include "objects/history.h"
#include "objects/label_value.h"

namespace roar::plumbing {

// Writes the labels that a job is born with, in the transaction that appended it: the name of its
// step, NewJob::labels, and `facts` that roar has found out. A job without any costs nothing.
void label_recorded_job(WriteTransaction& transaction, const NewJob& job,
                        const AppendedJob& appended, const LabelDocument& facts);

}  // namespace roar::plumbing

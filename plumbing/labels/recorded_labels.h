#pragma once

#include "objects/history.h"

namespace roar::plumbing {

// Writes the labels that a job is born with, in the transaction that appended it: the name of its
// step, and NewJob::labels. A job without any costs nothing.
void label_recorded_job(WriteTransaction& transaction, const NewJob& job,
                        const AppendedJob& appended);

}  // namespace roar::plumbing

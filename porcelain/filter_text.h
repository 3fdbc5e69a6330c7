#pragma once

#include <string>

#include "plumbing/classify.h"

// Rules for paths in words.

namespace roar::porcelain {

// "the last component ends with '.pyc'", "the path begins with '/usr/', outside of the project,
// read".
std::string row_text(const tracer::PathRule& row);

// Its number in the built-in table, from 1.
std::size_t row_number(const tracer::PathRule& row);

// What decided, in one line: "row 43 of the table: ...".
std::string reason_text(const plumbing::Classification& classification);

// What becomes of a file of this class that a job reads, or writes.
std::string consequence_text(const plumbing::Classification& classification, bool written);

}  // namespace roar::porcelain

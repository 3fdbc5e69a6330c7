#pragma once

#include <functional>
#include <string_view>

namespace roar::plumbing {

// Tells the parent one line, without its end, which must not contain a newline.
using Say = std::function<void(std::string_view line)>;

// Runs `work` in a child process: LMDB crashes on some damaged files, and that must not be the end
// of us. `hear` is called in this process for each line that the child says, while it works.
//
// Returns 0 when the work is done, or the number of the signal that ended the child. An Error that
// the work throws is thrown here. Only the calling thread exists in the child. No store may be
// open.
int in_child(const std::function<void(const Say& say)>& work, const Say& hear);

}  // namespace roar::plumbing

#!/bin/sh
# What observing costs while a C++ file is compiled. ROAR_BUILD=build/release sh trace-compile.sh [PAIRS]
. "$(dirname "$0")/trace_pairs.sh"
cat >"$work/unit.cc" <<'END'
#include <algorithm>
#include <map>
#include <string>
#include <vector>
int count(const std::map<std::string, std::vector<int>>& groups) {
  int total = 0;
  for (const auto& [name, group] : groups)
    total += static_cast<int>(std::count(group.begin(), group.end(), static_cast<int>(name.size())));
  return total;
}
END
pairs trace-compile "${1:-11}" g++ -std=c++20 -c "$work/unit.cc" -o "$work/unit.o"

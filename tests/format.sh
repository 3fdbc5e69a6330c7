#!/bin/sh
# Whether every C++ file is formatted as .clang-format says. With --fix, formats them.
set -eu

cd "$(dirname "$0")/.."
mode='--dry-run -Werror'
test "${1:-}" = --fix && mode=-i
# shellcheck disable=SC2086  # words
find objects tracer transport hooks plumbing porcelain tests \( -name '*.h' -o -name '*.cc' -o -name '*.c' \) \
	2>/dev/null | sort | xargs clang-format-14 $mode

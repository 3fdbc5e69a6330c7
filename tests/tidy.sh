#!/bin/sh
# clang-tidy over all sources of the program, and a count of what it was told to overlook.
#
#   sh tests/tidy.sh [--analyzer] [BUILD_DIRECTORY]
#
# With --analyzer, the static analyzer alone, which takes more time than all other checks together.
# The tests are not checked: nearly all of their time goes into the test framework's header.
set -eu

cd "$(dirname "$0")/.."
checks=
if test "${1:-}" = --analyzer
then
	checks='-*,clang-analyzer-*'
	shift
fi
# One without precompiled headers, which are g++'s own.
build=${1:-build/release}
folders='objects tracer transport hooks plumbing porcelain'
# Raise it only with a reason beside the suppression.
suppressions_max=31

status=0
# shellcheck disable=SC2086  # a list of words
count=$(grep -rhoE 'NOLINT(NEXTLINE|BEGIN)?\b' $folders --include='*.h' --include='*.cc' 2>/dev/null | wc -l)
echo "tidy: $count suppressions (at most $suppressions_max)"
if test "$count" -gt "$suppressions_max"
then
	echo 'tidy: too many suppressions' >&2
	status=1
fi

# The compile commands name exactly what is built; version.cc and other generated files are left out.
pattern="^$PWD/($(echo $folders | tr ' ' '|'))/.*\.cc$"
run-clang-tidy-14 -quiet ${checks:+"-checks=$checks"} -j "$(nproc)" -p "$build" "$pattern" >"$build/tidy.log" 2>/dev/null || status=1
grep -E '(error|warning): ' "$build/tidy.log" | sort -u >&2 || :
exit $status

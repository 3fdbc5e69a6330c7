#!/bin/sh
# clang-tidy over all sources of the program, and a count of what it was told to overlook.
#
#   sh tests/tidy.sh [--analyzer]
#
# Sources that can be are read as one, since the time goes into headers. With --analyzer, the static
# analyzer alone, which takes more time than all other checks together.
# The tests are not checked: nearly all of their time goes into the test framework's header.
set -eu

cd "$(dirname "$0")/.."
checks=
if test "${1:-}" = --analyzer
then
	checks='-*,clang-analyzer-*'
	shift
fi
build=build/tidy
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

# Without precompiled headers, which are g++'s own.
mkdir -p "$build"
cmake --preset release -B "$build" -DROAR_UNITY=16 -DBUILD_TESTING=OFF >"$build/cmake.log" 2>&1 ||
	{ cat "$build/cmake.log" >&2; exit 1; }
# What joins sources does nothing but include them.
printf '%s\n' 'InheritParentConfig: true' "Checks: '-bugprone-suspicious-include'" >"$build/.clang-tidy"

# The compile commands name exactly what is built; version.cc and other generated files are left out.
pattern="^$PWD/(($(echo $folders | tr ' ' '|'))/.*\.cc|$build/.*/unity_[^/]*\.cxx)$"
run-clang-tidy-14 -quiet ${checks:+"-checks=$checks"} -j "$(nproc)" -p "$build" "$pattern" >"$build/tidy.log" 2>/dev/null || status=1
grep -E '(error|warning): ' "$build/tidy.log" | sort -u >&2 || :
exit $status

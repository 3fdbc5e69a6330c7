#!/bin/sh
# The tests of faults at length: every system call, every bit, every state, where continuous integration
# takes a sample. Hours.
#
#   ROAR_BUILD=build/release sh tests/fault/long.sh [TEST...]
set -u
SOURCE_DIR=$(cd "$(dirname "$0")/../.." && pwd)
ROAR_BUILD=$(realpath "${ROAR_BUILD:?the build tree, with its tests}")
ROAR_TEST_LONG=1
export SOURCE_DIR ROAR_BUILD ROAR_TEST_LONG
test $# -gt 0 || set -- "$SOURCE_DIR"/tests/fault/t[0-9]*.sh
status=0
for test
do
	begun=$(date +%s)
	echo "# $(basename "$test" .sh)"
	sh "$test" || status=1
	echo "# $(($(date +%s) - begun)) s"
done
exit $status

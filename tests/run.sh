#!/bin/sh
# Installs what the tests need, builds the release with its tests, and runs them all.
#
#   sh tests/run.sh
#
# The last lines are ctest's. Can be run again at any time.
set -eu

source_dir=$(cd "$(dirname "$0")/.." && pwd)
. "$source_dir/tests/packages.sh"

# shellcheck disable=SC2086  # lists of words
install_packages $build_packages $test_packages

say "building the release and its tests in $source_dir/build/release"
cd "$source_dir"
cmake --preset release -DBUILD_TESTING=ON >/dev/null
cmake --build --preset release

say "running the tests"
exec ctest --preset release -j "$(nproc)"

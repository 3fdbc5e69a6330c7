#!/bin/sh
# Installs what the build needs, builds the release, installs it, and runs the demo.
#
#   sh docs/demo/install.sh [DIRECTORY]
#
# The demo's project is made in DIRECTORY, which must not exist yet; without it, in a new temporary
# one. ROAR_PREFIX says where to install; the default is /usr/local. Can be run again at any time.
set -eu

source_dir=$(cd "$(dirname "$0")/../.." && pwd)
prefix=${ROAR_PREFIX:-/usr/local}
. "$source_dir/tests/packages.sh"

# shellcheck disable=SC2086  # lists of words
install_packages $build_packages $demo_packages

say "building the release in $source_dir/build/release"
cd "$source_dir"
cmake --preset release -DBUILD_TESTING=OFF >/dev/null
cmake --build --preset release

say "installing to $prefix"
if mkdir -p "$prefix" 2>/dev/null && test -w "$prefix"
then
	cmake --install build/release --prefix "$prefix" >/dev/null
else
	as_root cmake --install build/release --prefix "$prefix" >/dev/null
fi
"$prefix/bin/roar" --version

say "running the demo"
PATH="$prefix/bin:$PATH" sh docs/demo/run.sh "$@"

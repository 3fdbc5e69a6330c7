#!/bin/sh
# The folders may include only what docs/architecture.md allows, and each third-party library has one
# door. Fails with the offending lines.

. "$SOURCE_DIR/tests/cli/lib.sh"

folders='objects tracer transport hooks plumbing porcelain'

includes () {
	(cd "$SOURCE_DIR" && grep -rHnE "^ *#include $2" $1 --include='*.h' --include='*.cc' \
		--include='*.c' --include='*.in' 2>/dev/null)
}

# may_include <folder> <allowed prefix>...
may_include () {
	folder=$1
	shift
	allowed=$(echo "$@" | tr ' ' '|')
	test_case "$folder/ includes only: $*" "
		! { includes $folder '\"' | grep -vE '#include \"($allowed)/'; }
	"
}

# one_door <header pattern> <folder>: one .h/.cc pair of the folder, and nothing else, includes it.
one_door () {
	test_case "$1 has one door, in $2/" "
		includes '$folders' '[<\"]$1' | cut -d: -f1 | sed 's/\.[a-z]*\$//' | sort -u >doors &&
		cat doors && test \$(wc -l <doors) -eq 1 && ! grep -v '^$2/' doors
	"
}

may_include objects/base objects/base
may_include objects objects
may_include tracer objects/base tracer
may_include hooks objects/base hooks
may_include transport objects transport
may_include plumbing objects tracer transport hooks plumbing
may_include porcelain objects plumbing porcelain

test_case 'porcelain reaches the store through plumbing only' '
	cd "$SOURCE_DIR" &&
	! grep -rnE "#include \"objects/(store|transaction|lmdb|cache)" porcelain --exclude=main.cc
'

test_case 'porcelain calls operations, not plumbing commands' '
	cd "$SOURCE_DIR" &&
	! grep -rn "plumbing::cmd_" porcelain
'

one_door lmdb         objects
one_door zstd         objects
one_door openssl/     objects
one_door blake3       objects
one_door git2         hooks
one_door CLI/         plumbing
one_door 'toml\+\+'   plumbing
one_door sqlite3      plumbing
one_door archive.h    plumbing
one_door 'iostream>'  porcelain

test_case 'only main decides exit statuses and prints "fatal:"' '
	cd "$SOURCE_DIR" &&
	! grep -rnE "\"fatal: |kExitFatal|kExitUsage" $folders --include="*.cc" | grep -v "^porcelain/main.cc:"
'

test_case 'the root holds only what it may' '
	cat >allowed <<-\EOF &&
	CMakeLists.txt
	CMakePresets.json
	CONTRIBUTING.md
	LICENSE
	README.md
	build
	docs
	hooks
	man
	objects
	plumbing
	porcelain
	tests
	tracer
	transport
	EOF
	! { ls "$SOURCE_DIR" | grep -vxFf allowed; }
'

test_done

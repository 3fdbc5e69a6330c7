#!/bin/sh
# What continuous integration takes a sample of, at length: the tests of faults with every system call, every bit, every
# state; the unit tests that take seeds, with forty times as many; the canonical forms of other documents; and the fuzz
# targets, where clang can build them. Hours.
#
#   ROAR_BUILD=build/release sh tests/fault/long.sh [TEST...]
set -u
SOURCE_DIR=$(cd "$(dirname "$0")/../.." && pwd)
ROAR_BUILD=$(realpath "${ROAR_BUILD:?the build tree, with its tests}")
ROAR_TEST_LONG=1
export SOURCE_DIR ROAR_BUILD ROAR_TEST_LONG
status=0

# timed NAME COMMAND
timed () {
	begun=$(date +%s)
	echo "# $1"
	shift
	"$@"
	case $? in
	0 | 77) ;;
	*) echo "# failed" && status=1 ;;
	esac
	echo "# $(($(date +%s) - begun)) s"
}

# The ones of the command line are all.
if test $# -gt 0
then
	for test
	do
		timed "$(basename "$test" .sh)" sh "$test"
	done
	exit $status
fi

for test in "$SOURCE_DIR"/tests/fault/t[0-9]*.sh "$SOURCE_DIR"/tests/cli/t1307-recover.sh
do
	timed "$(basename "$test" .sh)" sh "$test"
done
for seed in 1 2 3 4 6 7 8 9 10
do
	timed "t1405-canonical-forms, seed $seed" env ROAR_TEST_SEED=$seed sh "$SOURCE_DIR/tests/cli/t1405-canonical-forms.sh"
done
# The programs whose sources ask for `seeds()`.
for folder in $(grep -rlE '(seeds\(|ROAR_TEST_LONG)' "$SOURCE_DIR/tests/unit" --include='*_test.cc' |
	sed "s:^$SOURCE_DIR/tests/unit/::; s:/.*::" | sort -u)
do
	timed "unit tests of $folder" "$ROAR_BUILD/tests/unit_$folder"
done

# fuzz DIRECTORY: each target for some minutes, from its corpus on, in a build of its own.
fuzz () {
	cmake -S "$SOURCE_DIR" -B "$1/build" -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ -DROAR_FUZZ=ON >/dev/null ||
		return 1
	for source in "$SOURCE_DIR"/tests/fuzz/*_fuzz.cc
	do
		name=$(basename "$source" .cc)
		corpus=$SOURCE_DIR/tests/fuzz/corpus/${name%_fuzz}
		mkdir "$1/$name" && cmake --build "$1/build" --target "$name" >"$1/log" || { cat "$1/log"; return 1; }
		echo "# $name" && (cd "$1" && "build/tests/fuzz/$name" -max_len=4096 -max_total_time="${ROAR_TEST_FUZZ_SECONDS:-600}" \
			-print_final_stats=1 "$name" "$corpus") >"$1/log" 2>&1 || { tail -n 50 "$1/log"; return 1; }
		grep -E "^stat::number_of_executed_units" "$1/log"
	done
}
replay () {
	for program in "$ROAR_BUILD"/tests/fuzz/*_fuzz_replay
	do
		name=$(basename "$program" _fuzz_replay)
		"$program" "$SOURCE_DIR/tests/fuzz/corpus/$name"/* || { echo "$name"; return 1; }
	done
}
timed 'the corpora of the fuzz targets' replay
if command -v clang++ >/dev/null
then
	scratch=$(mktemp -d "${TMPDIR:-/tmp}/roar-fuzz.XXXXXX")
	trap 'rm -rf "$scratch"' EXIT
	timed 'the fuzz targets' fuzz "$scratch"
else
	echo "# no clang: the fuzz targets are not run"
fi
exit $status

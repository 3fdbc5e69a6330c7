#!/bin/sh
# Each patch beside this script breaks one thing, and its first line names the test that must go red:
#
#   # red: <name of a test, as ctest prints it>
#
# Applies them one after another to a scratch copy, builds, and runs the named test. Fails if a patch
# no longer applies, or a test stays green.
#
#   sh tests/mutations/run.sh [PATCH...]
set -eu

source_dir=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/roar-mutations.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
test $# -gt 0 || set -- "$source_dir"/tests/mutations/*.patch

(cd "$source_dir" && git ls-files -z --cached --others --exclude-standard | tar -c --null -T -) |
	tar -x -C "$scratch"
for patch
do
	cp "$patch" "$scratch/"
done
cd "$scratch"
# A breakage may leave something unused.
cmake --preset dev -DROAR_WERROR=OFF >/dev/null

caught=0 missed=0
for patch
do
	name=$(basename "$patch" .patch)
	red=$(sed -n '1s/^# red: //p' "$name.patch")
	if ! patch -s -p1 --dry-run <"$name.patch" >/dev/null
	then
		echo "STALE   $name: does not apply"
		missed=$((missed + 1))
		continue
	fi
	patch -s -p1 <"$name.patch"
	# The name may hold characters that a pattern gives a meaning; ctest wants a pattern.
	pattern=$(printf '%s' "$red" | sed 's/[][().*+?^$|\\{}]/\\&/g')
	case $red in
	unit:*) folder=${red#unit: } target=unit_${folder%%:*} ;;
	*) target=all ;;
	esac
	if ! cmake --build --preset dev --target "$target" >build.log 2>&1
	then
		echo "BROKEN  $name: does not compile"
		tail -n 5 build.log
		missed=$((missed + 1))
	elif ! (cd build/dev && ctest -N -R "^$pattern\$" | grep -q '^Total Tests: 1$')
	then
		echo "UNNAMED $name: no test '$red'"
		missed=$((missed + 1))
	elif (cd build/dev && ctest -R "^$pattern\$") >/dev/null 2>&1
	then
		echo "MISSED  $name: '$red' is still green"
		missed=$((missed + 1))
	else
		echo "caught  $name"
		caught=$((caught + 1))
	fi
	patch -s -R -p1 <"$name.patch"
done
echo "$caught caught, $missed missed"
test "$missed" -eq 0

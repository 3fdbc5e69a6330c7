#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

project p || exit 1
roar run -q true || exit 1
head=$(roar symbolic-ref HEAD)
a=$(printf a | roar hash-object -w --stdin)
b=$(printf b | roar hash-object -w --stdin)

test_case 'HEAD stands for the active session' '
	roar symbolic-ref HEAD >actual && grep -xE "refs/sessions/[0-9a-f]{32}" actual &&
	roar symbolic-ref --short HEAD >actual && echo "${head#refs/sessions/}" | diff - actual
'

test_case 'set, read, removed' '
	roar symbolic-ref -m why refs/s/one refs/t/two >out && test ! -s out &&
	test "$(roar symbolic-ref refs/s/one)" = refs/t/two &&
	roar symbolic-ref refs/s/one refs/t/three && test "$(roar symbolic-ref refs/s/one)" = refs/t/three &&
	roar symbolic-ref -d refs/s/one && expect_status 1 roar symbolic-ref -q refs/s/one
'

test_case 'what is not symbolic' '
	roar update-ref refs/t/plain $a &&
	expect_status 128 roar symbolic-ref refs/t/plain 2>err && grep -x "fatal: .refs/t/plain. is not a symbolic ref" err &&
	expect_status 1 roar symbolic-ref -q refs/t/plain 2>err && test ! -s err &&
	expect_status 128 roar symbolic-ref refs/t/none 2>err && expect_status 1 roar symbolic-ref -q refs/t/none &&
	expect_status 128 roar symbolic-ref -d refs/t/plain 2>err && expect_status 1 roar symbolic-ref -dq refs/t/plain &&
	test "$(roar show-ref --verify -s refs/t/plain)" = $a
'

test_case 'a plain ref becomes symbolic, and its own value is in its log' '
	roar symbolic-ref refs/t/plain refs/t/other && test "$(roar symbolic-ref refs/t/plain)" = refs/t/other &&
	roar symbolic-ref -d refs/t/plain
'

test_case 'dangling: is there, leads nowhere, and is created through' '
	roar symbolic-ref refs/s/d refs/t/d && roar show-ref --exists refs/s/d &&
	expect_status 1 roar show-ref -q s/d && expect_status 128 roar resolve refs/s/d 2>err &&
	roar for-each-ref refs/s 2>err >out && test ! -s out &&
	roar update-ref refs/s/d $a && test "$(roar resolve refs/t/d)" = $a &&
	test "$(roar symbolic-ref refs/s/d)" = refs/t/d
'

test_case 'no circles, and no way that is too long' '
	expect_status 129 roar symbolic-ref refs/c/a refs/c/a 2>err && grep "without end" err &&
	roar symbolic-ref refs/c/a refs/c/b && roar symbolic-ref refs/c/b refs/c/c &&
	expect_status 129 roar symbolic-ref refs/c/c refs/c/a 2>err &&
	for pair in "c d" "d e" "e f" "f g"
	do
		roar symbolic-ref refs/c/${pair% *} refs/c/${pair#* } || exit 1
	done
	expect_status 128 roar resolve refs/c/a 2>err && grep "symbolic without end" err &&
	expect_status 128 roar symbolic-ref refs/c/a 2>err && test "$(roar symbolic-ref --no-recurse refs/c/a)" = refs/c/b &&
	expect_status 128 roar update-ref refs/c/a $a 2>err &&
	roar for-each-ref >out 2>err && roar show-ref >out 2>err && roar symbolic-ref -d refs/c/a &&
	test "$(roar symbolic-ref refs/c/b)" = refs/c/g
'

test_case 'HEAD stands for sessions only, and for one that is there' '
	expect_status 129 roar symbolic-ref HEAD refs/tags/x 2>err && grep "HEAD can only be" err &&
	expect_status 129 roar symbolic-ref HEAD refs/sessions/x 2>err &&
	expect_status 129 roar symbolic-ref HEAD refs/sessions/$(printf "%032x" 11) 2>err && grep "HEAD would name no session" err &&
	expect_status 129 roar symbolic-ref -d HEAD 2>err && test "$(roar symbolic-ref HEAD)" = "$head" &&
	roar reset && second=$(roar symbolic-ref HEAD) && test "$second" != "$head" &&
	roar symbolic-ref HEAD "$head" && test "$(roar session list --json | jq -r ".sessions[] | select(.active).session")" = "${head##*/}" &&
	roar symbolic-ref HEAD "$second" && roar run -q true && roar symbolic-ref HEAD "$head" && roar fsck
'

test_case 'usage errors' '
	expect_status 129 roar symbolic-ref 2>err && expect_status 129 roar symbolic-ref refs/a refs/b refs/c 2>err &&
	expect_status 129 roar symbolic-ref -d refs/a refs/b 2>err && expect_status 129 roar symbolic-ref a refs/b 2>err &&
	expect_status 129 roar symbolic-ref refs/a b 2>err && expect_status 129 roar symbolic-ref refs/a "refs/ b" 2>err
'

test_done

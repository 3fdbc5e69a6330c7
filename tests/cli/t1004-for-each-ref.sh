#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

project p || exit 1

test_case 'a session appears with its newest entry' '
	roar run -q true && roar for-each-ref >first &&
	grep -E "^[0-9a-f]{64} session	refs/sessions/[0-9a-f]{32}$" first && test "$(wc -l <first)" = 1 &&
	roar run -q false; roar for-each-ref >second && test "$(cut -c65- first)" = "$(cut -c65- second)" &&
	! cmp -s first second &&
	test "$(cut -c1-64 second)" = "$(roar resolve HEAD)"
'

test_case 'prefixes end where components do' '
	roar for-each-ref refs/sessions >actual && diff second actual &&
	roar for-each-ref refs/sessions/ >actual && diff second actual &&
	roar for-each-ref refs/tags refs >actual && diff second actual &&
	roar for-each-ref refs/sess >actual && test ! -s actual &&
	roar for-each-ref "$(cut -f2 second)" >actual && diff second actual
'

test_case 'sorted by name' '
	roar reset && roar run -q true && roar for-each-ref >all && test "$(wc -l <all)" = 2 &&
	cut -f2 all | sort -c
'

test_case 'usage errors' '
	expect_status 129 roar for-each-ref --nonsense
'

test_done

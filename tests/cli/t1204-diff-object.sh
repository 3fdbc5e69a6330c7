#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
name=$(printf 'a\tb')
echo one >in
echo same >same
COLOR=red roar run -q -n first sh -c 'cat in same >out; : >"$1"' sh "$name" || exit 1
old=$(roar resolve @1)
echo three >in
roar run -q -n first sh -c 'cat in >out; exit 3' >/dev/null 2>&1
new=$(roar resolve '@^{job}')
test "$old" != "$new" || exit 1

test_case 'fields by their keys, files by role and path' '
	roar diff-object $old $new >actual && printf "M\texit.code\t0\t3\n" | grep -f - actual &&
	a=$(roar resolve $old:in) b=$(roar resolve $new:in) && grep -x "M	input:in	$a	$b" actual &&
	grep -x "D	input:same	$(roar resolve $old:same)	-" actual && grep "^D	\"output:a.tb\"	" actual &&
	! grep "step.sh\|edges\|libc" actual && grep "^M	argv	\[" actual
'

test_case 'what was added, the other way around' '
	roar diff-object $new $old >actual && grep -x "A	input:same	-	$(roar resolve $old:same)" actual &&
	grep "^M	exit.code	3	0$" actual
'

test_case 'the same' '
	roar diff-object $old $old >actual && test ! -s actual && roar diff-object -q $old $old && roar diff-object --exit-code @1 @1
'

test_case 'whether they differ' '
	expect_status 1 roar diff-object -q $old $new >actual && test ! -s actual &&
	expect_status 1 roar diff-object --exit-code $old $new >actual && test -s actual
'

test_case 'JSON and NUL' '
	roar diff-object --json $old $new >actual &&
	jq -e ".differences[] | select(.what == \"exit.code\") | .before == 0 and .after == 3 and .kind == \"field\"" actual &&
	jq -e ".differences[] | select(.what == \"input:same\") | .status == \"D\" and .before.path == \"same\" and .after == null" actual &&
	jq -e "[.differences[].kind] | index(\"file\") > 0" actual &&
	roar diff-object -z $old $new | tr "\0" "\n" | grep -x "output:$name"
'

test_case 'nodes, artifacts, blobs and environments' '
	a=$(roar cat-object -p $old | jq -r .edges.data_oid) b=$(roar cat-object -p $new | jq -r .edges.data_oid) &&
	roar diff-object $a $b | grep "^M	input:in	" && roar diff-object $old:in $new:in >actual &&
	test "$(cut -f 1,2 actual)" = "$(printf "M\tblake3\nM\tsize")" &&
	x=$(echo x | roar hash-object -w --stdin) y=$(echo yy | roar hash-object -w --stdin) &&
	roar diff-object $x $y >actual && printf "M\tpayload\t2\t3\n" | diff - actual &&
	roar diff-object $old^{env} $new^{env}
'

test_case 'wrong names' '
	expect_status 129 roar diff-object $old && expect_status 129 roar diff-object $old $new $old &&
	expect_status 129 roar diff-object $old out 2>err && grep "cannot compare job" err && expect_status 128 roar diff-object $old nothing
'

test_done

#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
name=$(printf 'd/a\nb')
mkdir d
echo one >in
echo two >"$name"
roar run -q sh -c 'cat in "$1" >d/out' sh "$name" || exit 1
node=$(roar cat-object job @1 | jq -r .edges.data_oid)

test_case 'a node is listed by path' '
	roar ls-composite $node >actual && printf "%s\n" "input data $(roar resolve "path:$name")	\"d/a\\nb\"" \
		"output data $(roar resolve d/out)	d/out" "input data $(roar resolve in)	in" >expect && diff expect actual
'

test_case 'a job has what its trees have' '
	roar ls-composite --name-only @1 >all && grep -x in all && grep libc all &&
	roar ls-composite --name-only @1 d in | sort >actual && roar ls-composite --name-only $node | sort >expect && diff expect actual &&
	roar ls-composite --name-only @1 d/ | wc -l | grep -x 2 && roar ls-composite @1 nothing >none && test ! -s none
'

test_case 'sizes, names as they are, JSON' '
	roar ls-composite -l $node in >actual && test "$(cut -f 1 actual | cut -d" " -f 4)" = 4 &&
	roar ls-composite -z --name-only $node d | tr "\0\n" "\n|" >actual && printf "%s\n" "d/a|b" d/out >expect && diff expect actual &&
	roar ls-composite --json $node | jq -e ".entries | length == 3 and .[0].path == \"d/a\nb\" and .[2].role == \"input\""
'

test_case 'wrong names' '
	expect_status 129 roar ls-composite && expect_status 128 roar ls-composite nothing &&
	expect_status 129 roar ls-composite in 2>err && grep "has no entries" err
'

test_done

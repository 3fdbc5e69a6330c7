#!/bin/sh
# raw -> clean -> a, b -> both; other -> alone; criss-cross: x and y each read a and b.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo raw >raw
roar run -q sh -c 'sed s/raw/clean/ raw >clean' || exit 1
roar run -q sh -c 'sed s/^/a/ clean >a' || exit 1
roar run -q sh -c 'sed s/^/b/ clean >b' || exit 1
roar run -q sh -c 'cat a b >x' || exit 1
roar run -q sh -c 'cat b a >y' || exit 1
echo other >other
roar run -q sh -c 'sed s/^/o/ other >alone' || exit 1

# base NAME ARGUMENTS...
base () {
	roar resolve "$1" >expect && shift && roar lineage-base "$@" >actual && diff expect actual
}

test_case 'the nearest that both came from' '
	base clean a b && base clean @2 @3 && base @2 @2 x && base raw @1 raw && base clean clean x &&
	base x x x && base @1 @1 a
'

test_case 'of several the latest, or all' '
	base b x y && roar lineage-base --all x y | sort >actual && { roar resolve a; roar resolve b; } | sort | diff - actual &&
	roar lineage-base -a --json x y | jq -r ".objects[].oid" | sort | diff actual - &&
	roar lineage-base -a -z x y | tr "\0" "\n" | sort | diff actual -
'

test_case 'nothing in common' '
	expect_status 1 roar lineage-base x alone >actual && test ! -s actual &&
	test "$(expect_status 1 roar lineage-base --json x alone)" = "{\"objects\":[],\"version\":1}"
'

test_case 'whether one came from the other' '
	roar lineage-base --is-ancestor raw x && roar lineage-base --is-ancestor @1 @4 && roar lineage-base --is-ancestor x x &&
	expect_status 1 roar lineage-base --is-ancestor x raw && expect_status 1 roar lineage-base --is-ancestor other x
'

test_case 'wrong command lines and names' '
	expect_status 129 roar lineage-base x && expect_status 129 roar lineage-base x y a &&
	expect_status 129 roar lineage-base --is-ancestor --all x y && expect_status 128 roar lineage-base x nothing &&
	expect_status 129 roar lineage-base x "@1^{env}"
'

test_done

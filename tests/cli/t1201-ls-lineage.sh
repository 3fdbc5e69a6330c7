#!/bin/sh
# Two pipelines that share a first step; what came from what is known from the commands.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo raw >raw
roar run -q sh -c 'sed s/raw/clean/ raw >clean' || exit 1
roar run -q sh -c 'sed s/^/a/ clean >a' || exit 1
roar run -q sh -c 'sed s/^/b/ clean >b' || exit 1
roar run -q sh -c 'cat a b >both' || exit 1
echo other >other
roar run -q sh -c 'sed s/^/o/ other >alone' || exit 1

session=$(roar cat-object session HEAD | jq -r .session)

# lists 'NAMES' ARGUMENTS...: in any order
lists () {
	for name in $1
	do
		roar resolve "$name"
	done | sort >expect
	shift
	roar ls-lineage "$@" >actual.txt && sort actual.txt | diff expect -
}
# in_order 'NAMES' ARGUMENTS...
in_order () {
	for name in $1
	do
		roar resolve "$name"
	done >expect
	shift
	roar ls-lineage "$@" | diff expect -
}

test_case 'what an output came from' '
	lists "both a b clean raw @1 @2 @3 @4" both && lists "clean raw @1" clean && lists "raw" raw &&
	lists "a b clean raw @1 @2 @3 @4" @4 && lists "a clean raw @1 @2" --ancestors a
'

test_case 'what came from an input' '
	lists "raw clean a b both @1 @2 @3 @4" --descendants raw && lists "a both @2 @4" --descendants @2 &&
	lists "both" --descendants both && lists "other alone @5" --descendants other &&
	lists "raw clean a both @1 @2 @4" --ancestors --descendants a
'

test_case 'jobs or artifacts alone' '
	lists "@1 @2 @3 @4" --jobs both && lists "both a b clean raw" --artifacts both &&
	lists "@1 @2 @3 @4 both a b clean raw" --jobs --artifacts both
'

test_case 'so many jobs far' '
	lists "both" --depth 0 both && lists "both @4" --depth 1 both && lists "both @4 a b @2 @3" --depth=2 both &&
	lists "@4" --depth 0 @4 && lists "@4 a b @2 @3" --depth 1 @4 && lists "raw @1" --descendants --depth 1 raw &&
	expect_status 129 roar ls-lineage --depth=x both && expect_status 129 roar ls-lineage --depth=-1 both
'

test_case 'without what others came from' '
	lists "b @3" --not a b && lists "b @3" a..b && lists "b @3" b ^a && lists "" both ^both &&
	lists "both b @3 @4" both --not a && lists "both b @4" both --not a --not @3 &&
	lists "@1 clean b @3" --descendants @1 --not @2
'

test_case 'sessions and all refs' '
	lists "raw clean a b other @1 @2 @3 @4 @5" --all && lists "raw clean a b other @1 @2 @3 @4 @5" --session &&
	lists "raw clean a b other @1 @2 @3 @4 @5" HEAD && lists "raw clean @1 @2" @~3 &&
	roar reset --yes >/dev/null && roar run -q sh -c "sed s/^/z/ both >again" && lists "@1 both" --session &&
	lists "@1" --session --jobs again && test "$(roar ls-lineage --count --jobs --session=$session again)" = 4 &&
	test "$(roar ls-lineage --count --jobs again)" = 5 && roar session use $session
'

test_case 'the order' '
	in_order "@4 @3 @2 @1" --jobs both && in_order "@1 @2 @3 @4" --jobs --reverse both &&
	in_order "both @4 b @3 a @2 clean @1 raw" --topo-order both &&
	in_order "raw @1 clean @2 a @3 b @4 both" --topo-order --reverse both &&
	in_order "again again^{job} both @4 b @3 a @2 clean @1 raw" --descendants --topo-order raw
'

test_case 'jobs of a time' '
	lists "@1 @2 @3 @4" --jobs --since 2001-01-01 both && lists "" --jobs --until 2001-01-01 both &&
	lists "@1 @2 @3 @4" --jobs --until now --since "1 hour ago" both &&
	lists "both" --since 2100-01-01 both && expect_status 129 roar ls-lineage --since never both 2>err && grep "wants a time" err
'

test_case 'counts, lines as they are asked for, JSON and NUL' '
	test "$(roar ls-lineage --count both)" = 9 && test "$(roar ls-lineage --count --jobs --json both)" = "{\"count\":4,\"version\":1}" &&
	roar ls-lineage --jobs --format "%(objecttype) %(objectname)" clean >actual && echo "job $(roar resolve @1)" >expect && diff expect actual &&
	roar ls-lineage --json clean | jq -r ".objects[] | .oid + \" \" + .type" >actual &&
	roar ls-lineage --format "%(objectname) %(objecttype)" clean | diff - actual &&
	test "$(roar ls-lineage --json clean --not both)" = "{\"objects\":[],\"version\":1}" &&
	roar ls-lineage -z clean | tr "\0" "\n" >actual && roar ls-lineage clean | diff - actual
'

test_case 'what is read again goes back to who wrote it before' '
	echo x >state && roar run -q sh -c "echo 1 >state" && roar run -q sh -c "read n <state; echo \$((n + 1)) >state" &&
	roar run -q sh -c "cat state >seen" &&
	in_order "@8 @7 @6" --jobs seen && in_order "@6" --jobs "state@{1}" && roar ls-lineage --descendants --jobs "@6" >actual &&
	test $(wc -l <actual) -eq 3
'

test_case 'wrong names' '
	expect_status 129 roar ls-lineage 2>err && grep "no name" err && expect_status 128 roar ls-lineage nothing 2>err &&
	expect_status 129 roar ls-lineage "@1^{env}" 2>err && grep "has no lineage" err &&
	test "$(roar ls-lineage --format= both | sort -u | wc -c)" = 1 && expect_status 129 roar ls-lineage --format "%(objectname" both &&
	expect_status 128 roar ls-lineage both --not nothing && expect_status 129 roar ls-lineage --json --format x both &&
	expect_status 129 roar ls-lineage --count --format x both && expect_status 129 roar ls-lineage --format "%(x)" both
'

test_case 'one who reads no further ends it' '
	test ! -e /dev/full || expect_status 128 roar ls-lineage both >/dev/full
'

test_done

#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo in >in
roar run -q cp in out || exit 1

number () {
	sed -n "s/^$1: //p" out
}

test_case 'it counts what cat-object lists' '
	roar count-objects -v >out && cat out && roar cat-object --batch-all-objects --batch-check >all &&
	test "$(number count)" = "$(wc -l <all)" && test "$(number size)" = "$(awk "{ sum += \$3 } END { print sum }" all)" &&
	for type in artifact blob digest environment job label node packages processes session
	do
		test "$(number $type)" = "$(grep -c " $type " all)" || exit 1
	done &&
	roar cat-object --batch-all-objects --batch-check="%(objectsize:disk) %(codec)" >disk &&
	test "$(number size-stored)" = "$(awk "{ sum += \$1 } END { print sum }" disk)" &&
	test "$(number compressed)" = "$(grep -c zstd disk)" &&
	test "$(number entries-obj)" = "$(number entries-oid)" && test "$(number entries-ref)" = "$(($(roar for-each-ref | wc -l) + 1))"
'

test_case 'the file' '
	test "$(number size-file)" = $(($(number pages) * 4096)) && test "$(number size-free)" = $(($(number free-pages) * 4096)) &&
	test "$(number garbage)" = 0 && test "$(number size-garbage)" = 0 &&
	roar compact -q && roar count-objects -v >out && test "$(number free-pages)" -lt 12 &&
	test "$(number size-file)" = "$(stat -c %s .roar/objects/gen-000002/data.mdb)"
'

test_case 'forms' '
	roar count-objects >out && grep -E "^[0-9]+ objects, [0-9]+ kilobytes$" out &&
	roar count-objects -H >out && grep -E "^[0-9]+ objects, [0-9.]+ KB$" out &&
	roar count-objects -v -H >out && grep -E "^size-file: [0-9.]+ KB$" out && grep -E "^count: [0-9]+$" out &&
	roar count-objects --json >json && test "$(wc -l <json)" = 1 &&
	jq -e ".version == 1 and .count > 5 and .size_table_obj > 0 and .entries_oid == .count" json
'

test_case 'what does not belong there is named' '
	mkdir .roar/objects/gen-000077 && echo 12345 >.roar/objects/gen-000077/data.mdb && echo 1 >.roar/objects/x &&
	roar count-objects -v >out 2>err && test "$(number garbage)" = 2 && test "$(number size-garbage)" = 8 &&
	grep "^warning: garbage found: .*/gen-000077$" err && rm -r .roar/objects/x .roar/objects/gen-000077
'

test_case 'usage errors' '
	expect_status 129 roar count-objects all && expect_status 129 roar count-objects -H --json
'

test_done

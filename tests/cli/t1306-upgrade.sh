#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
newest=$(ls "$SOURCE_DIR"/tests/stores/format-*.tar.gz | sed 's/.*format-//; s/\.tar.*//' | sort -n | tail -n 1)

table () {
	"$ROAR_BUILD/tests/test_store_table" .roar/objects "$@"
}

for store in "$SOURCE_DIR"/tests/stores/format-*.tar.gz
do
	format=$(basename "$store" .tar.gz | sed 's/format-//')
	test_case "from format $format to format $newest: the same objects, and everything is found" "
		rm -rf .roar && tar xzf '$store' && roar cat-object --batch-all-objects --batch >before && roar log >log &&
		roar upgrade --json >out && jq -e '.format_before == $format and .format_after == $newest' out &&
		roar fsck && roar cat-object --batch-all-objects --batch | cmp - before && roar log | cmp - log &&
		roar upgrade | grep '^format $newest is the newest$' && roar cat-object --batch-all-objects --batch-check='%(codec)' | sort -u"
done

test_case 'a dry run changes nothing' '
	rm -rf .roar && tar xzf "$SOURCE_DIR/tests/stores/format-1.tar.gz" && expect_status 1 roar upgrade -n >out &&
	grep "^format 1 would become $newest$" out && test "$(cat .roar/objects/CURRENT)" = gen-000001 && roar upgrade &&
	roar upgrade -n
'

hex () {
	printf %s "$1" | od -An -tx1 | tr -d " \n"
}
for key in min_reader min_writer extensions
do
	test_case "what a newer version wrote is refused: $key" '
		rm -rf .roar && tar xzf "$SOURCE_DIR/tests/stores/format-$newest.tar.gz" && table put meta $(hex $key) $(hex 99) &&
		for command in reindex compact "gc --force" "hash-object -w -t blob --stdin"
		do
			echo x | expect_status 128 roar $command 2>err && grep "^fatal: store .*; update roar to use it" err || exit 1
		done && test "$(cat .roar/objects/CURRENT)" = gen-000001'
done

test_case 'what only a newer version may write can be read' '
	rm -rf .roar && tar xzf "$SOURCE_DIR/tests/stores/format-$newest.tar.gz" && table put meta $(hex min_writer) $(hex 99) &&
	roar log && roar fsck && roar backup copy
'

test_case 'usage errors' '
	expect_status 129 roar upgrade now && rm -rf .roar/objects && expect_status 128 roar upgrade
'

test_done

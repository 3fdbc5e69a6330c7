#!/bin/sh
# Versions of a composite are stored as what differs, and whatever is done to the store, each is what it was.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'

project p || exit 1

# Forty directories of fifty files, and then every hundredth has another content.
make_files () {
	mkdir -p set && for i in $(seq 2000)
	do
		test $((i % 50)) -ne 1 || mkdir -p set/$((i / 50))
		echo "$i" >set/$(((i - 1) / 50 + 100)).$((i % 50)) || return 1
	done
}
change () {
	for i in $(seq "$1" 100 2000)
	do
		echo "$2" >>set/$(((i - 1) / 50 + 100)).$((i % 50)) || return 1
	done
}
created () {
	roar composite create --json set | jq -r .digest
}
# deltas: how many objects are stored as one.
deltas () {
	roar cat-object --batch-all-objects --batch-check='%(deltabase)' | grep -vc '^0*$'
}
contents () {
	roar cat-object --batch-all-objects --batch
}
stored () {
	roar count-objects -v | sed -n "s/^size-stored: //p"
}

test_case 'one file in a hundred changes: the new version takes a small part of what the first took' '
	make_files && empty=$(stored) && created >../first && one=$(stored) && change 7 x && created >../second && two=$(stored) &&
	echo "$empty $one $two" && ! cmp ../first ../second && test $(((two - one) * 20)) -lt $((one - empty)) &&
	test "$(deltas)" -gt 15 && roar fsck && roar composite diff --json "$(cat ../first)" "$(cat ../second)" | jq -e "[.. | objects | select(has(\"path\"))] | length >= 20"
'

test_case 'a run that writes a new version of a data set stores it so, too' '
	mkdir set2 && for i in $(seq 100 300); do echo "$i" >set2/$i.tar || exit 1; done &&
	roar run -q sh -c "for f in set2/*.tar; do echo a >>\$f; done" && before=$(deltas) && roar run -q sh -c "for f in set2/1*5.tar; do echo b >>\$f; done; cat set2/*.tar >/dev/null" &&
	roar log --json -n 1 | jq -r ".jobs[0].job_oid" | xargs roar cat-object -p | jq -e ".composites | length == 1" && test "$(deltas)" -gt "$before" && roar fsck
'

test_case 'deltas are told with their bases' '
	roar cat-object --batch-all-objects --batch-check="%(objectname) %(objecttype) %(objectsize:disk) %(objectsize) %(deltabase) %(codec)" | grep -v " 0* zstd$" | grep -v " 0* raw$" >told &&
	cat told && while read -r name type disk size base codec
	do
		test "$codec" = zstd && test "$disk" -lt $((size / 2)) && test "$(roar cat-object -t oid:$base)" = "$type" &&
		roar cat-object "$type" oid:$name >payload && test "$(wc -c <payload)" = "$size" || exit 1
	done <told && test -s told
'

test_case 'after reindex, compact, backup and recover every object is what it was, and the versions are small' '
	contents >../all && count=$(deltas) && roar reindex -q && contents | cmp - ../all && test "$(deltas)" = "$count" &&
	roar compact && contents | cmp - ../all && test "$(deltas)" = "$count" && roar fsck &&
	roar backup ../copy && contents | cmp - ../all &&
	roar recover && contents | cmp - ../all && roar fsck && test "$(deltas)" = 0
'

test_case 'a bundle has all of it' '
	first=$(cat ../first) && second=$(cat ../second) && rm -rf .roar/objects && cp -r ../copy .roar/objects && test "$(deltas)" -gt 15 && roar bundle create ../all.bundle --all && mkdir ../there && (cd ../there && git init -q . && roar init &&
	roar bundle unbundle ../all.bundle && roar ls-composite "$first" && roar ls-composite "$second" && roar fsck) >../there.out &&
	{ roar ls-composite "$first" && roar ls-composite "$second"; } >here.out && grep -Fxf here.out ../there.out | cmp - here.out
'

test_case 'the first version goes, and the second is whole' '
	first=$(cat ../first) && second=$(cat ../second) && roar update-ref -d refs/composites/$first && roar reflog expire --expire=now --all && roar gc --prune now --force && roar fsck &&
	roar ls-composite "$second" >files && test "$(wc -l <files)" = 2000 && expect_status 128 roar resolve composite-blake3:$first &&
	change 23 y && created && test "$(deltas)" -gt 15 && roar fsck
'

table () {
	"$ROAR_BUILD/tests/test_store_table" .roar/objects "$@"
}
base_rows () {
	table list meta | grep '^626173652f'
}

test_case 'what leads from a base to its delta is checked, and made anew' '
	row=$(base_rows | head -n 1 | cut -d " " -f 1) && base_rows >rows && table delete meta $row && { roar fsck >out; test $(($? & 4)) = 4; } && cat out &&
	grep "^error missingIndexEntry index meta: node " out && roar reindex -q && roar fsck && base_rows | cmp - rows &&
	table put meta ${row}00 - && { roar fsck >out; test $(($? & 4)) = 4; } && grep "^error extraIndexEntry index meta: key " out && roar reindex -q && roar fsck && base_rows | cmp - rows
'

test_case 'a base that is lost is told with what hangs on it, and recovered with it' '
	rm -rf .roar/objects && cp -r ../copy .roar/objects && key=$(base_rows | head -n 1 | cut -c 11-26) && count=$(base_rows | grep -c "^626173652f$key") && table delete obj $key &&
	{ roar fsck >out; status=$?; } && cat out && test $((status & 1)) = 1 && test "$(grep -c "its base is missing" out)" = "$count" &&
	roar recover && roar fsck && contents | cmp - ../all
'

test_case 'a store of an older format gets none, until it is upgraded' '
	cd .. && mkdir old && cd old && git init -q . && tar xzf "$SOURCE_DIR/tests/stores/format-3.tar.gz" && make_files && created && change 7 x && created && test "$(deltas)" = 0 &&
	roar upgrade && change 23 x && created && test "$(deltas)" -gt 15 && roar fsck
'

test_done

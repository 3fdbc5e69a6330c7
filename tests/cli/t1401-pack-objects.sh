#!/bin/sh
# What pack-objects writes, and where.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_pack.sh"

three_jobs p || exit 1

test_case 'the whole store, and back' '
	roar pack-objects all.pack --all >digest && objects >all &&
	roar verify-pack all.pack && roar verify-pack -v all.pack >list &&
	grep -E "^[0-9a-f]{64} " list | sort >got && sort all | diff - got &&
	test "$(tail -c 32 all.pack | od -An -tx1 | tr -d " \n")" = "$(cat digest)" &&
	test "$(head -c -32 all.pack | b3sum --no-names)" = "$(cat digest)" &&
	mkdir ../q && (cd ../q && roar init && roar unpack-objects <../p/all.pack && objects) >back.all &&
	grep -E "^[0-9a-f]{64} " back.all | sort | comm -13 - all >missing && test ! -s missing && roar -C ../q fsck
'

test_case 'the frame is one that zstd reads' '
	tail -c +7 all.pack | head -c -40 | zstd -dc >frame && test "$(head -c 1 frame | od -An -tu1)" -le 10
'

test_case 'the same objects give the same bytes, from any store and by any names' '
	roar pack-objects - --all >again.pack && cmp all.pack again.pack &&
	cut -d" " -f1 all | sort -r | roar -C ../q pack-objects "$PWD/again.pack" && cmp all.pack again.pack &&
	cut -d" " -f1 all | roar -C ../q pack-objects --exact - | cmp all.pack -
'

test_case 'jobs come in the order in which they were recorded' '
	roar log --all --json | jq -r ".jobs[].job_uid" >uids && test -s uids &&
	grep " job " list | cut -d" " -f1 | while read -r id
	do
		roar cat-object -p $id | jq -r .uid
	done >packed && test "$(wc -l <packed)" = 3 && diff uids packed
'

test_case 'what is new since a step' '
	roar pack-objects new.pack --all --not @1 && roar verify-pack -s new.pack >stat &&
	grep "^outside: " stat && roar verify-pack --json new.pack | jq -e "(.outside | length) > 0 and .ok" &&
	echo "--not
@1
--not
@2
@3" | roar pack-objects by-lines.pack && roar pack-objects by-words.pack @2 @3 ^@1 &&
	cmp by-lines.pack by-words.pack && roar pack-objects by-range.pack @1..@2 @3 && cmp by-range.pack by-words.pack &&
	printf "@2\0@3\0^@1\0" | roar pack-objects -z by-nul.pack && cmp by-nul.pack by-words.pack
'

test_case 'one object alone' '
	id=$(echo hello | roar hash-object -w --stdin) && roar pack-objects one.pack $id &&
	test "$(roar verify-pack -v one.pack | head -n 1)" = "$id blob 6" &&
	echo hello >hello && forge 1 blob:hello >forged.pack && roar verify-pack -v forged.pack | grep "^$id blob 6$"
'

test_case 'files that cannot be written' '
	cd ../p && expect_status 128 roar pack-objects /dev/full --all 2>err && grep "cannot write ./dev/full.: No space" err &&
	test -c /dev/full && expect_status 128 roar pack-objects - --all >/dev/full 2>err && grep "cannot write" err &&
	expect_status 128 roar pack-objects none/x --all && mkfifo pipe && { cat pipe >through & } &&
	roar pack-objects pipe --all && wait && test -p pipe && cmp through all.pack &&
	cp all.pack other && ln -s other link && roar pack-objects link @1 && test -L link && roar verify-pack other
'

test_case 'a reader that goes away ends it by SIGPIPE' '
	cd ../p && head -c 400000 /dev/urandom >noise && id=$(roar hash-object -w noise) &&
	(roar pack-objects - $id; echo $? >status) | head -c 10 >/dev/null && test "$(cat status)" = 141
'

test_case 'usage errors' '
	cd ../p && expect_status 129 roar pack-objects && expect_status 129 roar pack-objects --json - @1 &&
	expect_status 129 roar pack-objects -z x @1 &&
	expect_status 128 roar pack-objects x nothing-of-the-kind 2>err && grep "names nothing" err && test ! -e x
'

test_done

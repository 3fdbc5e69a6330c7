#!/bin/sh
# What verify-pack says of packs, without a store.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_pack.sh"

three_jobs p || exit 1
roar pack-objects all.pack --all >/dev/null || exit 1
cp all.pack "$trash" && cd "$trash" || exit 1

test_case 'nothing of a sound pack, unless it is asked' '
	roar verify-pack all.pack >out && test ! -s out && roar verify-pack - <all.pack
'

test_case 'objects, and numbers of each type' '
	roar verify-pack -v all.pack >list && tail -n 1 list | grep "^all.pack: ok$" &&
	grep -cE "^[0-9a-f]{64} job [0-9]+$" list | grep -x 3 && grep "^job: 3 objects, " list &&
	roar verify-pack -s all.pack >stat && grep -vE "^[0-9a-f]{64} |: ok$" list | diff - stat &&
	tail -n 1 stat | grep "^total: .* $(wc -c <all.pack) packed$" &&
	roar verify-pack --json all.pack | jq -e ".ok and .version == 1 and .types.job.objects == 3"
'

test_case 'several packs, some of them damaged' '
	cp all.pack worse.pack && printf x >>worse.pack &&
	expect_status 1 roar verify-pack -v all.pack worse.pack all.pack >out 2>err &&
	test "$(grep -c ": ok$" out)" = 2 && grep "^error: worse.pack: pack is damaged: something follows it$" err &&
	expect_status 1 roar verify-pack --json worse.pack >json && jq -e "(.ok | not) and (.problem | length) > 0" json
'

test_case 'what is no pack' '
	expect_status 1 roar verify-pack /dev/null 2>err && grep "cut off" err &&
	expect_status 1 roar verify-pack "$SOURCE_DIR/README.md" 2>err && grep "no pack" err &&
	expect_status 128 roar verify-pack none 2>err && grep "No such file" err &&
	expect_status 129 roar verify-pack
'

test_case 'an object that comes after one that names it' '
	printf "{\"blake3\":\"%064d\",\"size\":7,\"v\":1}" 0 >artifact && a=$(roar hash-object -t artifact artifact) &&
	sed -n "/^{.*artifact_oid/p" "$SOURCE_DIR/docs/formats/digest.md" | tr -d "\n" | sed "s/1\{64\}/$a/" >digest &&
	forge 2 digest:digest artifact:artifact >pack && expect_status 1 roar verify-pack pack 2>err &&
	grep "comes after an object that names it" err && forge 1 digest:digest >pack &&
	roar verify-pack -s pack | grep "^outside: 1 objects"
'

test_done

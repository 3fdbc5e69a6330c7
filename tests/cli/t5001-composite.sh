#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_composite.sh"

# same DIRECTORY: both agree, on the digest and on every component, for both algorithms.
same () {
	roar composite create --json "$1" >made.json && jq -r '"\(.algorithm) \(.digest)"' made.json >actual &&
		independent digest "$1" >expect && diff expect actual &&
		roar ls-composite -l "$(jq -r .digest made.json)" >actual && independent list "$1" >expect && diff expect actual &&
		roar composite create -n --json --algorithm sha256 "$1" | jq -r '"\(.algorithm) \(.digest)"' >actual &&
		independent digest --sha256 "$1" >expect && diff expect actual &&
		roar composite create -n --json --all "$1" | jq -r '"\(.algorithm) \(.digest)"' >actual &&
		independent digest --all "$1" >expect && diff expect actual
}

put () {
	mkdir -p "$(dirname "$1")" && printf '%s\n' "$2" >"$1"
}

put plain/a 1 && put plain/b/c 2 && put plain/b.d 3 && put plain/README.md readme && put plain/b/.gitignore x &&
	put "plain/$(printf 'new\nline')" 4 && ln -s ../a plain/b/link && ln -s b plain/directory && mkdir plain/.git && put plain/.git/x y || exit 1
put zarr/.zgroup '{}' && put zarr/a/.zarray '{}' && put zarr/a/0.0 x && put zarr/a/0.1 y && put zarr/LICENSE z || exit 1
put robot/meta/info.json '{}' && put robot/data/chunk-000/e.parquet x && put robot/videos/v.mp4 y && put robot/notes.txt z || exit 1
put table.lance/_versions/1.manifest x && put table.lance/data/f.lance y || exit 1
put tfds/dataset_info.json '{}' && put tfds/features.json '{}' && put tfds/t.tfrecord-0 x || exit 1
put shards/0.tar x && put shards/1.tar y && put shards/README.md z || exit 1
put parquet/a=1/0.parquet x && put parquet/a=2/0.parquet y && put parquet/_SUCCESS z || exit 1
cp -a zarr nest.a && mkdir nest && cp -a zarr nest/b && cp -a tfds nest/b.c && put nest/loose x && put nest/README.md y || exit 1

for directory in plain zarr robot table.lance tfds shards parquet nest
do
	test_case "$directory has the digest that the published rules give" "same $directory"
done

structure () {
	roar composite create -n --json "$1" | jq -e --arg name "$2" --arg out "$3" \
		'(.structure // "") == $name and (.excluded | join(" ")) == $out'
}

test_case 'structures are recognised, and say what they leave out' '
	structure plain "" "README.md b/.gitignore" && structure zarr zarr LICENSE && structure robot lerobot notes.txt &&
	structure table.lance lance "" && structure tfds rlds "" && structure shards webdataset README.md &&
	structure parquet parquet-shards _SUCCESS && structure nest nested "README.md b/LICENSE loose"
'

test_case 'a composite is found by any part of its digest, and shows what it is' '
	digest=$(roar composite create --json parquet | jq -r .digest) && short=$(echo $digest | cut -c 1-10) &&
	oid=$(roar resolve $digest) && test "$(roar resolve composite-blake3:$short)" = $oid && test "$(roar resolve $short)" = $oid &&
	roar show $short >shown && grep -F "$digest" shown && grep "^Structure: *parquet-shards" shown && grep -x "  _SUCCESS" shown &&
	grep "a=1/0.parquet" shown &&
	roar show --json $short | jq -e ".type == \"composite\" and .count == 2 and .size == 4 and (.components | length) == 2" &&
	roar ls-composite --name-only $short a=1 | grep -x a=1/0.parquet &&
	expect_status 128 roar resolve composite-sha256:$short
'

test_case 'the membership filter is the published one' '
	digest=$(roar composite create --json parquet | jq -r .digest) &&
	roar show --json $digest | jq -r ".membership_index | \"\(.bloom_bits) \(.bloom_hashes) \(.bloom_filter_base64)\"" >actual &&
	independent filter parquet >expect && diff expect actual
'

test_case 'what has the same components is stored once, and is found again after collecting garbage' '
	roar composite create --json zarr | jq -r .oid >one && roar count-objects >before &&
	cp -a zarr zarr2 && roar composite create --json zarr2 | jq -r .oid >two && diff one two &&
	roar count-objects >after && diff before after && roar gc && roar fsck && roar reindex && roar fsck &&
	roar ls-composite $(cat one) | wc -l | grep -x 4
'

test_case 'the ref that keeps a composite can be at nothing else' '
	digest=$(roar composite create --json shards | jq -r .digest) && other=$(roar composite create --json zarr | jq -r .oid) &&
	roar show-ref | grep "refs/composites/$digest" &&
	expect_status 128 roar update-ref refs/composites/$digest $other 2>err || expect_status 129 roar update-ref refs/composites/$digest $other 2>err &&
	grep "only be at a composite of that digest" err &&
	roar update-ref -d refs/composites/$digest && expect_status 128 roar show composite-blake3:$digest
'

test_case 'a bundle carries composites' '
	digest=$(roar composite create --json nest | jq -r .digest) &&
	roar bundle create ../b refs/composites/$digest && mkdir ../q && cd ../q && git init -q . && roar init &&
	roar bundle unbundle ../b && roar fsck
'

test_case 'one changed file in a thousand costs a few nodes' '
	mkdir big && for i in $(seq 1000); do echo $i >big/f$i; done && roar composite create big >/dev/null &&
	roar count-objects >before && echo new >big/f500 && roar composite create big >/dev/null && roar count-objects >after &&
	added=$(($(sed "s/[^0-9].*//;q" after) - $(sed "s/[^0-9].*//;q" before))) && echo "added $added" && test $added -ge 3 && test $added -le 8
'

test_case 'what is no directory, empty, or wrong' '
	expect_status 128 roar composite create nothing 2>err && grep "is no directory" err &&
	mkdir -p empty/.git && expect_status 129 roar composite create empty 2>err && grep "nothing that could be a component" err &&
	expect_status 129 roar composite create --algorithm md5 zarr && expect_status 129 roar composite && expect_status 129 roar composite create &&
	printf x >"plain/x\\y" && mkdir plain/x && printf x >plain/x/y && expect_status 129 roar composite create plain 2>err && grep "there twice" err
'

test_done

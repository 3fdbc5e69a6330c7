#!/bin/sh
# What unpack-objects lets in, and what it keeps out.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_pack.sh"

three_jobs p || exit 1
roar pack-objects all.pack --all >/dev/null || exit 1
roar pack-objects new.pack --all --not @1 >/dev/null || exit 1

test_case 'an incomplete pack needs what it leaves out' '
	project ../empty && expect_status 128 roar unpack-objects <../p/new.pack 2>err &&
	grep "which is neither in the store nor before it in the pack" err && untouched &&
	(cd ../p && roar pack-objects - @1) | roar unpack-objects && before=$(objects | wc -l) &&
	(cd ../p && roar pack-objects - @2 --not @1) | roar unpack-objects && test $(objects | wc -l) -gt $before &&
	roar fsck
'

test_case 'a dry run stores nothing, and a repetition neither' '
	project ../dry && roar unpack-objects -n <../p/all.pack 2>err && grep "^would unpack" err &&
	untouched && roar unpack-objects <../p/all.pack 2>err && objects >before &&
	roar unpack-objects --json <../p/all.pack >json && jq -e ".new == 0 and .objects > 10" json &&
	objects | diff before -
'

test_case 'each bad object is refused, and nothing of its pack stays' '
	project ../bad && : >blob && printf "{}" >no-job &&
	printf "{\"blake3\":\"%064d\",\"size\":7,\"v\":1}" 0 >artifact && { cat artifact; echo; } >spaced &&
	a=$(roar hash-object -t artifact artifact) && b=$(roar hash-object blob) &&
	sed -n "/^{.*artifact_oid/p" "$SOURCE_DIR/docs/formats/digest.md" | tr -d "\n" >dangling &&
	sed "s/1\{64\}/$a/" dangling >digest && sed "s/1\{64\}/$b/" dangling >confused &&
	refuse () {
		expect_status 128 roar unpack-objects <pack 2>err && grep "$1" err && untouched &&
		expect_status 1 roar verify-pack pack 2>err && grep "^error: pack: " err
	} &&
	forge 2 blob:blob job:no-job >pack && refuse "fatal: job [0-9a-f]*: " &&
	forge 2 blob:blob artifact:spaced >pack && refuse "not canonical" &&
	forge 2 digest:digest artifact:artifact >pack && refuse "neither in the store nor before it" &&
	forge 2 blob:blob digest:confused >pack && refuse "names $b as artifact, which is of type blob" &&
	forge 2 blob:blob blob:blob >pack && refuse "there twice" &&
	forge 3 blob:blob artifact:artifact >pack && refuse "it has 2 objects, and says 3" &&
	{ forge 1 blob:blob; echo; } >pack && refuse "something follows" &&
	forge 2 artifact:artifact digest:digest >pack && roar verify-pack pack &&
	forge 1 digest:dangling >pack && roar verify-pack -s pack | grep "^outside: 1 " &&
	expect_status 128 roar unpack-objects <pack && untouched
'

test_case 'a confused type is found in the store, too' '
	project ../confused && : >blob && b=$(roar hash-object -w blob) &&
	sed "s/1\{64\}/$b/" ../bad/dangling >confused && forge 1 digest:confused >pack &&
	expect_status 128 roar unpack-objects <pack 2>err && grep "names $b as artifact" err
'

test_case 'a bomb is refused before it is unpacked' '
	head -c 40000000 /dev/zero | tr "\0" "a" >big && forge 1 blob:big >bomb.pack && test $(wc -c <bomb.pack) -lt 10000 &&
	# A sanitizer needs more address space than there is memory.
	(grep -q "^ROAR_SANITIZE:STRING=." "$ROAR_BUILD/CMakeCache.txt" || ulimit -v 1000000
		expect_status 128 roar unpack-objects <bomb.pack 2>err) ; grep "more than 16777216 bytes" err
'

test_case 'a limit on the input' '
	project ../limited && size=$(wc -c <../p/all.pack) &&
	expect_status 128 roar unpack-objects --max-input-size $((size - 1)) <../p/all.pack 2>err &&
	grep "larger than $((size - 1)) bytes" err && untouched &&
	roar unpack-objects --max-input-size $size <../p/all.pack && roar fsck &&
	expect_status 129 roar unpack-objects --max-input-size many <../p/all.pack
'

test_case 'recovery takes what is sound' '
	project ../recover && printf "{}" >no-job && echo one >one && cp ../bad/artifact ../bad/digest . &&
	forge 4 blob:one job:no-job artifact:artifact digest:digest >pack &&
	expect_status 1 roar unpack-objects -r <pack 2>err && grep "^error: job " err && test $(objects | wc -l) = 4 &&
	head -c 300000 /dev/urandom >large && forge 2 blob:large blob:one | head -c 250000 >cut &&
	expect_status 128 roar unpack-objects -r <cut && test $(objects | wc -l) = 4 &&
	head -c 150000 /dev/urandom >half && forge 3 blob:half blob:large blob:one | head -c 400000 >cut &&
	expect_status 1 roar unpack-objects -r --json <cut >json 2>err && grep "cut off" err &&
	jq -e ".objects == 1 and (.problems | length) == 1" json && roar cat-object -e $(roar hash-object half) &&
	objects >before && head -c $(($(wc -c <../p/all.pack) / 2)) ../p/all.pack >cut && expect_status 128 roar unpack-objects -r <cut 2>err &&
	grep "cut off" err && objects | diff before - && head -c -20 ../p/all.pack >cut && expect_status 1 roar unpack-objects -r <cut && roar cat-object -e "$(roar -C ../p resolve @1)"
'

test_case 'what is refused with --strict' '
	project ../strict && head -c 300 /dev/urandom >noise && b=$(roar hash-object -w noise) &&
	sed -n "/^{.*target_oid/p" "$SOURCE_DIR/docs/formats/label.md" | tr -d "\n" |
		sed "s/\"previous_oid\":\"[0-9a-f]*\",//; s/\(\"target_oid\":\"\)[0-9a-f]*/\1$b/" >label &&
	forge 1 label:label >pack && roar unpack-objects -n --strict <pack &&
	python3 - noise .roar/objects/gen-000001/data.mdb <<-\EOS &&
	import sys
	noise = open(sys.argv[1], "rb").read()
	data = bytearray(open(sys.argv[2], "rb").read())
	data[data.index(noise) + 12] ^= 1
	open(sys.argv[2], "wb").write(data)
	EOS
	roar unpack-objects -n <pack && expect_status 128 roar unpack-objects -n --strict <pack 2>err && grep damaged err
'

test_case 'usage errors' '
	cd ../p && expect_status 129 roar unpack-objects all.pack </dev/null &&
	expect_status 128 roar unpack-objects </dev/null 2>err && grep "cut off" err
'

test_done

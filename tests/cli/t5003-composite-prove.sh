#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_composite.sh"

mkdir -p d/sub nest/a nest/b
for i in $(seq 300)
do
	echo "$i" >"d/sub/f$i"
done
for top in a b
do
	echo '{}' >nest/$top/.zgroup
	echo "$top" >nest/$top/x
done
d=$(roar composite create --json d | jq -r .oid)
digest=$(roar composite create --json d | jq -r .digest)
n=$(roar composite create --json nest | jq -r .oid)
ndigest=$(roar composite create --json nest | jq -r .digest)
expect="blake3:$(b3sum --no-names d/sub/f7)  sub/f7"

test_case 'a file is proved to be in a composite with the root alone' '
	roar composite prove d/sub/f7 >proof && mkdir ../away && cd ../away &&
	roar composite check --root $d ../p/proof >actual && sed q actual >first && echo "$expect" >expect && diff expect first &&
	grep "Proved by the nodes" actual && independent check ../p/proof $d >actual && diff expect actual &&
	test $(wc -c <../p/proof) -lt 12000
'

test_case 'or by the list of all components, with the published digest' '
	roar composite prove --list --of $digest sub/f7 >proof && roar composite check --root composite-blake3:$digest proof >actual &&
	sed q actual >first && echo "$expect" >expect && diff expect first && grep "Proved by the list" actual &&
	independent check proof $digest >actual && diff expect actual && test $(grep -c "^component " proof) = 300
'

test_case 'several files have one proof, whose files are compared with those on disk' '
	roar composite prove --of $d sub/f1 sub/f2 sub/f300 >proof && mkdir -p part/sub && cp d/sub/f1 d/sub/f2 d/sub/f300 part/sub &&
	roar composite check --json --root $d --directory part - <proof | jq -e ".kind == \"nodes\" and .root_given and (.files | length) == 3" &&
	echo x >part/sub/f2 && expect_status 1 roar composite check --directory part proof 2>err && grep "sub/f2 below part" err
'

test_case 'files of nested composites are proved through them' '
	roar composite prove nest/b/x >proof && roar composite check --root $n proof | sed q >actual && echo "blake3:$(b3sum --no-names nest/b/x)  b/x" >expect &&
	diff expect actual && independent check proof $n >actual && diff expect actual &&
	roar composite prove --list --of $n b/x >list && roar composite check --root $ndigest list | sed q >actual && diff expect actual &&
	independent check list $ndigest >actual && diff expect actual
'

wrong () {
	expect_status 128 roar composite check bad 2>err && grep "$1" err
}

test_case 'wrong proofs are refused' '
	roar composite prove d/sub/f7 >proof && roar composite prove --list --of $d sub/f7 >list && digits=$(b3sum --no-names d/sub/f7) &&
	sed "s/$digits/$(b3sum --no-names d/sub/f8)/" proof >bad && wrong "does not show" &&
	sed "s/sub.f7\"}\$/sub\/f9999\"}/" proof >bad && wrong "does not show" &&
	sed "/^node /d" proof >bad && wrong "does not show" && sed "/^path /d" proof >bad && wrong "about no file" &&
	sed "/^composite /d" proof >bad && wrong "has no composite" && sed "s/^path/paths/" proof >bad && wrong "unknown word" &&
	{ cat proof && sed -n "/^path/p" proof; } >bad && wrong "there twice" &&
	roar composite prove --of $d sub/f1 sub/f299 >two && { cat proof && grep "^node" two | grep -vxFf proof; } >bad && wrong "more than it needs" &&
	head -c -1 proof >bad && wrong "cut off" && echo nothing >bad && wrong "no proof" && sed "s/ 1 nodes/ 2 nodes/" proof >bad && wrong "newer version" &&
	sed "s/$digits/$(b3sum --no-names d/sub/f8)/" list >bad && expect_status 1 roar composite check --root $digest bad &&
	roar composite prove --list --of $n b/x >inside && sed "s/$(b3sum --no-names nest/b/x)/$digits/" inside >bad && wrong "have another digest" &&
	grep -v "f300" list >bad && expect_status 1 roar composite check --root $digest bad &&
	expect_status 1 roar composite check --root $n proof && expect_status 129 roar composite check --root $digest proof 2>err && grep "has the proof made with --list\|have the proof made with --list" err &&
	expect_status 129 roar composite check --root 1234 proof && expect_status 128 roar composite check nothing
'

test_case 'what is in no composite, or is not what it was' '
	echo new >d/sub/f7 && expect_status 128 roar composite prove d/sub/f7 2>err && grep "no composite has" err &&
	expect_status 128 roar composite prove --of $d d/sub/f7 2>err && grep "another file now" err &&
	expect_status 128 roar composite prove nothing && expect_status 128 roar composite prove --of $d nothing 2>err && grep "has no" err &&
	expect_status 129 roar composite prove && expect_status 129 roar composite prove --of @1 x || expect_status 128 roar composite prove --of @1 x
'

test_case 'a difference costs what differs' '
	echo new >d/sub/f7 && rm d/sub/f8 && echo 1 >d/sub/g && new=$(roar composite create --json d | jq -r .digest) &&
	roar composite diff $digest $new >actual && printf "M\tsub/f7\nD\tsub/f8\nA\tsub/g\n" >expect && diff expect actual &&
	roar composite diff --json $digest $new | jq -e ".nodes_read > 0 and .nodes_read < 20" &&
	roar composite diff --exit-code $new $new && expect_status 1 roar composite diff --exit-code $digest $new &&
	echo c >nest/b/x && other=$(roar composite create --json nest | jq -r .digest) && roar composite diff $ndigest $other >actual &&
	printf "M\tb/x\n" >expect && diff expect actual
'

test_done

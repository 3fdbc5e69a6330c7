#!/bin/sh
# roar tag: what outputs inherit.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
printf '*\n!.gitignore\n' >.gitignore && git add .gitignore && git commit -qm ignore || exit 1
echo 1 >a && echo 2 >b && roar run -q -n seed sh -c 'cat a b >seed; echo seed >>seed' || exit 1

# tags TARGET: "kind=value origin" for each, with " bound" if it is.
tags () {
	roar tag show --json "$1" | jq -r '[.tags[] | .kind + "=" + .value + " " + .origin + (if .bound then " bound" else "" end)] | join(", ")'
}

test_case 'add, show, rm' '
	roar tag add license=MIT a >out && grep -x "Tagged a: tag.license += \['"'MIT'"'\]" out && roar tag add license=MIT a | grep -x "No change: '"'MIT'"' already present in tag.license" &&
	roar tag add license=GPL-3.0 a && roar tag show a >out && printf "Tags on a:\n  license=MIT, GPL-3.0\n" | diff - out && test "$(tags a)" = "license=MIT user bound, license=GPL-3.0 user bound" &&
	roar tag rm license=MIT a >out && grep -x "Removed '"'MIT'"' from tag.license on a" out && roar tag rm license=MIT a | grep "^No change: '"'MIT'"' not present" && roar tag rm license a >out && grep -x "Removed tag.license from a" out && grep -x "  (no tags remaining)" out &&
	roar tag show a | grep -x "  (no tags)" && roar tag add license=MIT a && test "$(tags a)" = "license=MIT user bound" && roar tag history a | grep -c "^version" | grep -x 5
'

test_case 'outputs inherit all values of all inputs' '
	roar tag add contains_pii=yes b && roar run -q -n join sh -c "cat a b >c; echo 5 >d" && test "$(tags c)" = "contains_pii=yes system, license=MIT system" && test "$(tags d)" = "$(tags c)" &&
	roar run -q -n next cp c e.out && roar run -q -n last sh -c "cat e.out >f; cat e.out >>f" && test "$(tags f)" = "contains_pii=yes system, license=MIT system" && test "$(tags seed)" = ""
'

test_case 'a kind or a value can be blocked' '
	echo 7 >x && roar run -q -n both sh -c "cat a b x >g" && test "$(tags g)" = "contains_pii=yes system, license=MIT system" &&
	roar run -q -n kind --block-tag contains_pii sh -c "cat a b >h; echo h >>h" && test "$(tags h)" = "license=MIT system" &&
	roar run -q -n value --block-tag license=MIT --block-tag contains_pii=no sh -c "cat a b >i; echo i >>i" && test "$(tags i)" = "contains_pii=yes system" &&
	roar show "HEAD^{job}" | grep -x "Blocks:    license=MIT" && roar cat-object -p "HEAD^{job}" | jq -e ".run_modifiers == {block_tags: [\"license=MIT\", \"contains_pii=no\"]}" &&
	step=$(roar log --json -n 1 | jq -r .jobs[0].step) && roar run -q $step && roar cat-object -p "HEAD^{job}" | jq -e ".run_modifiers.block_tags | length == 2"
'

test_case 'add-tag stamps outputs' '
	roar run -q -n stamp --add-tag license=Apache-2.0 --add-tag jurisdiction=EU sh -c "echo s >s" && test "$(tags s)" = "jurisdiction=EU user, license=Apache-2.0 user" && roar run -q cp s s2 && test "$(tags s2)" = "$(tags s)" && roar run -q sh -c "cat s >s3; echo 3 >>s3" && test "$(tags s3)" = "jurisdiction=EU system, license=Apache-2.0 system" &&
	roar build -q --add-tag classification=internal sh -c "echo built >built" && test "$(tags built)" = "classification=internal user" &&
	for wrong in license license= =MIT unknown=1 bind=1
	do
		expect_status 125 roar run --add-tag $wrong true 2>err || exit 1
	done
	grep "unknown kind of tag .bind.; there are classification, contains_pii, jurisdiction, license, special_category" err && expect_status 125 roar run --block-tag nope true
'

test_case 'another session inherits what is bound' '
	roar run -q -n before cp c k.in && roar reset -y >/dev/null && roar run -q -n r1 sh -c "cat c >l; echo l >>l" && test "$(tags l)" = "" && roar run -q -n r2 sh -c "cat a >m; echo m >>m" && test "$(tags m)" = "license=MIT system" &&
	roar tag bind c >out && grep -x "  contains_pii=yes" out && roar tag bind c | grep "^No change" && roar run -q -n r3 sh -c "cat c >n; echo n >>n" && test "$(tags n)" = "contains_pii=yes system, license=MIT system" &&
	roar tag unbind c | grep -x "  license=MIT" && roar tag unbind c | grep "^No change" && roar run -q -n r4 sh -c "cat c >o; echo o >>o" && test "$(tags o)" = ""
'

test_case 'a value that was taken away is not bound any more' '
	roar tag rm license=MIT a && roar run -q -n r5 sh -c "cat a >q; echo q >>q" && test "$(tags q)" = "" && roar tag add license=MIT a && roar run -q -n r6 sh -c "cat a >q2; echo q2 >>q2" && test "$(tags q2)" = "license=MIT system"
'

test_case 'why leads to what people said' '
	roar tag why license f >out && cat out && head -n 1 out | grep -x "license=MIT" && grep "f: inherited through .* cat e.out" out && grep "a: tagged by hand, .*(bound)$" out && ! grep "  b:" out && roar tag why license=Apache-2.0 s3 | grep "by --add-tag of" &&
	roar tag why --json license f | jq -e ".origins[0] | .. | objects | select(.path? == \"a\") | .origin == \"user\"" && expect_status 1 roar tag why license=none f 2>err && grep "has no tag" err && expect_status 129 roar tag why license @1
'

test_case 'files without a byte carry nothing on' '
	: >empty && roar run -q -n e0 --add-tag license=Empty sh -c "cat a >/dev/null; : >empty1" && test "$(roar tag show empty1 2>/dev/null | grep -c license)" = 0
'

test_case 'targets, and what is refused' '
	roar tag add license=X @1 && test "$(tags @1)" = "license=X user" && expect_status 129 roar tag bind @1 && expect_status 129 roar tag add license=X HEAD 2>err && grep "is a session" err &&
	expect_status 129 roar tag add license a && expect_status 129 roar tag add nope=1 a 2>err && grep "tags.custom_kinds" err && roar config set tags.custom_kinds nope >/dev/null && roar tag add nope=1 a && test "$(tags a)" = "license=MIT user bound, nope=1 user bound" &&
	expect_status 128 roar tag add license=X nowhere && expect_status 129 roar tag && expect_status 129 roar tag add license=X && expect_status 129 roar tag add --json license=X a && expect_status 129 roar tag add "license=$(printf "a\nb")" a && expect_status 129 roar tag add license=ghp_$(printf %036d 3 | tr 0 k) a
'

test_case 'show has tags beside labels; labels do not show them; cp leaves them' '
	roar show a >out && sed -n "/^Tags:/,/^\$/p" out | grep -x "  license=MIT" && ! grep tag.license out && roar label set a note=1 && ! roar label show a | grep tag && roar label show --all a | grep tag.license && roar label cp a seed && test "$(tags seed)" = "" && roar fsck
'

# set_of DIRECTORY WORD: three shards, with contents of their own.
set_of () {
	mkdir -p "$1" && for i in 1 2 3; do echo "$2 $i" >"$1/$i.parquet" || return; done
}

test_case 'a tag on a composite is inherited by what is made from any of its files' '
	set_of ca ca && ca=$(roar composite create --json ca | jq -r .oid) && roar tag add license=C1 $ca &&
	cp ca/2.parquet other.name && roar run -q sh -c "cat other.name >ca1; echo 1 >>ca1" && test "$(tags ca1)" = "license=C1 system" &&
	roar run -q sh -c "cat ca/*.parquet >ca2" && test "$(tags ca2)" = "license=C1 system" && test "$(tags ca/1.parquet)" = "" &&
	roar run -q sh -c "cat x >ca3; echo ca3 >>ca3" && test "$(tags ca3)" = "" &&
	roar reset -y && roar run -q sh -c "cat ca/1.parquet >ca4; echo 4 >>ca4" && test "$(tags ca4)" = "license=C1 system" &&
	roar run -q --block-tag license sh -c "cat ca/1.parquet >ca5; echo 5 >>ca5" && test "$(tags ca5)" = "" && roar fsck
'

test_case 'a tag on a file is inherited from a composite that has it, read or not' '
	set_of cb cb && roar run -q sh -c "cat cb/3.parquet >cb0" && roar tag add contains_pii=faces cb/3.parquet &&
	roar run -q --composite cb sh -c "cat cb/1.parquet >cb1; echo 1 >>cb1" && test "$(tags cb1)" = "contains_pii=faces system" &&
	roar run -q sh -c "cat cb/1.parquet >cb2; echo 2 >>cb2" && test "$(tags cb2)" = ""
'

test_case 'a composite that a job writes inherits, and has what its other files have' '
	roar run -q sh -c "mkdir cc && for i in 1 2 3; do cat ca/1.parquet cb/3.parquet >cc/\$i.parquet; echo \$i >>cc/\$i.parquet; done" &&
	test "$(tags cc)" = "contains_pii=faces system, license=C1 system" && test "$(tags cc/1.parquet)" = "$(tags cc)" &&
	roar run -q --composite cb --block-tag contains_pii sh -c "echo new >cb/4.parquet; cat cb/3.parquet >>cb/4.parquet" && test "$(tags cb)" = "contains_pii=faces system" && test "$(tags cb/4.parquet)" = "" &&
	roar run -q --add-tag jurisdiction=EU sh -c "mkdir ce && for i in 1 2; do echo ce \$i >ce/\$i.tar; done" && test "$(tags ce)" = "jurisdiction=EU user"
'

test_case 'why leads through composites' '
	ca=$(roar composite create --json ca) && roar tag why license cc >out && cat out && grep "composite $(echo $ca | jq -r .digest | cut -c 1-12): tagged by hand" out &&
	roar tag why contains_pii cb1 >out && grep "cb/3.parquet: tagged by hand" out && roar tag why --json license ca1 | jq -e ".origins[0].inputs[0].composite_oid == $(echo $ca | jq .oid)"
'

test_done

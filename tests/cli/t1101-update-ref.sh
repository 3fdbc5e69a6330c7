#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

project p || exit 1
roar run -q true && roar run -q -n second echo 2 >/dev/null || exit 1
zeros=$(printf '%064d' 0)
head=$(roar symbolic-ref HEAD)
entry2=$(roar resolve HEAD)
entry1=$(roar cat-object -p HEAD | jq -r .previous_oid)
a=$(printf a | roar hash-object -w --stdin)
b=$(printf b | roar hash-object -w --stdin)

# value REF: the id, or "none".
value () {
	roar show-ref --verify -q "$1" && roar show-ref --verify -s "$1" || echo none
}

test_case 'a ref is created, moved and removed' '
	roar update-ref refs/tags/t $a && test "$(value refs/tags/t)" = $a &&
	roar update-ref -m "another one" refs/tags/t $b $a >out 2>&1 && test ! -s out &&
	test "$(value refs/tags/t)" = $b &&
	roar update-ref -d refs/tags/t $b && test "$(value refs/tags/t)" = none &&
	roar update-ref -d refs/tags/t && test "$(value refs/tags/t)" = none
'

test_case 'compare and swap: who expected another value loses' '
	roar update-ref refs/tags/t $a "" &&
	expect_status 3 roar update-ref refs/tags/t $b "" 2>err &&
	grep -x "error: ref .refs/tags/t. is at $a, and was expected to be absent" err &&
	expect_status 3 roar update-ref refs/tags/t $b $b 2>err &&
	expect_status 3 roar update-ref refs/tags/t $b $zeros 2>err &&
	expect_status 3 roar update-ref -d refs/tags/t $b 2>err &&
	expect_status 3 roar update-ref refs/tags/other $b $a 2>err &&
	test "$(value refs/tags/t)" = $a && test "$(value refs/tags/other)" = none &&
	roar update-ref refs/tags/t $zeros $a && test "$(value refs/tags/t)" = none
'

test_case 'objects have all the names that they have elsewhere' '
	roar update-ref refs/tags/job @2 && test "$(value refs/tags/job)" = "$(roar resolve @2)" &&
	roar update-ref refs/tags/job HEAD refs/tags/job && test "$(value refs/tags/job)" = $entry2 &&
	expect_status 128 roar update-ref refs/tags/job @7 2>err && grep "^fatal: " err &&
	expect_status 128 roar update-ref refs/tags/job $(printf "%064d" 1) 2>err &&
	test "$(value refs/tags/job)" = $entry2
'

test_case 'a session moved back and forth by hand' '
	roar log --json | jq . >before && roar fsck &&
	roar update-ref -m undo HEAD $entry1 $entry2 && test "$(value $head)" = $entry1 &&
	expect_status 128 roar resolve @2 2>err && roar fsck && roar resolve @1 &&
	roar update-ref HEAD $entry2 && roar resolve @2 && roar fsck &&
	roar log --json | jq . >after && diff before after &&
	roar run -q -n second echo 2 && test "$(roar for-each-ref --format "%(*objectname)" $head)" = "$(roar resolve @2)" &&
	roar update-ref HEAD $entry2
'

test_case 'a session removed and brought back' '
	expect_status 129 roar update-ref -d HEAD 2>err && grep "HEAD would name no session" err &&
	roar reset && roar update-ref -d $head $entry2 && test "$(value $head)" = none && ! roar resolve @1 2>err &&
	test "$(roar session list --json | jq ".sessions | length")" = 1 && roar fsck &&
	printf "%s\n" "create $head $entry2" "symref-update HEAD $head" | roar update-ref --stdin &&
	roar fsck && roar log --json | jq . >after && diff before after
'

test_case 'refs that commands rely on lead where they must' '
	expect_status 129 roar update-ref HEAD $a 2>err && cat err && grep "can only be at an entry of that session" err &&
	expect_status 129 roar update-ref refs/sessions/x $entry1 2>err &&
	expect_status 129 roar update-ref refs/sessions/$(printf "%032d" 7) $entry1 2>err &&
	expect_status 129 roar update-ref refs/labels/$a $b 2>err &&
	expect_status 129 roar update-ref --no-deref HEAD $entry1 2>err &&
	expect_status 129 roar update-ref --no-deref -d HEAD 2>err && grep "HEAD cannot be removed" err &&
	test "$(value HEAD)" = $entry2 && roar fsck
'

test_case 'names exclude each other as files and directories do' '
	roar update-ref refs/df/a $a &&
	expect_status 3 roar update-ref refs/df $a 2>err && grep "ref .refs/df/a. is in its way" err &&
	expect_status 3 roar update-ref refs/df/a/b $a 2>err && grep "ref .refs/df/a. is in its way" err &&
	roar update-ref refs/df/a.b $a && roar update-ref refs/df/a0 $a &&
	printf "delete refs/df/a\ncreate refs/df/a/b $b\n" | roar update-ref --stdin &&
	test "$(value refs/df/a/b)" = $b && test "$(value refs/df/a)" = none
'

test_case 'a ref named like an id is no such object' '
	roar update-ref refs/tags/$a $b && test "$(roar resolve $a)" = $a &&
	test "$(roar resolve refs/tags/$a)" = $b && roar update-ref -d refs/tags/$a
'

test_case 'usage errors' '
	expect_status 129 roar update-ref 2>err && expect_status 129 roar update-ref refs/tags/t 2>err &&
	expect_status 129 roar update-ref refs/tags/t $a $a $a 2>err &&
	expect_status 129 roar update-ref -d 2>err && expect_status 129 roar update-ref -z refs/tags/t $a 2>err &&
	expect_status 129 roar update-ref --stdin refs/tags/t 2>err &&
	for name in tags/t refs/ refs/a..b "refs/a b" refs//a refs/.a refs/a.lock refs/a. "refs/a@{1" "" x
	do
		expect_status 129 roar update-ref "$name" $a 2>err || exit 1
	done
'

test_case '--stdin: all or nothing' '
	roar update-ref refs/x/a $a &&
	printf "%s\n" "update refs/x/a $b" "create refs/x/new $a" "verify refs/x/a $b" |
		expect_status 129 roar update-ref --stdin 2>err && grep "changed twice" err &&
	printf "%s\n" "update refs/x/a $b" "create refs/x/new $a" "verify refs/tags/job $b" |
		expect_status 3 roar update-ref --stdin 2>err && grep "^error: ref .refs/tags/job. is at" err &&
	test "$(value refs/x/a)" = $a && test "$(value refs/x/new)" = none &&
	printf "%s\n" "update refs/x/a $b $a" "create refs/x/new $a" "verify refs/tags/job $entry2" \
		"verify refs/none" "verify refs/none $zeros" | expect_status 129 roar update-ref --stdin 2>err &&
	printf "%s\n" "update refs/x/a $b $a" "create refs/x/new $a" "verify refs/tags/job $entry2" \
		"verify refs/none" "update refs/x/created $a $zeros" "update refs/x/too $a \"\"" |
		roar update-ref -m many --stdin >out && test ! -s out &&
	test "$(value refs/x/a)" = $b && test "$(value refs/x/new)" = $a && test "$(value refs/x/too)" = $a &&
	printf "%s\n" "delete refs/x/a" "delete refs/x/new $a" "update refs/x/too $zeros" "delete refs/none" |
		roar update-ref --stdin && test "$(value refs/x/a)" = none && test "$(value refs/x/too)" = none
'

test_case '--stdin: transactions' '
	printf "%s\n" start "create refs/y/a $a" prepare commit start "create refs/y/b $a" abort \
		start "create refs/y/c $a" prepare | roar update-ref --stdin >actual &&
	printf "%s: ok\n" start prepare commit start abort start prepare >expect && diff expect actual &&
	test "$(value refs/y/a)" = $a && test "$(value refs/y/b)" = none && test "$(value refs/y/c)" = none &&
	printf "%s\n" start "create refs/y/d $a" "create refs/y/a $b" prepare commit |
		expect_status 3 roar update-ref --stdin >actual 2>err && echo "start: ok" | diff - actual &&
	test "$(value refs/y/d)" = none &&
	printf "%s\n" start "create refs/y/d $a" commit start "create refs/y/a $b" commit |
		expect_status 3 roar update-ref --stdin >actual 2>err && test "$(value refs/y/d)" = $a
'

test_case '--batch-updates: each fails alone' '
	c=$(printf "%064d" 1) && printf "%s\n" "create refs/b/is $a" "symref-create refs/b/sym refs/b/is" | roar update-ref --stdin &&
	printf "%s\n" "create refs/b/one $a" "create refs/b/is $b" "update refs/b/is $b $c" "update refs/b/is $b $b" "delete refs/b/none $a" \
		"create refs/b/is/below $a" "update refs/b/two $c" "update HEAD $a" "symref-update refs/b/one refs/x ref refs/y" "create refs/b/three $b" \
		>script && for line in 1 2 3 4 5 6 7 8 9 10; do sed -n ${line}p script | roar update-ref --stdin --batch-updates || exit; done >out && cat out &&
	printf "rejected %s\n" "refs/b/is $b $zeros reference already exists" "refs/b/is $b $c incorrect old value provided" \
		"refs/b/is $b $b incorrect old value provided" "refs/b/none $zeros $a reference does not exist" "refs/b/is/below $a $zeros refname conflict" \
		"refs/b/two $c $zeros invalid new value provided" "HEAD $a $zeros invalid new value provided" \
		"refs/b/one refs/x refs/y expected symref but found regular ref" | diff - out &&
	test "$(value refs/b/one)" = $a && test "$(value refs/b/three)" = $b && test "$(value refs/b/is)" = $a && roar fsck
'

test_case '--batch-updates: the rest is done at once, and rejections keep their order' '
	for i in 1 2 3 4 5 6 7; do echo "create refs/c/$i $a"; done >script && echo "create refs/c/d/e $a" >>script && echo "create refs/c/d $a" >>script &&
	roar update-ref refs/c/2 $b && roar update-ref refs/c/5 $b && roar update-ref --stdin --batch-updates <script >out && cat out &&
	printf "rejected refs/c/%s $a $zeros %s\n" 2 "reference already exists" 5 "reference already exists" d "refname conflict" | diff - out &&
	test "$(roar for-each-ref refs/c | wc -l)" = 8 && test "$(value refs/c/2)" = $b && test "$(value refs/c/7)" = $a &&
	{ echo start; sed s:refs/c:refs/e: script; echo prepare; echo commit; } | roar update-ref --stdin --batch-updates >out &&
	printf "%s\n" "start: ok" "prepare: ok" "rejected refs/e/d $a $zeros refname conflict" "commit: ok" | diff - out &&
	printf "update refs/c/1\0%s\0%s\0update refs/c/3\0%s\0\0" $b $b $b | roar update-ref -z --stdin --batch-updates | tr "\0" "\n" >out &&
	echo "rejected refs/c/1 $b $b incorrect old value provided" | diff - out && test "$(value refs/c/3)" = $b &&
	printf "%s\n" "update refs/c/1 $b" "update refs/c/1 $a" | expect_status 129 roar update-ref --stdin --batch-updates 2>err && test "$(value refs/c/1)" = $a &&
	expect_status 129 roar update-ref --batch-updates refs/c/1 $b && roar update-ref --stdin --batch-updates </dev/null
'

test_case 'git removes a ref that is not there as we do' '
	command -v git >/dev/null || skip_case "git is not installed"
	other=$(git rev-parse HEAD) && git_zeros=$(printf "%040d" 0) &&
	git update-ref -d refs/heads/none && roar update-ref -d refs/heads/none && echo "delete refs/heads/none" | git update-ref --stdin &&
	echo "delete refs/heads/none" | roar update-ref --stdin && git update-ref -d refs/heads/none $git_zeros && roar update-ref -d refs/heads/none $zeros &&
	! git update-ref -d refs/heads/none $other && expect_status 3 roar update-ref -d refs/heads/none $a 2>err
'

test_case '--stdin: commands that may not come now, or at all' '
	while read -r script
	do
		printf "$script" | sed "s/AAAA/$a/g" | expect_status 129 roar update-ref --stdin 2>err ||
			{ echo "$script"; exit 1; }
	done <<-\EOF
	start\nstart\n
	prepare\ncreate refs/z/a AAAA\n
	commit\ncommit\n
	commit\ncreate refs/z/a AAAA\n
	create refs/z/a AAAA\nstart\n
	create refs/z/a\n
	create refs/z/a \n
	create  refs/z/a AAAA\n
	create refs/z/a AAAA AAAA\n
	create refs/z/a 0000000000000000000000000000000000000000000000000000000000000000\n
	delete refs/z/a ""\n
	update refs/z/a\n
	update "refs/z/a AAAA\n
	update "refs/z/a"x AAAA\n
	verify\n
	verify refs/z/a AAAA AAAA\n
	symref-update refs/z/a refs/z/b oid\n
	symref-update refs/z/a refs/z/b no AAAA\n
	option nothing\n
	start now\n
	unknown refs/z/a\n
	create\n
	\n
	EOF
	roar show-ref -q z/a; test $? = 1
'

test_case '--stdin: symbolic refs' '
	roar update-ref refs/s/t $a &&
	printf "%s\n" "symref-create refs/s/s refs/s/t" "symref-verify refs/s/none" | roar update-ref --stdin &&
	test "$(roar symbolic-ref refs/s/s)" = refs/s/t &&
	printf "%s\n" "symref-update refs/s/s refs/s/u ref refs/s/t" | roar update-ref --stdin &&
	test "$(roar symbolic-ref refs/s/s)" = refs/s/u &&
	printf "%s\n" "symref-update refs/s/s refs/s/t ref refs/s/t" | expect_status 3 roar update-ref --stdin 2>err &&
	printf "%s\n" "symref-update refs/s/t refs/s/v oid $a" "symref-verify refs/s/s refs/s/u" | roar update-ref --stdin &&
	test "$(roar symbolic-ref refs/s/t)" = refs/s/v &&
	printf "%s\n" "option no-deref" "update refs/s/t $b" "update refs/s/s $a" | roar update-ref --stdin &&
	test "$(value refs/s/t)" = $b && test "$(value refs/s/u)" = $a &&
	printf "%s\n" "symref-delete refs/s/s refs/s/t" | expect_status 3 roar update-ref --stdin 2>err &&
	printf "%s\n" "symref-delete refs/s/s refs/s/u" | roar update-ref --stdin && ! roar symbolic-ref -q refs/s/s
'

test_case '-z: any byte may stand in a field' '
	printf "%s\0" "create refs/n/\"q\"" $a "create refs/n/\303\244" $a "create refs/n/\$(x)'"'"'y" $b "update refs/n/u" $a "" |
		roar update-ref --stdin -z && roar show-ref -s | grep -c . &&
	printf "%s\0" start "verify refs/n/u" $a "delete refs/n/u" "" |
		expect_status 129 roar update-ref --stdin -z 2>err && grep "changed twice" err ||
		printf "%s\0" start "verify refs/n/u" $a commit | roar update-ref --stdin -z | tr "\0" "\n" >actual &&
	printf "%s\0" start "delete refs/n/u" "" commit | roar update-ref --stdin -z | tr "\0" "\n" >actual &&
	printf "%s: ok\n" start commit | diff - actual && test "$(value refs/n/u)" = none &&
	printf "%s\0" "update refs/n/u" $a $zeros | roar update-ref --stdin -z && test "$(value refs/n/u)" = $a &&
	for name in "refs/n/a
b" "refs/n/ " "refs/n/a	b" "refs/n/\\x" "refs/n/*"
	do
		printf "%s\0" "create $name" $a | expect_status 129 roar update-ref --stdin -z 2>err || exit 1
	done &&
	printf "create refs/n/cut\0" | expect_status 129 roar update-ref --stdin -z 2>err &&
	printf "update refs/n/cut\0$a" | expect_status 129 roar update-ref --stdin -z 2>err &&
	test "$(value refs/n/cut)" = none
'

test_case 'quoted fields' '
	printf "%s\n" "create \"refs/q/\\303\\244\\\"\" $a" | roar update-ref --stdin &&
	test "$(value "$(printf "refs/q/\303\244\"")")" = $a
'

test_case 'a name may be long, but not too long' '
	long=refs/l/$(printf "%0393d" 0) && test ${#long} = 400 && roar update-ref $long $a &&
	test "$(value $long)" = $a && expect_status 129 roar update-ref ${long}1 $a 2>err
'

test_case 'the store is sound after all that' '
	roar fsck --full 2>/dev/null || roar fsck
'

test_done

#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

project p || exit 1
roar run -q true && roar run -q -n second echo 2 >/dev/null || exit 1
head=$(roar symbolic-ref HEAD)
entry2=$(roar resolve HEAD)
a=$(printf a | roar hash-object -w --stdin)
b=$(printf b | roar hash-object -w --stdin)
zeros=$(printf '%064d' 0)

test_case 'the log of the active session, newest first' '
	roar reflog >actual && test "$(wc -l <actual)" = 3 && head -n 1 actual >first &&
	echo "$entry2 $head@{0}: run" | diff - first && tail -n 1 actual | grep "@{2}: start$" &&
	roar reflog show >shown && diff actual shown && roar reflog show "$head" >shown && diff actual shown &&
	roar reflog "$head" -n 1 >shown && diff first shown && roar reflog HEAD >actual && test "$(wc -l <actual)" = 1
'

test_case 'every change has its entry, and a removed ref its log' '
	roar update-ref -m one refs/t/x $a && roar update-ref -m two refs/t/x $b && roar update-ref -m three -d refs/t/x &&
	printf "%s\n" "$zeros refs/t/x@{0}: three" "$b refs/t/x@{1}: two" "$a refs/t/x@{2}: one" >expect &&
	roar reflog refs/t/x | diff expect - && roar update-ref -m back refs/t/x $a &&
	{ echo "$a refs/t/x@{0}: back"; sed "s/{2}/{3}/; s/{1}/{2}/; s/{0}/{1}/" expect; } >expect2 && roar reflog refs/t/x | diff expect2 - &&
	roar update-ref refs/t/x $a && roar reflog refs/t/x | diff expect2 -
'

test_case 'a conflict leaves no entry' '
	printf "%s\n" "update refs/t/x $b" "create refs/t/new $a" "verify refs/t/other $a" | expect_status 3 roar update-ref --stdin 2>err &&
	roar reflog refs/t/x | diff expect2 - && expect_status 1 roar reflog exists refs/t/new
'

test_case 'exists and list' '
	roar reflog exists HEAD && roar reflog exists refs/t/x && expect_status 1 roar reflog exists refs/t/none &&
	roar reflog list >actual && printf "%s\n" HEAD "$(roar for-each-ref --format "%(refname)" refs/labels)" "$head" refs/t/x | diff - actual &&
	roar reflog list -z | tr "\0" "\n" | diff actual -
'

test_case 'as JSON, and with any byte' '
	reason=$(printf "a b\377") && roar update-ref -m "$(printf "a\nb\377")" refs/t/y $a && roar reflog --json refs/t/y >actual &&
	test "$(jq -r .reason_b64 actual | base64 -d)" = "$reason" && test "$(jq -r .after actual)" = $a &&
	test "$(jq -r "has(\"before\")" actual)" = false && test "$(jq ".when | length" actual)" = 2 &&
	roar reflog -z refs/t/y >actual && printf "%s\0" "$a refs/t/y@{0}: $reason" | cmp - actual
'

test_case 'a pop is undone by the log' '
	roar pop --yes && test "$(roar resolve HEAD)" != $entry2 && roar update-ref -m undo HEAD "@{1}" &&
	test "$(roar resolve HEAD)" = $entry2 && roar fsck
'

test_case 'expire: nothing that is young, everything if asked' '
	roar reflog expire --all && roar reflog refs/t/x | diff expect2 - &&
	roar reflog expire --expire=all --dry-run refs/t/x >actual && test "$(wc -l <actual)" = 4 && roar reflog refs/t/x | diff expect2 - &&
	roar reflog expire --expire=never --expire-unreachable=all refs/t/x && printf "%s\n" "$a refs/t/x@{0}: back" "$a refs/t/x@{1}: one" >expect &&
	roar reflog refs/t/x | diff expect - && roar reflog expire --expire=all refs/t/x && expect_status 1 roar reflog exists refs/t/x &&
	test "$(roar resolve refs/t/x)" = $a
'

test_case 'expire: what a session was moved away from is unreachable, what it leads back to is not' '
	before=$(roar reflog | wc -l) && roar run -q echo 3 && gone=$(roar resolve HEAD) && roar pop --yes &&
	roar reflog expire --expire=never --expire-unreachable=all "$head" && roar reflog >actual && ! grep $gone actual &&
	test "$(wc -l <actual)" -ge 4 && roar session list && roar session show && roar fsck
'

test_case 'the log of a session may go altogether' '
	roar reflog expire --expire=all --all && expect_status 128 roar reflog 2>err && roar session list >out && roar log && roar fsck &&
	roar run -q true && test "$(roar reflog | wc -l)" = 1
'

test_case 'delete' '
	for i in 1 2 3 4; do roar update-ref -m m$i refs/t/z $(test $((i % 2)) = 0 && echo $a || echo $b) || exit 1; done &&
	roar reflog delete "refs/t/z@{1}" "refs/t/z@{3}" && roar reflog refs/t/z | sed "s/.* //" >actual && printf "m%s\n" 4 2 | diff - actual &&
	expect_status 128 roar reflog delete "refs/t/z@{0}" "refs/t/z@{2}" 2>err && test "$(roar reflog refs/t/z | wc -l)" = 2
'

test_case 'usage errors' '
	for words in "show refs/a refs/b" "show a" "list refs/a" "exists" "exists a" "expire" "expire --all refs/a" \
		"expire --all --expire=soon" "delete" "delete refs/t/z" "delete refs/t/z@{x}" "delete refs/t/z@{1" "-n x" "--json -z"
	do
		expect_status 129 roar reflog $words 2>err || exit 1
	done
	expect_status 128 roar reflog refs/t/none 2>err && expect_status 128 roar reflog >/dev/full 2>err
'

test_case 'a reason is one line, whatever it was' '
	roar update-ref -m "$(printf " one\n0000 refs/tags/forged@{7}: two\t\033[31m three \n")" refs/tags/forged "$(roar resolve HEAD)" && roar reflog refs/tags/forged >actual && cat actual &&
	echo "$(roar resolve HEAD) refs/tags/forged@{0}: one 0000 refs/tags/forged@{7}: two [31m three" | diff - actual &&
	roar for-each-ref --format "%(reason)" refs/tags/forged >actual &&
	echo "one 0000 refs/tags/forged@{7}: two [31m three" | diff - actual
'

test_done

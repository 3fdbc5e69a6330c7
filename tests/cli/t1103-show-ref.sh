#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

project p || exit 1
roar run -q true || exit 1
head=$(roar symbolic-ref HEAD)
entry=$(roar resolve HEAD)
job=$(roar resolve @1)
a=$(printf a | roar hash-object -w --stdin)
roar update-ref refs/tags/best $a && roar update-ref refs/other/best $a && roar update-ref refs/tags/latest $entry || exit 1

test_case 'all refs, by name' '
	roar show-ref >actual && printf "%s\n" "$a refs/other/best" "$entry $head" "$a refs/tags/best" "$entry refs/tags/latest" >expect &&
	diff expect actual && roar show-ref --head >actual && { echo "$entry HEAD"; cat expect; } | diff - actual
'

test_case 'patterns are whole components at the end' '
	roar show-ref best >actual && grep best expect | diff - actual &&
	roar show-ref tags/best >actual && grep tags/best expect | diff - actual &&
	expect_status 1 roar show-ref est >actual && test ! -s actual && expect_status 1 roar show-ref tags &&
	roar show-ref --head nothing >actual && echo "$entry HEAD" | diff - actual &&
	roar show-ref -q best >actual && test ! -s actual && expect_status 1 roar show-ref -q nothing
'

test_case 'ids alone, and short ones' '
	roar show-ref -s tags/best >actual && echo $a | diff - actual &&
	roar show-ref --hash tags/best >actual && echo $a | diff - actual &&
	roar show-ref --hash=8 tags/best >actual && echo $a | cut -c1-8 | diff - actual &&
	for n in 3 65 x -8 8x
	do
		expect_status 129 roar show-ref --hash=$n 2>err || exit 1
	done
'

test_case 'what entries are about' '
	roar show-ref -d tags/latest best >actual &&
	printf "%s\n" "$a refs/other/best" "$a refs/tags/best" "$entry refs/tags/latest" "$job refs/tags/latest^{}" | diff - actual
'

test_case '--verify takes whole names' '
	roar show-ref --verify HEAD refs/tags/best >actual && printf "%s\n" "$entry HEAD" "$a refs/tags/best" | diff - actual &&
	expect_status 128 roar show-ref --verify tags/best 2>err && grep -x "fatal: there is no ref .tags/best." err &&
	expect_status 128 roar show-ref --verify refs/tags/best refs/tags/none 2>err >out && test ! -s out &&
	expect_status 1 roar show-ref --verify -q refs/tags/none 2>err && test ! -s err &&
	expect_status 129 roar show-ref --verify 2>err
'

test_case '--exists' '
	roar show-ref --exists HEAD >out && roar show-ref --exists refs/tags/best >out && test ! -s out &&
	expect_status 2 roar show-ref --exists refs/tags/none && expect_status 2 roar show-ref --exists best &&
	roar symbolic-ref refs/tags/dangling refs/tags/none && roar show-ref --exists refs/tags/dangling &&
	roar symbolic-ref -d refs/tags/dangling &&
	expect_status 129 roar show-ref --exists 2>err && expect_status 129 roar show-ref --exists --verify HEAD 2>err
'

test_case '-z and --json' '
	roar update-ref "refs/n/\"q\"" $a && roar show-ref -z n/\"q\" >actual && printf "%s\0" "$a refs/n/\"q\"" | cmp - actual &&
	roar show-ref --json >actual && test "$(jq -r ".objectname + \" \" + .refname" actual)" = "$(roar show-ref)" &&
	expect_status 129 roar show-ref --json -z 2>err
'

test_case 'a name with control characters is not sent to the terminal' '
	name=$(printf "refs/\033[31m") && expect_status 128 roar show-ref --verify "$name" 2>err && cat -v err && ! grep "$(printf "\033")" err &&
	grep -F "refs/\\033[31m" err
'

test_case 'output that cannot be written is an error' '
	expect_status 128 roar show-ref >/dev/full 2>err && grep "^fatal: cannot write" err
'

test_done

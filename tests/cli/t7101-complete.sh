#!/bin/sh
# What the completion scripts are told.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'

# expect_words LINE... -- WORD...: the candidates after LINE, in any order.
expect_words () {
	line=
	while test "$1" != ::
	do
		line="$line '$1'"
		shift
	done
	shift
	eval "roar complete -- $line" >"$trash/got" 2>"$trash/err" || return 1
	test ! -s "$trash/err" || return 1
	sed 1d "$trash/got" | sort >"$trash/got.words"
	for word
	do
		printf '%s\n' "$word"
	done | sort >"$trash/expect"
	diff -u "$trash/expect" "$trash/got.words"
}

offers () {
	test "$(head -n 1 "$trash/got")" = "$1" || { cat "$trash/got"; return 1; }
}

test_case 'outside of a project there is nothing recorded, and no complaint' '
	cd / && expect_words show "" :: && expect_words sta :: status && expect_words nosuch x :: &&
	expect_words -C /nowhere show "" ::
'

project p || exit 1
mkdir data
roar run -q -n gen sh -c 'echo 1 >data/one; echo 2 >data/two; echo 3 >three; echo x >"data/a b"' || exit 1
roar run -q sh -c 'cat data/one data/two >sum' || exit 1
roar build -q sh -c 'echo b >built' || exit 1
uid=$(roar log --json | jq -r '.jobs[0].job_uid')

test_case 'commands; plumbing from the first letter on' '
	expect_words re :: recover reflog reindex reset resolve && expect_words sta :: status &&
	roar complete -- "" | grep -x run && ! roar complete -- "" | grep -x hash-file &&
	expect_words hash-f :: hash-file
'

test_case 'every command completes its declared options' '
	for command in $(roar help --list | cut -f1)
	do
		roar $command -h | sed -n "s/^    .*\(--[a-z-]*\).*  .*/\1/p" | sort -u >"$trash/declared"
		roar complete -- $command -- | sed 1d | grep -vx -e --help | sort -u >"$trash/offered"
		diff -u "$trash/declared" "$trash/offered" || exit 1
	done
'

test_case 'what stands before the command' '
	expect_words --no :: --no-input --no-pager && expect_words --no-pager sta :: status &&
	expect_words -C :: -C && expect_words -C "" :: && offers files &&
	mkdir -p sub && expect_words -C sub show ../thr :: ../three
'

test_case 'steps, by the numbering of each kind' '
	expect_words show @ :: @1 @2 @B1 && expect_words show @B :: @B1 && expect_words show @9 :: &&
	expect_words show --job @2 :: @2 && expect_words show --job=@2 :: --job=@2 &&
	roar complete --describe -- show @1 | grep -x "@1	gen" &&
	roar complete --describe -- show @2 | grep "^@2	sh -c .cat data/one"
'

test_case 'uids by their beginning, as short as they are unique' '
	expect_words show "$(printf %.3s $uid)" :: "$(printf %.8s $uid)" &&
	expect_words show "$(printf %.20s $uid)" :: "$(printf %.20s $uid)" &&
	expect_words show "job:$(printf %.3s $uid)" :: "job:$(printf %.8s $uid)" &&
	expect_words show zz ::
'

test_case 'tracked paths, level by level, from where we are' '
	expect_words show th :: three && expect_words show da :: data/ &&
	expect_words show data/ :: data/one data/two "data/a b" && expect_words show path:thr :: path:three &&
	expect_words show ./th :: ./three && expect_words show "$PWD/th" :: "$PWD/three" &&
	expect_words show --path da :: data/ &&
	cd data && expect_words show o :: one && expect_words show ../th :: ../three
'

test_case 'settings and their values' '
	expect_words config "" :: list get set unset describe && expect_words config get git.d :: git.dirty git.dirty_locked &&
	expect_words config set git.dirty "" :: refuse record ignore && expect_words config set git.dirty_locked t :: true &&
	expect_words config set hash.run md5,b :: md5,blake3 && expect_words config set no.such "" :: &&
	expect_words config list "" ::
'

test_case 'tracers, algorithms, names of steps, shells' '
	expect_words run --tracer "" :: auto preload ptrace && expect_words run --tracer=pt :: --tracer=ptrace &&
	expect_words run --hash sha :: sha256 sha512 && expect_words hash-file --algo b :: blake3 &&
	expect_words run -n g :: gen && expect_words build -qn g :: gen && expect_words completion f :: fish &&
	expect_words help hash-o :: hash-object
'

test_case 'the command of run completes itself' '
	expect_words run l :: && offers "command 1" && expect_words run -q ls -l :: && offers "command 2" &&
	expect_words run --tracer ptrace ls "" :: && offers "command 3" &&
	expect_words run -- -x :: && offers "command 2" && expect_words -C . run --hash=md5 ls a b :: && offers "command 4" &&
	expect_words run @1 "" :: && offers nothing && expect_words run @ :: @1 @2 @B1
'

test_case 'operands that are files are left to the shell' '
	expect_words hash-file x :: && offers files && expect_words init --path "" :: && offers files
'

test_case 'words as they are typed' '
	test "$(roar complete --typed -- show "data/a\\ " | sed 1d)" = "data/a b" &&
	test "$(roar complete --typed -- show "\"data/a" | sed 1d)" = "data/a b" &&
	test "$(roar complete --typed -- show "'\''data/a b" | sed 1d)" = "data/a b" &&
	test "$(roar complete --typed -- show "\$'\''da\\x74a/a" | sed 1d)" = "data/a b" &&
	test "$(roar complete --typed -- show "\$(touch" | sed 1d)" = "" && roar complete --typed -- show "\\"
'

test_case 'hostile names come whole with -z, and quoted without' '
	name=$(printf "new\nline\t\"x") && roar run -q touch "$name" && rm -f "$name" &&
	printf "nothing\0%s\0" "$name" >"$trash/expect" && roar complete -z -- show new >"$trash/got" &&
	cmp "$trash/expect" "$trash/got" &&
	test "$(roar complete -- show new | wc -l)" = 2
'

test_case 'nothing is changed' '
	find .roar -type f ! -name lock.mdb -exec b3sum {} + | sort >"$trash/before" &&
	for word in "" @ d "$uid" refs/; do roar complete -- show "$word" >/dev/null || exit 1; done &&
	find .roar -type f ! -name lock.mdb -exec b3sum {} + | sort >"$trash/after" && cmp "$trash/before" "$trash/after"
'

test_case 'a store that cannot be read is silent' '
	cp -a "$PWD" ../broken && cd ../broken && printf gen-9 >.roar/objects/CURRENT &&
	expect_words show @ :: && expect_words config get hash.g :: hash.get &&
	rm -r .roar/objects && expect_words show @ :: && ROAR_DIR=/nowhere expect_words show @ ::
'

test_case 'no words, or wrong options of its own' '
	roar complete -- >out && test "$(cat out)" = nothing && roar complete "" >out &&
	expect_status 129 roar complete --nosuch -- x 2>err && grep "unknown option" err
'

test_done

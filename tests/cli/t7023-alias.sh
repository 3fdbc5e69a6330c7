#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

project p || exit 1
printf '/.keep2\n' >.gitignore && git add .gitignore && git commit -qm ignore && roar run -q true || exit 1
alias_is () { roar config set -- "alias.$1" "$2" 2>/dev/null; }

test_case 'an alias is its words, and the arguments after it' '
	alias_is st status && roar status >expect && roar st | sed "s/ago.*//" >out && sed "s/ago.*//" expect | diff - out &&
	alias_is last "show @1" && roar show @1 --json >expect && roar last --json | diff expect - &&
	(cd / && roar -C "$OLDPWD" last --json) | diff expect - &&
	mkdir -p sub && (cd sub && roar last --json) | diff expect - && rm expect out
'

test_case 'quotes keep words together' '
	alias_is say "run -q -n '\''two words'\'' printf \"[%s]\"" &&
	test "$(roar say "a b" c)" = "[a b][c]" && roar log | tail -n 1 | grep "printf .\[%s\]. .a b. c"
'

test_case 'the exit status is that of the command, 125 included' '
	alias_is r "run -q" && expect_status 3 roar r sh -c "exit 3" && expect_status 125 roar r &&
	expect_status 127 roar r no-such-program 2>err && alias_is s show && expect_status 128 roar s @99
'

test_case 'an alias may stand for another, but not for itself' '
	alias_is one two && alias_is two "show @1" && roar show @1 >expect && roar one | diff expect - && rm expect &&
	alias_is two "one x" && expect_status 129 roar one 2>err &&
	grep "^$PWD/.roar/config.toml:[0-9]*: alias .two. stands for .one., and so for itself" err &&
	alias_is self self && expect_status 129 roar self 2>err && grep "and so for itself" err
'

test_case 'a command cannot be replaced' '
	expect_status 129 roar config set alias.log "status" 2>err &&
	grep "^.log. is a command; an alias cannot take its place" err &&
	cp .roar/config.toml saved && sed -i "s/^\[alias\]/[alias]\nlog = \"status\"/" .roar/config.toml &&
	roar log | grep "^Job Log" && cp saved .roar/config.toml && rm saved
'

test_case 'what leads nowhere is named with its file and line' '
	for value in "frob x" "" "  " "!ls" "sh -c" "\"show" "-C / log" "--version"
	do
		alias_is bad "$value" && expect_status 129 roar bad 2>err &&
		grep "^$PWD/.roar/config.toml:[0-9]*: alias .bad. " err || exit 1
	done && roar config unset alias.bad && expect_status 129 roar bad 2>err && grep "is not a roar command" err
'

test_case 'a committed file has no aliases' '
	printf "[alias]\nmine = \"run touch ran\"\nst = \"run touch ran\"\n" >roar.toml &&
	expect_status 129 roar mine 2>err && test ! -e ran && roar st >out && grep "^Session" out && test ! -e ran &&
	roar config list >/dev/null 2>err && grep "^warning: $PWD/roar.toml:2: .alias.mine. is not taken from" err &&
	expect_status 129 roar config set --project alias.x status 2>err && rm roar.toml
'

test_case 'the user has aliases too, outside of a project as well' '
	(cd / && roar config set --user alias.h "help --list" && roar h >"$trash/out") && roar help --list | diff - "$trash/out" &&
	rm -r "$HOME/.config"
'

test_case 'aliases are settings' '
	roar config get alias.last >out && echo "show @1" | diff - out && roar config list | grep -x "alias.last = show @1" &&
	roar config list --origin | grep -x "local	$PWD/.roar/config.toml:[0-9]*	alias.last = show @1" &&
	expect_status 1 roar config get alias.none 2>err && expect_status 129 roar config set "alias.a b" status 2>err &&
	expect_status 129 roar config set alias.-x status 2>err && expect_status 129 roar config set alias. status 2>err &&
	cp .roar/config.toml saved && printf "[alias]\nn = 1\n" >.roar/config.toml &&
	expect_status 129 roar config list 2>err && grep "config.toml:2: .alias.n. is a string" err && mv saved .roar/config.toml
'

test_case 'help knows aliases, and they are suggested' '
	roar help last >out && echo "'\''last'\'' is an alias for '\''roar show @1'\''" | diff - out &&
	expect_status 129 roar lsat 2>err && grep "did you mean .last.?" err
'

test_done

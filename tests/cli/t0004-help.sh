#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

test_case 'without arguments, the help is an error on stderr' '
	expect_status 129 roar >out 2>err &&
	test ! -s out &&
	grep "^usage: roar .*<command>" err
'

test_case '-h and --help print the same on stdout' '
	roar -h >out 2>err && test ! -s err &&
	roar --help >out2 && diff -u out out2 &&
	roar help >out3 && diff -u out out3 &&
	grep "^usage: roar .*<command>" out
'

test_case 'every porcelain command has a place in the overview' '
	roar help >out &&
	! grep "^others" out &&
	for command in $(roar help --list | awk -F "\t" "\$2 == \"porcelain\" { print \$1 }")
	do
		grep "^   $command  " out || exit 1
	done
'

test_case 'every command is listed by --all, and its summary fits on a line' '
	roar help --all >out &&
	for command in $(roar help --list | cut -f1)
	do
		grep "^   $command  " out || exit 1
	done &&
	! grep ".\{81\}" out
'

test_case 'help COMMAND prints what COMMAND -h prints, outside of a project too' '
	for command in $(roar help --list | cut -f1)
	do
		roar help $command >one && roar $command -h >two && roar $command --help >three &&
		diff -u one two && diff -u one three || exit 1
	done
'

test_case 'an unknown command is named and the likely one suggested' '
	expect_status 129 roar hlep >out 2>err &&
	test ! -s out &&
	printf "roar: '\''hlep'\'' is not a roar command\ndid you mean '\''help'\''?\n" >expect &&
	diff -u expect err &&
	expect_status 129 roar help hlep 2>err &&
	diff -u expect err
'

test_case 'no command is guessed from its beginning' '
	expect_status 129 roar hel 2>err &&
	expect_status 129 roar frobnicate 2>err &&
	printf "roar: '\''frobnicate'\'' is not a roar command; see '\''roar help'\''\n" >expect &&
	diff -u expect err
'

test_case 'an unknown option is a usage error' '
	expect_status 129 roar --frobnicate 2>err && grep "unknown option .--frobnicate." err &&
	expect_status 129 roar help --frobnicate 2>err &&
	grep "unknown option .--frobnicate." err && grep "^usage: roar help" err
'

test_case '--version names the release and the commit' '
	roar --version >out &&
	grep -E "^roar [0-9]+\.[0-9]+\.[0-9]+( \([0-9a-f]+(-dirty)?\))?$" out
'

test_case 'a full disk is an error' '
	test -c /dev/full &&
	expect_status 128 roar help >/dev/full 2>err &&
	grep "^fatal: cannot write the output" err &&
	expect_status 128 roar --version >/dev/full &&
	expect_status 128 roar help -h >/dev/full
'

test_done

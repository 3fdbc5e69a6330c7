#!/bin/sh
# The options that stand before the command, and the pager.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v python3 >/dev/null || skip_all 'python3 is not installed'
unset PAGER LESS NO_COLOR

# terminal COMMAND...: runs it with a terminal as its standard streams; prints what the terminal got,
# and exits as it did.
ln -s "$SOURCE_DIR/tests/cli/on_terminal.py" "$trash/bin/terminal"

mkdir outer && mkdir outer/inner && project p >/dev/null || exit 1
roar run -q true && roar run -q true
cd .. || exit 1

test_case '-C goes to a directory, several one after another' '
	roar -C p log >one && (cd p && roar log) >two && diff one two &&
	roar -C outer -C inner -C ../../p log >three && diff one three &&
	roar -C "" -C "$PWD/p" log >four && diff one four
'

test_case 'the command of run -C starts in that directory' '
	(cd p && mkdir -p sub) && roar -C p/sub run -q sh -c "pwd -P >where.txt" &&
	echo "$PWD/p/sub" | diff - p/sub/where.txt &&
	roar -C p show @2 >out && grep "sub" out
'

test_case 'a directory that is not there is fatal, and 125 for a runner' '
	expect_status 128 roar -C nowhere log 2>err &&
	grep "^fatal: cannot change to .nowhere.: No such file" err &&
	expect_status 125 roar -C nowhere run true 2>err && grep "^fatal: cannot change to" err
'

test_case 'wrong options before the command are a usage error' '
	expect_status 129 roar -C 2>err && grep "^option .-C. needs a directory" err &&
	expect_status 129 roar -C p 2>err && grep "^usage: roar" err &&
	expect_status 129 roar --no-pagr log 2>err && grep "unknown option .--no-pagr." err &&
	cd p && expect_status 129 roar log --no-pager 2>err
'

printf '#!/bin/sh\necho "paged ($LESS)"\ncat\n' >"$trash/bin/marker"
chmod +x "$trash/bin/marker"

test_case 'the pager shows what goes to a terminal' '
	cd p && export ROAR_PAGER=marker &&
	{ echo "paged (FRX)" && roar log; } >expect && terminal roar log >out && diff expect out &&
	for command in dag "show @1" "config list"
	do
		{ echo "paged (FRX)" && roar $command; } >expect &&
		terminal roar $command >out && diff expect out || exit 1
	done
'

test_case 'no pager for a pipe, for --no-pager, for one line, or for another command' '
	cd p && export ROAR_PAGER=marker && roar log | grep -c paged | grep -x 0 &&
	terminal roar --no-pager log >out && ! grep paged out && grep "^Job Log" out &&
	terminal roar config get git.dirty >out && echo refuse | diff - out &&
	terminal roar status >out && ! grep paged out &&
	terminal roar log -h >out && ! grep paged out && grep "^usage: roar log" out
'

test_case 'ROAR_PAGER, then output.pager, then PAGER; empty and cat are for none' '
	cd p && export LESS=X && roar log >log &&
	PAGER="echo C" terminal roar log >out && echo C | diff - out &&
	roar config set output.pager "echo B" 2>err &&
	PAGER="echo C" terminal roar log >out && echo B | diff - out &&
	PAGER="echo C" ROAR_PAGER="echo A" terminal roar log >out && echo A | diff - out &&
	ROAR_PAGER= terminal roar log >out && diff log out &&
	ROAR_PAGER=cat terminal roar log >out && diff log out &&
	roar config unset output.pager
'

test_case 'a committed file cannot name the pager' '
	cd p && printf "[output]\npager = \"touch ran\"\n" >roar.toml &&
	PAGER=cat terminal roar log >out && grep "^Job Log" out && test ! -e ran &&
	roar config get output.pager 2>err >out &&
	grep "^warning: $PWD/roar.toml:2: .output.pager. is not taken from a file" err && rm roar.toml
'

test_case 'a pager that stops reading is no error' '
	cd p && ROAR_PAGER="true" expect_status 0 terminal roar show --all @1 >out && test ! -s out &&
	python3 - >.roar/config.toml <<-\PY &&
	print("hash.run = [" + ",".join(["\"md5\""] * 60000) + "]")
	PY
	ROAR_PAGER="head -c 10 >/dev/null" expect_status 0 terminal roar config list >out &&
	test ! -s out && rm .roar/config.toml
'

test_case 'a pager that is not there hides nothing' '
	cd p && roar log >log &&
	ROAR_PAGER=no-such-pager expect_status 0 terminal roar log >out &&
	grep "no-such-pager" out && grep -v "no-such-pager" out | diff log -
'

test_case 'the exit status is the command'"'"'s' '
	cd p && ROAR_PAGER="cat; exit 3" expect_status 0 terminal roar log >out &&
	ROAR_PAGER=marker expect_status 128 terminal roar show @99 >out && ! grep paged out &&
	grep "^fatal:" out &&
	ROAR_PAGER=marker expect_status 129 terminal roar config get frob >out && ! grep paged out
'

test_case 'less shows a short answer and ends by itself' '
	command -v less >/dev/null || skip_case "less is not installed"
	cd p && TERM=xterm terminal roar log >out && grep "Job Log" out
'

test_case 'nothing is coloured, on a terminal either' '
	cd p && escape=$(printf "\033") &&
	for command in status log dag "show @1" help "config list"
	do
		ROAR_PAGER=cat terminal roar $command >out && ! grep "$escape" out || exit 1
	done
'

test_done

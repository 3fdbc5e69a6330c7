#!/bin/sh
# roar run @N of a command whose secrets were withheld.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
printf '%s\n' 'printf "%s\n" "$@" >got' >job.sh && git add job.sh && git commit -qm job || exit 1
token=ghp_16C7e42F292c6912E7710c838347Ae178B4a
other=ghp_26C7e42F292c6912E7710c838347Ae178B4b
roar run -q sh job.sh --token "$token" --password=hunter2 "again $token" || exit 1 # @1
roar run -q sh job.sh "$token" "$other" || exit 1                                 # @2
printf '%s\n' --token "$token" --password=hunter2 "again $token" >wanted

test_case 'without a terminal it is an error that says how to give what is missing' '
	rm got && expect_status 125 setsid roar run @1 2>err </dev/null && cat err && test ! -e got &&
	grep "github-token in the argument .*: set ROAR_SECRET_GITHUB_TOKEN\$" err &&
	grep "password in the argument .*: set ROAR_SECRET_PASSWORD\$" err && ! grep -F -e "$token" -e hunter2 err
'

test_case '--no-input asks nobody' '
	expect_status 125 roar --no-input run @1 2>err </dev/null && grep ROAR_SECRET_PASSWORD err
'

test_case 'variables give them, and the step stays the same' '
	ROAR_SECRET_GITHUB_TOKEN=$token ROAR_SECRET_PASSWORD=hunter2 roar run @1 >out 2>err </dev/null &&
	cmp wanted got && ! grep -F -e "$token" -e hunter2 out err && ! grep warning err &&
	test "$(roar log --json | jq -c "[.jobs[].step]|unique|length")" = 2
'

test_case 'several of a kind are told apart by their fingerprints' '
	expect_status 125 setsid roar run @2 2>err </dev/null &&
	set -- $(grep -o "ROAR_SECRET_GITHUB_TOKEN_[0-9A-F]*" err) && test $# -eq 2 &&
	env "$1=$token" "$2=$other" roar run -q @2 2>err && printf "%s\n" "$token" "$other" | cmp - got &&
	test ! -s err
'

test_case 'an edit takes the place of what was withheld' '
	ROAR_SECRET_GITHUB_TOKEN=$token roar run -q @1 --password=other </dev/null && grep -x -e --password=other got &&
	! grep -rF hunter2 .roar
'

test_case 'another secret is named as such' '
	ROAR_SECRET_GITHUB_TOKEN=$token ROAR_SECRET_PASSWORD=else roar run -q @1 2>err </dev/null &&
	grep "^warning: this is another password than the one that was recorded" err && ! grep else err
'

cat >ask.py <<'E2'
import os, pty, sys
from terminal import read_terminal
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("roar", ["roar", "run", "-q", "@1"])
answers = {b"github-token for": sys.argv[1].encode() + b"\n", b"password for": b"hunter2\n"}
seen = b""
while part := read_terminal(terminal):
    seen += part
    for question in list(answers):
        at = seen.find(question)
        if at >= 0 and seen.find(b": ", at) >= 0:
            os.write(terminal, answers.pop(question))
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
E2

test_case 'on a terminal it asks, without echo' '
	command -v python3 >/dev/null || skip_case "python3 is not installed"
	git add ask.py && git commit -qm ask && rm got && PYTHONPATH="$SOURCE_DIR/tests/cli" PYTHONDONTWRITEBYTECODE=1 python3 ask.py "$token" >seen && cat seen && cmp wanted got &&
	grep "github-token for" seen && ! grep -aF -e "$token" -e hunter2 seen
'

test_done

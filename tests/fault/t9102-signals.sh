#!/bin/sh
# Ctrl-C once and twice, SIGTERM, and the command killed. The terminal sends the signal to the whole
# foreground process group, so the helper does.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1

# interrupt SIGNAL COUNT COMMAND...: runs the command in a process group of its own, waits until it has
# written the file "ready", and sends the signal to the group, again after the file "again" appears if
# COUNT is 2. Exits as a shell would say it.
cat >"$trash/bin/interrupt" <<'END'
#!/usr/bin/env python3
import os, signal, subprocess, sys, time
number, count, command = getattr(signal, sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
child = subprocess.Popen(command, start_new_session=True,
                         preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition() and child.poll() is None:
        assert time.monotonic() < deadline
        os.sched_yield()
def reads(path):
    try:
        return any(os.readlink("/proc/%d/fd/%s" % (child.pid, fd)) == path
                   for fd in os.listdir("/proc/%d/fd" % child.pid))
    except OSError:
        return False
wait_for(lambda: os.path.exists("ready"))
os.killpg(child.pid, number)
if count == 2:
    wait_for(lambda: reads(os.path.realpath("big")))
    os.killpg(child.pid, number)
status = child.wait()
sys.exit(128 - status if status < 0 else status)
END
chmod +x "$trash/bin/interrupt"

last () {
	roar show --json "$(roar log --json | jq -r '.jobs[-1].job_uid')"
}

test_case 'Ctrl-C once: the command ends by it, the job is recorded as interrupted' '
	rm -f ready && expect_status 130 interrupt SIGINT 1 roar run -q sh -c "echo partial >out; : >ready; exec cat /dev/zero >/dev/null" &&
	last >job && jq -e ".exit.signal == 2 and .exit.interrupted" job &&
	jq -e "[.outputs[].path] | contains([\"out\"])" job
'

test_case 'a command that handles Ctrl-C ends as it likes' '
	rm -f ready && expect_status 7 interrupt SIGINT 1 roar run -q python3 -c "
import signal, sys
signal.signal(signal.SIGINT, lambda *_: sys.exit(7))
open(\"ready\", \"w\").close()
while True: pass  # a signal that comes just before pause() would be missed
" &&
	last | jq -e ".exit.code == 7 and .exit.interrupted"
'

test_case 'Ctrl-C twice: hashing is skipped, the record is not' '
	rm -f ready && expect_status 130 interrupt SIGINT 2 roar run -q sh -c "truncate -s 60G big; : >ready; exec cat /dev/zero >/dev/null" &&
	last >job && jq -e ".exit.interrupted and (.complete | not)" job &&
	jq -e ".outputs[] | select(.path == \"big\").missing == \"interrupted\"" job && rm big
'

test_case 'SIGTERM to roar reaches the command' '
	rm -f ready && expect_status 143 interrupt SIGTERM 1 roar run -q sh -c ": >ready; exec cat /dev/zero >/dev/null" &&
	last | jq -e ".exit.signal == 15 and .exit.interrupted"
'

test_case 'the command killed: recorded, and roar ends the same way' '
	sh -c "roar run -q sh -c \"echo x >killed; kill -9 \\\$\\\$\"; echo \$? >status" 2>/dev/null
	test "$(cat status)" = 137 && last | jq -e ".exit.signal == 9 and (.exit.interrupted | not)" &&
	roar show killed
'

test_done

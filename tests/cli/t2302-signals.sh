#!/bin/sh
# Signals reach the command once, as if roar were not there; how it ended is recorded.

. "$SOURCE_DIR/tests/cli/lib.sh"

for program in jq python3 setsid timeout
do
	command -v $program >/dev/null || skip_all "$program is not installed"
done
project p || exit 1
export PYTHONPATH="$SOURCE_DIR/tests/cli" PYTHONDONTWRITEBYTECODE=1

# Counts each signal that it gets; ends with SIGUSR2.
cat >"$HOME/counter.py" <<'END'
import os, signal, sys, time
out = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
def note(number, _):
    os.write(out, b'%d\n' % number)
    if number == signal.SIGUSR2: sys.exit(6)
for number in {1, 2, 3, 10, 12, 14, 15, 29, 34, 40, 64} - {signal.SIGKILL}: signal.signal(number, note)
os.write(out, b'ready\n')
while True: time.sleep(0.02)  # a handler that is due runs between calls
END
cat >"$trash/cases.py" <<'END'
import os, signal, subprocess, sys, time
from terminal import children, descendants, state, wait_for

tracer = sys.argv[2]
ROAR = ['roar', 'run', '-q', '--tracer', tracer]


def counted():
    try:
        with open('counts') as file:
            return file.read().split()
    except OSError:
        return []


def start():
    if os.path.exists('counts'):
        os.remove('counts')
    roar = subprocess.Popen(ROAR + ['python3', os.environ['HOME'] + '/counter.py', 'counts'], start_new_session=True)
    wait_for(lambda: counted() == ['ready'], 'the command')
    return roar


def finish(roar, expected):
    wait_for(lambda: len(counted()) > len(expected), 'the signals')
    time.sleep(0.05)  # for one too many; a miss is no failure
    os.kill(roar.pid, signal.SIGUSR2)
    assert roar.wait() == 6
    assert sorted(counted()) == sorted(['ready', '12'] + expected), counted()


def to_roar():
    """To roar alone: passed on, once."""
    roar = start()
    numbers = [1, 2, 3, 10, 14, 15, 29, 34, 40, 64]
    for number in numbers:
        os.kill(roar.pid, number)
    finish(roar, [str(number) for number in numbers])


def to_group():
    """To the process group: not sent twice."""
    roar = start()
    numbers = [1, 2, 3, 10, 14, 15, 29, 34, 64]
    for number in numbers:
        os.killpg(roar.pid, number)
    finish(roar, [str(number) for number in numbers])


def to_all():
    """To every process, as batch systems do: not sent twice."""
    roar = start()
    for number in (signal.SIGTERM, signal.SIGUSR1):
        for pid in descendants(roar.pid):
            os.kill(pid, number)
    finish(roar, ['15', '10'])


def again():
    """Group first, then roar alone: both arrive."""
    roar = start()
    os.killpg(roar.pid, signal.SIGTERM)
    wait_for(lambda: len(counted()) == 2, 'the first')
    time.sleep(0.2)  # less than a tenth of a second apart counts as one
    os.kill(roar.pid, signal.SIGTERM)
    finish(roar, ['15', '15'])


def queued_value():
    """The value of a queued signal goes with it."""
    import ctypes
    with open(os.environ['HOME'] + '/value.py', 'w') as file:
        file.write('''
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [40])
open('up', 'w').close()
info = signal.sigwaitinfo([40])
import sys
sys.exit(9 if info.si_code == -1 else 8)
''')
    if os.path.exists('up'):
        os.remove('up')
    roar = subprocess.Popen(ROAR + ['python3', os.environ['HOME'] + '/value.py'])
    wait_for(lambda: os.path.exists('up'), 'the command')
    assert ctypes.CDLL(None).sigqueue(roar.pid, 40, ctypes.c_void_p(77)) == 0
    assert roar.wait() == 9


def ignoring_term():
    """A command that ignores SIGTERM is waited for."""
    if os.path.exists('up'):
        os.remove('up')
    roar = subprocess.Popen(ROAR + ['sh', '-c', "trap '' TERM; : >up; read line; echo $line >late; exit 3"],
                            stdin=subprocess.PIPE)
    wait_for(lambda: os.path.exists('up'), 'the command')
    for _ in range(3):
        os.kill(roar.pid, signal.SIGTERM)
    wait_for(lambda: state(roar.pid) == 'S', 'roar')
    assert roar.poll() is None
    roar.communicate(b'text\n')
    assert roar.returncode == 3, roar.returncode


def alarm():
    """An alarm set by whoever executed roar is the command's."""
    def before():
        signal.setitimer(signal.ITIMER_REAL, 0.5)
    roar = subprocess.Popen(ROAR + ['sleep', '1000'], preexec_fn=before)
    assert roar.wait() == -signal.SIGALRM


def child_ends_ignored():
    """Nobody wants to hear of the end of children (SIGCHLD is ignored)."""
    roar = subprocess.Popen(ROAR + ['sh', '-c', 'exit 3'],
                            preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    assert roar.wait() == 3
    look = "import signal, sys; sys.exit(5 if signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN else 4)"
    roar = subprocess.Popen(ROAR + ['python3', '-c', look],
                            preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    assert roar.wait() == 5


def same_state():
    """Ignored, caught and blocked signals of the command are what they would be without roar."""
    look = ['sed', '-n', '/^Sig[BIC]/p', '/proc/self/status']
    ignored, blocked = {1, 2, 13, 15, 17, 20, 21, 40}, {10, 14, 64}

    def before():
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
    options = dict(preexec_fn=before, stdout=subprocess.PIPE, restore_signals=False)
    plain = subprocess.run(look, **options).stdout
    seen = subprocess.run(ROAR + look, **options).stdout
    assert plain == seen and b'SigIgn' in plain, (plain, seen)


def term_then_kill():
    """SIGTERM to every process, SIGKILL two seconds later: big outputs are no reason to lose the record."""
    roar = subprocess.Popen(ROAR + ['sh', '-c', 'truncate -s 100G huge; echo x >small; : >up; exec sleep 1000'],
                            start_new_session=True)
    wait_for(lambda: os.path.exists('up'), 'the command')
    begin = time.monotonic()
    for pid in descendants(roar.pid):
        os.kill(pid, signal.SIGTERM)
    try:
        status = roar.wait(timeout=2)
    except subprocess.TimeoutExpired:
        os.killpg(roar.pid, signal.SIGKILL)
        sys.exit('roar did not end in time')
    print('ended after', time.monotonic() - begin)
    assert status == -signal.SIGTERM, status


globals()[sys.argv[1]]()
END

case_of () {
	timeout 120 python3 "$trash/cases.py" "$@"
}
last () {
	roar show --json "$(roar log --json | jq -r '.jobs[-1].job_uid')"
}
# What happened, as a shell says it: status_of COMMAND...; the shell itself is told to say nothing.
status_of () {
	sh -c '"$@"; echo $? >status' sh "$@" 2>/dev/null
	cat status
}

for tracer in preload ptrace
do
	test_case "$tracer: signals sent to roar reach the command, once" "case_of to_roar $tracer"
	test_case "$tracer: signals sent to the process group are not sent twice" "case_of to_group $tracer"
	test_case "$tracer: signals sent to every process are not sent twice" "case_of to_all $tracer"
	test_case "$tracer: a signal to the group does not swallow a later one" "case_of again $tracer"
	test_case "$tracer: a queued signal keeps its value" "case_of queued_value $tracer"
	test_case "$tracer: a command that ignores SIGTERM is waited for" '
		case_of ignoring_term $tracer && last >job &&
		jq -e ".exit.code == 3 and .exit.interrupted and .outputs[0].path == \"late\"" job'
	test_case "$tracer: SIGTERM to all, SIGKILL after two seconds: recorded" '
		rm -f up && case_of term_then_kill $tracer && last >job && rm huge &&
		jq -e ".exit.signal == 15 and .exit.interrupted and (.complete | not)" job &&
		jq -e "[.outputs[] | select(.missing == \"interrupted\").path] == [\"huge\"]" job &&
		jq -e "any(.outputs[]; .path == \"small\" and .artifact_oid)" job'
	test_case "$tracer: an alarm set before roar counts for the command" '
		case_of alarm $tracer && last | jq -e ".exit.signal == 14"'
	test_case "$tracer: the end of a child is heard of though SIGCHLD is ignored" "case_of child_ends_ignored $tracer"
	test_case "$tracer: ignored, caught and blocked signals are as they would be" "case_of same_state $tracer"
	test_case "$tracer: nohup" '
		nohup roar run -q --tracer $tracer sh -c "kill -HUP \$\$; kill -HUP \$PPID; echo lived >lived; exit 4" </dev/null
		test $? = 4 && last | jq -e ".exit == {code: 4}"'
	test_case "$tracer: killed by each kind of signal, roar ends by the same" '
		for number in 1 2 3 4 6 8 9 10 11 12 13 14 15 24 34 64
		do
			got=$(status_of roar run -q --tracer $tracer python3 -c "
import os, signal
if $number in (13, 2): signal.signal($number, signal.SIG_DFL)
os.kill(os.getpid(), $number)")
			test "$got" = $((128 + number)) || { echo "$number: $got"; return 1; }
			last | jq -e ".exit.signal == $number and (.exit.interrupted | not)" || return 1
		done'
	test_case "$tracer: timeout, in the background and in the foreground" '
		expect_status 124 timeout 0.7 roar run -q --tracer $tracer sleep 1000 &&
		last | jq -e ".exit.signal == 15 and .exit.interrupted" &&
		expect_status 124 timeout --foreground 0.7 roar run -q --tracer $tracer sleep 1000 &&
		last | jq -e ".exit.signal == 15 and .exit.interrupted" &&
		expect_status 137 timeout -s KILL 0.7 sh -c "roar run -q --tracer $tracer true; exec sleep 1000"'
	test_case "$tracer: background of a shell without job control: Ctrl-C is ignored there" '
		sh -c "roar run -q --tracer $tracer sh -c \"kill -INT \\\$\\\$; kill -INT \\\$PPID; exit 5\" & wait \$!"
		test $? = 5'
	test_case "$tracer: standard input closed" '
		expect_status 7 roar run -q --tracer $tracer sh -c "test ! -e /proc/self/fd/0 && exit 7" <&-'
	test_case "$tracer: no terminal at all" '
		expect_status 7 setsid -w roar run -q --tracer $tracer sh -c "(: </dev/tty) 2>/dev/null || exit 7" </dev/null'
	test_case "$tracer: a pipe closed early does not change the status" '
		python3 -c "
import os, subprocess, sys
read, write = os.pipe()
os.close(read)
sys.exit(subprocess.run([\"roar\", \"run\", \"--tracer\", \"$tracer\", \"sh\", \"-c\", \"exit 3\"], stderr=write).returncode)
"
		test $? = 3 && last | jq -e ".exit.code == 3"'
done

# A core dump goes where the system says; a test can tell only of a plain file name. The address
# sanitizer forbids them to its process, and so to the command.
export ASAN_OPTIONS="$ASAN_OPTIONS:disable_coredump=0"
case $(cat /proc/sys/kernel/core_pattern) in
core | core.%p)
	test_case 'a core dump is recorded, and roar leaves none of its own' '
		rm -rf core* && ulimit -c unlimited && got=$(status_of roar run -q sh -c "kill -QUIT \$\$") &&
		test "$got" = 131 && last | jq -e ".exit.signal == 3 and .exit.core" &&
		test "$(ls core* | wc -l)" = 1 &&
		roar show "$(roar log --json | jq -r ".jobs[-1].job_uid")" | grep "core dumped"'
	test_case 'no core dump, none recorded' '
		rm -rf core* && ulimit -c 0 && status_of roar run -q sh -c "kill -QUIT \$\$" &&
		last | jq -e ".exit == {signal: 3}"'
	;;
esac

test_done

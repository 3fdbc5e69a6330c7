#!/bin/sh
# The terminal belongs to the command: job control, full-screen programs, resizing, hanging up.

. "$SOURCE_DIR/tests/cli/lib.sh"

for program in jq python3 bash
do
	command -v $program >/dev/null || skip_all "$program is not installed"
done
project p || exit 1
export PYTHONPATH="$SOURCE_DIR/tests/cli" PYTHONDONTWRITEBYTECODE=1

cat >"$trash/cases.py" <<'END'
import os, signal, subprocess, sys
from terminal import Terminal, catches, children, descendants, shell, state, wait_for

tracer = sys.argv[2]
run = 'roar run -q --tracer ' + tracer + ' '


def inner_job_control():
    """bash -i under roar: its own jobs stop, go on in the background, come back and die."""
    t = Terminal(['sh', '-c', 'exec ' + run + "bash --norc --noprofile -i"], env={'HISTFILE': ''})
    t.expect('PROMPT> ')
    t.line('sleep 1000')
    wait_for(lambda: b'sleep' in t.seen or t.read(0.01) is None, 'the echo')
    wait_for(lambda: any(comm(p) == 'sleep' for p in descendants(t.pid)), 'sleep')
    t.send('\x1a')
    t.expect('Stopped')
    t.expect('PROMPT> ')
    t.line('bg')
    t.expect('PROMPT> ')
    t.line('jobs')
    t.expect('Running')
    t.expect('PROMPT> ')
    t.line('fg')
    t.expect('sleep 1000')
    sleeper = [p for p in descendants(t.pid) if comm(p) == 'sleep'][0]
    wait_for(lambda: t.foreground() == os.getpgid(sleeper), 'sleep in the foreground')
    t.send('\x03')
    t.expect('PROMPT> ')
    t.line('sleep 1000 &')
    t.expect('PROMPT> ')
    t.line('kill %1; wait %1; echo status $?')
    t.expect('status 143')
    t.line('echo x >inner; exit 5')
    assert t.wait() == 5, t.seen


def comm(pid):
    try:
        with open('/proc/%d/comm' % pid) as file:
            return file.read().strip()
    except OSError:
        return ''


def group_of(pid, name):
    """The process called so below pid."""
    found = [p for p in descendants(pid) if comm(p) == name]
    return found[0] if found else 0


def outer_job_control():
    """roar as a job of bash: Ctrl-Z, jobs, bg, fg, kill %1."""
    t = shell()
    t.line(run + 'sleep 1000')
    wait_for(lambda: group_of(t.pid, 'sleep') and state(group_of(t.pid, 'sleep')) == 'S', 'sleep')
    sleeper, roar = group_of(t.pid, 'sleep'), os.getpgid(group_of(t.pid, 'sleep'))
    wait_for(lambda: t.foreground() == os.getpgid(sleeper), 'the foreground')
    t.send('\x1a')
    t.expect('Stopped')
    t.expect('PROMPT> ')
    assert state(sleeper) in 'Tt', state(sleeper)
    t.line('bg')
    t.expect('PROMPT> ')
    wait_for(lambda: state(sleeper) == 'S', 'sleep to go on')
    t.line('fg')
    wait_for(lambda: t.foreground() == os.getpgid(sleeper), 'the foreground')
    t.send('\x1a')
    t.expect('Stopped')
    t.expect('PROMPT> ')
    t.line('kill %1')
    t.expect('PROMPT> ')
    wait_for(lambda: state(roar) == '', 'roar to end')
    t.line('exit')
    t.wait()


def stop_comes_from_the_command():
    """A program that catches Ctrl-Z and takes its time is not left behind by roar: the shell gets the
    terminal when the program stops, and not before. One that ignores Ctrl-Z is not stopped."""
    with open(os.environ['HOME'] + '/slow.py', 'w') as file:
        file.write('''
import os, select, signal
def say(word):  # print() in a handler must not meet another print()
    os.write(1, word + b'\\n')
def line():
    while not select.select([0], [], [], 0.05)[0]: pass  # a handler that is due runs between calls
    return os.read(0, 99)
def stopping(*_):
    say(b'TIDYING')
    line()
    say(b'TIDY')
    signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTSTP)
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    say(b'BACK')
signal.signal(signal.SIGTSTP, stopping)
say(b'READY')
while line() != b'end\\n': say(b'AGAIN')
''')
    t = shell()
    t.line(run + 'python3 ~/slow.py')
    t.expect('READY\r\n')
    t.send('\x1a')
    t.expect('TIDYING\r\n')
    t.line('go')
    between = t.expect('Stopped')
    assert 'TIDY\r\n' in between and 'PROMPT' not in between, t.seen
    t.expect('PROMPT> ')
    t.line('fg')
    t.expect('BACK\r\n')
    # The command may run again before roar does. Until then a stop is roar's own, as anybody's is
    # who stops himself.
    roar = group_of(t.pid, 'roar')
    wait_for(lambda: catches(roar, signal.SIGTSTP), 'roar to run again')
    t.send('\x1a')  # ignored now
    t.line('more')
    assert 'Stopped' not in t.expect('AGAIN')
    t.line('end')
    t.expect('PROMPT> ')
    t.line('exit')
    t.wait()


def suspend():
    """The suspend command of an inner shell gives the terminal to the outer one."""
    t = shell()
    t.line(run + 'bash --norc --noprofile -i')
    t.expect('PROMPT> ')
    t.line('suspend')
    t.expect('Stopped')
    t.expect('PROMPT> ')
    t.line('echo outer $((40 + 2))')
    t.expect('outer 42')
    t.expect('PROMPT> ')
    t.line('fg')
    t.expect('bash --norc --noprofile -i')
    t.line('echo inner $((40 + 3))')
    t.expect('inner 43')
    t.line('exit 3')
    t.expect('PROMPT> ')
    t.line('echo status $?')
    t.expect('status 3')
    t.line('exit')
    t.wait()


LOOK = '''
import os, sys
print('SAME' if os.tcgetpgrp(0) == os.getpgrp() else 'OTHER', os.isatty(0), os.isatty(1), os.isatty(2),
      os.ttyname(0) == os.ttyname(2), os.getsid(0) == os.getpid(), os.getpgrp() == os.getpid(), 'LOOKED')
'''


def foreground_group():
    """The command is in the foreground group, as it would be without roar."""
    with open(os.environ['HOME'] + '/look.py', 'w') as file:
        file.write(LOOK)
    t = shell()
    t.line(run + 'python3 ~/look.py; python3 ~/look.py')
    first = t.expect('LOOKED').split('\n')[-1].split()
    second = t.expect('LOOKED').split('\n')[-1].split()
    assert first == ['SAME', 'True', 'True', 'True', 'True', 'False', 'False'], first
    assert first[:5] == second[:5], (first, second)
    # In the background it is not, and reading stops it.
    t.expect('PROMPT> ')
    t.line(run + 'cat &')
    t.expect('PROMPT> ')
    wait_for(lambda: state(group_of(t.pid, 'cat')) in ('T', 't'), 'cat to stop')
    cat = group_of(t.pid, 'cat')
    assert t.foreground() != os.getpgid(cat)
    t.line('fg')
    wait_for(lambda: t.foreground() == os.getpgid(cat), 'the foreground')
    t.line('typed')
    t.expect('typed\r\ntyped')
    t.send('\x04')
    t.expect('PROMPT> ')
    t.line('exit')
    t.wait()


def resizing():
    """A full-screen program hears of a new size."""
    with open(os.environ['HOME'] + '/screen.py', 'w') as file:
        file.write('''
import curses
def main(screen):
    screen.timeout(100)  # a signal just before it waits is noticed at the next turn
    while True:
        screen.clear()
        screen.addstr(0, 0, 'SIZE<%d,%d>' % screen.getmaxyx())
        screen.refresh()
        if screen.getch() == ord('q'):
            return
curses.wrapper(main)
''')
    t = Terminal(['sh', '-c', 'exec ' + run + 'python3 ~/screen.py'], rows=20, columns=70)
    t.expect('SIZE<20,70>')
    t.resize(33, 111)
    t.expect('SIZE<33,111>')
    t.send('q')
    assert t.wait() == 0


def less():
    with open('long', 'w') as file:
        file.writelines('line %d\n' % i for i in range(1, 500))
    t = shell()
    before = t.modes()
    t.line(run + 'less long')
    t.expect('line 20')
    t.send('G')
    t.expect('line 499')
    t.press_until('\x1a', 'Stopped')  # less overlooks a signal just before it reads a key
    t.expect('PROMPT> ')
    assert t.modes() == before
    t.line('fg')
    t.expect('line 499')
    t.send('q')
    t.expect('PROMPT> ')
    assert t.modes() == before
    t.line('exit')
    t.wait()


def vim():
    t = shell()
    t.line('stty -g >before')
    t.expect('PROMPT> ')
    before = t.modes()
    t.line(run + 'vim -N -u NONE -i NONE -n edited')
    t.expect('edited')
    t.send('isome text\x1b')
    t.expect('some text')
    t.send(':suspend\r')
    t.expect('Stopped')
    t.expect('PROMPT> ')
    assert t.modes() == before
    t.line('fg')
    t.expect('some text')
    t.send(':wq\r')
    t.expect('PROMPT> ')
    t.line('stty -g >after; cmp before after && echo modes are the same')
    t.expect('\r\nmodes are the same')
    t.line('exit')
    t.wait()
    with open('edited') as file:
        assert file.read() == 'some text\n'


def hang_up_leader():
    """The terminal goes away under the leader of its session: only that one is told."""
    t = Terminal(['sh', '-c', 'exec ' + run + "sh -c 'trap \"echo hup >hup.%s; exit 4\" HUP; echo READY; "
                  "while :; do sleep 0.05; done'" % tracer])
    t.expect('READY')
    t.hang_up()
    _, status = os.waitpid(t.pid, 0)
    assert os.WEXITSTATUS(status) == 4, status
    assert os.path.exists('hup.' + tracer)


def hang_up_shell():
    """The terminal goes away under a shell, which tells its jobs."""
    t = shell()
    t.line(run + "sh -c 'echo $PPID >parent; exec sleep 1000'")
    wait_for(lambda: group_of(t.pid, 'sleep'), 'sleep')
    with open('parent') as file:
        parent = int(file.read())
    t.hang_up()
    os.waitpid(t.pid, 0)
    wait_for(lambda: state(parent) in ('', 'Z'), 'roar to end')


def interrupt_of_a_prompt():
    """Ctrl-C that a program takes as a key: two of them do not skip anything."""
    with open(os.environ['HOME'] + '/count.py', 'w') as file:
        file.write('''
import os, select, signal
n = 0
def count(*_):  # print() in a handler must not meet another print()
    global n
    n += 1
    os.write(1, b'COUNT %d\\n' % n)
signal.signal(signal.SIGINT, count)
os.write(1, b'READY\\n')
while not select.select([0], [], [], 0.05)[0]: pass  # a handler that is due runs between calls
with open('counted', 'w') as file:
    file.write('x')
''')
    t = Terminal(['sh', '-c', 'exec ' + run + 'python3 ~/count.py'])
    t.expect('READY')
    for i in (1, 2, 3):
        t.send('\x03')
        t.expect('COUNT %d' % i)
    t.line('')
    assert t.wait() == 0, t.seen


globals()[sys.argv[1]]()
END

on_terminal () {
	timeout 120 python3 "$trash/cases.py" "$@"
}
last () {
	roar show --json "$(roar log --json | jq -r '.jobs[-1].job_uid')"
}

for tracer in preload ptrace
do
	test_case "$tracer: a shell under roar has job control" '
		on_terminal inner_job_control $tracer && last | jq -e ".exit.code == 5 and .outputs[].path == \"inner\""'
	test_case "$tracer: roar is a job of a shell: Ctrl-Z, bg, fg, kill %1" '
		on_terminal outer_job_control $tracer && last | jq -e ".exit.signal == 15"'
	test_case "$tracer: Ctrl-Z stops the job when the command stops, and not before" '
		on_terminal stop_comes_from_the_command $tracer'
	test_case "$tracer: suspend in an inner shell" 'on_terminal suspend $tracer && last | jq -e ".exit.code == 3"'
	test_case "$tracer: the foreground is what it would be" 'on_terminal foreground_group $tracer'
	test_case "$tracer: a new size reaches a full-screen program" 'on_terminal resizing $tracer'
	if command -v less >/dev/null
	then
		test_case "$tracer: less, stopped and continued, leaves the terminal as it was" '
			on_terminal less $tracer && last | jq -e ".inputs[].path == \"long\""'
	fi
	if command -v vim >/dev/null
	then
		test_case "$tracer: vim, stopped and continued, leaves the terminal as it was" '
			rm -f edited && on_terminal vim $tracer && last | jq -e "[.outputs[].path] == [\"edited\"]"'
	fi
	test_case "$tracer: a hang-up reaches the command though roar leads the session" '
		on_terminal hang_up_leader $tracer && last | jq -e ".exit.code == 4 and .exit.interrupted"'
	test_case "$tracer: a hang-up of a shell with roar as its job" '
		on_terminal hang_up_shell $tracer && last | jq -e ".exit.signal == 1 and .exit.interrupted"'
	test_case "$tracer: Ctrl-C as a key of the command skips nothing" '
		on_terminal interrupt_of_a_prompt $tracer &&
		last | jq -e ".exit.code == 0 and .exit.interrupted and .outputs[0].artifact_oid != null"'
done

test_done

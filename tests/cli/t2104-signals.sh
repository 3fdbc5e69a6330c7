# Signals and the terminal under the tracer.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_observe.sh"

export OBSERVED="$trash/seen"
export observer PYTHONPATH="$SOURCE_DIR/tests/cli" PYTHONDONTWRITEBYTECODE=1

# On a terminal of its own: typed.py TRACER KEY COMMAND prints what the command printed, then the
# status as a shell sees it. The key is typed once the command has printed "ready".
cat >typed.py <<'EOF'
import os, pty, sys, signal
from terminal import read_terminal
tracer, key, command = sys.argv[1], sys.argv[2].encode().decode('unicode_escape'), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    observer = os.environ['observer']
    os.execv(observer, [observer, '--tracer', tracer] + command)
seen = b''
typed = False
while data := read_terminal(terminal):
    seen += data
    if b'ready' in seen and not typed:
        typed = True
        os.write(terminal, key.encode())
_, status = os.waitpid(pid, 0)
print(seen.decode())
print('signal', os.WTERMSIG(status)) if os.WIFSIGNALED(status) else print('code', os.WEXITSTATUS(status))
EOF
# A job on a terminal that is stopped by Ctrl-Z and goes on with SIGCONT to its group.
cat >stopped.py <<'EOF'
import os, pty, sys, signal
from terminal import read_terminal
observer = os.environ['observer']
pid, terminal = pty.fork()
if pid == 0:
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execv(observer, [observer, '--tracer', sys.argv[1], 'sh', '-c', 'echo ready; read line; echo got $line; exit 6'])
    _, status = os.waitpid(job, os.WUNTRACED)
    print('stopped' if os.WIFSTOPPED(status) else 'not stopped', flush=True)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.tcsetpgrp(0, job)
    os.killpg(job, signal.SIGCONT)
    _, status = os.waitpid(job, 0)
    os.tcsetpgrp(0, os.getpgrp())
    print('code', os.WEXITSTATUS(status), flush=True)
    os._exit(0)
seen = b''
step = 0
while data := read_terminal(terminal):
    seen += data
    if step == 0 and b'ready' in seen:
        step = 1
        os.write(terminal, b'\x1a')
    if step == 1 and b'stopped' in seen:
        step = 2
        os.write(terminal, b'text\n')
os.waitpid(pid, 0)
print(seen.decode())
EOF

for tracer in preload ptrace
do
	test_case "$tracer: Ctrl-C ends the command, and it is observed" '
		/usr/bin/python3 typed.py $tracer "\\x03" sh -c "echo x >out; echo ready; read line" |
			tee log && grep "^signal 2" log &&
		grep "^output $PWD/out" "$trash/seen" && grep "^exit 0 signal 2" "$trash/seen"'
	test_case "$tracer: a command that handles Ctrl-C has its own status" '
		/usr/bin/python3 typed.py $tracer "\\x03" \
			sh -c "trap \"echo caught; exit 9\" INT; echo ready; while :; do :; done" | tee log &&
		grep caught log && grep "^code 9" log'
	test_case "$tracer: the terminal can be read" '
		/usr/bin/python3 typed.py $tracer "text\\n" sh -c "echo ready; read line; echo got \$line" |
			tee log && grep "got text" log && grep "^code 0" log'
	test_case "$tracer: Ctrl-Z stops the job, and SIGCONT continues it" '
		timeout 60 /usr/bin/python3 stopped.py $tracer | tee log && grep stopped log &&
		! grep "not stopped" log && grep "got text" log && grep "code 6" log'
	test_case "$tracer: SIGTERM reaches the command" '
		mkfifo ready.$tracer && { "$observer" --tracer $tracer \
			sh -c "trap \"exit 8\" TERM; echo go >ready.$tracer; while :; do sleep 0.05; done" & } &&
		read go <ready.$tracer && kill -TERM $! && expect_status 8 wait $!'
	test_case "$tracer: SIGTERM that nobody catches ends both" '
		mkfifo up.$tracer && { "$observer" --tracer $tracer \
			sh -c "echo go >up.$tracer; exec sleep 60" & } &&
		read go <up.$tracer && kill -TERM $! && expect_status 143 wait $!'
	test_case "$tracer: SIGSTOP and SIGCONT of the command alone" '
		mkfifo pid.$tracer && { "$observer" --tracer $tracer \
			sh -c "echo \$\$ >pid.$tracer; kill -STOP \$\$; exit 7" & } &&
		read pid <pid.$tracer && { while kill -CONT $pid 2>/dev/null; do :; done; } &&
		expect_status 7 wait $!'
done

test_case 'the job goes on when its tracing parent is killed' '
	mkfifo begin end && { "$observer" --tracer ptrace \
		sh -c "echo \$PPID >begin; read go <end; cat in >out; echo done >end" & } && echo x >in &&
	read pid <begin && kill -KILL $pid && echo go >end && read word <end && test "$word" = done &&
	cmp in out'

test_done

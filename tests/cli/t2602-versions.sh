#!/bin/sh
# Which version of a file a job has read, when others are at work on it.
# shellcheck disable=SC2016  # the cases are evaluated later

. "$SOURCE_DIR/tests/cli/lib.sh"

for program in jq b3sum python3
do
	command -v $program >/dev/null || skip_all "$program is not installed"
done
roar init >/dev/null
mkfifo go gone

# last_job: of those that have ended
last_job () {
	roar show --all --json "$(roar log --json | jq -r '.jobs[-1].job_uid')"
}

# The job says when it has read, the outsider when it has written.
read_and_wait='cat f >/dev/null; echo >go; read line <gone'

for tracer in preload ptrace
do
	test_case "$tracer: what an outsider appends to while the job runs is named" '
		echo old >f && { (read line <go; echo more >>f; echo >gone) & } &&
		roar run --tracer $tracer sh -c "$read_and_wait" && wait && last_job >job &&
		jq -c ".inputs[] | select(.path == \"f\")" job | tee edge && jq -e .changed edge
	'
	test_case "$tracer: what an outsider wrote is not taken for what the job read" '
		seq 10 >f && { (read line <go; seq 20 >f; echo >gone) & } &&
		roar run --tracer $tracer sh -c "$read_and_wait; echo new >f" && wait && last_job >job &&
		jq -c ".inputs[] | select(.path == \"f\")" job | tee edge &&
		jq -e ".changed and .preimage == \"not taken\" and .hashes == []" edge
	'
	test_case "$tracer: two jobs on one file" '
		rm -f f && seq 100 -1 1 >f && before=$(b3sum --no-names f) &&
		{ (read line <go; roar run -q --tracer $tracer sort -n -o f f
			last_job >inner; echo >gone) & } &&
		roar run --tracer $tracer sh -c "$read_and_wait" && wait && last_job >outer &&
		jq -c ".inputs[] | select(.path == \"f\")" inner | tee edge &&
		jq -e --arg before $before "(.changed | not) and .hashes[0].digest == \$before" edge &&
		jq -e --arg after "$(b3sum --no-names f)" ".outputs[0].hashes[0].digest == \$after" inner &&
		jq -c ".inputs[] | select(.path == \"f\")" outer | tee edge &&
		jq -e --arg before $before ".changed and
			(.preimage == \"not taken\" or .hashes[0].digest == \$before)" edge
	'
	test_case "$tracer: who asks a roar that was killed goes on" '
		for i in 1 2 3 4 5; do echo $i >f$i; done &&
		{ roar run --tracer $tracer sh -c "cat f1 f2 f3 f4 f5 >/dev/null; kill -9 \$PPID
			for i in 1 2 3 4 5; do echo new >f\$i; done; echo >gone"; : ; } 2>err & 
		read line <gone && wait && grep new f5
	'
	test_case "$tracer: locks of the job are kept" '
		seq 10 >f && roar run --tracer $tracer python3 -c "
import fcntl, os, sys
held = open(\"f\", \"r+\")
held.read()
fcntl.lockf(held, fcntl.LOCK_EX)
again = os.open(\"f\", os.O_WRONLY | os.O_APPEND)
if os.fork() == 0:
    try:
        fcntl.lockf(open(\"f\", \"r+\"), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os._exit(0)
    os._exit(1)
sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))"
	'
	test_case "$tracer: a link that leads to nothing, a pipe, a directory: as without roar" '
		ln -sfn nowhere l && rm -rf d && mkdir d && cat l 2>/dev/null; echo x >l && grep x nowhere &&
		roar run --tracer $tracer sh -c "cat nowhere l >/dev/null; rm l; rm -r d; echo y >nowhere" &&
		test ! -e l && test ! -e d && grep y nowhere
	'
done

test_done

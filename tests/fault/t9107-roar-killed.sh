#!/bin/sh
# SIGKILL of roar itself while its command runs, after it, and of everything at once: the next command
# makes a job of what is left, once, and says what it does not know.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
command -v b3sum >/dev/null || skip_all 'b3sum is not installed'
test -w /dev/shm || skip_all 'no /dev/shm to write to'
project p || exit 1
echo alpha >in
roar run -q cp in out0 || exit 1
err=$trash/err
key=$(printf %s "$PWD" | b3sum --no-names | cut -c1-16)

traces () {
	ls /dev/shm/roar-"$(id -u)"/$key-*.trace "$HOME"/.local/state/roar/traces/$key-*.trace 2>/dev/null
}
jobs () {
	roar log --all --json 2>"$err" | jq '.jobs | length'
}
last () {
	roar show --json "$(roar log --json 2>"$err" | jq -r '.jobs[-1].job_uid')"
}
# until_true COMMAND...: waits, but not for ever.
until_true () {
	tries=0
	until "$@" || test $tries -ge 3000000
	do
		tries=$((tries + 1))
	done
	"$@"
}
gone () {
	! grep -q "^State:.[^ZX]" "/proc/$1/status" 2>/dev/null
}
# past NS: it is later than that many nanoseconds since 1970.
past () {
	test "$(date +%s%N)" -gt "$1"
}
# A command that says who it is, waits for the gate and then writes $1.
waiting="echo \$\$ >pid.new; mv pid.new pid; read line <gate; cat in >"
mkfifo gate

# start_and_kill OUTPUT OPTION...: roar is killed once the command waits.
start_and_kill () {
	output=$1
	shift
	rm -f pid
	roar run -q "$@" sh -c "$waiting$output" >/dev/null 2>&1 &
	roar=$!
	until_true test -e pid || return 1
	kill -KILL $roar
	wait $roar
	test $? = 137
}
finish () {
	echo go >gate && until_true gone "$(cat pid)"
}

# Commands until no trace is left; then there must be $1 jobs.
settle () {
	rounds=0
	while test -n "$(traces)" && test $rounds -lt 2000
	do
		roar log >/dev/null 2>"$err"
		rounds=$((rounds + 1))
	done
	test "$(jobs)" = "$1" && test -z "$(traces)" && return
	echo "$(jobs) jobs instead of $1; traces: $(traces)"
	return 1
}

for tracer in preload ptrace
do
	test_case "$tracer: killed while the command runs, which goes on; its job comes when it has ended" "
		start_and_kill out.$tracer --tracer $tracer -n step-$tracer && n=\$(jobs) && test ! -s \"\$err\" &&
		test \"\$(traces | wc -l)\" = 1 && finish && settle \$((n + 1))
	"
	test_case "$tracer: what is known of it, and what not" "
		last >job && jq -e '.tracer == \"$tracer\" or .tracing.backend == \"$tracer\" or true' job &&
		jq -e '.exit == {\"interrupted\": true, \"unknown\": true} and (.complete | not)' job &&
		jq -e '[.gaps[]?, .tracing.gaps[]?] | map(.reason) | contains([\"roar-killed\"])' job &&
		jq -e '.outputs[] | select(.path == \"out.$tracer\") | .hashes[0].digest == \"'\$(b3sum --no-names in)'\"' job &&
		jq -e '[.inputs[].path] | contains([\"in\"])' job && jq -e '.environment and .step_name == \"step-$tracer\"' job
	"
done

test_case 'a job that failed to be seen to its end does not stand for the step' '
	roar fsck && roar status >out 2>"$err" && test ! -s "$err"
'

test_case 'an output that was changed meanwhile is not taken for what the job wrote' '
	start_and_kill later && n=$(jobs) && finish &&
	until_true past $(($(date +%s%N) + 50000000)) && echo "somebody else" >later &&
	settle $((n + 1)) && last >job &&
	jq -e ".outputs[] | select(.path == \"later\") | .missing == \"superseded\" and (.hashes | length) == 0" job
'

test_case 'everything killed at once' '
	rm -f pid
	setsid sh -c "echo \$\$ >group; exec roar run -q sh -c \"cat in >early; cat early >/dev/null; $waiting/dev/null\"" >/dev/null 2>&1 &
	until_true test -e pid && n=$(jobs) && kill -KILL -$(cat group) && until_true gone "$(cat pid)" &&
	settle $((n + 1)) && last >job && jq -e ".exit.unknown" job && jq -e "[.outputs[].path] | contains([\"early\"])" job
'

test_case 'killed before its command starts: no job, and nothing is left' '
	command -v strace >/dev/null || skip_case "strace is not installed"
	n=$(jobs) && strace -qq -o /dev/null -e inject=pipe2:signal=KILL:when=1 roar run -q cp in never 2>/dev/null
	settle $n && test ! -e never
'

test_case 'killed at the commit: the exit status and all contents are there' '
	command -v strace >/dev/null || skip_case "strace is not installed"
	n=$(jobs) && strace -qq -o /dev/null -e inject=fdatasync:signal=KILL:when=1 roar run -q sh -c "cat in >committed; exit 7" 2>/dev/null
	test "$(traces | wc -l)" = 1 && settle $((n + 1)) && last >job &&
	jq -e ".exit == {\"code\": 7} and (.complete | not)" job && roar show committed && test -z "$(traces)" && roar fsck
'

test_case 'killed between the commit and the end: recorded once' '
	command -v strace >/dev/null || skip_case "strace is not installed"
	n=$(jobs) && strace -f -qq -o calls roar run -q cp in counted && last_unlink=$(grep -c "unlink(\"/dev/shm" calls) &&
	test "$last_unlink" = 1 && all=$(grep -c " unlink(" calls) && n=$(jobs) &&
	strace -qq -o /dev/null -e inject=unlink:signal=KILL:when=$all roar run -q cp in counted 2>/dev/null
	settle $((n + 1))
'

test_case 'many commands at once find the same trace: one job' '
	start_and_kill raced && n=$(jobs) && finish &&
	for i in 1 2 3 4 5 6; do roar log >/dev/null 2>"$trash/err$i" & done; wait
	settle $((n + 1)) && test "$(cat "$trash"/err? "$err" | grep -c "recorded 1 job from the spool")" = 1
'

test_case 'a trace that is damaged is set aside' '
	directory=/dev/shm/roar-$(id -u) && file=$directory/$key-00112233445566778899aabbccddeeff.trace && n=$(jobs) &&
	for size in 0 100 5000
	do
		head -c $size /dev/urandom >$file && roar log >out 2>"$err" || exit 1
		grep -q "^warning: cannot import" "$err" && test ! -e $file && rm $file.damaged || { cat "$err"; exit 1; }
	done; test "$(jobs)" = $n
'

# In a mount namespace of its own, with /dev/shm of this size.
with_shm () {
	size=$1
	shift
	unshare -m sh -c "mount -t tmpfs -o size=$size tmpfs /dev/shm && $*"
}

test_case 'where /dev/shm is small, as in containers, the trace is in the state directory' '
	with_shm 64m true 2>/dev/null || skip_case "no mount namespaces here"
	n=$(jobs) && with_shm 64m "roar run -q sh -c \"ls \$HOME/.local/state/roar/traces >where; cat in >small; kill -9 \\\$PPID\"" 2>/dev/null
	grep "^$key-[0-9a-f]*.trace" where && settle $((n + 1)) && roar show small
'

test_case 'no room for the trace: the command is not disturbed, and the job says what was lost' '
	with_shm 300m true 2>/dev/null || skip_case "no mount namespaces here"
	cat >open_many.py <<-\END
	import os
	for i in range(20000):
	    try:
	        os.stat("/nowhere/" + "x" * 200 + str(i))
	        open("/nowhere/" + "x" * 200 + str(i))
	    except OSError:
	        pass
	open("many.out", "w").write("done")
	END
	git add open_many.py && git commit -qm many &&
	with_shm 300m "dd if=/dev/zero of=/dev/shm/fill bs=4096 count=76770 2>/dev/null; roar run -q python3 open_many.py; echo \$? >status" 2>"$err"
	test "$(cat status)" = 0 && test "$(cat many.out)" = done && last >job &&
	jq -e "(.complete | not) and ([.gaps[]?, .tracing.gaps[]?] | map(.reason) | contains([\"ring-full\"]))" job
'

test_done

# How a command starts and ends under the tracer: as if the tracer were not there.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_observe.sh"

export OBSERVED="$trash/seen"

# same COMMAND: its output and status are those without the tracer.
same () {
	sh -c "$1" >"$trash/plain.out"
	wanted=$?
	eval "\"\$observer\" --tracer $tracer $1" >"$trash/traced.out"
	got=$?
	diff "$trash/plain.out" "$trash/traced.out" || return 1
	test "$wanted" -eq "$got" || { echo "status $got instead of $wanted"; return 1; }
}

printf 'echo "plain $1"\n' >plain && printf '#!/no/such/interpreter\n' >broken && : >text &&
	chmod +x plain broken

for tracer in preload ptrace
do
	observe="$observer --tracer $tracer"
	test_case "$tracer: not found is 127, and nothing ran" '
		expect_status 127 $observe no-such-command &&
		expect_status 127 $observe ./no-such-file &&
		expect_status 127 $observe text/below'
	test_case "$tracer: found but not executable is 126" '
		expect_status 126 $observe ./text &&
		expect_status 126 $observe .'
	test_case "$tracer: a script without an interpreter that exists is 127" '
		expect_status 127 $observe ./broken'
	test_case "$tracer: a file without #! is run by sh" 'same "./plain argument"'
	test_case "$tracer: output and status" '
		same "sh -c \"echo out; exit 5\"" && same true && same false'
	test_case "$tracer: death by a signal" '
		same "sh -c \"kill -HUP \\\$\\\$\"" && same "sh -c \"kill -SEGV \\\$\\\$\"" &&
		grep "^exit 0 signal 11" "$trash/seen"'
	test_case "$tracer: no descriptor comes along, none is lost" '
		exec 5<text && same "ls /proc/self/fd" 9</dev/null'
	test_case "$tracer: signal state, limits, mask, directory, group and session" '
		same "sed -n -e /^Sig[BIC]/p -e /^Umask/p /proc/self/status" &&
		same "cat /proc/self/limits" && same pwd &&
		same "ps -o pgid=,sid=,tty= -p \$\$"'
	test_case "$tracer: what nohup ignores stays ignored" '
		trap "" HUP INT && same "sed -n /^SigIgn/p /proc/self/status"; trap - HUP INT'
	test_case "$tracer: the parent is this process, before and after" '
		$observe sh -c "cat /proc/\$PPID/comm" | grep test_observe'
	test_case "$tracer: arguments are as they were given" '
		same "printf %s. \"\" \"a b\" \"*\" \"-x\""'
	test_case "$tracer: what is redirected to a file is an output, and read from one an input" '
		echo data >in && $observe cat <in >out && cmp in out && cat "$trash/seen" &&
		grep "^input $PWD/in read inherited" "$trash/seen" &&
		grep "^output $PWD/out inherited" "$trash/seen"'
	test_case "$tracer: an input that is not read is none" '
		$observe true <in && ! grep "$PWD/in" "$trash/seen"'
	test_case "$tracer: logs are no outputs" '
		$observe sh -c "echo o; echo e >&2" >log 2>&1 && ! grep "$PWD/log" "$trash/seen" &&
		$observe echo o >>log && ! grep "$PWD/log" "$trash/seen" &&
		$observe sh -c "echo e >&2" 2>log && ! grep "$PWD/log" "$trash/seen"'
	test_case "$tracer: a third descriptor counts" '
		$observe sh -c "echo x >&3" 3>three && grep "^output $PWD/three inherited" "$trash/seen"'
	test_case "$tracer: the file of descriptor 1, opened anew, counts" '
		$observe sh -c "echo x >both" >>both && grep "^output $PWD/both" "$trash/seen"'
	test_case "$tracer: a process that goes on is late" '
		$observe --grace 20 sh -c "sleep 30 & echo \$! >pid; until grep -q sleep /proc/\$!/comm; do :; done" &&
		kill "$(cat pid)" &&
		grep "^gap late .*/sleep 1" "$trash/seen"'
	test_case "$tracer: a process that ends within the grace is waited for" '
		$observe --grace 5000 sh -c "(sleep 0.1; echo x >after) &" &&
		grep "^output $PWD/after" "$trash/seen" && grep "^complete" "$trash/seen"'
	test_case "$tracer: all processes are listed, the root first" '
		$observe sh -c "cat text; true" && grep -c "^process " "$trash/seen" | grep -x 2 &&
		grep -m 1 "^process" "$trash/seen" | grep "sh$" && grep "^process .*/cat" "$trash/seen"'
done

test_case 'LD_PRELOAD of the user stays, after ours' '
	ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" LD_PRELOAD=libm.so.6 "$observer" --tracer preload sh -c "echo \$LD_PRELOAD" |
		grep "libroar-preload.so:libm.so.6$"'
test_case 'ptrace leaves the environment alone' '
	env | grep -v ^_= | sort >plain.env && "$observer" --tracer ptrace env | grep -v ^_= | sort |
		diff plain.env -'

test_done

#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

project p || exit 1
hooks=$PWD/.roar/hooks
zeros=$(printf '%064d' 0)
a=$(printf a | roar hash-object -w --stdin)
b=$(printf b | roar hash-object -w --stdin)

# hook NAME: a hook with the script on standard input.
hook () {
	mkdir -p "$hooks" && { echo '#!/bin/sh'; cat; } >"$hooks/$1" && chmod +x "$hooks/$1"
}

jobs () {
	roar log --json | jq '.jobs | length'
}

test_case 'no directory, no hooks' '
	test ! -e "$hooks" && roar hook list >out && test ! -s out && expect_status 1 roar hook run post-record 2>err &&
	grep -x "error: there is no hook .post-record." err && roar hook run --ignore-missing post-record &&
	roar run -q true && test "$(jobs)" = 1
'

test_case 'a file that cannot be executed, a directory and other names are no hooks' '
	mkdir -p "$hooks/pre-push" && echo "exit 1" >"$hooks/pre-record" && echo "exit 1" | hook post-record.sample &&
	roar hook list >out && test ! -s out && roar run -q true && rm -r "$hooks"
'

test_case 'hook run: arguments, input, exit status, place' '
	hook post-record <<-\EOF &&
	printf "%s|" "$@" "$(pwd)" "$ROAR_HOOK" "$ROAR_DIR"
	cat
	exit 7
	EOF
	roar hook list >actual && echo post-record | diff - actual && roar hook list -z | tr "\0" "\n" | diff actual - &&
	echo data >"$trash/input" && mkdir -p sub && root=$PWD &&
	(cd sub && expect_status 7 roar hook run --to-stdin "$trash/input" post-record -- -x "a b" >out 2>err && test ! -s out &&
	echo "-x|a b|$root|post-record|$root|data" | diff - err) &&
	expect_status 7 roar hook run post-record 2>err && expect_status 128 roar hook run --to-stdin none post-record 2>err &&
	echo "kill -9 \$\$" | hook post-record && expect_status 137 roar hook run post-record && rm -r "$hooks" sub
'

test_case 'pre-record sees the job and may refuse it' '
	echo "cat >../seen" | hook pre-record && roar run -q sh -c "echo 1 >../p/out.txt; exit 3"; test $? = 3 &&
	head -n 1 ../seen | jq -e ".exit.code == 3 and .argv[0] == \"sh\"" && tail -n 1 ../seen | jq -e ".role == \"output\" and .path == \"out.txt\" and .size == 2" &&
	before=$(jobs) && echo "echo no; exit 9" | hook pre-record && roar run true >out 2>err && test ! -s out && cat err && grep -x no err &&
	grep -x "roar: the command ran (exit status kept), but is not recorded: hook .pre-record. ended with exit status 9" err &&
	expect_status 5 roar run -q sh -c "exit 5" 2>err && expect_status 125 roar run -q --require-record true 2>err &&
	test "$(jobs)" = $before && roar status 2>err && test ! -s err && test "$(jobs)" = $before && rm -r "$hooks" out.txt
'

test_case 'post-record reads the id of a job that is in the store' '
	echo "read id && roar cat-object -p \$id >../seen && roar update-ref refs/tags/newest \$id; exit 1" | hook post-record &&
	roar run echo 5 >out 2>err; status=$?; cat err; test $status = 0 && jq -e ".argv == [\"echo\", \"5\"]" ../seen &&
	grep "warning: hook .post-record. " err &&
	test "$(roar resolve refs/tags/newest)" = "$(roar resolve "$(roar log --json | jq -r ".jobs[0].job_oid // .jobs[0].oid")")" ; rm -r "$hooks"
'

test_case 'reference-transaction is asked twice and told once' '
	echo "{ echo \$1; cat; } >>../seen" | hook reference-transaction && : >../seen && roar update-ref refs/t/x $a &&
	line="$zeros $a refs/t/x" && printf "%s\n" preparing "$line" prepared "$line" committed "$line" | diff - ../seen &&
	: >../seen && printf "%s\n" "update refs/t/x $b $a" "symref-create refs/t/s refs/t/x" "verify refs/t/none" | roar update-ref --stdin &&
	printf "%s\n" preparing "$a $b refs/t/x" "$zeros ref:refs/t/x refs/t/s" >expect && head -n 3 ../seen | diff expect - &&
	: >../seen && roar symbolic-ref refs/t/s refs/t/y && tail -n 2 ../seen >actual && printf "%s\n" committed "ref:refs/t/x ref:refs/t/y refs/t/s" | diff - actual &&
	: >../seen && expect_status 3 roar update-ref refs/t/x $a $a 2>err && printf "%s\n" preparing "$b $a refs/t/x" aborted "$b $a refs/t/x" | diff - ../seen &&
	: >../seen && printf "%s\n" start "delete refs/t/x" prepare abort | roar update-ref --stdin && grep -v " " ../seen >actual &&
	printf "%s\n" preparing prepared aborted | diff - actual &&
	: >../seen && printf "%s\n" start "delete refs/t/x" | roar update-ref --stdin && test ! -s ../seen
'

# told COMMAND: what the hook was told of while it ran, which must be the same three times.
told () {
	: >../seen && "$@" >/dev/null && printf "%s\n" preparing prepared committed >states && grep -v " " ../seen | diff states - &&
	lines=$(($(wc -l <../seen) / 3)) && head -n $lines ../seen | tail -n +2 >lines && sed -n "$((lines + 2)),$((2 * lines))p" ../seen | diff lines - &&
	tail -n $((lines - 1)) ../seen | diff lines - && cat lines
}

test_case 'reference-transaction is asked of a job, pop, reset and session use' '
	head=$(roar symbolic-ref HEAD) && one=$(roar resolve HEAD) && told roar run -q true && two=$(roar resolve HEAD) && echo "$one $two $head" | diff - lines &&
	told roar pop -y && echo "$two $one $head" | diff - lines && told roar reset && new=$(roar symbolic-ref HEAD) && new_head=$(roar resolve HEAD) &&
	printf "%s\n" "ref:$head ref:$new HEAD" "$zeros $new_head $new" | diff - lines && told roar session use "$(basename $head)" &&
	echo "ref:$new ref:$head HEAD" | diff - lines && : >../seen && roar session use "$(basename $head)" && test ! -s ../seen && roar fsck
'

test_case 'reference-transaction is asked of bundle unbundle' '
	head=$(roar symbolic-ref HEAD) && roar run -q true && roar bundle create ../b.bundle --all && project ../q && mkdir -p .roar/hooks && cp "$hooks/reference-transaction" .roar/hooks &&
	told roar bundle unbundle ../b.bundle && grep "^ref:refs/sessions/.* ref:$head HEAD" lines && grep "^$zeros .* refs/t/x" lines && roar fsck &&
	roar update-ref -d refs/t/x && : >../seen && echo "test \$1 = aborted" >>.roar/hooks/reference-transaction &&
	expect_status 128 roar bundle unbundle ../b.bundle 2>err && grep "^fatal: hook .reference-transaction." err && grep -x aborted ../seen &&
	expect_status 2 roar show-ref --exists refs/t/x && roar bundle unbundle --no-refs ../b.bundle && roar fsck
'

test_case 'reference-transaction refuses' '
	for state in preparing prepared
	do
		: >../seen && echo "cat >/dev/null; echo \$1 >>../seen; test \$1 != $state" | hook reference-transaction &&
		expect_status 128 roar update-ref refs/t/x $a 2>err && grep "^fatal: hook .reference-transaction. ended with exit status 1" err &&
		test "$(tail -n 1 ../seen)" = aborted && test "$(roar show-ref --verify -s refs/t/x)" = $b || exit 1
	done &&
	echo "test \$1 != committed" | hook reference-transaction && roar update-ref refs/t/x $a && test "$(roar show-ref --verify -s refs/t/x)" = $a
'

test_case 'what it refuses to a job is not recorded, anywhere, and to others not done' '
	before=$(jobs) && head=$(roar resolve HEAD) && for state in preparing prepared
	do
		: >../seen && echo "cat >/dev/null; echo \$1 >>../seen; test \$1 != $state" | hook reference-transaction &&
		expect_status 3 roar run -q sh -c "exit 3" 2>err && grep "is not recorded: hook .reference-transaction. ended with exit status 1" err &&
		test "$(tail -n 1 ../seen)" = aborted && expect_status 125 roar run -q --require-record true 2>err && roar status >out && test "$(jobs)" = $before &&
		for command in "pop -y" reset
		do
			expect_status 128 roar $command 2>err && grep "^fatal: hook .reference-transaction." err || exit 1
		done && test "$(roar resolve HEAD)" = $head && roar fsck || exit 1
	done; rm -r "$hooks"
'

test_case 'a job is recorded though another one was while the hook ran, and the hook is asked again' '
	echo "cat >>../lines; echo \$1 >>../seen; test \$1 != prepared || test -e ../once || { : >../once; roar run -q sh -c \"exit 0\"; }" | hook reference-transaction &&
	: >../seen && : >../lines && before=$(jobs) && roar run -q true && cat ../seen && test "$(jobs)" = $((before + 2)) &&
	printf "%s\n" preparing prepared aborted preparing prepared committed | diff - ../seen && test "$(tail -n 1 ../lines | cut -c 66-129)" = "$(roar resolve HEAD)" &&
	roar fsck && rm -r "$hooks"
'

test_case 'what the hook was told is looked at again: a ref that moved meanwhile is a conflict' '
	echo "test \$1 != prepared || roar update-ref refs/t/x $zeros" | hook reference-transaction &&
	expect_status 3 roar update-ref refs/t/x $b 2>err && expect_status 2 roar show-ref --exists refs/t/x && rm -r "$hooks"
'

test_case 'no hook of ours is started by a hook' '
	echo "echo x >>../count; roar update-ref refs/t/\$(wc -l <../count) $a" | hook reference-transaction && : >../count &&
	roar update-ref refs/t/first $a && test "$(wc -l <../count)" = 3 && rm -r "$hooks"
'

# The C library has two signals of its own, 32 and 33, ignored in what it starts.
test_case 'secrets, descriptors and signals are not handed down' '
	echo "env >../env; ls /proc/self/fd >../fds; cat /proc/self/status >../status" | hook post-record &&
	(trap "" PIPE INT; exec 5<.keep; GITHUB_TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789 HARMLESS=yes roar hook run post-record) &&
	! grep -q GITHUB_TOKEN ../env && grep -qx HARMLESS=yes ../env && sort -n ../fds | tr "\n" " " >actual && printf "0 1 2 3 " | diff - actual &&
	grep -E "^SigBlk:.0+$" ../status && grep -E "^SigIgn:.(0+|0+180000000)$" ../status && roar run -q true && sort -n ../fds | tr "\n" " " >actual && printf "0 1 2 3 " | diff - actual && rm -r "$hooks"
'

test_case 'a hook that takes too long is killed, and has refused' '
	echo "exec tail -f /dev/null" | hook pre-record && cp "$hooks/pre-record" "$hooks/reference-transaction" && roar config set core.hooks_timeout 100ms &&
	before=$(jobs) && roar run -q true 2>err && grep "took longer than 100 ms and was killed" err && test "$(jobs)" = $before &&
	expect_status 128 roar update-ref refs/t/late $a 2>err && grep "took longer than" err && expect_status 2 roar show-ref --exists refs/t/late &&
	expect_status 128 roar hook run pre-record 2>err && expect_status 129 roar config set core.hooks_timeout soon 2>err &&
	roar config unset core.hooks_timeout && rm -r "$hooks"
'

# hook_of_many LAST: starts a process in the background, one with a session of its own whose parent
# ends, and one below another, and then does LAST. Each writes its number to ../pids.
hook_of_many () {
	hook post-record <<-EOF
	many='echo \$\$ >>../pids; exec tail -f /dev/null'
	sh -c "\$many" & (setsid sh -c "\$many" & true)
	sh -c 'sh -c "\$1" & wait' sh "\$many" &
	while test "\$(wc -l <../pids)" -lt 3; do sleep 0.01; done
	$1
	EOF
}

test_case 'what a hook has started dies with it when it takes too long, and else lives on' '
	: >../pids && hook_of_many "tail -f /dev/null" && roar config set core.hooks_timeout 3s &&
	timeout 60 sh -c "{ tail -f /dev/null >/dev/null 2>&1 & echo \$! >../mine; exec roar hook run post-record; } 2>&1 | cat >../said"; cat ../said &&
	grep "^State:.[^ZX]" /proc/$(cat ../mine)/status && kill $(cat ../mine) && grep "took longer than 3000 ms and was killed" ../said &&
	test $(wc -l <../pids) = 3 && for pid in $(cat ../pids)
	do
		! grep "^State:.[^ZX]" /proc/$pid/status || exit 1
	done &&
	: >../pids && hook_of_many "exit 5" && expect_status 5 roar hook run post-record 2>/dev/null && test $(wc -l <../pids) = 3 &&
	kill $(cat ../pids) && roar config unset core.hooks_timeout && rm -r "$hooks"
'

test_case 'a hook is in the group of who started it, which the terminal sends its signals to' '
	echo "cut -d \" \" -f 5 /proc/self/stat >../group" | hook post-record && roar hook run post-record &&
	cut -d " " -f 5 /proc/self/stat | diff ../group - && rm -r "$hooks"
'

test_case 'core.hooks_path, which committed files cannot set' '
	mkdir -p ../elsewhere && printf "#!/bin/sh\nexit 4\n" >../elsewhere/pre-push && chmod +x ../elsewhere/pre-push &&
	roar config set core.hooks_path ../elsewhere && expect_status 4 roar hook run pre-push && roar hook list >actual && echo pre-push | diff - actual &&
	roar config unset core.hooks_path && printf "[core]\nhooks_path = \"../elsewhere\"\n" >roar.toml && roar hook list 2>err >actual && test ! -s actual && rm roar.toml
'

test_case 'a hook that cannot be started' '
	mkdir -p "$hooks" && echo "#!/nowhere/interpreter" >"$hooks/pre-record" && chmod +x "$hooks/pre-record" &&
	roar run -q true 2>err && grep "not recorded: cannot run hook" err && expect_status 128 roar hook run pre-record 2>err && rm -r "$hooks"
'

test_case 'usage errors' '
	expect_status 129 roar hook 2>err && expect_status 129 roar hook walk 2>err && expect_status 129 roar hook run 2>err &&
	expect_status 129 roar hook run ../x 2>err && expect_status 129 roar hook list more 2>err && expect_status 129 roar hook run .x 2>err
'

test_done

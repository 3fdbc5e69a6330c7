# run --strict: the library is loaded, and a listener sees what no library sees.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_observe.sh"

$cc -w -o "$trash/bin/acts" "$SOURCE_DIR/tests/cases/acts.c" -lpthread -lrt &&
	$cc -O1 -w -o "$trash/bin/inline" "$SOURCE_DIR/tests/cases/inline.c" || skip_all 'cannot compile'

# trace OPTION...: facts of the last command, by jq.
facts () {
	jq -r 'select(.type == "access" and (.path | startswith(env.PWD + "/"))) | "\(.kind) \(.path)"' ../facts
}
trace () {
	roar trace -o ../facts "$@"
}

test_case 'calls by hand are seen, which a library does not see' '
	set_up_files && trace --strict inline && facts && facts | grep "^input $PWD/in$" &&
	facts | grep "^output $PWD/out$" && jq -e "select(.type == \"end\") | .complete" ../facts'
test_case 'so it is what the option does' '
	trace --tracer preload inline && ! facts | grep "^input $PWD/in$"'
test_case 'the job is one of both, and the library is in it, but none of its inputs' '
	trace --strict sh -c "env >env; grep -c roar-preload /proc/self/maps >maps; :" &&
	grep LD_PRELOAD env && ! grep "^0$" maps && ! grep "\"path\".*libroar-preload" ../facts &&
	jq -r "select(.type == \"trace\") | .backend" ../facts | grep "^preload+notify$"'
# evidence FILE: how it was used.
evidence () {
	jq -r --arg name "$PWD/$1" "select(.kind == \"input\" and .path == \$name) | .evidence | join(\" \")" ../facts
}
test_case 'each call is told of once: what is only opened is no input, what is read was read' '
	trace --strict acts open_no_read && test -z "$(evidence in)" &&
	trace --strict cat in && test "$(evidence in)" = read &&
	trace --strict acts stdio && test "$(evidence in)" = read'
test_case 'nor is what the library opens on its own account one' '
	cp /bin/true program && trace --strict /usr/bin/python3 -c \
		"import os; os.waitpid(os.posix_spawn(\"./program\", [\"program\"], os.environ), 0)" &&
	test "$(evidence program)" = executed'
test_case 'what libc opens by itself is an input' '
	trace --strict getent passwd root && jq -r .path ../facts | grep "^/etc/nsswitch.conf$" &&
	jq -r .path ../facts | grep "^/etc/ld.so.cache$" && roar trace --tracer preload -o ../facts getent passwd root &&
	! grep "\"/etc/ld.so.cache\"" ../facts'
test_case 'what cannot take the library is none the worse for it' '
	trace --strict sh -c "acts rw; inline" && jq -r .type ../facts | grep -c "^gap$" | grep "^0$"'
test_case 'there is no io_uring, so that programs use calls that are seen' '
	$cc -w -o "$trash/bin/uring" "$SOURCE_DIR/tests/cases/uring.c" && trace --strict uring &&
	facts | grep "^input $PWD/in$" && facts | grep "^output $PWD/out$" &&
	jq -e "select(.type == \"end\") | .complete" ../facts'
test_case 'arguments of what posix_spawn and system start are told' '
	trace --strict /usr/bin/python3 -c "import os; os.system(\"cat in >out\"); os.waitpid(os.posix_spawn(\"/bin/cat\", [\"cat\", \"in\", \"lnk\"], os.environ), 0)" &&
	jq -c "select(.type == \"process\") | .argv" ../facts >argv && cat argv && grep "^.\"cat\",\"in\".$" argv &&
	grep "^.\"cat\",\"in\",\"lnk\".$" argv && grep "^.\"sh\",\"-c\",\"cat in >out\".$" argv && test "$(wc -l <argv)" -eq 4'
test_case 'each file of the loader is an input once' '
	trace --strict cat in && jq -r "select(.type == \"access\") | .kind + .path" ../facts | sort >all &&
	grep "input.*/libc.so.6" all && sort -u all | cmp - all'
test_case 'status, signal and output are the command'"'"'s' '
	expect_status 3 roar trace --strict -o ../facts sh -c "echo text; exit 3" >out && grep "^text$" out &&
	{ roar trace --strict -o ../facts sh -c "kill -TERM \$\$"; test $? -eq 143; } &&
	expect_status 127 roar trace --strict -o ../facts nowhere'
test_case 'run and build know it, and so does the setting' '
	git init -q . && roar init >/dev/null 2>&1 && printf ".roar\n" >.gitignore && git add -A &&
	git -c user.name=n -c user.email=e@example.com commit -qm first &&
	backend () { roar show --json "$1" | jq -r .tracing.backend; } &&
	for command in "run --strict" "build --strict" "run --tracer preload"
	do
		roar $command cp in "out-${command%% *}-$((count += 1))" || exit 1
	done &&
	roar config set tracer.strict true && roar run cp in out-set &&
	roar show --json @1 >../one && cat ../one && grep -q "\"preload+notify\"" ../one &&
	roar show --json @3 >../three && grep -q "\"preload+notify\"" ../three'

test_done

# run --strict: the whole job is listened to, and what no library sees is seen.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_observe.sh"

$cc -w -o "$trash/bin/acts" "$SOURCE_DIR/tests/cases/acts.c" -lpthread -lrt || skip_all 'cannot compile'

# trace OPTION...: facts of the last command, by jq.
facts () {
	jq -r 'select(.type == "access" and (.path | startswith(env.PWD + "/"))) | "\(.kind) \(.path)"' ../facts
}
trace () {
	roar trace -o ../facts "$@"
}

test_case 'calls by hand are seen, which a library does not see' '
	set_up_files && trace --strict acts inline_asm && facts && facts | grep "^input $PWD/in$" &&
	facts | grep "^output $PWD/out$" && jq -e "select(.type == \"end\") | .complete" ../facts'
test_case 'so it is what the option does' '
	trace --tracer preload acts inline_asm && ! facts | grep "^input $PWD/in$"'
test_case 'the job is one of notify, and no library is in it' '
	trace --strict sh -c "env >env; grep -c roar-preload /proc/self/maps >maps; :" &&
	! grep LD_PRELOAD env && grep "^0$" maps &&
	jq -r "select(.type == \"trace\") | .backend" ../facts | grep "^notify$"'
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
	roar show --json @1 >../one && cat ../one && grep -q "\"notify\"" ../one &&
	roar show --json @3 >../three && grep -q "\"notify\"" ../three'

test_done

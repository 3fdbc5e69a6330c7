#!/bin/sh
# The processes of a job: arguments, times, how they ended, and which of them used a file.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
command -v python3 >/dev/null || skip_all 'python3 is not installed'
cc=${CC:-cc}
python=$(python3 -c 'import sys; print(sys.executable)')

echo data >in

# processes FILTER: of each of them, one a line
processes () {
	jq -c "select(.type == \"process\") | $1" facts
}

# users NAME KEY: which processes, by the last word of their arguments
users () {
	jq -rs --arg path "$PWD/$1" "[.[] | select(.type == \"process\")] as \$all |
		[.[] | select(.path == \$path) | .$2 // [] | .[] | \$all[.].argv[-1]] | unique | join(\" \")" facts
}

cat >"$trash/expected" <<'EOF'
["sh","-c","cat -- in; cat \"$1\" -E; true","name","with  space\nand line"]
["cat","--","in"]
["cat","with  space\nand line","-E"]
EOF

for tracer in preload ptrace
do
	test_case "$tracer: arguments as they were given" "
		roar trace --tracer $tracer -o facts sh -c 'cat -- in; cat \"\$1\" -E; true' name 'with  space
and line' 2>/dev/null
		processes .argv >got && cat got && diff \"\$trash/expected\" got
	"
	test_case "$tracer: empty arguments, and bytes that are no text" "
		'$python' -c '
import os, sys
os.execvp(\"roar\", [b\"roar\", b\"trace\", b\"--tracer\", b\"$tracer\", b\"-o\", b\"facts\", b\"sh\", b\"-c\", b\"true\", b\"\", b\"\\xff\", b\"\"])' &&
		processes .argv >got && cat got && echo '[\"sh\",\"-c\",\"true\",\"\",{\"b64\":\"/w==\"},\"\"]' | diff - got
	"
	test_case "$tracer: a child that runs no program of its own has no arguments" "
		roar trace --tracer $tracer -o facts sh -c '(exit 3); (kill -9 \$\$)' 2>/dev/null
		processes '[has(\"argv\"), .parent, .exit]' >got && cat got &&
		printf '%s\\n' '[true,null,{\"signal\":9}]' '[false,0,{\"code\":3}]' >expect && head -2 got | diff expect -
	"
	test_case "$tracer: more arguments than are kept" "
		roar trace --tracer $tracer -o facts sh -c true \$(seq 100000 110000) &&
		processes 'if .argv_cut and (.argv | length) < 3000 and .argv[3] == \"100000\" then 1 else . end' >got && echo 1 | diff - got
	"
	test_case "$tracer: times are in order" "
		roar trace --tracer $tracer -o facts sh -c 'cat in; cat in' >/dev/null &&
		jq -es '.[0].started as \$begin | .[-1].ended as \$last | [.[] | select(.type == \"process\")] |
			length == 3 and all(.[]; .ended >= .started and .started[0] >= \$begin[0] - 1 and .ended <= \$last)' facts
	"
	test_case "$tracer: who read, who wrote, and who read what was written" "
		roar trace --tracer $tracer -o facts sh -c 'cp in a; cat a in >b; mv b c' &&
		test \"\$(users in readers)\" = 'a in' && test \"\$(users a writers)\" = a && test \"\$(users a readers)\" = in &&
		users c writers | grep -w c && users c writers | grep -w in
	"
	test_case "$tracer: every process that reads a file, not the first alone" "
		roar trace --tracer $tracer -o facts sh -c 'for i in 1 2 3 4 5 6 7 8; do cat in; done' >/dev/null &&
		jq -es --arg path \"\$PWD/in\" '.[] | select(.path == \$path) | .readers == [1, 2, 3, 4, 5, 6, 7, 8]' facts
	"
	test_case "$tracer: 300 short children, each counted" "
		roar trace --tracer $tracer -o facts sh -c 'i=0; while test \$i -lt 300; do (exit 7); i=\$((i + 1)); done' &&
		test \$(processes 'select(.parent == 0 and .exit == {code: 7} and .ended != null)' | wc -l) = 300 &&
		jq -es '.[-1].complete' facts
	"
done

test_case 'the root has the times of the command, also if it was killed' '
	roar trace -o facts sh -c "kill -9 \$\$"
	jq -es ".[0].started == .[-2].started and .[-1].ended == .[-2].ended and .[-2].exit == {signal: 9}" facts
'

for how in 'wait()' 'waitpid(child, 0)' 'wait3(0)' 'wait4(child, 0)' 'waitid(os.P_PID, child, os.WEXITED)'
do
	test_case "a child that was killed, seen by $how" "
		roar trace --tracer preload -o facts '$python' -c '
import os, signal
child = os.fork()
if child == 0:
    os.kill(os.getpid(), signal.SIGKILL)
os.$how
' && processes 'select(.parent == 0) | .exit' >got && echo '{\"signal\":9}' | diff - got
	"
done

if unshare -rpf true 2>/dev/null
then
	test_case 'processes of several namespaces with one number are a gap, those of one are none' '
		mkfifo meet && roar trace --tracer preload -o facts sh -c "unshare -rpf sh -c \"read -r line <meet\" &
			unshare -rpf sh -c \"echo x >meet\" & wait" &&
		jq -e -n "any(inputs; .reason == \"pid-namespaces\")" facts &&
		roar trace --tracer preload -o facts unshare -rpf sh -c "cat in; (true)" && tail -1 facts | jq -e .complete
	'
fi

test_case 'a child that waitid only looks at, and one that nobody asks about' '
	roar trace --tracer preload -o facts "$python" -c "
import os
child = os.fork()
if child == 0:
    os._exit(5)
assert os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT).si_status == 5
assert os.waitpid(child, 0) == (child, 5 << 8)
if os.fork() == 0:
    os._exit(6)
os._exit(7)
" ; processes .exit.code | sort >got && printf "%s\n" 5 6 7 | diff - got
'

test_case 'a stopped child has not ended' '
	roar trace --tracer preload -o facts "$python" -c "
import os, signal
child = os.fork()
if child == 0:
    os.kill(os.getpid(), signal.SIGSTOP)
    open(\"late\", \"w\").write(\"x\")
    os._exit(0)
assert os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])
os.kill(child, signal.SIGCONT)
os.waitpid(child, 0)
" && processes "[.number, .exit]" >got && printf "%s\n" "[0,{\"code\":0}]" "[1,{\"code\":0}]" | diff - got
'

if echo 'int main(void) { return 4; }' >static.c && $cc -static -o static static.c 2>/dev/null
then
	test_case 'a program that preload cannot enter is a process with its arguments' '
		roar trace --tracer preload -o facts sh -c "./static one two; exit 0" &&
		processes "select(.number == 1) | [.argv, .exit, (.executable | split(\"/\")[-1])]" >got && cat got &&
		echo "[[\"./static\",\"one\",\"two\"],{\"code\":4},\"static\"]" | diff - got
	'
	test_case 'the same as the root' '
		expect_status 4 roar trace --tracer preload -o facts ./static one &&
		processes "[.argv, .exit]" >got && cat got && echo "[[\"./static\",\"one\"],{\"code\":4}]" | diff - got
	'
fi

test_done

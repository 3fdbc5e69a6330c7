#!/bin/sh
# Processes: all ways to make one and to become another program.
# shellcheck disable=SC2016  # the cases are evaluated later
. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_preload.sh"
(cd .. && program calls -pthread) || exit 1
PATH=$trash/bin:/usr/bin:/bin

test_case 'fork: the child says whose it is, and shares what is open' '
	case_of fork && has "start - - .*parent=[1-9]" && has "open rs .* in$" &&
	has "open ws .* out$"
'
test_case 'fork by number' '
	case_of raw_fork && has "start - - .*parent=[1-9]" && has "open ws .* out$"
'
test_case 'vfork: the child moves its descriptors, not those of its parent' '
	case_of vfork && has "open rs .* in$" && has "inherited w .* $PWD/out$" &&
	has "exec .* /usr/bin/sh$"
'
test_case 'vfork: the child opens and writes' '
	case_of vfork_writes && has "inherited w .* $PWD/out$" && has "open rs .* in$"
'
test_case 'posix_spawn opens files' '
	case_of spawn && has "open .* r .* in$" && has "open .* wct .* out$" &&
	has "inherited rs .* $PWD/in$" && has "exec .* r 2 .*no.040such.040program$"
'
for name in empty_environment null_environment fexecve execveat memory_program
do
	test_case "a program executed: $name" "
		case_of $name && has 'exec ' && has 'open rs .* in\$'
	"
done
test_case 'env -i' '
	fresh && traced env -i cat in && has "start .* /usr/bin/cat -> $PWD$" && has "open rs .* in$"
'
test_case 'the variables of the user stay as they are' '
	traced env -i A=b LD_PRELOAD= /usr/bin/env >../env &&
	grep -qx A=b ../env && test "$(grep -c ^LD_PRELOAD= ../env)" = 1 &&
	test "$(grep -c ^ROAR_TRACE_LOG= ../env)" = 1 &&
	traced sh -c "LD_PRELOAD=libm.so.6 env" >../env 2>&1 &&
	grep -q "^LD_PRELOAD=.*libroar-preload.so:libm.so.6$" ../env
'
test_case 'killed in the middle: what was written stays' '
	case_of killed && has "open r .* in$" && has "open w .* out$"
'
test_case 'bash: redirections of builtins and programs' '
	fresh && traced bash -c "echo x >a; read -r y <in; cat <in >b; exec 3>c; echo z >&3" &&
	has "open .*wct.* a$" && has "open r .* in$" && has "inherited rs .* $PWD/in$" &&
	has "open .*wct.* b$" && has "open .*wct.* c$"
'
test_case 'python: files, threads, subprocesses' '
	fresh && cat >p.py <<-\END &&
	import subprocess, threading
	def copy(a, b):
	    with open(a) as f, open(b, "w") as g: g.write(f.read())
	t = threading.Thread(target=copy, args=("two", "t")); t.start(); t.join()
	with open("in") as f, open("o", "w") as g:
	    subprocess.run(["cat"], stdin=f, stdout=g, check=True)
	END
	traced /usr/bin/python3 p.py && has "open rs .* $PWD/p.py$" && has "open rs .* two$" &&
	has "open ws .* t$" && has "inherited rs .* $PWD/in$" && has "inherited w.* $PWD/o$"
'
test_case 'make with two jobs' '
	fresh && printf "all: a b\na b: in\n\tcp in \$@\n" >Makefile && traced make -s -j2 &&
	has "open rs .* Makefile$" && has "open ws .* a$" && has "open ws .* b$" && lost 0
'
test_case 'a script with an interpreter' '
	fresh && printf "#!/bin/sh\ncat in\n" >s && chmod +x s && traced ./s >../out &&
	has "start .* /usr/bin/dash -> " && has "open r.* ./s$"
'
test_case 'a text without a first line is run by the shell' '
	fresh && printf "cat in\n" >s && chmod +x s &&
	traced env ./s && has "exec .* r 8 .* ./s$" &&
	has "start .* /usr/bin/dash -> "
'

test_done

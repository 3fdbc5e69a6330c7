# Programs that the preload library cannot enter, executed in the middle of a job: they are handed
# over to a listener, find everything as it was, and are seen as a whole.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_observe.sh"

programs=$SOURCE_DIR/tests/programs
$cc -static -pthread -w -o "$trash/bin/entered" "$programs/entered.c" ||
	skip_all 'no static C library'
chmod 755 "$trash" "$trash/bin" "$trash/work"

# Of a shell that waits, as in most jobs.
below () {
	one_observes auto "$1" "$2" "sh -c 'entered $3; exit \$?'"
}
# what the last command made
complete () {
	test_case "$1: nothing is missing" 'grep "^complete" "$trash/seen"'
}

below 'reading and writing' 'in:in out:out' 'read write'
complete 'reading and writing'
below 'names that change' 'out:deep/final out:deep/other out:named tmp:1' rename
complete 'names that change'
below 'a thread' 'out:out' thread
below 'a dynamic child' 'in:in' exec:cat
complete 'a dynamic child'
below 'a shell below' 'in:in out:out' '"run:cat <in >out"'
complete 'a shell below'
below 'a static child of a static program' 'in:in out:out' '"run:entered read write"'
below 'a failure' '' exec:nowhere
below 'death by a signal' '' die
below 'a file made right before death' 'out:out' create-and-die
complete 'a file made right before death'
below 'a debugger inside' 'in:in' trace
below 'signals all the time' 'in:in' fire
complete 'signals all the time'

# By each way of executing.
test_case 'what a program finds is as it was: name, environment, descriptors, signals, children' '
	cd "$trash/work" && set_up_files && cat >ways.py <<-\EOF &&
	import os, subprocess, sys
	way = sys.argv[1]
	path = "entered" if way == "search" else sys.argv[2]
	if way == "exec": os.execv(path, ["another name", "show"])
	if way == "search": os.execvp(path, ["another name", "show"])
	if way == "empty": os.execve(path, ["another name", "show"], {})
	if way == "descriptor": os.execve(os.open(path, os.O_RDONLY), ["another name", "show"], os.environ)
	if way == "spawn":
	    os.waitpid(os.posix_spawn(path, ["another name", "show"], os.environ), 0)
	if way == "vfork": subprocess.run(["another name", "show"], executable=path, check=True)
	EOF
	for way in exec search empty descriptor spawn vfork
	do
		OBSERVED="$trash/seen" python3 ways.py $way "$trash/bin/entered" >"$trash/plain.out" &&
			OBSERVED="$trash/seen" "$observer" python3 ways.py $way "$trash/bin/entered" \
				>"$trash/traced.out" && diff "$trash/plain.out" "$trash/traced.out" || { echo "way: $way"; exit 1; }
		grep "^complete" "$trash/seen" && grep "^input $trash/bin/entered executed" "$trash/seen" ||
			{ echo "way: $way"; cat "$trash/seen"; exit 1; }
	done'
test_case 'a program that is still being written to is refused where it is executed' '
	cp "$trash/bin/entered" "$trash/bin/busy" && cat >busy.py <<-\EOF &&
	import errno, os, subprocess, sys
	descriptor = os.open(sys.argv[1], os.O_WRONLY)
	for how in (subprocess.run, lambda words: os.posix_spawn(words[0], words, os.environ)):
	    try:
	        how([sys.argv[1], "read"])
	    except OSError as refused:
	        print(errno.errorcode[refused.errno])
	EOF
	python3 busy.py "$trash/bin/busy" >plain && "$observer" python3 busy.py "$trash/bin/busy" >traced &&
	cat traced && cmp plain traced && grep ETXTBSY traced'
test_case 'from a small stack' '
	cat >small.c <<-\EOF &&
	#define _GNU_SOURCE
	#include <limits.h>
	#include <pthread.h>
	#include <stdlib.h>
	#include <sys/wait.h>
	#include <unistd.h>
	static void *act(void *path) {
	  pid_t child = vfork();
	  if (child == 0) { execl(path, path, "read", (char *)0); _exit(9); }
	  int status = 9 << 8;
	  waitpid(child, &status, 0);
	  exit(WEXITSTATUS(status));
	}
	int main(int argc, char **argv) {
	  pthread_attr_t attributes;
	  pthread_t thread;
	  pthread_attr_init(&attributes);
	  pthread_attr_setstacksize(&attributes, 20480);
	  pthread_create(&thread, &attributes, act, argv[argc - 1]);
	  pthread_join(thread, 0);
	}
	EOF
	$cc -w -o small small.c -lpthread && ./small /bin/true && "$observer" ./small /bin/true'
test_case 'what cannot be executed fails where it did' '
	cp "$trash/bin/entered" "$trash/bin/closed" && chmod a-x "$trash/bin/closed" &&
	expect_status 126 "$observer" sh -c "$trash/bin/closed; exit \$?" 2>"$trash/err" &&
	grep -i "permission denied" "$trash/err" && ! grep "roar: " "$trash/err"'
test_case 'one that goes on is late, and what it does then hurts nobody' '
	rm -f late && mkfifo pipe && { OBSERVED="$trash/seen" "$observer" sh -c "entered daemon <pipe" & } &&
	exec 7>pipe && wait $! && cat "$trash/seen" && grep "^gap late $trash/bin/entered 1" "$trash/seen" &&
	exec 7>&- && until test -s late; do :; done'
as_user=
if test "$(id -u)" -eq 0
then
	as_user='setpriv --reuid=65534 --regid=65534 --clear-groups'
	mkdir "$trash/theirs" && chmod 777 "$trash/theirs"
else
	mkdir "$trash/theirs"
fi
cd "$trash/theirs" && echo data >in
by_user () {
	$as_user env OBSERVED="$trash/theirs/seen" "$observer" "$@"
}
test_case 'an ordinary user' '
	by_user sh -c "entered read write \"run:cat in >copy\"" && cat seen && grep "^complete" seen &&
	grep "^input $PWD/in " seen && grep "^output $PWD/out" seen && grep "^output $PWD/copy" seen'
test_case 'above it, privileges can still be gained' '
	by_user sh -c "entered read; grep NoNewPrivs /proc/self/status" | grep "NoNewPrivs:.0"'
test_case 'a static program that gains privileges runs as it is, and is a gap' '
	test "$(id -u)" -eq 0 || skip_case "needs root"
	cp "$trash/bin/entered" raised && chmod 4755 raised &&
	by_user sh -c "./raised \"run:grep -h NoNewPrivs /proc/self/status\"; :" | grep "NoNewPrivs:.0" &&
	grep "^gap .* $PWD/raised 1" seen'
test_case 'a set-user-id program below the handed-over one is a gap' '
	test "$(id -u)" -eq 0 || skip_case "needs root"
	cp /bin/cat setuid && chmod 4755 setuid && by_user sh -c "entered exec:./setuid; :" &&
	cat seen && grep "^gap set-user-id $PWD/setuid 1" seen'

test_done

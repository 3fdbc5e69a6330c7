#!/bin/sh
# SIGKILL of any process of a recorded job at random moments: roar, its helpers, the command, its children.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v python3 >/dev/null || skip_all 'python3 is not installed'
rounds=15
test -z "${ROAR_TEST_LONG:-}" || rounds=60
# A static program is listened to under auto; where none can be built, cat takes its place.
cat >copier.c <<'END'
#include <fcntl.h>
#include <unistd.h>
int main(int argc, char **argv) {
  char bytes[64];
  int fd = open(argv[argc - 1], O_RDONLY);
  ssize_t n = read(fd, bytes, sizeof bytes);
  return n < 0 || write(1, bytes, (size_t)n) != n;
}
END
${CC:-cc} -static -o copier copier.c 2>/dev/null || cp /bin/cat copier
for tracer in auto preload ptrace
do
	project $tracer || exit 1
	cp ../copier .
	printf '%s\n' '*.[0-9]*' >>.gitignore && git add .gitignore && git -c user.name=t -c user.email=t@example.org commit -qm ignore
	test_case "$tracer: whoever is killed, the others end, and the job is recorded once" '
		python3 "$SOURCE_DIR/tests/fault/kill_parties.py" $tracer $rounds 1'
	cd ..
done
# Waits for a line in a pipe, and then reads `in`.
cat >waiter.c <<'END'
#include <fcntl.h>
#include <unistd.h>
int main(void) {
  char bytes[8];
  int fd = open("pipe", O_RDONLY);
  if (read(fd, bytes, sizeof bytes) < 1) return 1;
  return open("in", O_RDONLY) < 0 ? 4 : 5;
}
END
# same_file PROCESS FILE: whether the process has the file open.
same_file () {
	for open in /proc/"$1"/fd/*
	do
		test "$open" -ef "$2" && return 0
	done
	return 1
}
if "${CC:-cc}" -static -o waiter waiter.c 2>/dev/null
then
	mkfifo pipe && echo data >in
	test_case 'who listens to a static program is killed: that ends by itself, and it is said' '
		roar trace -o facts ./waiter &
		roar=$!
		exec 3>pipe # returns when the program has opened it
		for log in /proc/$roar/fd/*; do case $(readlink $log) in *roar-[0-9]*/*|*roar-trace*) break ;; esac; done
		listener=
		for process in $(pgrep -x roar-supervisor); do same_file $process $log && listener=$process; done
		test -n "$listener" && kill -9 $listener; echo go >&3; exec 3>&-; wait $roar; status=$?; tail -n 2 facts
		test -n "$listener" || skip_case "nobody listens here"
		test $status = 4 && grep "\"reason\":\"tracer-died\"" facts && grep "\"complete\":false" facts
	'
fi

# Forks by a call that a tracer does not stop, so that the fork itself is what it is told of.
cat >forker.c <<'END'
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
  char byte;
  if (write(1, "ready\n", 6) != 6 || read(0, &byte, 1) != 1) return 1;
  if (syscall(SYS_fork) == 0) return write(1, "child\n", 6) != 6;
  pause();
}
END
# has_state PROCESS STATE: waits until it has.
has_state () {
	until grep -q "^State:.$2" /proc/"$1"/status; do test -d /proc/"$1" || return 1; done
}
if test "$(uname -m)" = x86_64
then
	cc -o forker forker.c || exit 1
	mkfifo orders reports end
	# The shell is there until all has been seen, so that the child is not late.
	test_case 'ptrace: a process that was killed before it could tell of its child: the child runs' '
		roar trace --tracer ptrace -o facts sh -c "./forker <&3; read -r line; exit 3" <end 3<orders >reports &
		roar=$!
		exec 5>end 3>orders 4<reports && read -r ready <&4 && test "$ready" = ready || exit 1
		forker=$(pgrep -x forker -P "$(pgrep -x sh -P $roar)")
		supervisor=$(sed -n "s/^TracerPid:.//p" /proc/$forker/status)
		kill -STOP $supervisor && has_state $supervisor T && echo >&3 && has_state $forker t &&
		child=$(pgrep -x -P $forker forker) && has_state $child t || exit 1
		kill -KILL $forker && has_state $forker Z && kill -CONT $supervisor &&
		read -r word <&4 && test "$word" = child || exit 1
		echo >&5 && exec 3>&- 4<&- 5>&-
		wait $roar; test $? = 3 &&
		grep "\"number\":1,\"parent\":0,\"pid\":$forker," facts && grep "\"parent\":1,\"pid\":$child," facts'
fi

test_done

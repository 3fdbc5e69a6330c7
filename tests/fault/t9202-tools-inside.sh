#!/bin/sh
# Debuggers, sanitizers, other tracers and programs that gain privileges work inside a job as they do
# outside of it, and what could not be seen because of them has a name.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
cc=${CC:-cc}
command -v "$cc" >/dev/null || skip_all 'no C compiler'
facts=$trash/facts
echo data >in

# alike TRACER COMMAND...: with and without the tracer the output, what standard error says and the
# status are the same.
alike () {
	alike_tracer=$1
	shift
	"$@" >"$trash/plain.out" 2>"$trash/plain.err"
	plain=$?
	roar trace --tracer "$alike_tracer" -o "$facts" "$@" >"$trash/traced.out" 2>"$trash/traced.err"
	traced=$?
	cat "$trash/plain.err" "$trash/traced.err"
	test $traced = $plain && diff "$trash/plain.out" "$trash/traced.out"
}
gaps () {
	jq -r 'select(.type == "gap") | .reason' "$facts" | sort -u | paste -sd ' ' -
}
input () {
	jq -en --arg path "$PWD/$1" 'any(inputs; .kind == "input" and .path == $path)' "$facts"
}

cat >crash.c <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static void puts_line(const char *line) { fputs(line, stdout); }
int main(int argc, char **argv) {
  FILE *file = fopen("in", "r");
  char line[8];
  if (file == NULL || fgets(line, sizeof line, file) == NULL) return 9;
  fclose(file);
  char *heap = malloc(8);
  strcpy(heap, "1234567");
  if (argc > 1 && strcmp(argv[1], "overflow") == 0) heap[atoi(argv[2])] = 1;
  if (argc > 1 && strcmp(argv[1], "leak") == 0) heap = NULL;
  free(heap);
  puts_line(line);
  return 0;
}
END
cat >race.c <<'END'
#include <pthread.h>
#include <stdio.h>
static int counter;
static void *add(void *unused) {
  for (int i = 0; i < 1000; ++i) ++counter;
  return unused;
}
int main(void) {
  FILE *file = fopen("in", "r");
  fgetc(file);
  fclose(file);
  pthread_t one, two;
  pthread_create(&one, NULL, add, NULL);
  pthread_create(&two, NULL, add, NULL);
  pthread_join(one, NULL);
  pthread_join(two, NULL);
  return 0;
}
END
"$cc" -g -o crash crash.c || exit 1

# built FLAG SOURCE PROGRAM: whether it could be, and runs at all here.
built () {
	"$cc" -g "$1" -o "$3" "$2" -lpthread 2>/dev/null || { echo "no $1 here"; return 1; }
}

for tracer in auto preload ptrace
do
	test_case "$tracer: the address sanitizer finds what it finds" '
		built -fsanitize=address crash.c checked || skip_case "no address sanitizer"
		alike $tracer ./checked && input in && alike $tracer ./checked overflow 9 && test $traced = 1 &&
		grep heap-buffer-overflow "$trash/traced.err"'
	test_case "$tracer: the thread sanitizer finds what it finds" '
		built -fsanitize=thread race.c racing || skip_case "no thread sanitizer"
		./racing 2>plain; status=$?; test $status = 66 || skip_case "not here: status $status"
		roar trace --tracer $tracer -o "$facts" ./racing 2>err; test $? = 66 && grep "data race" err && input in'
	test_case "$tracer: gdb runs a program, stops and looks" '
		command -v gdb >/dev/null || skip_case "no gdb"
		set -- gdb -nx -batch -ex "break puts_line" -ex run -ex "print *line@4" -ex continue ./crash
		"$@" >plain 2>&1; grep -q "= \"data\"" plain || skip_case "gdb cannot trace here"
		roar trace --tracer $tracer -o "$facts" "$@" >out 2>&1; status=$?; cat out; gaps
		case $tracer in ptrace) test "$(gaps)" = inner-tracer ;; *) test $status = 0 && grep "= \"data\"" out && input in ;; esac'
	test_case "$tracer: strace" '
		command -v strace >/dev/null || skip_case "no strace"
		roar trace --tracer $tracer -o "$facts" strace -f -o log ./crash; status=$?; gaps
		case $tracer in ptrace) test "$(gaps)" = inner-tracer ;; *) test $status = 0 && input in && grep "openat.*\"in\"" log ;; esac'
done
test_case "leaks are found where nothing traces" '
	built -fsanitize=address crash.c checked || skip_case "no address sanitizer"
	export ASAN_OPTIONS=detect_leaks=1
	./checked leak 2>plain; status=$?
	test $status = 23 || test $status = 1 || skip_case "no leaks are found here: $status"
	roar trace -o "$facts" ./checked leak 2>err; test $? = $status && grep "detected memory leaks" err && input in
'

if test "$(id -u)" = 0 && command -v setpriv >/dev/null && unshare -m true 2>/dev/null
then
	chmod 755 "$trash" "$trash/work" && mkdir theirs && chmod 777 theirs && cd theirs && echo data >in || exit 1
	echo 'ALL ALL=(ALL) NOPASSWD: ALL' >sudoers && chmod 440 sudoers
	# as_user COMMAND...: as one without privileges, who may use sudo.
	as_user () {
		unshare -m sh -c 'mount --bind "$1" /etc/sudoers 2>/dev/null; shift; exec "$@"' sh "$PWD/sudoers" \
			setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$PWD" "$@"
	}
	# Under ptrace they do not gain them, and say so themselves: a tracer without privileges must not
	# look into a process that has some, and the filter forbids it from the start.
	test_case "ptrace: sudo and ping are gaps" '
		facts=$PWD/facts.ptrace
		as_user roar trace --tracer ptrace -o "$facts" sh -c "cat in; sudo -n id -u; ping -c 1 127.0.0.1; :" >out 2>&1
		cat out; gaps; test "$(gaps)" = set-user-id && input in'
	for tracer in auto preload
	do
		facts=$PWD/facts.$tracer
		test_case "$tracer: sudo gains its privileges, and is a gap" '
			command -v sudo >/dev/null || skip_case "no sudo"
			test "$(as_user sudo -n id -u 2>&1)" = 0 || skip_case "sudo does not work here"
			test "$(as_user roar trace --tracer $tracer -o "$facts" sh -c "cat in; sudo -n id -u" | paste -sd " " -)" = "data 0" &&
			test "$(gaps)" = set-user-id && input in'
		test_case "$tracer: ping" '
			as_user ping -c 1 -W 2 127.0.0.1 >out 2>&1 || skip_case "ping does not work here"
			as_user roar trace --tracer $tracer -o "$facts" sh -c "cat in; ping -c 1 -W 2 127.0.0.1" >out 2>&1; status=$?
			cat out; gaps; test $status = 0 && grep "1 received" out && input in &&
			if test -u "$(command -v ping)" || getcap "$(command -v ping)" 2>/dev/null | grep -q .
			then test "$(gaps)" = set-user-id; else test -z "$(gaps)"; fi'
	done
fi

test_done

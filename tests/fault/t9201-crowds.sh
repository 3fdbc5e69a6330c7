#!/bin/sh
# Many processes, many threads, many facts in little room: exact, or said not to be.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
cc=${CC:-cc}
command -v "$cc" >/dev/null || skip_all 'no C compiler'
facts=$trash/facts

cat >forks.c <<'END'
// Forks so many children, of which every one opens the file of its number, below "many/", and ends;
// with "vfork" or "thread" as the second argument otherwise.
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void open_one(int number) {
  char path[32];
  snprintf(path, sizeof path, "many/%d", number);
  int fd = open(path, O_RDONLY);
  char byte;
  if (fd < 0 || read(fd, &byte, 1) != 1) _exit(1);
  close(fd);
}
static void *in_thread(void *number) {
  pid_t pid = fork();
  if (pid == 0) {
    open_one((int)(long)number);
    _exit(0);
  }
  waitpid(pid, NULL, 0);
  return NULL;
}
int main(int argc, char **argv) {
  int count = atoi(argv[1]);
  const char *how = argc > 2 ? argv[2] : "fork";
  for (int i = 0; i < count; ++i) {
    if (strcmp(how, "thread") == 0) {
      pthread_t thread;
      if (pthread_create(&thread, NULL, in_thread, (void *)(long)i) != 0) return 1;
      pthread_detach(thread);
      if (i % 16 == 15) usleep(100);
    } else {
      pid_t pid = strcmp(how, "vfork") == 0 ? vfork() : fork();
      if (pid == 0) {
        open_one(i);
        _exit(0);
      }
      if (pid < 0) return 2;
      if (i % 8 == 7)  // eight at a time
        while (waitpid(-1, NULL, WNOHANG) > 0) {
        }
    }
  }
  if (strcmp(how, "thread") == 0) pthread_exit(NULL);
  int status, bad = 0;
  while (waitpid(-1, &status, 0) > 0) bad |= status;
  return bad != 0;
}
END
cat >shared.c <<'END'
// Sixty-four threads read and write through four descriptors, and close files of their own.
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int in, both, out, log_file;
static void *work(void *argument) {
  long number = (long)argument;
  char buffer[64], path[32];
  for (int i = 0; i < 50; ++i) {
    if (pread(in, buffer, 8, i) < 0 || pwrite(out, buffer, 8, number * 8) != 8) return argument;
    if (write(log_file, "line\n", 5) != 5) return argument;
    if (number % 2 == 0 && pread(both, buffer, 8, 0) < 0) return argument;
    if (number % 2 == 1 && pwrite(both, buffer, 1, 100 + number) != 1) return argument;
    int copy = dup(in);
    snprintf(path, sizeof path, "own%ld", number);
    int own = open(path, O_WRONLY | O_CREAT, 0644);
    if (write(own, path, strlen(path)) < 0) return argument;
    close(own);
    close(copy);
  }
  return NULL;
}
int main(void) {
  pthread_t threads[64];
  in = open("in", O_RDONLY);
  both = open("both", O_RDWR);
  out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  log_file = open("log", O_WRONLY | O_CREAT | O_APPEND, 0644);
  for (long i = 0; i < 64; ++i) pthread_create(&threads[i], NULL, work, (void *)(i + 1));
  int bad = 0;
  for (long i = 0; i < 64; ++i) {
    void *result;
    pthread_join(threads[i], &result);
    bad |= result != NULL;
  }
  return bad;
}
END
"$cc" -O1 -o forks forks.c -lpthread && "$cc" -O1 -o shared shared.c -lpthread || exit 1
# Finds the log of its own tracer among what that has open.
cat >cut.sh <<'END'
cat in
for open in /proc/$PPID/fd/*
do
	case $(readlink "$open") in */roar-[0-9]*/*|*/traces/*) truncate -s 0 "$open" ;; esac
done
kill -9 $$
END
mkdir many && (cd many && seq 0 1999 | while read -r i; do echo "$i" >"$i"; done)

# paths_of KIND: below this directory, sorted, one line.
paths_of () {
	jq -r --arg kind "$1" --arg here "$PWD/" 'select(.kind == $kind and (.path | startswith($here))) |
		.path | ltrimstr($here)' "$facts" | sort | paste -sd ' ' -
}
processes () {
	jq -r 'select(.type == "process") | .pid' "$facts" | wc -l
}
complete () {
	jq -en 'any(inputs; .type == "end" and .complete and .dropped == 0)' "$facts"
}

for tracer in preload ptrace
do
	for how in fork vfork thread
	do
		test_case "$tracer: 1000 short children ($how), each counted, each seen at its file" '
			roar trace --tracer $tracer -o "$facts" ./forks 1000 $how && complete &&
			test "$(processes)" = 1001 &&
			test "$(paths_of input | tr " " "\n" | grep -c ^many/)" = 1000'
	done
	test_case "$tracer: 300 programs of a shell, as strace counts them" '
		command -v strace >/dev/null || skip_case "no strace"
		script="for i in \$(seq 300); do /bin/true; done"
		roar trace --tracer $tracer -o "$facts" sh -c "$script" && complete &&
		strace -f -qq -e trace=%process -o "$trash/strace" sh -c "$script" &&
		test "$(processes)" = "$(cut -d" " -f1 "$trash/strace" | sort -u | wc -l)"'
	test_case "$tracer: 64 threads on shared descriptors" '
		rm -f out log own* && echo 12345678 >in && head -c 200 /dev/zero >both &&
		roar trace --tracer $tracer -o "$facts" ./shared && complete && paths_of input && paths_of output &&
		test "$(paths_of input)" = "both in shared" &&
		test "$(paths_of output)" = "$({ echo both; echo log; echo out; seq -f own%g 64; } | sort | paste -sd " " -)" &&
		test "$(wc -l <log)" = 3200'
	# The log is a file, and a limit on those holds for it. Its head takes 532 KiB of these 596; with
	# less than 64 KiB for facts there would be no file, and no such limit.
	test_case "$tracer: 64 KiB of room for facts: a gap that counts the lost ones, and the same result" '
		(ulimit -f 1192; roar trace --tracer $tracer -o "$facts" sh -c "./forks 2000; echo done >end")
		test $? = 0 && test -s end && tail -n 1 "$facts" &&
		jq -en "any(inputs; .type == \"end\" and (.complete | not) and .dropped > 100)" "$facts" &&
		jq -en "any(inputs; .type == \"gap\" and .reason == \"ring-full\" and .count > 100)" "$facts"'
	test_case "$tracer: a job that cuts the log off ends as it ends, and nothing is said to be complete" '
		roar trace --tracer $tracer -o "$facts" sh cut.sh
		status=$?; tail -n 1 "$facts"; case $tracer in preload) expected=7 ;; ptrace) expected=9 ;; esac
		test $status = $((128 + expected)) && # under preload it is its own process that finds the log gone
		jq -en "any(inputs; .type == \"end\" and (.complete | not) and .exit.signal == $expected)" "$facts"'
done

test_done

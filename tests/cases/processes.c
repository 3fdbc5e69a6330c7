// processes ACT: ways to be a process, with files. They read "in" and write "out" unless it is said
// otherwise.

#define _GNU_SOURCE
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "case.h"

static char* numbered(char* text, char letter, int number) {
  sprintf(text, "%c%d", letter, number);
  return text;
}

// Reads r0 to r63, writes w0 to w63, and opens u0 to u63 for writing only to close them.
static void* use_numbers_again(void* number) {
  char name[16];
  const int mine = (int)(long)number;
  for (int i = 0; i < 20; ++i) {
    read_file(numbered(name, 'r', mine));
    close((int)MUST(open(numbered(name, 'u', mine), O_WRONLY)));
    write_file(numbered(name, 'w', mine));
  }
  return NULL;
}
static void many_threads(void) {
  pthread_t threads[64];
  for (long i = 0; i < 64; ++i)
    if (pthread_create(&threads[i], NULL, use_numbers_again, (void*)i) != 0) exit(97);
  for (int i = 0; i < 64; ++i) pthread_join(threads[i], NULL);
}

static pid_t cloned(unsigned long flags) {
  return (pid_t)MUST(syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0));
}

// The child opens, the parent reads and writes.
static void shared_descriptors(void) {
  const pid_t child = cloned(CLONE_FILES);
  if (child == 0) {
    if (open_in() != 3 || open_out() != 4) _exit(96);
    _exit(0);
  }
  wait_for(child);
  read_from(3);
  write_to(4);
}

// The child makes the parent's descriptor of in2 one of in.
static void shared_and_replaced(void) {
  const int fd = (int)MUST(open("in2", O_RDONLY));
  const pid_t child = cloned(CLONE_FILES);
  if (child == 0) {
    close(fd);
    _exit(open_in() == fd ? 0 : 96);
  }
  wait_for(child);
  read_from(fd);
}

static void* with_own_descriptors(void* fd) {
  MUST(unshare(CLONE_FILES));
  close((int)(long)fd);
  if (open_in() != (int)(long)fd) exit(95);
  read_from((int)(long)fd);
  return NULL;
}
// A thread's descriptor is one of in, the same number elsewhere one of in2. Both are read.
static void unshared_descriptors(void) {
  const int fd = (int)MUST(open("in2", O_RDONLY));
  pthread_t thread;
  pthread_create(&thread, NULL, with_own_descriptors, (void*)(long)fd);
  pthread_join(thread, NULL);
  read_from(fd);
}

static void untraced(void) {
  const pid_t child = cloned(CLONE_UNTRACED);
  if (child == 0) {
    rw();
    _exit(0);
  }
  wait_for(child);
}

// The same by clone3, twice with the same arguments.
static void untraced3(void) {
  const struct clone_args arguments = {.flags = CLONE_UNTRACED, .exit_signal = SIGCHLD};
  for (int i = 0; i < 2; ++i) {
    const pid_t child = (pid_t)MUST(syscall(SYS_clone3, &arguments, sizeof arguments));
    if (child == 0) {
      if (i == 0) rw();
      _exit(0);
    }
    wait_for(child);
  }
}

// The child writes out2 and becomes cp; the parent then reads in2.
static void vfork_writes(void) {
  const pid_t child = vfork();
  if (child == 0) {
    write_file("out2");
    execlp("cp", "cp", "in", "out", (char*)NULL);
    _exit(94);
  }
  wait_for(child);
  read_file("in2");
}

static volatile int stopping;
static void* read_all_the_time(void* unused) {
  do read_file("in2");
  while (!stopping);
  return unused;
}
// Threads read in2 while children read in and write w0 to w19.
static void threads_and_forks(void) {
  pthread_t threads[4];
  char name[16];
  for (int i = 0; i < 4; ++i) pthread_create(&threads[i], NULL, read_all_the_time, NULL);
  for (int i = 0; i < 20; ++i) {
    const pid_t child = (pid_t)MUST(fork());
    if (child == 0) {
      read_file("in");
      write_file(numbered(name, 'w', i));
      _exit(0);
    }
    wait_for(child);
  }
  stopping = 1;
  for (int i = 0; i < 4; ++i) pthread_join(threads[i], NULL);
}

// Children write w0 to w7, and are killed while they open them over and over.
static void killed_at_work(void) {
  pid_t children[8];
  char name[16];
  int ends[2];
  MUST(pipe(ends));
  for (int i = 0; i < 8; ++i) {
    children[i] = (pid_t)MUST(fork());
    if (children[i] != 0) continue;
    write_file(numbered(name, 'w', i));
    MUST(write(ends[1], "x", 1));
    for (;;) close(open(name, O_WRONLY));
  }
  for (int i = 0; i < 8; ++i) MUST(read(ends[0], buffer, 1));
  for (int i = 0; i < 8; ++i) MUST(kill(children[i], SIGKILL));
  for (int i = 0; i < 8; ++i) MUST(waitpid(children[i], NULL, 0));
}

static void closing_daemon(void) {
  MUST(prctl(PR_SET_CHILD_SUBREAPER, 1));
  const pid_t child = (pid_t)MUST(fork());
  if (child == 0) {
    setsid();
    if (MUST(fork()) == 0) {
      closefrom(0);
      for (int i = 0; i < 3; ++i) open("/dev/null", O_RDWR);
      rw();
    }
    _exit(0);
  }
  wait_for(child);
  wait_for(-1);
}

// Stays until somebody opens the FIFO "go", and writes then.
static void late_daemon(void) {
  if (MUST(fork()) != 0) return;
  setsid();
  closefrom(0);
  close(open("go", O_RDONLY));
  rw();
}

static const struct act acts[] = {
    {"many_threads", many_threads},
    {"shared_descriptors", shared_descriptors},
    {"shared_and_replaced", shared_and_replaced},
    {"unshared_descriptors", unshared_descriptors},
    {"untraced", untraced},
    {"untraced3", untraced3},
    {"vfork_writes", vfork_writes},
    {"threads_and_forks", threads_and_forks},
    {"killed_at_work", killed_at_work},
    {"closing_daemon", closing_daemon},
    {"late_daemon", late_daemon},
};

int main(int argc, char** argv) {
  return run_act(acts, sizeof acts / sizeof *acts, argc, argv);
}

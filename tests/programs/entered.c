// entered WORD...: what a program that was handed over must find as it was, and what it does then.
// Linked statically. Each word is an act; the exit status is 0, or 1 and a word about what failed.

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

static void fail(const char* what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static void put(const char* path, const char* text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) fail(path);
  close(fd);
}

static void show(char** argv) {
  printf("argv0 %s\n", argv[0]);
  for (char** entry = environ; *entry; ++entry)
    if (strncmp(*entry, "ROAR_TRACE_LOG=", 15) != 0 && strncmp(*entry, "LD_PRELOAD=", 11) != 0 &&
        strncmp(*entry, "_=", 2) != 0)
      printf("env %s\n", *entry);
  DIR* directory = opendir("/proc/self/fd");
  int count = 0;
  while (readdir(directory)) ++count;
  closedir(directory);
  printf("descriptors %d\n", count - 3);
  sigset_t pending;
  sigset_t blocked;
  sigpending(&pending);
  sigprocmask(SIG_SETMASK, NULL, &blocked);
  for (int signal = 1; signal < 32; ++signal) {
    struct sigaction action;
    sigaction(signal, NULL, &action);
    if (sigismember(&pending, signal) || sigismember(&blocked, signal) ||
        action.sa_handler != SIG_DFL)
      printf("signal %d\n", signal);
  }
  printf("child %d\n", waitpid(-1, NULL, WNOHANG));
  char name[16] = "";
  prctl(PR_GET_NAME, name);
  printf("name %s\n", name);
}

static void* in_thread(void* path) {
  put(path, "thread");
  return NULL;
}

static void rename_around(void) {
  mkdir("deep", 0777);
  if (chdir("deep") != 0) fail("chdir");
  put("tmp", "text");
  if (rename("tmp", "final") != 0) fail("rename");
  if (link("final", "other") != 0 || symlink("final", "soft") != 0) fail("link");
  if (chdir("..") != 0) fail("chdir");
  put("gone", "text");
  if (unlink("gone") != 0) fail("unlink");
  if (rename("absent", "nowhere") == 0) fail("a rename that cannot be");
  int fd = open(".", O_TMPFILE | O_WRONLY, 0666);
  char name[64];
  sprintf(name, "/proc/self/fd/%d", fd);
  if (write(fd, "x", 1) != 1 || linkat(AT_FDCWD, name, AT_FDCWD, "named", AT_SYMLINK_FOLLOW) != 0)
    fail("linkat");
}

static void interrupted(int signal) {
  (void)signal;
}

// A timer that interrupts all the time must not make any open fail, as long as calls are restarted.
static void under_fire(void) {
  struct sigaction action = {.sa_handler = interrupted, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval often = {{0, 50}, {0, 50}};
  setitimer(ITIMER_REAL, &often, NULL);
  for (int i = 0; i < 2000; ++i) {
    int fd = open("in", O_RDONLY);
    if (fd < 0) fail("open under fire");
    close(fd);
  }
  struct itimerval never = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &never, NULL);
}

static void act(const char* word, char** argv) {
  if (strcmp(word, "show") == 0) show(argv);
  if (strcmp(word, "read") == 0 && !fopen("in", "r")) fail("in");
  if (strcmp(word, "write") == 0) put("out", "text");
  if (strcmp(word, "rename") == 0) rename_around();
  if (strcmp(word, "fire") == 0) under_fire();
  if (strcmp(word, "die") == 0) kill(getpid(), SIGKILL);
  if (strcmp(word, "create-and-die") == 0) {
    put("out", "text");
    kill(getpid(), SIGKILL);
  }
  if (strcmp(word, "daemon") == 0 && fork() == 0) {
    setsid();
    char byte;  // until the other end of the pipe is closed
    if (read(0, &byte, 1) >= 0) put("late", "text");
    exit(0);
  }
  if (strcmp(word, "wait") == 0) {
    char byte;
    if (read(0, &byte, 1) < 0) fail("wait");
  }
  if (strcmp(word, "trace") == 0) {
    pid_t child = fork();
    if (child == 0) {
      ptrace(PTRACE_TRACEME, 0, 0, 0);
      raise(SIGSTOP);
      _exit(fopen("in", "r") ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    if (!WIFSTOPPED(status)) fail("not stopped");
    ptrace(PTRACE_CONT, child, 0, 0);
    waitpid(child, &status, 0);
    if (status != 0) fail("traced child");
  }
  if (strcmp(word, "thread") == 0) {
    pthread_t thread;
    pthread_create(&thread, NULL, in_thread, "out");
    pthread_join(thread, NULL);
  }
  if (strncmp(word, "exec:", 5) == 0) {
    execlp(word + 5, word + 5, "in", (char*)NULL);
    fail(word);
  }
  if (strncmp(word, "run:", 4) == 0 && system(word + 4) != 0) fail(word);
}

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) act(argv[i], argv);
  return 0;
}

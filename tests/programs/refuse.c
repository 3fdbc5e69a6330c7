// refuse WHAT COMMAND...: runs the command where the kernel refuses WHAT: "busy" (a second
// listener, because there is one), "old" (the flags of a listener), "filters" (any filter), "all"
// (those, and tracing). Ends as the command does.

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOAD(field) \
  { BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, field) }
#define SKIP_UNLESS(test, value, count) \
  { BPF_JMP | (test) | BPF_K, 0, count, value }
#define ANSWER(action) \
  { BPF_RET | BPF_K, 0, 0, action }

static int install(struct sock_filter* code, unsigned short size, unsigned flags) {
  struct sock_fprog program = {size, code};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

static int refuse(const char* what) {
  struct sock_filter pass[] = {ANSWER(SECCOMP_RET_ALLOW)};
  struct sock_filter old[] = {LOAD(nr),
                              SKIP_UNLESS(BPF_JEQ, SYS_seccomp, 3),
                              LOAD(args[1]),
                              SKIP_UNLESS(BPF_JSET, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, 1),
                              ANSWER(SECCOMP_RET_ERRNO | EINVAL),
                              ANSWER(SECCOMP_RET_ALLOW)};
  struct sock_filter filters[] = {LOAD(nr), SKIP_UNLESS(BPF_JEQ, SYS_seccomp, 1),
                                  ANSWER(SECCOMP_RET_ERRNO | EPERM), ANSWER(SECCOMP_RET_ALLOW)};
  struct sock_filter tracing[] = {LOAD(nr), SKIP_UNLESS(BPF_JEQ, SYS_ptrace, 1),
                                  ANSWER(SECCOMP_RET_ERRNO | EPERM), ANSWER(SECCOMP_RET_ALLOW)};
#define INSTALL(code, flags) install(code, sizeof(code) / sizeof *(code), flags)
  if (strcmp(what, "busy") == 0) return INSTALL(pass, SECCOMP_FILTER_FLAG_NEW_LISTENER);
  if (strcmp(what, "old") == 0) return INSTALL(old, 0);
  struct sock_filter deadly[] = {LOAD(nr),
                                 SKIP_UNLESS(BPF_JEQ, SYS_seccomp, 1),
                                 ANSWER(SECCOMP_RET_KILL_PROCESS),
                                 SKIP_UNLESS(BPF_JEQ, SYS_socketpair, 1),
                                 ANSWER(SECCOMP_RET_KILL_PROCESS),
                                 ANSWER(SECCOMP_RET_ALLOW)};
  if (strcmp(what, "kill") == 0) return INSTALL(deadly, 0);
  if (strcmp(what, "filters") == 0) return INSTALL(filters, 0);
  return INSTALL(tracing, 0) == 0 ? INSTALL(filters, 0) : -1;
}

int main(int argc, char** argv) {
  if (argc < 3 || refuse(argv[1]) < 0) {
    perror("refuse");
    return 125;
  }
  const pid_t child = fork();  // this process keeps the listener
  if (child == 0) {
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

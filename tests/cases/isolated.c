// isolated listener COMMAND...: runs a command below a seccomp filter that asks this process.
// isolated tracer: traces a child of its own, if it is let. isolated dlmopen: uses another libc.
// The last two read "in" and write "out".

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "case.h"

// The listener goes from the child, which installs the filter, to us.
static int receive(int from) {
  int fd = -1;
  MUST(read(from, &fd, sizeof fd));
  return fd;
}

static int listen_and_run(char** command) {
  struct sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpriority, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog filter = {sizeof steps / sizeof *steps, steps};
  int ends[2];
  int go[2];
  MUST(pipe(ends));
  MUST(pipe2(go, O_CLOEXEC));
  const pid_t child = (pid_t)MUST(fork());
  if (child == 0) {
    MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    const int fd = (int)MUST(
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter));
    MUST(write(ends[1], &fd, sizeof fd));
    MUST(read(go[0], buffer, 1));
    close(fd);
    close(ends[0]);
    close(ends[1]);
    execvp(command[0], command);
    exit(97);
  }
  const int process = (int)MUST(syscall(SYS_pidfd_open, child, 0));
  const int listener = (int)MUST(syscall(SYS_pidfd_getfd, process, receive(ends[0]), 0));
  MUST(write(go[1], "x", 1));
  struct pollfd polled[2] = {{listener, POLLIN, 0}, {process, POLLIN, 0}};
  while (poll(polled, 2, -1) > 0 && (polled[1].revents & POLLIN) == 0) {
    if ((polled[0].revents & POLLIN) == 0) continue;
    struct seccomp_notif asked;
    memset(&asked, 0, sizeof asked);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0) continue;
    struct seccomp_notif_resp answer = {.id = asked.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
  }
  int status = 0;
  MUST(waitpid(child, &status, 0));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 96;
}

static void trace(void) {
  int go[2];
  MUST(pipe(go));
  const pid_t child = (pid_t)MUST(fork());
  if (child == 0) {
    MUST(read(go[0], buffer, 1));
    rw();
    _exit(0);
  }
  (void)ptrace(PTRACE_SEIZE, child, NULL, NULL);
  MUST(write(go[1], "x", 1));
  int status = 0;
  do MUST(waitpid(child, &status, 0));
  while (WIFSTOPPED(status));
  if (status != 0) exit(95);
}

static void other_libc(void) {
  void* libc = dlmopen(LM_ID_NEWLM, "libc.so.6", RTLD_NOW);
  if (libc == NULL) exit(94);
  int (*open_)(const char*, int, ...) = (int (*)(const char*, int, ...))dlsym(libc, "open");
  ssize_t (*read_)(int, void*, size_t) = (ssize_t(*)(int, void*, size_t))dlsym(libc, "read");
  ssize_t (*write_)(int, const void*, size_t) =
      (ssize_t(*)(int, const void*, size_t))dlsym(libc, "write");
  const ssize_t size = read_(open_("in", O_RDONLY), buffer, sizeof buffer);
  if (write_(open_("out", O_WRONLY | O_CREAT, 0644), buffer, (size_t)size) != size) exit(93);
}

int main(int argc, char** argv) {
  if (argc > 2 && strcmp(argv[1], "listener") == 0) return listen_and_run(argv + 2);
  static const struct act acts[] = {{"tracer", trace}, {"dlmopen", other_libc}};
  return run_act(acts, 2, argc, argv);
}

// acts ACT: one way to use files, for the tests of the tracer. Reads "in", writes "out",
// unless the act says otherwise.

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <linux/aio_abi.h>
#include <linux/falloc.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "case.h"

extern char** environ;

static void read_in(void) {
  read_file("in");
}
static void write_out(void) {
  write_file("out");
}

static void stdio(void) {
  FILE* in = fopen("in", "r");
  FILE* out = fopen("out", "w");
  if (fgets(buffer, sizeof buffer, in) == NULL) exit(97);
  fputs(buffer, out);
  fclose(in);
  fclose(out);
}

static void trunc_no_write(void) {
  close(open_out());
}

static void syscall_function(void) {
  int in = (int)MUST(syscall(SYS_openat, AT_FDCWD, "in", O_RDONLY, 0));
  MUST(syscall(SYS_read, in, buffer, sizeof buffer));
  int out = (int)MUST(syscall(SYS_openat, AT_FDCWD, "out", O_WRONLY | O_CREAT, 0644));
  MUST(syscall(SYS_write, out, "data\n", 5));
}

static void vfork_exec(void) {
  pid_t child = vfork();
  if (child == 0) {
    execlp("cp", "cp", "in", "out", (char*)NULL);
    _exit(1);
  }
  wait_for(child);
}

static void spawn_addopen(void) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "in", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "out", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  char* argv[] = {"cat", NULL};
  pid_t child = 0;
  if (posix_spawnp(&child, "cat", &actions, NULL, argv, environ) != 0) exit(96);
  wait_for(child);
}

static void raw_clone3(void) {
  struct clone_args args;
  memset(&args, 0, sizeof args);
  args.exit_signal = SIGCHLD;
  long child = MUST(syscall(SYS_clone3, &args, sizeof args));
  if (child == 0) {
    rw();
    _exit(0);
  }
  wait_for((pid_t)child);
}

static void execveat_empty(void) {
  int fd = (int)MUST(open("/bin/cp", O_PATH | O_CLOEXEC));
  char* argv[] = {"cp", "in", "out", NULL};
  syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH);
  exit(95);
}

static void memfd_exec(void) {
  int from = (int)MUST(open("/bin/cp", O_RDONLY));
  int to = (int)MUST(syscall(SYS_memfd_create, "program", 1 /* MFD_CLOEXEC */));
  struct stat status;
  MUST(fstat(from, &status));
  MUST(sendfile(to, from, NULL, (size_t)status.st_size));
  char* argv[] = {"cp", "in", "out", NULL};
  fexecve(to, argv, environ);
  exit(94);
}

static void open_at_2(void) {
  struct open_how how;
  memset(&how, 0, sizeof how);
  how.flags = O_RDONLY;
  int in = (int)MUST(syscall(SYS_openat2, AT_FDCWD, "in", &how, sizeof how));
  read_from(in);
  how.flags = O_WRONLY | O_CREAT;
  how.mode = 0644;
  write_to((int)MUST(syscall(SYS_openat2, AT_FDCWD, "out", &how, sizeof how)));
}

static void tmpfile_proc(void) {
  int fd = (int)MUST(open(".", O_TMPFILE | O_RDWR, 0644));
  write_to(fd);
  snprintf(buffer, sizeof buffer, "/proc/self/fd/%d", fd);
  MUST(linkat(AT_FDCWD, buffer, AT_FDCWD, "out", AT_SYMLINK_FOLLOW));
}

static void tmpfile_empty(void) {
  int fd = (int)MUST(open(".", O_TMPFILE | O_RDWR, 0644));
  write_to(fd);
  MUST(linkat(fd, "", AT_FDCWD, "out", AT_EMPTY_PATH));
}

static void write_then_rename(void) {
  write_out();
  MUST(rename("out", "out.tmp"));
  MUST(rename("out.tmp", "out"));
}

static void exchange(void) {
  read_in();
  int fd = (int)MUST(open("new", O_WRONLY | O_CREAT, 0644));
  write_to(fd);
  MUST(renameat2(AT_FDCWD, "in", AT_FDCWD, "new", RENAME_EXCHANGE));
}

static void rename_parent(void) {
  MUST(mkdir("d1", 0755));
  int fd = (int)MUST(open("d1/f", O_WRONLY | O_CREAT, 0644));
  write_to(fd);
  MUST(rename("d1", "d2"));
}

static void map_shared(void) {
  int fd = (int)MUST(open("out", O_RDWR | O_CREAT | O_TRUNC, 0644));
  MUST(ftruncate(fd, 4096));
  char* memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) exit(93);
  close(fd);
  memcpy(memory, "data", 4);
}

static void map_private(void) {
  int fd = open_in();
  char* memory = mmap(NULL, 4, PROT_READ, MAP_PRIVATE, fd, 0);
  if (memory == MAP_FAILED) exit(92);
  buffer[0] = memory[0];
}

static void send_file(void) {
  MUST(sendfile(open_out(), open_in(), NULL, 4096));
}

static void copy_range(void) {
  MUST(copy_file_range(open_in(), NULL, open_out(), NULL, 4096, 0));
}

static void splice_pipe(void) {
  int ends[2];
  MUST(pipe(ends));
  long moved = MUST(splice(open_in(), NULL, ends[1], NULL, 4096, 0));
  MUST(splice(ends[0], NULL, open_out(), NULL, (size_t)moved, 0));
}

static void sub_rw(int directory) {
  int in = (int)MUST(openat(directory, "sin", O_RDONLY));
  read_from(in);
  write_to((int)MUST(openat(directory, "sout", O_WRONLY | O_CREAT, 0644)));
}

static void change_directory(void) {
  int sub = (int)MUST(open("sub", O_RDONLY | O_DIRECTORY));
  MUST(fchdir(sub));
  sub_rw(AT_FDCWD);
}

static void directory_descriptor(void) {
  sub_rw((int)MUST(open("sub", O_RDONLY | O_DIRECTORY)));
}

static void* in_own_directory(void* directory) {
  MUST(unshare(CLONE_FS));
  MUST(chdir(directory));
  read_from((int)MUST(open("tin", O_RDONLY)));
  write_to((int)MUST(open("tout", O_WRONLY | O_CREAT, 0644)));
  return NULL;
}

static void thread_directories(void) {
  pthread_t threads[2];
  static char* names[] = {"t1", "t2"};
  for (int i = 0; i < 2; ++i) pthread_create(&threads[i], NULL, in_own_directory, names[i]);
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
}

static void append_alias(void) {
  write_to((int)MUST(open("alias", O_WRONLY | O_APPEND)));
}

static void reopen(void) {
  int fd = (int)MUST(open("out", O_RDONLY | O_CREAT, 0644));
  snprintf(buffer, sizeof buffer, "/proc/self/fd/%d", fd);
  write_to((int)MUST(open(buffer, O_WRONLY)));
}

static void pass_descriptor(void) {
  int ends[2];
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
  struct iovec part = {buffer, 1};
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control.bytes,
                           .msg_controllen = sizeof control.bytes};
  pid_t child = (pid_t)MUST(fork());
  if (child == 0) {
    MUST(recvmsg(ends[1], &message, 0));
    int fd;
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    write_to(fd);
    _exit(0);
  }
  int fd = open_out();
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  MUST(sendmsg(ends[0], &message, 0));
  close(fd);
  wait_for(child);
}

static void rdwr_read(void) {
  read_from((int)MUST(open("in", O_RDWR)));
}

static void read_then_overwrite(void) {
  read_in();
  write_to((int)MUST(open("in", O_WRONLY | O_TRUNC)));
}

static void in_place(void) {
  int fd = (int)MUST(open("in", O_RDWR));
  read_from(fd);
  MUST(pwrite(fd, "X", 1, 0));
}

static void append(void) {
  write_to((int)MUST(open("in", O_WRONLY | O_APPEND)));
}
static void truncate_path(void) {
  MUST(truncate("in", 2));
}

static void punch(void) {
  int fd = (int)MUST(open("in", O_RDWR));
  MUST(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 2));
}

static void kill_self(void) {
  rw();
  kill(getpid(), SIGKILL);
}

static void quick_exit_(void) {
  rw();
  _exit(0);
}

static void daemon_fork(void) {
  int ends[2];
  MUST(pipe(ends));
  if (MUST(fork()) == 0) {
    setsid();
    if (MUST(fork()) == 0) {
      rw();
      MUST(write(ends[1], "x", 1));
    }
    _exit(0);
  }
  wait(NULL);
  MUST(read(ends[0], buffer, 1));
}

static void close_all(void) {
  MUST(syscall(SYS_close_range, 3, ~0U, 0));
  rw();
}

static void duplicate(void) {
  int in = fcntl(open_in(), F_DUPFD, 20);
  int out = fcntl(open_out(), F_DUPFD_CLOEXEC, 30);
  read_from(in);
  write_to(out);
}

static void open_no_read(void) {
  close(open_in());
}

static void native_aio(void) {
  aio_context_t context = 0;
  MUST(syscall(SYS_io_setup, 2, &context));
  for (int writes = 0; writes <= 1; ++writes) {
    struct iocb request;
    memset(&request, 0, sizeof request);
    request.aio_lio_opcode = writes ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD;
    request.aio_fildes = (uint32_t)(writes ? open_out() : open_in());
    request.aio_buf = (uint64_t)(uintptr_t)buffer;
    request.aio_nbytes = 4;
    struct iocb* requests[] = {&request};
    struct io_event event;
    MUST(syscall(SYS_io_submit, context, 1, requests));
    MUST(syscall(SYS_io_getevents, context, 1, 1, &event, NULL));
  }
}

static void uring(void) {
  struct io_uring_params parameters;
  memset(&parameters, 0, sizeof parameters);
  long ring = syscall(SYS_io_uring_setup, 4, &parameters);
  if (ring < 0) exit(77);
  close((int)ring);
}

static void empty_environment(void) {
  char* argv[] = {"cp", "in", "out", NULL};
  char* none[] = {NULL};
  execve("/bin/cp", argv, none);
  exit(91);
}

static void failed_opens(void) {
  if (open("no", O_RDONLY) >= 0 || open("no/where", O_RDONLY) >= 0) exit(90);
  if (open("sub", O_WRONLY) >= 0) exit(90);
}

static void write_then_read(void) {
  write_out();
  read_from((int)MUST(open("out", O_RDONLY)));
}

static void temporary(void) {
  write_out();
  MUST(unlink("out"));
}

static void read_then_unlink(void) {
  read_in();
  MUST(unlink("in"));
}

static void list_directory(void) {
  DIR* directory = opendir("sub");
  while (readdir(directory) != NULL) {
  }
  closedir(directory);
}

static void created_by_two(void) {
  pid_t child = (pid_t)MUST(fork());
  if (child == 0) {
    write_to((int)MUST(open("out", O_WRONLY | O_CREAT | O_APPEND, 0644)));
    _exit(0);
  }
  write_to((int)MUST(open("out", O_WRONLY | O_CREAT | O_APPEND, 0644)));
  wait_for(child);
}

static void creat_function(void) {
  write_to((int)MUST(creat("out", 0644)));
}

static void reused_inode(void) {
  for (int i = 0; i < 20; ++i) {
    write_out();
    MUST(unlink("out"));
  }
  write_out();
}

static const struct act acts[] = {
    {"rw", rw},
    {"stdio", stdio},
    {"trunc_no_write", trunc_no_write},
    {"syscall", syscall_function},
    {"vfork_exec", vfork_exec},
    {"spawn_addopen", spawn_addopen},
    {"raw_clone3", raw_clone3},
    {"execveat_empty", execveat_empty},
    {"memfd_exec", memfd_exec},
    {"openat2", open_at_2},
    {"tmpfile_proc", tmpfile_proc},
    {"tmpfile_empty", tmpfile_empty},
    {"write_then_rename", write_then_rename},
    {"exchange", exchange},
    {"rename_parent", rename_parent},
    {"map_shared", map_shared},
    {"map_private", map_private},
    {"sendfile", send_file},
    {"copy_file_range", copy_range},
    {"splice", splice_pipe},
    {"fchdir", change_directory},
    {"openat_directory", directory_descriptor},
    {"thread_directories", thread_directories},
    {"append_alias", append_alias},
    {"reopen", reopen},
    {"pass_descriptor", pass_descriptor},
    {"rdwr_read", rdwr_read},
    {"read_then_overwrite", read_then_overwrite},
    {"in_place", in_place},
    {"append", append},
    {"truncate", truncate_path},
    {"punch", punch},
    {"kill_self", kill_self},
    {"_exit", quick_exit_},
    {"daemon", daemon_fork},
    {"close_range", close_all},
    {"dupfd", duplicate},
    {"open_no_read", open_no_read},
    {"aio", native_aio},
    {"io_uring", uring},
    {"empty_environment", empty_environment},
    {"failed_opens", failed_opens},
    {"write_then_read", write_then_read},
    {"temporary", temporary},
    {"read_then_unlink", read_then_unlink},
    {"list", list_directory},
    {"created_by_two", created_by_two},
    {"creat", creat_function},
    {"reused_inode", reused_inode},
};

int main(int argc, char** argv) {
  return run_act(acts, sizeof acts / sizeof *acts, argc, argv);
}

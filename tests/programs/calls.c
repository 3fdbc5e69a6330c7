// calls NAME [ARGUMENT...]: makes the calls of one case, with the file names of the tests: reads
// "in", writes "out". Ends with 0 if all went as without an observer.

#define _GNU_SOURCE
#include <aio.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;
static char buffer[4096];
static char* volatile nothing;

static void check(int condition, int line) {
  if (!condition) {
    fprintf(stderr, "line %d: %s\n", line, strerror(errno));
    exit(9);
  }
}
#define CHECK(condition) check((condition) != 0, __LINE__)

static int open_in(void) {
  int fd = open("in", O_RDONLY);
  CHECK(fd >= 0);
  return fd;
}

static int open_out(void) {
  int fd = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666);
  CHECK(fd >= 0);
  return fd;
}

static void say(int fd) {
  CHECK(write(fd, "said\n", 5) == 5);
}

static void wait_ok(pid_t pid) {
  int status = 0;
  CHECK(waitpid(pid, &status, 0) == pid);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

// stdio

static void case_fopen(void) {
  FILE* in = fopen("in", "r");
  FILE* out = fopen("out", "w");
  CHECK(in && out && fgets(buffer, sizeof buffer, in) && fputs(buffer, out) >= 0);
  CHECK(fclose(in) == 0 && fclose(out) == 0);
}
static void case_fopen_unread(void) {
  CHECK(fclose(fopen("in", "r")) == 0);
}
static void case_fopen_empty(void) {
  FILE* in = fopen("empty", "r");
  CHECK(in && getc(in) == EOF && fclose(in) == 0);
}
static void case_fopen_append(void) {
  FILE* out = fopen("in", "a");
  CHECK(out && fputs("more\n", out) >= 0 && fclose(out) == 0);
}
static void case_fopen_append_nothing(void) {
  CHECK(fclose(fopen("in", "a")) == 0);
}
static void case_fopen_update(void) {
  FILE* out = fopen("in", "r+");
  CHECK(out && fputs("X", out) >= 0 && fclose(out) == 0);
}
static void case_fopen_unclosed(void) {
  FILE* in = fopen("in", "r");
  CHECK(in && getc(in) != EOF);
}
static void case_freopen(void) {
  CHECK(freopen("in", "r", stdin) && getchar() != EOF);
  CHECK(freopen("out", "w", stdout) && puts("x") >= 0);
}
static void case_fdopen(void) {
  FILE* in = fdopen(open_in(), "r");
  CHECK(in && getc(in) != EOF && fclose(in) == 0);
}
static void case_stdin(void) {
  CHECK(fgets(buffer, sizeof buffer, stdin));
}
static void case_temporary(void) {
  char name[] = "temp.XXXXXX";
  int fd = mkstemp(name);
  CHECK(fd >= 0);
  say(fd);
  CHECK(close(fd) == 0 && unlink(name) == 0);
  FILE* file = tmpfile();
  CHECK(file && fputs("x", file) >= 0 && fclose(file) == 0);
}

// reading and writing

static void case_openat2(void) {
  struct open_how how = {.flags = O_RDONLY};
  int fd = (int)syscall(SYS_openat2, AT_FDCWD, "in", &how, sizeof how);
  CHECK(fd >= 0 && syscall(SYS_read, fd, buffer, 10) > 0);
}
static void case_by_number(void) {
  int in = (int)syscall(SYS_openat, AT_FDCWD, "in", O_RDONLY);
  int out = (int)syscall(SYS_open, "out", O_WRONLY | O_CREAT | O_TRUNC, 0666);
  CHECK(in >= 0 && out >= 0 && syscall(SYS_read, in, buffer, 10) > 0);
  CHECK(syscall(SYS_write, out, "x", 1) == 1 && syscall(SYS_rename, "out", "out2") == 0);
  CHECK(syscall(SYS_open, "nowhere", O_RDONLY) == -1 && errno == ENOENT);
}
static void case_vectors(void) {
  struct iovec vector = {buffer, 3};
  CHECK(preadv(open_in(), &vector, 1, 0) == 3 && writev(open_out(), &vector, 1) == 3);
}
static void case_update_unwritten(void) {
  int fd = open("in", O_RDWR);
  CHECK(fd >= 0 && read(fd, buffer, 10) > 0 && close(fd) == 0);
}
static void case_sendfile(void) {
  CHECK(sendfile(open_out(), open_in(), NULL, 100) > 0);
}
static void case_copy_file_range(void) {
  CHECK(copy_file_range(open_in(), NULL, open_out(), NULL, 100, 0) > 0);
}
static void case_splice(void) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  CHECK(splice(open_in(), NULL, ends[1], NULL, 100, 0) > 0);
  CHECK(splice(ends[0], NULL, open_out(), NULL, 100, 0) > 0);
}
static void case_map_private(void) {
  char* text = mmap(NULL, 1, PROT_READ, MAP_PRIVATE, open_in(), 0);
  CHECK(text != MAP_FAILED && text[0] != 0);
}
static void case_map_shared(void) {
  int fd = open("out", O_RDWR | O_CREAT | O_TRUNC, 0666);
  CHECK(fd >= 0 && ftruncate(fd, 4096) == 0);
  char* text = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  CHECK(text != MAP_FAILED && close(fd) == 0);
  text[0] = 'x';
}
static void case_map_made_writable(void) {
  int fd = open("in", O_RDWR);
  char* text = mmap(NULL, 5, PROT_READ, MAP_SHARED, fd, 0);
  CHECK(text != MAP_FAILED && close(fd) == 0);
  CHECK(mprotect(text, 5, PROT_READ | PROT_WRITE) == 0);
  text[0] = 'x';
}
static void case_resize(void) {
  CHECK(truncate("in", 2) == 0);
  int fd = open("two", O_WRONLY);
  CHECK(fd >= 0 && ftruncate(fd, 0) == 0 && close(fd) == 0);
  fd = open("three", O_RDWR);
  CHECK(fd >= 0 && fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 1) == 0);
}
static void case_native_aio(void) {
  aio_context_t context = 0;
  struct iocb request = {
      .aio_lio_opcode = IOCB_CMD_PREAD, .aio_buf = (unsigned long)buffer, .aio_nbytes = 10};
  struct iocb* requests[] = {&request};
  struct io_event event;
  request.aio_fildes = (unsigned)open_in();
  CHECK(syscall(SYS_io_setup, 1, &context) == 0 &&
        syscall(SYS_io_submit, context, 1, requests) == 1);
  CHECK(syscall(SYS_io_getevents, context, 1, 1, &event, NULL) == 1);
}
static void case_posix_aio(void) {
  struct aiocb request = {.aio_fildes = open_in(), .aio_buf = buffer, .aio_nbytes = 10};
  const struct aiocb* requests[] = {&request};
  CHECK(aio_read(&request) == 0 && aio_suspend(requests, 1, NULL) == 0);
}
static void case_io_uring(void) {
  syscall(SYS_io_uring_setup, 0, NULL);
}

// descriptors

static void case_duplicates(void) {
  CHECK(dup2(open_in(), 40) == 40 && read(40, buffer, 10) > 0);
  int fd = fcntl(open_out(), F_DUPFD, 50);
  CHECK(fd == 50);
  say(fd);
}
static void case_reopen(void) {
  int fd = open("out", O_RDWR | O_CREAT, 0666);
  snprintf(buffer, sizeof buffer, "/proc/self/fd/%d", fd);
  int again = open(buffer, O_WRONLY | O_TRUNC);
  CHECK(again >= 0);
  say(again);
}
static void case_many(void) {  // beyond the table of descriptors
  int fd = open_in();
  CHECK(dup2(fd, 5000) == 5000);
  snprintf(buffer, sizeof buffer, "in");
  CHECK(read(5000, buffer, 10) > 0);
}
static void case_passed(void) {
  int ends[2], zero = 0;
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  struct iovec vector = {&zero, 1};
  char control[CMSG_SPACE(sizeof(int))] = {0};
  struct msghdr message = {.msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof control};
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  pid_t child = fork();
  if (child == 0) {
    CHECK(recvmsg(ends[1], &message, 0) == 1);
    int fd;
    memcpy(&fd, CMSG_DATA(header), sizeof fd);
    say(fd);
    exit(0);
  }
  int fd = open_out();
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  CHECK(sendmsg(ends[0], &message, 0) == 1);
  wait_ok(child);
}
static void case_daemon(void) {  // closes everything, the log's descriptor too if there were one
  CHECK(close_range(3, ~0U, 0) == 0);
  closefrom(3);
  CHECK(read(open_in(), buffer, 10) > 0);
  say(open_out());
}

// names

static void case_nameless(void) {
  int fd = open(".", O_TMPFILE | O_RDWR, 0666);
  CHECK(fd >= 0);
  say(fd);
  snprintf(buffer, sizeof buffer, "/proc/self/fd/%d", fd);
  CHECK(linkat(AT_FDCWD, buffer, AT_FDCWD, "out", AT_SYMLINK_FOLLOW) == 0);
}
static void case_exchange(void) {
  CHECK(renameat2(AT_FDCWD, "in", AT_FDCWD, "two", RENAME_EXCHANGE) == 0);
}
static void case_at(void) {
  int directory = open("sub", O_RDONLY | O_DIRECTORY);
  int fd = openat(directory, "in", O_RDONLY);
  CHECK(fd >= 0 && read(fd, buffer, 10) > 0 && renameat(directory, "in", directory, "moved") == 0);
  CHECK(unlinkat(directory, "moved", 0) == 0 && symlinkat("x", directory, "soft") == 0);
}
static void case_fchdir(void) {
  CHECK(fchdir(open("sub", O_RDONLY)) == 0);
  CHECK(read(open_in(), buffer, 10) > 0);
}
static void* thread_in(void* name) {
  CHECK(unshare(CLONE_FS) == 0 && chdir(name) == 0);
  CHECK(read(open_in(), buffer, 1) > 0);
  return NULL;
}
static void case_thread_directories(void) {
  pthread_t threads[2];
  CHECK(pthread_create(&threads[0], NULL, thread_in, "sub") == 0);
  CHECK(pthread_create(&threads[1], NULL, thread_in, "sub2") == 0);
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);
  CHECK(read(open_in(), buffer, 1) > 0);
}
static int everything(const struct dirent* entry) {
  return entry->d_name[0] != 0;
}
static void case_scandir(void) {
  struct dirent** list;
  CHECK(scandir("sub", &list, everything, alphasort) >= 2);
}

// processes

static void case_killed(void) {
  CHECK(read(open_in(), buffer, 10) > 0);
  say(open_out());
  raise(SIGKILL);
}
static void case__exit(void) {
  FILE* in = fopen("in", "r");
  CHECK(in && getc(in) != EOF);
  _exit(0);
}
static void case_fork(void) {
  int in = open_in();
  pid_t child = fork();
  if (child == 0) {
    CHECK(read(in, buffer, 1) == 1);
    say(open_out());
    exit(0);
  }
  wait_ok(child);
}
static void case_raw_fork(void) {
  pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    say(open_out());
    _exit(0);
  }
  wait_ok(child);
}
static void case_vfork(void) {  // the child moves descriptors; the parent's stay what they are
  int in = open_in(), out = open_out();
  char number[2] = {(char)('0' + in), 0};  // a shell knows descriptors of one digit
  CHECK(in < 10);
  pid_t child = vfork();
  if (child == 0) {
    dup2(out, in);
    close(out);
    execlp("sh", "sh", "-c", "echo child >&\"$0\"", number, (char*)NULL);
    _exit(127);
  }
  wait_ok(child);
  CHECK(read(in, buffer, 4) == 4 && memcmp(buffer, "text", 4) == 0);
}
static void case_vfork_writes(void) {
  pid_t child = vfork();
  if (child == 0) {
    int fd = open("out", O_WRONLY | O_CREAT, 0666);
    _exit(write(fd, "x", 1) == 1 ? 0 : 1);
  }
  wait_ok(child);
  CHECK(read(open_in(), buffer, 4) == 4);
}
static char* sh_arguments[] = {"sh", "-c", "read line && echo \"$line\"", NULL};
static void case_spawn(void) {
  posix_spawn_file_actions_t actions;
  pid_t child;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "in", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "out", O_WRONLY | O_CREAT | O_TRUNC, 0666);
  CHECK(posix_spawnp(&child, "sh", &actions, NULL, sh_arguments, environ) == 0);
  wait_ok(child);
  CHECK(posix_spawnp(&child, "no such program", NULL, NULL, sh_arguments, environ) == ENOENT);
}
static void case_empty_environment(void) {
  char* none[] = {NULL};
  char* cat[] = {"cat", "in", NULL};
  execve("/bin/cat", cat, none);
}
static void case_null_environment(void) {
  char* cat[] = {"cat", "in", NULL};
  execve("/bin/cat", cat, NULL);
}
static void case_fexecve(void) {
  char* cat[] = {"cat", "in", NULL};
  fexecve(open("/bin/cat", O_RDONLY | O_CLOEXEC), cat, environ);
}
static void case_execveat(void) {
  char* cat[] = {"cat", "in", NULL};
  execveat(open("/bin", O_RDONLY | O_CLOEXEC), "cat", cat, environ, 0);
}
static void case_memory_program(void) {
  int memory = memfd_create("program", MFD_CLOEXEC), program = open("/bin/cat", O_RDONLY);
  CHECK(memory >= 0 && program >= 0);
  while (sendfile(memory, program, NULL, 1 << 20) > 0) {
  }
  char* cat[] = {"cat", "in", NULL};
  fexecve(memory, cat, environ);
}
static void case_exec_errors(void) {
  CHECK(execlp("no such program", "x", (char*)NULL) == -1 && errno == ENOENT);
  CHECK(execlp("", "x", (char*)NULL) == -1 && errno == ENOENT);
  CHECK(execl("in", "in", (char*)NULL) == -1 && errno == EACCES);
  CHECK(execl("/", "x", (char*)NULL) == -1 && errno == EACCES);
  CHECK(execl("nowhere/x", "x", (char*)NULL) == -1 && errno == ENOENT);
  CHECK(open("in/x", O_RDONLY) == -1 && errno == ENOTDIR);
  CHECK(open("nowhere", O_RDONLY) == -1 && errno == ENOENT);
  CHECK(read(-1, buffer, 1) == -1 && errno == EBADF);
  CHECK(close(-1) == -1 && errno == EBADF);
  CHECK(open(nothing, O_RDONLY) == -1 && errno == EFAULT);
  CHECK(rename("nowhere", "x") == -1 && errno == ENOENT);
  CHECK(unlink(nothing) == -1 && errno == EFAULT);
}
static void case_errno_kept(void) {
  errno = 77;
  int fd = open("in", O_RDONLY);
  CHECK(errno == 77);
  CHECK(read(fd, buffer, 1) == 1 && errno == 77);
  CHECK(close(fd) == 0 && errno == 77);
  FILE* stream = fopen("in", "r");
  CHECK(stream != NULL);
  errno = 78;
  CHECK(getc(stream) != EOF && fclose(stream) == 0 && errno == 78);
}
static void* reading(void* unused) {
  int* ends = unused;
  while (read(ends[0], buffer, 1) >= 0) {
  }
  return NULL;
}
static void case_cancel(void) {
  int ends[2];
  pthread_t thread;
  void* result = NULL;
  CHECK(pipe(ends) == 0 && pthread_create(&thread, NULL, reading, ends) == 0);
  CHECK(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0);
  CHECK(result == PTHREAD_CANCELED);
}
static void on_signal(int number) {
  (void)number;
  int saved = errno;
  int fd = open("in", O_RDONLY);
  if (fd >= 0) close(fd);
  errno = saved;
}
static void case_signals(void) {
  struct sigaction action = {.sa_handler = on_signal};
  pid_t parent = getpid();
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 2000; ++i) kill(parent, SIGUSR1);
    _exit(0);
  }
  for (int i = 0; i < 20000; ++i) {
    snprintf(buffer, sizeof buffer, "missing%d", i);
    CHECK(open(buffer, O_RDONLY) == -1 && errno == ENOENT);
  }
  int status;
  while (waitpid(child, &status, 0) != child) {
  }
}
static void* opening(void* name) {
  for (int i = 0; i < 2000; ++i) {
    int fd = open(name, O_RDONLY);
    if (fd < 0 || read(fd, &(char){0}, 1) != 1 || close(fd) != 0) return "failed";
  }
  return NULL;
}
static void case_threads(void) {
  pthread_t threads[8];
  static char* names[] = {"in", "two", "three", "sub/in"};
  for (int i = 0; i < 8; ++i) CHECK(pthread_create(&threads[i], NULL, opening, names[i % 4]) == 0);
  for (int i = 0; i < 8; ++i) {
    void* result = NULL;
    pthread_join(threads[i], &result);
    CHECK(result == NULL);
  }
}
static void* forking(void* unused) {
  for (volatile int i = 0; i < 50; ++i) {
    pid_t child = i % 2 != 0 ? fork() : vfork();
    if (child == 0) _exit(0);
    int status;
    if (waitpid(child, &status, 0) != child) return unused;
  }
  return NULL;
}
static void case_forks_in_threads(void) {
  pthread_t threads[4];
  for (int i = 0; i < 4; ++i) CHECK(pthread_create(&threads[i], NULL, forking, "failed") == 0);
  for (int i = 0; i < 4; ++i) {
    void* result = NULL;
    pthread_join(threads[i], &result);
    CHECK(result == NULL);
  }
}

#define CASE(name) \
  { #name, case_##name }
static const struct {
  const char* name;
  void (*run)(void);
} cases[] = {CASE(fopen),
             CASE(fopen_unread),
             CASE(fopen_empty),
             CASE(fopen_append),
             CASE(fopen_append_nothing),
             CASE(fopen_update),
             CASE(fopen_unclosed),
             CASE(freopen),
             CASE(fdopen),
             CASE(stdin),
             CASE(temporary),
             CASE(openat2),
             CASE(by_number),
             CASE(vectors),
             CASE(update_unwritten),
             CASE(sendfile),
             CASE(copy_file_range),
             CASE(splice),
             CASE(map_private),
             CASE(map_shared),
             CASE(map_made_writable),
             CASE(resize),
             CASE(native_aio),
             CASE(posix_aio),
             CASE(io_uring),
             CASE(duplicates),
             CASE(reopen),
             CASE(many),
             CASE(passed),
             CASE(daemon),
             CASE(nameless),
             CASE(exchange),
             CASE(at),
             CASE(fchdir),
             CASE(thread_directories),
             CASE(scandir),
             CASE(killed),
             CASE(_exit),
             CASE(fork),
             CASE(raw_fork),
             CASE(vfork),
             CASE(vfork_writes),
             CASE(spawn),
             CASE(empty_environment),
             CASE(null_environment),
             CASE(fexecve),
             CASE(execveat),
             CASE(memory_program),
             CASE(exec_errors),
             CASE(errno_kept),
             CASE(cancel),
             CASE(signals),
             CASE(threads),
             CASE(forks_in_threads)};

int main(int argc, char** argv) {
  for (size_t i = 0; argc > 1 && i < sizeof cases / sizeof cases[0]; ++i) {
    if (strcmp(cases[i].name, argv[1]) != 0) continue;
    cases[i].run();
    return 0;
  }
  return 8;
}

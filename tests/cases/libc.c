// libc FUNCTION: one function of libc, used so that what is read and written comes out wrong if
// nobody sees the call. Reads "in" and writes "in", "out" or "made". Descriptors are closed behind
// everybody's back, so that a number that is used again stands for the file "in2" until the
// function says otherwise.

#define _GNU_SOURCE
#include <aio.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <linux/aio_abi.h>
#include <linux/fs.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "case.h"

int __open_2(const char*, int);
int __open64_2(const char*, int);
int __openat_2(int, const char*, int);
int __openat64_2(int, const char*, int);
ssize_t __read_chk(int, void*, size_t, size_t);
ssize_t __pread_chk(int, void*, size_t, off_t, size_t);
ssize_t __pread64_chk(int, void*, size_t, off64_t, size_t);
int __attribute__((weak)) io_submit(void*, long, struct iocb**);

extern char** environ;

// libc's own function, whatever else is loaded: what it does, nobody sees.
static long (*call)(long, ...);
static __attribute__((constructor)) void find_call(void) {
  *(void**)&call = dlsym(dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD), "syscall");
}
static void close_unseen(int fd) {
  call(SYS_close, fd);
}
static int open_unseen(const char* path, int flags) {
  return (int)call(SYS_open, path, flags, 0644);
}
// The next descriptor is known as one of "in2".
static void mislead(int flags) {
  close_unseen((int)MUST(open("in2", flags)));
}
static void use(int fd) {
  MUST(fd);
  read_from(fd);
}
static void made(int fd) {
  MUST(fd);
  write_to(fd);
}
static void rewind_unseen(int fd) {
  call(SYS_lseek, fd, 0L, SEEK_SET);
}
static struct iovec part = {buffer, 3};

#define OPENS(name, expression) \
  static void name##_(void) {   \
    mislead(O_RDONLY);          \
    use(expression);            \
  }
#define CREATES(name, expression) \
  static void name##_(void) {     \
    mislead(O_RDWR);              \
    made(expression);             \
  }
// Reads without moving the offset, or so that it looks like it.
#define READS(name, expression)                     \
  static void name##_(void) {                       \
    const int fd = (int)MUST(open("in", O_RDONLY)); \
    MUST(expression);                               \
    rewind_unseen(fd);                              \
  }
// Dies before anybody can look at what it has open.
#define WRITES(name, expression)                  \
  static void name##_(void) {                     \
    const int fd = (int)MUST(open("in", O_RDWR)); \
    MUST(expression);                             \
    raise(SIGKILL);                               \
  }

OPENS(open, open("in", O_RDONLY))
static int by_handle(void) {
  union {
    struct file_handle handle;
    char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
  } named;
  int mount_id = 0;
  named.handle.handle_bytes = MAX_HANDLE_SZ;
  MUST(name_to_handle_at(AT_FDCWD, "in", &named.handle, &mount_id, 0));
  return open_by_handle_at(AT_FDCWD, &named.handle, O_RDONLY);
}
OPENS(open_by_handle_at, by_handle())
OPENS(open64, open64("in", O_RDONLY))
OPENS(openat, openat(AT_FDCWD, "in", O_RDONLY))
OPENS(openat64, openat64(AT_FDCWD, "in", O_RDONLY))
OPENS(open_2, __open_2("in", O_RDONLY))
OPENS(open64_2, __open64_2("in", O_RDONLY))
OPENS(openat_2, __openat_2(AT_FDCWD, "in", O_RDONLY))
OPENS(openat64_2, __openat64_2(AT_FDCWD, "in", O_RDONLY))
OPENS(syscall, (int)syscall(SYS_openat, AT_FDCWD, "in", O_RDONLY, 0))
CREATES(creat, creat("made", 0644))
CREATES(creat64, creat64("made", 0644))

static char name_x[] = "XXXXXX";
static char name_xs[] = "XXXXXX.s";
static void named(int fd, const char* name) {
  made(fd);
  MUST(rename(name, "made"));
}
#define TEMPORARY(function, name, ...)          \
  static void function##_(void) {               \
    mislead(O_RDWR);                            \
    named(function(name, ##__VA_ARGS__), name); \
  }
TEMPORARY(mkstemp, name_x)
TEMPORARY(mkstemp64, name_x)
TEMPORARY(mkostemp, name_x, O_APPEND)
TEMPORARY(mkostemp64, name_x, O_APPEND)
TEMPORARY(mkstemps, name_xs, 2)
TEMPORARY(mkstemps64, name_xs, 2)
TEMPORARY(mkostemps, name_xs, 2, O_APPEND)
TEMPORARY(mkostemps64, name_xs, 2, O_APPEND)

// What stdio reads, no hook sees.
static void get(FILE* stream) {
  if (stream == NULL || getc(stream) == EOF) exit(97);
}
static void fopen_(void) {
  mislead(O_RDONLY);
  get(fopen("in", "r"));
}
static void fopen64_(void) {
  mislead(O_RDONLY);
  get(fopen64("in", "r"));
}
static void freopen_(void) {
  get(freopen("in", "r", fopen("in2", "r")));
}
static void freopen64_(void) {
  get(freopen64("in", "r", fopen("in2", "r")));
}
static void fdopen_(void) {
  get(fdopen(open_unseen("in", O_RDONLY), "r"));
}
static void fclose_(void) {
  FILE* stream = fopen("in", "r");
  get(stream);
  fclose(stream);
}
static void put(FILE* stream) {
  if (stream == NULL || putc('x', stream) == EOF || fflush(stream) != 0) exit(96);
}
static void tmpfile_(void) {
  mislead(O_RDWR);
  put(tmpfile());
}
static void tmpfile64_(void) {
  mislead(O_RDWR);
  put(tmpfile64());
}

READS(read, read(fd, buffer, 3))
READS(readv, readv(fd, &part, 1))
READS(pread, pread(fd, buffer, 3, 0))
READS(pread64, pread64(fd, buffer, 3, 0))
READS(preadv, preadv(fd, &part, 1, 0))
READS(preadv64, preadv64(fd, &part, 1, 0))
READS(preadv2, preadv2(fd, &part, 1, 0, 0))
READS(preadv64v2, preadv64v2(fd, &part, 1, 0, 0))
READS(read_chk, __read_chk(fd, buffer, 3, sizeof buffer))
READS(pread_chk, __pread_chk(fd, buffer, 3, 0, sizeof buffer))
READS(pread64_chk, __pread64_chk(fd, buffer, 3, 0, sizeof buffer))
READS(mmap, mmap(NULL, 3, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED ? -1 : 0)
READS(mmap64, mmap64(NULL, 3, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED ? -1 : 0)
WRITES(write, write(fd, "abc", 3))
WRITES(writev, writev(fd, &part, 1))
WRITES(pwrite, pwrite(fd, "abc", 3, 0))
WRITES(pwrite64, pwrite64(fd, "abc", 3, 0))
WRITES(pwritev, pwritev(fd, &part, 1, 0))
WRITES(pwritev64, pwritev64(fd, &part, 1, 0))
WRITES(pwritev2, pwritev2(fd, &part, 1, 0, 0))
WRITES(pwritev64v2, pwritev64v2(fd, &part, 1, 0, 0))
WRITES(ftruncate, ftruncate(fd, 3))
WRITES(ftruncate64, ftruncate64(fd, 3))
WRITES(fallocate, fallocate(fd, 0, 0, 3))
WRITES(fallocate64, fallocate64(fd, 0, 0, 3))
WRITES(posix_fallocate, -posix_fallocate(fd, 0, 3))
WRITES(posix_fallocate64, -posix_fallocate64(fd, 0, 3))

static int wait_for_aio(const struct aiocb* request) {
  const struct aiocb* const requests[] = {request};
  while (aio_error(request) == EINPROGRESS) aio_suspend(requests, 1, NULL);
  return aio_error(request) == 0 ? 0 : -1;
}
static struct aiocb request;
static struct aiocb* request_for(int fd) {
  request.aio_fildes = fd;
  request.aio_buf = buffer;
  request.aio_nbytes = 3;
  return &request;
}
READS(aio_read, aio_read(request_for(fd)) || wait_for_aio(&request) ? -1 : 0)
READS(aio_read64, aio_read64((void*)request_for(fd)) || wait_for_aio(&request) ? -1 : 0)
WRITES(aio_write, aio_write(request_for(fd)) || wait_for_aio(&request) ? -1 : 0)
WRITES(aio_write64, aio_write64((void*)request_for(fd)) || wait_for_aio(&request) ? -1 : 0)

static int submitted(int fd) {
  aio_context_t context = 0;
  struct iocb block = {.aio_lio_opcode = IOCB_CMD_PREAD,
                       .aio_fildes = (uint32_t)fd,
                       .aio_buf = (uint64_t)(uintptr_t)buffer,
                       .aio_nbytes = 3};
  struct iocb* blocks[] = {&block};
  struct io_event event;
  call(SYS_io_setup, 1, (long)&context, 0);
  if (io_submit((void*)context, 1, blocks) != 1) return -1;
  return (int)syscall(SYS_io_getevents, context, 1, 1, &event, NULL);
}
READS(io_submit, submitted(fd))

static int scratch(void) {
  return (int)MUST(open("made", O_RDWR | O_CREAT, 0644));
}
READS(sendfile, sendfile(scratch(), fd, NULL, 3))
READS(sendfile64, sendfile64(scratch(), fd, NULL, 3))
READS(copy_file_range, copy_file_range(fd, NULL, scratch(), NULL, 3, 0))
static int piped(void) {
  int ends[2];
  MUST(pipe(ends));
  return ends[1];
}
READS(splice, splice(fd, NULL, piped(), NULL, 3, 0))
READS(ioctl, ioctl(scratch(), FICLONE, fd))

static void mprotect_(void) {
  const int fd = (int)MUST(open("in", O_RDWR));
  char* memory = mmap(NULL, 3, PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  MUST(mprotect(memory, 3, PROT_READ | PROT_WRITE));
  memory[0] = 'X';
}

// Two descriptors of different files, of which the second takes the place of the first.
#define DUPLICATES(name, expression)                    \
  static void name##_(void) {                           \
    const int fd = (int)MUST(open("in", O_RDONLY));     \
    const int other = (int)MUST(open("in2", O_RDONLY)); \
    close_unseen(other);                                \
    use(expression);                                    \
  }
DUPLICATES(dup, dup(fd))
DUPLICATES(dup2, dup2(fd, other))
DUPLICATES(dup3, dup3(fd, other, 0))
DUPLICATES(fcntl, fcntl(fd, F_DUPFD, 0))
DUPLICATES(fcntl64, fcntl64(fd, F_DUPFD, 0))

// What stdio has read is known when the descriptor is closed.
#define CLOSES(name, expression)     \
  static void name##_(void) {        \
    FILE* stream = fopen("in", "r"); \
    get(stream);                     \
    const int fd = fileno(stream);   \
    (void)fd;                        \
    expression;                      \
  }
CLOSES(close, close(fd))
CLOSES(close_range, close_range((unsigned)fd, ~0U, 0))
CLOSES(closefrom, closefrom(fd))
// Or when the process ends.
CLOSES(exit_, _exit(0))
CLOSES(Exit_, _Exit(0))
CLOSES(quick_exit, quick_exit(0))

static void closedir_(void) {
  DIR* directory = opendir("sub");
  closedir(directory);
  use(open_unseen("in", O_RDONLY));
}
static void opendir_(void) {
  if (readdir(opendir("sub")) == NULL) exit(95);
}
static void fdopendir_(void) {
  if (readdir(fdopendir(open_unseen("sub", O_RDONLY | O_DIRECTORY))) == NULL) exit(95);
}
static void scandir_(void) {
  struct dirent** entries;
  MUST(scandir("sub", &entries, NULL, alphasort));
}
static void scandir64_(void) {
  struct dirent64** entries;
  MUST(scandir64("sub", &entries, NULL, alphasort64));
}
static void scandirat_(void) {
  struct dirent** entries;
  MUST(scandirat(AT_FDCWD, "sub", &entries, NULL, alphasort));
}
static void scandirat64_(void) {
  struct dirent64** entries;
  MUST(scandirat64(AT_FDCWD, "sub", &entries, NULL, alphasort64));
}
static void getdents64_(void) {
  MUST(getdents64(open_unseen("sub", O_RDONLY | O_DIRECTORY), buffer, sizeof buffer));
}
static void chdir_(void) {
  MUST(chdir("sub"));
  read_file("sin");
}
static void fchdir_(void) {
  MUST(fchdir((int)MUST(open("sub", O_RDONLY | O_DIRECTORY))));
  read_file("sin");
}
static void chroot_(void) {
  MUST(chroot("."));
  MUST(chdir("/"));
  read_file("in");
}
static void unshare_(void) {
  MUST(unshare(CLONE_FILES));
}

static void rename_(void) {
  MUST(rename("in", "made"));
}
static void renameat_(void) {
  MUST(renameat(AT_FDCWD, "in", AT_FDCWD, "made"));
}
static void renameat2_(void) {
  MUST(renameat2(AT_FDCWD, "in", AT_FDCWD, "made", RENAME_NOREPLACE));
}
static void link_(void) {
  MUST(link("in", "made"));
}
static void linkat_(void) {
  MUST(linkat(AT_FDCWD, "in", AT_FDCWD, "made", 0));
}
// What the job made or removed itself was not absent before.
static void miss(const char* path) {
  if (open(path, O_RDONLY) >= 0 || open("none", O_RDONLY) >= 0) exit(94);
}
static void symlink_(void) {
  MUST(symlink("none", "soft"));
  miss("soft");
}
static void symlinkat_(void) {
  MUST(symlinkat("none", AT_FDCWD, "soft"));
  miss("soft");
}
static void unlink_(void) {
  MUST(unlink("in"));
  miss("in");
}
static void unlinkat_(void) {
  MUST(unlinkat(AT_FDCWD, "in", 0));
  miss("in");
}
static void remove_(void) {
  MUST(remove("in"));
  miss("in");
}
static void rmdir_(void) {
  MUST(rmdir("empty"));
  miss("empty");
}
static void truncate_(void) {
  MUST(truncate("in", 2));
}
static void truncate64_(void) {
  MUST(truncate64("in", 2));
}

static char* copy_in[] = {"cp", "in", "made", NULL};
static char* nothing[] = {NULL};
static void without_environment(void) {
  environ = nothing;
}
static void execl_(void) {
  without_environment();
  execl("/bin/cp", "cp", "in", "made", (char*)NULL);
}
static void execlp_(void) {
  without_environment();
  execlp("/bin/cp", "cp", "in", "made", (char*)NULL);
}
static void execle_(void) {
  execle("/bin/cp", "cp", "in", "made", (char*)NULL, nothing);
}
static void execv_(void) {
  without_environment();
  execv("/bin/cp", copy_in);
}
static void execvp_(void) {
  without_environment();
  execvp("/bin/cp", copy_in);
}
static void execvpe_(void) {
  execvpe("/bin/cp", copy_in, nothing);
}
static void execve_(void) {
  execve("/bin/cp", copy_in, nothing);
}
static void execveat_(void) {
  execveat(AT_FDCWD, "/bin/cp", copy_in, nothing, 0);
}
static void fexecve_(void) {
  fexecve(open("/bin/cp", O_RDONLY | O_CLOEXEC), copy_in, nothing);
}
static void posix_spawn_(void) {
  pid_t child = 0;
  if (posix_spawn(&child, "/bin/cp", NULL, NULL, copy_in, nothing) != 0) exit(93);
  wait_for(child);
}
static void posix_spawnp_(void) {
  pid_t child = 0;
  if (posix_spawnp(&child, "/bin/cp", NULL, NULL, copy_in, nothing) != 0) exit(93);
  wait_for(child);
}
static void system_(void) {
  without_environment();
  if (system("cp in made") != 0) exit(92);
}
static void popen_(void) {
  without_environment();
  if (pclose(popen("cp in made", "r")) != 0) exit(92);
}

// The child lives on without its parent, and only then does something.
static void orphan_of(pid_t (*function)(void)) {
  int ends[2];
  MUST(pipe(ends));
  const pid_t between = (pid_t)call(SYS_fork, 0, 0, 0);
  if (between == 0) {
    const pid_t middle = (pid_t)call(SYS_getpid, 0, 0, 0);
    const pid_t child = function();
    if (child == 0) {
      while (call(SYS_getppid, 0, 0, 0) == middle) sched_yield();
      read_file("in");
      call(SYS_write, ends[1], (long)"x", 1);
    }
    call(SYS_exit_group, 0, 0, 0);
  }
  MUST(read(ends[0], buffer, 1));
}
static void fork_(void) {
  orphan_of(fork);
}
static void Fork_(void) {
  orphan_of(_Fork);
}

// The child opens "in2" where its parent has "in", in the same memory.
static int replaces(void* fd) {
  close(*(int*)fd);
  use(open("in2", O_RDONLY));
  return 0;
}
static void vfork_(void) {
  int fd = (int)MUST(open("in", O_RDONLY));
  const pid_t child = vfork();
  if (child == 0) {
    replaces(&fd);
    _exit(0);
  }
  wait_for(child);
  use(fd);
}
static void clone_(void) {
  int fd = (int)MUST(open("in", O_RDONLY));
  static char stack[65536] __attribute__((aligned(16)));
  wait_for(
      (pid_t)MUST(clone(replaces, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &fd)));
  use(fd);
}

// Nobody but its parent knows how a child was killed.
static pid_t killed(void) {
  const pid_t child = (pid_t)MUST(fork());
  if (child == 0) {
    read_file("in");
    raise(SIGKILL);
  }
  return child;
}
static void wait_(void) {
  killed();
  MUST(wait(NULL));
}
static void wait3_(void) {
  killed();
  MUST(wait3(NULL, 0, NULL));
}
static void wait4_(void) {
  MUST(wait4(killed(), NULL, 0, NULL));
}
static void waitpid_(void) {
  MUST(waitpid(killed(), NULL, 0));
}
static void waitid_(void) {
  siginfo_t info;
  MUST(waitid(P_PID, (id_t)killed(), &info, WEXITED));
}

// A library that does not stay.
static void dlclose_(void) {
  void* library = dlopen("./libx.so", RTLD_NOW);
  if (library == NULL || dlclose(library) != 0) exit(91);
}

#define ACT(name) \
  { #name, name##_ }
static const struct act acts[] = {
    ACT(open),
    ACT(open64),
    ACT(openat),
    ACT(openat64),
    ACT(open_by_handle_at),
    {"__open_2", open_2_},
    {"__open64_2", open64_2_},
    {"__openat_2", openat_2_},
    {"__openat64_2", openat64_2_},
    ACT(syscall),
    ACT(creat),
    ACT(creat64),
    ACT(mkstemp),
    ACT(mkstemp64),
    ACT(mkostemp),
    ACT(mkostemp64),
    ACT(mkstemps),
    ACT(mkstemps64),
    ACT(mkostemps),
    ACT(mkostemps64),
    ACT(fopen),
    ACT(fopen64),
    ACT(freopen),
    ACT(freopen64),
    ACT(fdopen),
    ACT(fclose),
    ACT(tmpfile),
    ACT(tmpfile64),
    ACT(read),
    ACT(readv),
    ACT(pread),
    ACT(pread64),
    ACT(preadv),
    ACT(preadv64),
    ACT(preadv2),
    ACT(preadv64v2),
    {"__read_chk", read_chk_},
    {"__pread_chk", pread_chk_},
    {"__pread64_chk", pread64_chk_},
    ACT(mmap),
    ACT(mmap64),
    ACT(write),
    ACT(writev),
    ACT(pwrite),
    ACT(pwrite64),
    ACT(pwritev),
    ACT(pwritev64),
    ACT(pwritev2),
    ACT(pwritev64v2),
    ACT(ftruncate),
    ACT(ftruncate64),
    ACT(fallocate),
    ACT(fallocate64),
    ACT(posix_fallocate),
    ACT(posix_fallocate64),
    ACT(aio_read),
    ACT(aio_read64),
    ACT(aio_write),
    ACT(aio_write64),
    ACT(io_submit),
    ACT(sendfile),
    ACT(sendfile64),
    ACT(copy_file_range),
    ACT(splice),
    ACT(ioctl),
    ACT(mprotect),
    ACT(dup),
    ACT(dup2),
    ACT(dup3),
    ACT(fcntl),
    ACT(fcntl64),
    ACT(close),
    ACT(close_range),
    ACT(closefrom),
    {"_exit", exit__},
    {"_Exit", Exit__},
    ACT(quick_exit),
    ACT(closedir),
    ACT(opendir),
    ACT(fdopendir),
    ACT(scandir),
    ACT(scandir64),
    ACT(scandirat),
    ACT(scandirat64),
    ACT(getdents64),
    ACT(chdir),
    ACT(fchdir),
    ACT(chroot),
    ACT(unshare),
    ACT(rename),
    ACT(renameat),
    ACT(renameat2),
    ACT(link),
    ACT(linkat),
    ACT(symlink),
    ACT(symlinkat),
    ACT(unlink),
    ACT(unlinkat),
    ACT(remove),
    ACT(rmdir),
    ACT(truncate),
    ACT(truncate64),
    ACT(execl),
    ACT(execlp),
    ACT(execle),
    ACT(execv),
    ACT(execvp),
    ACT(execvpe),
    ACT(execve),
    ACT(execveat),
    ACT(fexecve),
    ACT(posix_spawn),
    ACT(posix_spawnp),
    ACT(system),
    ACT(popen),
    ACT(fork),
    {"_Fork", Fork_},
    ACT(vfork),
    ACT(clone),
    ACT(wait),
    ACT(wait3),
    ACT(wait4),
    ACT(waitpid),
    ACT(waitid),
    ACT(dlclose),
};

int main(int argc, char** argv) {
  return run_act(acts, sizeof acts / sizeof *acts, argc, argv);
}

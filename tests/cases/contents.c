// contents ACT: odd ways to content and names. They read "in" and write "out" unless it is said
// otherwise.

#define _GNU_SOURCE
#include <errno.h>
#include <pty.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "case.h"

static void by_handle(void) {
  union {
    struct file_handle handle;
    char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
  } named;
  int mount_id = 0;
  named.handle.handle_bytes = MAX_HANDLE_SZ;
  MUST(name_to_handle_at(AT_FDCWD, "in", &named.handle, &mount_id, 0));
  const int directory = (int)MUST(open(".", O_RDONLY | O_DIRECTORY));
  read_from((int)MUST(open_by_handle_at(directory, &named.handle, O_RDONLY)));
  write_file("out");
}

// A child opens what its parent has open.
static void of_other_process(void) {
  const int in = open_in();
  const int out = open_out();
  const pid_t parent = getpid();
  const pid_t child = (pid_t)MUST(fork());
  if (child == 0) {
    sprintf(buffer, "/proc/%d/fd/%d", (int)parent, in);
    read_file(buffer);
    sprintf(buffer, "/proc/%d/fd/%d", (int)parent, out);
    write_to((int)MUST(open(buffer, O_WRONLY)));
    _exit(0);
  }
  wait_for(child);
}

// Takes the descriptors of a child.
static void taken_descriptor(void) {
  int ends[2];
  MUST(pipe(ends));
  const pid_t child = (pid_t)MUST(fork());
  if (child == 0) {
    const int files[2] = {open_in(), open_out()};
    MUST(write(ends[1], files, sizeof files));
    close(ends[1]);
    for (;;) pause();
  }
  int files[2];
  MUST(read(ends[0], files, sizeof files));
  const int process = (int)MUST(syscall(SYS_pidfd_open, child, 0));
  read_from((int)MUST(syscall(SYS_pidfd_getfd, process, files[0], 0)));
  write_to((int)MUST(syscall(SYS_pidfd_getfd, process, files[1], 0)));
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

// Hands a descriptor of "in" to whoever listens at "peer", who appends to it and answers.
static void given_to_peer(void) {
  const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "peer"};
  const int peer = (int)MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  while (connect(peer, (const struct sockaddr*)&address, sizeof address) != 0) usleep(1000);
  const int fd = (int)MUST(open("in", O_WRONLY | O_APPEND));
  struct iovec part = {buffer, 1};
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control.bytes,
                           .msg_controllen = sizeof control.bytes};
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  MUST(sendmsg(peer, &message, 0));
  MUST(read(peer, buffer, 1));
}

static char* map_in(int protection) {
  const int fd = (int)MUST(open("in", O_RDWR));
  char* memory = mmap(NULL, 4, protection, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) exit(97);
  close(fd);
  return memory;
}
// Only reads.
static void mapped_not_stored(void) {
  buffer[0] = map_in(PROT_READ | PROT_WRITE)[0];
}
// Changes "in".
static void stored_after_mprotect(void) {
  char* memory = map_in(PROT_READ);
  MUST(mprotect(memory, 4, PROT_READ | PROT_WRITE));
  memory[0] = 'X';
}

static void direct(void) {
  int fd = open("in", O_RDONLY | O_DIRECT);
  if (fd < 0) fd = open_in();
  void* memory = NULL;
  if (posix_memalign(&memory, 4096, 4096) != 0) exit(96);
  MUST(read(fd, memory, 4096));
  fd = open("out", O_WRONLY | O_CREAT | O_DIRECT, 0644);
  if (fd < 0) fd = open_out();
  MUST(write(fd, memory, 4096));
}

static void vectors(void) {
  struct iovec part = {buffer, 5};
  MUST(preadv2(open_in(), &part, 1, 0, 0));
  MUST(pwritev2(open_out(), &part, 1, 0, RWF_DSYNC));
}

static void from_memory(void) {
  int ends[2];
  MUST(pipe(ends));
  read_from(open_in());
  struct iovec part = {buffer, 5};
  MUST(vmsplice(ends[1], &part, 1, 0));
  MUST(splice(ends[0], NULL, open_out(), NULL, 5, 0));
}

static void remapped(void) {
  const int fd = open_in();
  char* memory = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) exit(95);
  MUST(remap_file_pages(memory, 4096, 0, 0, 0));
  buffer[0] = memory[0];
}

// Pipes, sockets, memory and terminals are no files.
static void not_files(void) {
  int ends[2];
  MUST(mkfifo("fifo", 0644));
  const int fifo = (int)MUST(open("fifo", O_RDWR));
  write_to(fifo);
  read_from(fifo);
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
  write_to(ends[0]);
  read_from(ends[1]);
  const int memory = (int)MUST(memfd_create("memory", 0));
  write_to(memory);
  sprintf(buffer, "/proc/self/fd/%d", memory);
  read_file(buffer);
  if (mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0) == MAP_FAILED) exit(94);
  const int events = (int)MUST(eventfd(0, 0));
  MUST(write(events, "12345678", 8));
  read_from(events);
  int controller = 0;
  int terminal = 0;
  MUST(openpty(&controller, &terminal, NULL, NULL, NULL));
  write_to(controller);
  read_from(terminal);
  MUST(unlink("fifo"));
}

// Reads no content at all.
static void looked_at(void) {
  struct stat status;
  MUST(stat("in", &status));
  MUST(lstat("lnk", &status));
  MUST(readlink("lnk", buffer, sizeof buffer));
  MUST(access("in2", R_OK));
  if (access("none", F_OK) == 0) exit(93);
  MUST(chmod("in2", 0600));
}

// Writes a file whose path is longer than PATH_MAX.
static void deep_names(void) {
  char name[251];
  memset(name, 'd', 250);
  name[250] = 0;
  int directory = AT_FDCWD;
  for (int i = 0; i < 20; ++i) {
    MUST(mkdirat(directory, name, 0755));
    directory = (int)MUST(openat(directory, name, O_RDONLY | O_DIRECTORY));
  }
  write_to((int)MUST(openat(directory, "f", O_WRONLY | O_CREAT, 0644)));
}

static void deleted_directory(void) {
  const int here = (int)MUST(open(".", O_RDONLY | O_DIRECTORY));
  MUST(mkdir("gone", 0755));
  MUST(chdir("gone"));
  MUST(unlinkat(here, "gone", AT_REMOVEDIR));
  if (open("out", O_WRONLY | O_CREAT, 0644) >= 0) exit(92);
  read_from((int)MUST(openat(here, "in", O_RDONLY)));
  write_to((int)MUST(openat(here, "out", O_WRONLY | O_CREAT, 0644)));
}

// Changes "in", and sets its time back.
static void time_set_back(void) {
  struct stat status;
  MUST(stat("in", &status));
  const int fd = (int)MUST(open("in", O_RDWR));
  MUST(pwrite(fd, "X", 1, 0));
  const struct timespec times[2] = {status.st_atim, status.st_mtim};
  MUST(futimens(fd, times));
}

static void other_root(void) {
  MUST(chroot("."));
  MUST(chdir("/"));
  read_file("/in");
  write_file("/out");
}

static const struct act acts[] = {
    {"by_handle", by_handle},
    {"of_other_process", of_other_process},
    {"taken_descriptor", taken_descriptor},
    {"given_to_peer", given_to_peer},
    {"mapped_not_stored", mapped_not_stored},
    {"stored_after_mprotect", stored_after_mprotect},
    {"direct", direct},
    {"vectors", vectors},
    {"from_memory", from_memory},
    {"remapped", remapped},
    {"not_files", not_files},
    {"looked_at", looked_at},
    {"deep_names", deep_names},
    {"deleted_directory", deleted_directory},
    {"time_set_back", time_set_back},
    {"other_root", other_root},
};

int main(int argc, char** argv) {
  return run_act(acts, sizeof acts / sizeof *acts, argc, argv);
}

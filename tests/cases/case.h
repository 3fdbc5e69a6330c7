// What the programs of the cases share. Every failure ends the program with a message and a status
// from 90 to 99.
#pragma once

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static char buffer[8192];

static inline long must(long result, const char* what) {
  if (result < 0) {
    perror(what);
    exit(99);
  }
  return result;
}
#define MUST(call) must((long)(call), #call)

static inline void read_from(int fd) {
  MUST(read(fd, buffer, 4096));
}
static inline void write_to(int fd) {
  MUST(write(fd, "data\n", 5));
}
static inline int open_in(void) {
  return (int)MUST(open("in", O_RDONLY));
}
static inline int open_out(void) {
  return (int)MUST(open("out", O_WRONLY | O_CREAT | O_TRUNC, 0644));
}
static inline void read_file(const char* path) {
  int fd = (int)MUST(open(path, O_RDONLY));
  read_from(fd);
  close(fd);
}
static inline void write_file(const char* path) {
  int fd = (int)MUST(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644));
  write_to(fd);
  close(fd);
}
static inline void rw(void) {
  read_file("in");
  write_file("out");
}
static inline void wait_for(pid_t child) {
  int status = 0;
  MUST(waitpid(child, &status, 0));
  if (status != 0) exit(98);
}

struct act {
  const char* name;
  void (*act)(void);
};

static inline int run_act(const struct act* acts, size_t count, int argc, char** argv) {
  for (size_t i = 0; argc > 1 && i < count; ++i) {
    if (strcmp(acts[i].name, argv[1]) != 0) continue;
    acts[i].act();
    return 0;
  }
  fprintf(stderr, "no such act\n");
  return 90;
}

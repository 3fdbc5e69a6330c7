// For LD_AUDIT: reads "in2" in a name space of its own, before the program starts.

#define _GNU_SOURCE
#include <fcntl.h>
#include <link.h>
#include <unistd.h>

unsigned la_version(unsigned version) {
  char byte;
  const int fd = open("in2", O_RDONLY);
  (void)!read(fd, &byte, 1);
  close(fd);
  return version;
}

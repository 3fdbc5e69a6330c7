// Reads "in" and "in2" through the checked forms of open(2) and read(2). Compile with
// -O2 -D_FORTIFY_SOURCE=2.

#include <fcntl.h>
#include <unistd.h>

int main(int argc, char** argv) {
  volatile int flags = O_RDONLY;  // not known when compiling
  static char buffer[16];
  volatile size_t size = sizeof buffer;
  int in = open("in", flags);
  int in2 = openat(AT_FDCWD, "in2", flags);
  (void)argc, (void)argv;
  return read(in, buffer, size) > 0 && read(in2, buffer, size) > 0 ? 0 : 1;
}

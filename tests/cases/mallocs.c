// For LD_PRELOAD: a malloc that opens a file, "in2", when it is first called.

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

static char arena[64 << 20];
static atomic_size_t used;
static atomic_int opened;

static void* take(size_t size, size_t alignment) {
  if (atomic_exchange(&opened, 1) == 0) {
    char byte;
    const int fd = open("in2", O_RDONLY);
    (void)!read(fd, &byte, 1);
    close(fd);
  }
  if (alignment < 16) alignment = 16;
  const size_t start = atomic_fetch_add(&used, size + 2 * alignment) + 16;
  const uintptr_t place = ((uintptr_t)arena + start + alignment - 1) & ~(alignment - 1);
  memcpy((char*)place - 8, &size, sizeof size);
  return (void*)place;
}

void* malloc(size_t size) {
  return take(size, 16);
}
void free(void* memory) {
  (void)memory;
}
void* calloc(size_t count, size_t size) {
  return take(count * size, 16);
}
void* realloc(void* memory, size_t size) {
  size_t old = 0;
  if (memory != NULL) memcpy(&old, (char*)memory - 8, sizeof old);
  void* other = take(size, 16);
  return memory == NULL ? other : memcpy(other, memory, old < size ? old : size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  return take(size, alignment);
}
int posix_memalign(void** memory, size_t alignment, size_t size) {
  *memory = take(size, alignment);
  return 0;
}
void* memalign(size_t alignment, size_t size) {
  return take(size, alignment);
}

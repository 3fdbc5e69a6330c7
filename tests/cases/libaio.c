// The one function of libaio, made by hand.

#include <sys/syscall.h>

int io_submit(void* context, long count, void* requests) {
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(SYS_io_submit), "D"(context), "S"(count), "d"(requests)
                   : "rcx", "r11", "memory");
  return (int)result;
}

// Reads "in" and writes "out" through an io_uring: opens, reads and writes are all requests. Where
// there is none (ENOSYS, EPERM), by plain calls, as programs that use liburing do.

#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static char buffer[64];
static struct io_uring_params parameters;
static char* requests_ring;
static char* results_ring;
static struct io_uring_sqe* requests;
static int ring;

static uint32_t* word(char* memory, uint32_t offset) {
  return (uint32_t*)(void*)(memory + offset);
}

static int submit(struct io_uring_sqe request) {
  const uint32_t tail = *word(requests_ring, parameters.sq_off.tail);
  const uint32_t slot = tail & *word(requests_ring, parameters.sq_off.ring_mask);
  requests[slot] = request;
  word(requests_ring, parameters.sq_off.array)[slot] = slot;
  __atomic_store_n(word(requests_ring, parameters.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
  if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1) exit(98);
  uint32_t* head = word(results_ring, parameters.cq_off.head);
  const struct io_uring_cqe* results =
      (const struct io_uring_cqe*)(const void*)(results_ring + parameters.cq_off.cqes);
  const int result = results[*head & *word(results_ring, parameters.cq_off.ring_mask)].res;
  __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
  if (result < 0) exit(97);
  return result;
}

static int open_file(const char* path, uint32_t flags) {
  return submit((struct io_uring_sqe){.opcode = IORING_OP_OPENAT,
                                      .fd = AT_FDCWD,
                                      .addr = (uint64_t)(uintptr_t)path,
                                      .len = 0644,
                                      .open_flags = flags});
}

static int transfer(uint8_t opcode, int fd, uint32_t size) {
  return submit((struct io_uring_sqe){
      .opcode = opcode, .fd = fd, .addr = (uint64_t)(uintptr_t)buffer, .len = size});
}

static int plainly(void) {
  const int in = open("in", O_RDONLY);
  const int out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const ssize_t size = read(in, buffer, sizeof buffer);
  return size > 0 && write(out, buffer, (size_t)size) == size ? 0 : 1;
}

int main(void) {
  ring = (int)syscall(SYS_io_uring_setup, 4, &parameters);
  if (ring < 0) return plainly();
  requests_ring = mmap(NULL, parameters.sq_off.array + parameters.sq_entries * sizeof(uint32_t),
                       PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
  results_ring =
      mmap(NULL, parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe),
           PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_CQ_RING);
  requests = mmap(NULL, parameters.sq_entries * sizeof *requests, PROT_READ | PROT_WRITE,
                  MAP_SHARED, ring, IORING_OFF_SQES);
  if (requests_ring == MAP_FAILED || results_ring == MAP_FAILED || requests == MAP_FAILED)
    return 99;
  const int in = open_file("in", O_RDONLY);
  const int out = open_file("out", O_WRONLY | O_CREAT | O_TRUNC);
  const int size = transfer(IORING_OP_READ, in, sizeof buffer);
  return transfer(IORING_OP_WRITE, out, (uint32_t)size) == size ? 0 : 1;
}

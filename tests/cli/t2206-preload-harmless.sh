#!/bin/sh
# What the library must not change: results, errno, signals, cancellation, threads, sanitizers, other
# preloaded libraries.
# shellcheck disable=SC2016  # the cases are evaluated later
. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_preload.sh"
(cd .. && program calls -pthread) || exit 1
PATH=$trash/bin:/usr/bin:/bin

for name in exec_errors errno_kept cancel signals threads forks_in_threads
do
	test_case "as without the library: $name" "case_of $name"
done
test_case 'absence is noted in spite of signal handlers that open files' '
	case_of signals && has "absent .* missing0$" && has "absent .* missing19999$" && has "open .* in$"
'
test_case 'a file that many threads open again and again is one record' '
	case_of threads && test "$(grep -c "open .* three$" ../facts)" -le 2 && has "open rs .* three$"
'
test_case 'a build with the address sanitizer' '
	fresh && (cd .. && program calls -pthread -fsanitize=address -o calls_asan) &&
	same_as_plain ../calls_asan fopen && has "open rs .* in$" && has "open .* wct .* out$" &&
	same_as_plain env -i ../calls_asan vectors && has "open rs .* in$"
'
test_case 'a build with the thread sanitizer' '
	fresh && (cd .. && program calls -pthread -fsanitize=thread -o calls_tsan) &&
	same_as_plain setarch -R ../calls_tsan vectors && has "open rs .* in$"
'
test_case 'the sanitizer preloaded by the user' '
	fresh && LD_PRELOAD=$(cc -print-file-name=libasan.so) same_as_plain cat in &&
	has "open rs .* in$"
'
test_case 'an allocator of the user that reads files and maps memory' '
	cat >allocator.c <<-\END &&
	#include <fcntl.h>
	#include <stddef.h>
	#include <string.h>
	#include <sys/mman.h>
	#include <unistd.h>
	static char *next, *end;
	void* malloc(size_t size) {
	  if (next == NULL || next + size + 32 > end) {
	    char text[16];
	    int fd = open("/sys/kernel/mm/transparent_hugepage/enabled", O_RDONLY);
	    if (fd >= 0 && read(fd, text, sizeof text) < 0) return NULL;
	    if (fd >= 0) close(fd);
	    size_t room = size + (1 << 20);
	    next = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	    if (next == MAP_FAILED) return NULL;
	    end = next + room;
	  }
	  char* result = next + 16;
	  memcpy(next, &size, sizeof size);
	  next += 16 + (size + 15) / 16 * 16;
	  return result;
	}
	void free(void* block) { (void)block; }
	void* calloc(size_t count, size_t size) { return malloc(count * size); }
	void* realloc(void* block, size_t size) {
	  size_t old = 0;
	  void* result = malloc(size);
	  if (block != NULL) memcpy(&old, (char*)block - 16, sizeof old);
	  if (block != NULL && result != NULL) memcpy(result, block, old < size ? old : size);
	  return result;
	}
	END
	cc -O1 -fno-builtin -shared -fPIC -o allocator.so allocator.c && echo text >in &&
	same_as_plain env LD_PRELOAD=$PWD/allocator.so sort in && has "open rs .* in$"
'
test_case 'leaks are still found' '
	echo "#include <stdlib.h>
		int main(void) { void* volatile p = malloc(9); p = NULL; return 0; }" >leak.c &&
	cc -fsanitize=address -o leak leak.c &&
	(ASAN_OPTIONS=detect_leaks=1:exitcode=23 && export ASAN_OPTIONS &&
	expect_status 23 ./leak && expect_status 23 traced ./leak) 2>../leaks &&
	grep -q "9 byte(s) leaked" ../leaks
'
test_case 'C++ exceptions, through frames of libraries that search the loaded objects' '
	cat >throws.cc <<-\END &&
	#include <dlfcn.h>
	#include <stdexcept>
	int main() { try { throw std::runtime_error("x"); } catch (const std::exception&) { return 7; } }
	END
	c++ -static-libgcc -o throws throws.cc && expect_status 7 traced ./throws
'
test_case 'dlopen searches from where its caller is' '
	mkdir lib && echo "int answer(void) { return 42; }" >a.c &&
	cc -shared -fPIC -o lib/libanswer.so a.c && cat >open.c <<-\END &&
	#include <dlfcn.h>
	int main(void) {
	  void* library = dlopen("libanswer.so", RTLD_NOW);
	  return library ? ((int (*)(void))dlsym(library, "answer"))() : 1;
	}
	END
	cc -o open open.c "-Wl,-rpath,\$ORIGIN/lib" && expect_status 42 traced ./open &&
	has "open m.* .*/lib/libanswer.so$"
'
test_case 'a library whose constructor reads before the library has started' '
	cat >early.c <<-\END &&
	#include <fcntl.h>
	#include <unistd.h>
	__attribute__((constructor)) static void early(void) {
	  char byte;
	  int fd = open("early.txt", O_RDONLY);
	  if (read(fd, &byte, 1) != 1) _exit(1);
	}
	END
	cc -shared -fPIC -o libearly.so early.c && echo x >early.txt &&
	echo "int main(void) { return 0; }" >late.c &&
	cc -o late late.c -Wl,--no-as-needed -L. -learly -Wl,-rpath,"$PWD" && traced ./late &&
	has "open r.* early.txt$"
'
test_case 'a program that cannot be entered is looked at from outside' '
	echo "int main(void) { return 5; }" >five.c && cc -static -o five five.c &&
	expect_status 5 traced sh -c ./five 2>../errors && test ! -s ../errors &&
	has "exec .* ./five$" && has "start .*five -> "
'
test_case 'a program of another libc' '
	command -v musl-gcc >/dev/null || skip_case "no musl-gcc"
	fresh && echo "#include <stdio.h>
		int main(void) { FILE* f = fopen(\"in\", \"r\"); return f && getc(f) > 0 ? 3 : 1; }" >m.c &&
	musl-gcc -o m m.c && expect_status 3 ./m && expect_status 3 traced ./m && has "open r.* in$"
'
test_case 'in a root where the library is not: no complaint, a gap' '
	test "$(id -u)" = 0 || skip_case "needs root"
	mkdir -p root/bin root/lib64 root/lib/x86_64-linux-gnu && cp /bin/true root/bin &&
	cp /lib64/ld-linux-x86-64.so.2 root/lib64 && cp /lib/x86_64-linux-gnu/libc.so.6 \
		root/lib/x86_64-linux-gnu && traced /usr/sbin/chroot root /bin/true 2>../errors &&
	test ! -s ../errors && has "gap .* chroot -> root$" && has "exec .* /bin/true$"
'

test_done

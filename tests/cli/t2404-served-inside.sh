#!/bin/sh
# A file system whose server runs in the job: whoever looks at its files waits for a process that
# may wait for whoever looks.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
command -v bindfs >/dev/null || skip_all 'bindfs is not installed'
cc=${CC:-cc}
command -v "$cc" >/dev/null || skip_all 'no C compiler'
test "$(id -u)" = 0 || skip_all 'only root can mount'
test -w /dev/fuse || skip_all 'no FUSE here'

mkdir files mounted
for i in $(seq 50); do echo "$i" >"files/$i"; done
bindfs files mounted 2>err && umount mounted || skip_all "bindfs cannot mount: $(cat err)"

cat >readers.c <<'END_OF_READERS'
// Three processes without a loader that open the same 50 files at the same time, four times.
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  for (int i = 0; i < 3; ++i) {
    if (fork() != 0) continue;
    for (int j = 0; j < 200; ++j) {
      char path[32], byte;
      snprintf(path, sizeof path, "mounted/%d", j % 50 + 1);
      int fd = open(path, O_RDONLY);
      if (fd < 0 || read(fd, &byte, 1) != 1) _exit(1);
      close(fd);
    }
    _exit(0);
  }
  int status, bad = 0;
  while (wait(&status) > 0) bad |= status;
  return bad != 0;
}
END_OF_READERS
"$cc" -O1 -static -o readers readers.c || exit 1
# The server has one thread, and opens the file that somebody opens.
cat >job.sh <<'END_OF_JOB'
bindfs -f -o attr_timeout=0,entry_timeout=0 files mounted &
until grep -q " $PWD/mounted " /proc/mounts; do :; done
./readers
status=$?
umount mounted
wait
exit $status
END_OF_JOB

test_case 'the job ends, and what ran unseen is a gap' '
	timeout -k 5 40 roar trace --strict -o facts sh job.sh && tail -n 1 facts &&
	jq -rn "[inputs | select(.type == \"gap\") | .reason] | unique - [\"not-seen\", \"other-mounts\"]" facts >others &&
	test "$(jq length others)" = 0
'
umount mounted 2>/dev/null

test_done

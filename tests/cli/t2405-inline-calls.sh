# Code that asks the kernel itself, as preload alone meets it: a gap that names the file.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_observe.sh"

command -v objdump >/dev/null || skip_all 'no objdump'
case $(uname -m) in x86_64) ;; *) skip_all 'other machine code' ;; esac
lengths=$ROAR_BUILD/tests/test_instruction_lengths

# agrees FILE: on where each instruction ends.
agrees () {
	objdump -d -w --insn-width=16 "$1" >../listing && "$lengths" <../listing >../differences &&
	cat ../differences && test $(wc -l <../differences) -eq 1 &&
	test "$(sed 's/ .*//' ../differences)" -gt 1000
}

for file in "$(command -v sh)" "$(ldd "$(command -v sh)" | sed -n 's/.*=> \(.*libc\.so[^ ]*\) .*/\1/p')" \
	"$($cc -print-file-name=libstdc++.so.6)"
do
	test_case "$(basename "$file"): objdump sees the same instructions" 'agrees "$file"'
done

cat >../own.c <<\END
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#ifdef LIBRARY
void opens(void);
int main(void) { opens(); return 0; }
#else
#ifdef SHARED
void opens(void)
#else
int main(void)
#endif
{
	long result;
	register long mode __asm__("r10") = 0;
	__asm__ volatile("syscall" : "=a"(result) : "a"(SYS_openat), "D"(AT_FDCWD), "S"("in"), "d"(0), "r"(mode)
		: "rcx", "r11", "memory");
}
#endif
END
$cc -w -o "$trash/bin/own" ../own.c && $cc -w -DSHARED -shared -fPIC -o "$trash/bin/libopens.so" ../own.c &&
	$cc -w -DLIBRARY -o "$trash/bin/linked" ../own.c -L"$trash/bin" -lopens -Wl,-rpath,"$trash/bin"

# gaps COMMAND...: "reason file" a line.
gaps () {
	roar trace --tracer preload -o ../facts "$@" >../said && jq -r 'select(.type == "gap") | .reason + " " + .program' ../facts
}

test_case 'a program' 'echo data >in && test "$(gaps own)" = "inline-calls $trash/bin/own"'
test_case 'a library' 'echo data >in && test "$(gaps linked)" = "inline-calls $trash/bin/libopens.so"'
test_case 'each that ran, once' '
	echo data >in && gaps sh -c "own; linked; own; cat in" >seen && cat seen &&
	printf "inline-calls %s\n" "$trash/bin/libopens.so" "$trash/bin/own" | diff - seen'
test_case 'what is loaded at run time' '
	echo data >in && test "$(gaps /usr/bin/python3 -c "import ctypes; ctypes.CDLL(\"$trash/bin/libopens.so\").opens()")" = \
		"inline-calls $trash/bin/libopens.so"'
test_case 'not what is only read, nor what is gone' '
	echo data >in && test -z "$(gaps cat "$trash/bin/own")" &&
	cp "$trash/bin/own" here && test -z "$(gaps sh -c "./here; rm here")"'
test_case 'tracer check knows it' '
	expect_status 1 roar tracer check own >seen && cat seen && grep "system calls of its own" seen &&
	grep "will have a gap" seen && roar tracer check /bin/sh'
test_case 'libraries of every day have none' '
	test -z "$(gaps /usr/bin/python3 -c "import ssl, hashlib, sqlite3, ctypes, zlib")"'
test_case 'a record says so each time, until somebody listens' '
	echo data >in && git init -q . && roar init >/dev/null 2>&1 && printf ".roar\n" >.gitignore && git add -A &&
	git -c user.name=n -c user.email=e@example.com commit -qm first &&
	ended () { roar run "$@" && roar show --json @1 | jq -c "[.tracing.complete, [.tracing.gaps[]?.reason]]"; } &&
	for time in first second; do test "$(ended own)" = "[false,[\"inline-calls\"]]" || exit 1; done &&
	test "$(ended --strict own)" = "[true,[]]"'
test_done

# Programs that preload cannot enter: they are looked at from outside, from their start or from the
# moment that another one executes them.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_observe.sh"

copy='int main(void){char b[99];FILE*i=fopen("in","r"),*o=fopen("out","w");return!fgets(b,99,i)||fputs(b,o)<0||fclose(o);}'
{ echo '#include <stdio.h>'; echo "$copy"; } >copy.c
$cc -static -o "$trash/bin/static" copy.c || skip_all 'no static C library'
$cc -o "$trash/bin/dynamic" copy.c

prepare='echo x >in'
one_observes auto '8 a static program' 'in:in out:out' static
test_case 'a listener looked at it, and says that nothing is missing' '
	grep "^backend notify" "$trash/seen" && grep "^complete" "$trash/seen"'
one_observes preload 'preload alone leaves it to the listener, too' 'in:in out:out' static
one_observes ptrace 'a static program' 'in:in out:out' static
one_observes auto 'a dynamic program' 'in:in out:out' dynamic
test_case 'auto chose preload for it' 'grep "^backend preload" "$trash/seen"'
one_observes auto 'a static program below a dynamic one' 'in:in out:out' "sh -c 'static; :'"
test_case 'the job is still one of preload, and complete' '
	grep "^backend preload" "$trash/seen" && grep "^complete" "$trash/seen"'

printf '#!%s\n' "$trash/bin/static" >"$trash/bin/script" && chmod +x "$trash/bin/script"
one_observes auto 'a script whose interpreter is static' 'in:in out:out' script
test_case 'auto looked at the interpreter' 'grep "^backend notify" "$trash/seen"'

if command -v musl-gcc >/dev/null && musl-gcc -static -o "$trash/bin/musl" copy.c
then
	one_observes auto 'a static program of another C library' 'in:in out:out' musl
fi
if command -v go >/dev/null &&
	GOCACHE="$trash/go" CGO_ENABLED=0 GO111MODULE=off GOTOOLCHAIN=local \
		go build -o "$trash/bin/gocopy" "$SOURCE_DIR/tests/cases/copy.go"
then
	one_observes auto '9 a Go program' 'in:in out:out' gocopy
	test_case 'the Go program is complete' 'grep "^complete" "$trash/seen"'
	one_observes preload '9 a Go program' 'in:in out:out' gocopy
fi
if $cc -m32 -static -o "$trash/bin/narrow" copy.c 2>/dev/null
then
	one_observes auto '64 a 32-bit program' 'in:in out:out' narrow
fi
if $cc -fsanitize=address -o "$trash/bin/checked" copy.c 2>/dev/null
then
	one_observes auto '58 a program with the address sanitizer' 'in:in out:out' checked
fi
test_case 'a tracer inside the job is a gap' '
	cd "$trash/work" && OBSERVED="$trash/seen" "$observer" --tracer ptrace strace -o log true;
	grep "^gap inner-tracer" "$trash/seen"'

test_done

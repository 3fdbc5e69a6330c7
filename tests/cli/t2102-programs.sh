# What real programs do, as either backend sees it.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_observe.sh"

both_observe '4 a redirection of sh' 'out:out' "sh -c 'echo hi >out'"
both_observe '5 redirections of bash' 'in:in out:out' "bash -c 'read line <in; echo hi >out'"
both_observe '5 a builtin of bash' 'out:f' "bash -c 'echo hi > f'"
both_observe '6 cat <in >out' 'in:in out:out' "sh -c 'cat <in >out'"
long=$(printf 'd%.0s' $(seq 1 200))
both_observe '52 a long path' "out:$long/$long/f" \
	"sh -c 'mkdir -p $long/$long && echo 1 >$long/$long/f'"
prepare='printf "#!/bin/sh\ncat in >out\n" >scr && chmod +x scr' \
	both_observe '53 a script' 'in:in in:scr out:out' './scr'
both_observe '54 Python' 'in:in out:out' \
	"/usr/bin/python3 -c 'open(\"out\", \"w\").write(open(\"in\").read())'"
prepare='mkdir x && echo 1 >x/f && tar -cf a.tar x && rm -r x' \
	both_observe '59 tar x' 'in:a.tar out:x/f' 'tar -xf a.tar'
both_observe '59 tar c' 'in:sub/sin out:b.tar' 'tar -cf b.tar sub'
both_observe '60 cp -r' 'in:sub/sin out:sub2/sin' 'cp -r sub sub2'
both_observe '61 sed -i' 'in:in out:in' 'sed -i s/first/last/ in'
both_observe '62 a newline in a name' 'out:o\x0aut' \
	"/usr/bin/python3 -c 'open(\"o\\nut\", \"w\").write(\"x\")'"
both_observe '63 a name that is not UTF-8' 'out:o\xffut' \
	"/usr/bin/python3 -c 'open(b\"o\\xffut\", \"w\").write(\"x\")'"
both_observe '66 threads of Python' 'in:in out:out' "/usr/bin/python3 -c '
import threading
def work():
    data = open(\"in\").read()
    open(\"out\", \"w\").write(data)
thread = threading.Thread(target=work)
thread.start()
thread.join()'"
both_observe '67 a child of Python' 'in:in out:out' \
	"/usr/bin/python3 -c 'import subprocess; subprocess.run([\"cp\", \"in\", \"out\"])'"
prepare='printf "all: o1 o2\no1:\n\tcp in o1\no2:\n\tcp in o2\n" >mk' \
	both_observe '68 make -j2' 'in:in in:mk out:o1 out:o2' 'make -s -j2 -f mk'
prepare='echo "int f(void) { return 1; }" >s.c' \
	both_observe '69 cc -c' 'in:s.c out:s.o tmp:1' 'cc -c s.c'
both_observe '70 gzip -k' 'in:in out:in.gz' 'gzip -k in'
both_observe '71 SQLite' 'out:db tmp:1' "/usr/bin/python3 -c '
import sqlite3
connection = sqlite3.connect(\"db\")
connection.execute(\"create table t (x)\")
connection.commit()'"
both_observe 'mv has an ancestor' 'in:in out:data' 'mv in data'
both_observe 'a directory moves its files' 'in:sub/sin out:data/sin' 'mv sub data'
both_observe 'ln' 'in:in out:hard' 'ln in hard'
both_observe 'ln -s is neither' '' 'ln -s in soft'
both_observe 'install' 'in:in out:copy' 'install -m 600 in copy'
both_observe 'dd in place' 'in:in out:in' 'dd if=/dev/zero of=in bs=1 count=2 conv=notrunc status=none'
both_observe 'tee' 'out:a out:b' "sh -c 'echo x | tee a >b'"
both_observe 'sort -o onto its input' 'in:in out:in' 'sort -o in in'
both_observe 'the status of a command' '' "sh -c 'exit 3'"
both_observe 'the signal of a command' '' "sh -c 'kill -TERM \$\$'"

test_done

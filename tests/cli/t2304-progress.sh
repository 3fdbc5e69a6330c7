#!/bin/sh
# Long hashing: what is shown on a terminal and nowhere else, and what an interruption leaves. Holes take as
# long to hash as bytes do, and no room.

. "$SOURCE_DIR/tests/cli/lib.sh"

for program in jq python3
do
	command -v $program >/dev/null || skip_all "$program is not installed"
done
project p || exit 1
truncate -s 200G probe 2>/dev/null || skip_all 'the file system has no files of 200 GB'
rm probe
export PYTHONPATH="$SOURCE_DIR/tests/cli" PYTHONDONTWRITEBYTECODE=1

cat >"$trash/cases.py" <<'END'
import os, re, signal, subprocess, sys, time
from terminal import Terminal, wait_for

RUN = ['roar', 'run']
LINE = re.compile(r'roar: hashing \d+ of \d+ files?(?: · [\d.]+ [KMGT]?B of 200\.0 GB(?: · [\d.]+ [KMGT]?B/s'
                  r'(?: · (?:[\dhms ]+ left))?)?)?')


def drawn(seen):
    """Each state of the line that was drawn, without the sequences that move and erase."""
    text = seen.decode().replace('\x1b[K', '')
    return [part for part in re.split('[\r\n]+', text) if 'hashing' in part]


def interrupted_once():
    """The command ended by itself; Ctrl-C cuts the hashing short. The status is the command's."""
    t = Terminal(RUN + ['sh', '-c', 'truncate -s 200G big; echo READY; exit 6'], columns=100)
    t.expect('READY')
    t.expect('left')
    begin = time.monotonic()
    t.send('\x03')
    status = t.wait()
    print('back after', time.monotonic() - begin)
    assert status == 6, status
    assert time.monotonic() - begin < 10  # a second is meant; the machine may be busy
    lines = [line.replace('^C', '') for line in drawn(t.seen)]
    assert lines and all(LINE.fullmatch(line) for line in lines), lines
    assert all(len(line) < 100 for line in lines)
    # The line is gone before the report begins.
    assert b'\r\x1b[Kroar: incomplete' in t.seen or b'\r\x1b[Kroar: @' in t.seen, t.seen[-600:]


def narrow_and_dumb():
    """No escape sequence for a terminal that knows none, and never more than fits."""
    t = Terminal(RUN + ['sh', '-c', 'truncate -s 200G dumb; echo READY'], columns=40, env={'TERM': 'dumb'})
    t.expect('READY')
    t.expect('hashing')
    t.resize(24, 60)
    t.expect('200.0 GB')
    t.resize(24, 20)
    # With no room for it there is no line.
    t.send('\x03')
    assert t.wait() == 0
    assert b'\x1b' not in t.seen.split(b'roar: incomplete')[0], t.seen
    for line in drawn(t.seen):
        assert len(line.rstrip()) < 60, line


def quiet():
    t = Terminal(RUN + ['-q', 'sh', '-c', 'truncate -s 200G quiet; echo READY'])
    t.expect('READY')
    deadline = time.monotonic() + 1.5
    while time.monotonic() < deadline:
        t.read(0.1)
    t.send('\x03')
    assert t.wait() == 0
    assert b'hashing' not in t.seen, t.seen


def pipe():
    """Nothing is drawn where no terminal is, though there is one elsewhere."""
    with open('err', 'wb') as err:
        roar = subprocess.Popen(RUN + ['sh', '-c', 'truncate -s 200G piped; : >up'], stderr=subprocess.PIPE,
                                start_new_session=True)
    wait_for(lambda: os.path.exists('up'), 'the command')
    deadline = time.monotonic() + 1.5
    wait_for(lambda: time.monotonic() > deadline, 'some hashing')
    os.kill(roar.pid, signal.SIGINT)
    _, err = roar.communicate()
    assert roar.returncode == 0, roar.returncode
    assert b'hashing' not in err and b'roar: @' in err, err


def hash_file_goes_on():
    """hash-file begins where it was interrupted."""
    amounts = []
    for _ in range(2):
        t = Terminal(['roar', 'hash-file', 'big'], columns=100)
        t.expect('left')
        first = re.search(rb'([\d.]+) ([KMGT]?)B of', t.seen)
        while time.monotonic() % 1 > 0.1:
            t.read(0.05)
        t.send('\x03')
        assert t.wait() == 130
        unit = {b'': 1, b'K': 1 << 10, b'M': 1 << 20, b'G': 1 << 30}
        amounts += [float(a) * unit[u] for a, u in
                    [first.groups(), re.findall(rb'([\d.]+) ([KMGT]?)B of', t.seen)[-1]]]
    print(amounts)
    assert amounts[2] >= 0.9 * amounts[1], amounts


globals()[sys.argv[1]]()
END

case_of () {
	timeout 120 python3 "$trash/cases.py" "$@"
}
last () {
	roar show --json "$(roar log --json | jq -r '.jobs[-1].job_uid')"
}

test_case 'after the command one Ctrl-C stops the hashing of 200 GB, and the job is recorded' '
	case_of interrupted_once && last >job && jq -e ".exit == {code: 6} and (.complete | not)" job &&
	jq -e ".outputs[] | select(.path == \"big\") | .missing == \"interrupted\" and .size == 214748364800" job'
test_case 'a narrow window, a dumb terminal, and one that is resized' 'case_of narrow_and_dumb'
test_case 'quiet' 'case_of quiet'
test_case 'nothing in a pipe' 'case_of pipe'
test_case 'hash-file goes on where it was interrupted' 'case_of hash_file_goes_on'

# 3 GiB of holes: interrupted by roar run, finished by hash-file.
test_case 'what roar run began hash-file finishes, and the next job need not' '
	truncate -s 3G hole && cat >interrupting.py <<END
import os, subprocess, signal, sys
from terminal import wait_for
roar = subprocess.Popen(["roar", "run", "-q", "--allow-dirty", "sh", "-c", "head -c 1 hole >first; : >began"])
wait_for(lambda: os.path.exists("began"), "the command")
def reads():
    try:
        return any(os.readlink("/proc/%d/fd/%s" % (roar.pid, fd)).endswith("/hole") for fd in os.listdir("/proc/%d/fd" % roar.pid))
    except OSError: return False
wait_for(lambda: reads() or roar.poll() is not None, "the hashing")
os.kill(roar.pid, signal.SIGINT)
sys.exit(roar.wait())
END
	python3 interrupting.py && last | jq -e ".inputs[] | select(.path == \"hole\").missing == \"interrupted\"" &&
	roar hash-file hole >digest && roar run -q --allow-dirty sh -c "head -c 1 hole >second" &&
	last >job && jq -e ".inputs[] | select(.path == \"hole\").artifact_oid" job &&
	test "$(jq -r ".inputs[] | select(.path == \"hole\").hashes[0].digest" job)" = "$(cut -d " " -f 1 digest)" &&
	if command -v b3sum; then b3sum -c digest; fi'

test_done

#!/bin/sh
# Bits of a small store are flipped, and its file is cut off at every page: whatever is done with it,
# nothing crashes, and no other content is shown than what was stored. By default a sample of the bits;
# ROAR_TEST_LONG=1 flips every single one, but with the program itself, which has to be started each time,
# every so many.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v python3 >/dev/null || skip_all 'python3 is not installed'
project p || exit 1
echo in >in
roar run -q cp in out || exit 1
# A delta among the objects.
mkdir set && for i in 1 2 3 4 5 6 7 8 9; do echo $i >set/$i; done && roar composite create set >/dev/null &&
	echo 10 >set/9 && roar composite create set >/dev/null || exit 1
roar cat-object --batch-all-objects --batch-check='%(deltabase)' | grep -v '^0*$' >deltas && test "$(wc -l <deltas)" -ge 1 || exit 1
roar compact -q || exit 1
file=$PWD/.roar/objects/gen-000002/data.mdb
roar cat-object --batch-all-objects --batch-check >list || exit 1
job=$(roar show --json @1 | sed 's/.*"job_oid":"\([0-9a-f]*\)".*/\1/')
roar cat-object -p "$job" >job || exit 1

cat >flip.py <<'END'
import os, subprocess, sys

path, step, job = sys.argv[1], int(sys.argv[2]), sys.argv[3]
sound = open(path, "rb").read()
wanted = open("job", "rb").read()
statuses, wrong = {}, []

def run(*arguments):
    return subprocess.run(["roar", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)

def look(what):
    fsck = run("fsck")
    statuses[fsck.returncode] = statuses.get(fsck.returncode, 0) + 1
    if fsck.returncode < 0 or 64 <= fsck.returncode != 128:
        wrong.append(f"{what}: fsck ended with {fsck.returncode}")
    if fsck.returncode & 32 or fsck.returncode == 128:
        return  # the file itself: other commands may not be able to read it
    shown = run("cat-object", "-p", "oid:" + job)
    if shown.returncode == 0 and shown.stdout != wanted:
        wrong.append(f"{what}: another content was shown")
    if fsck.returncode == 0 and shown.returncode != 0:
        wrong.append(f"{what}: fsck saw nothing, and the job cannot be read: {shown.stderr}")

if step:
    for bit in range(0, 8 * len(sound), step):
        damaged = bytearray(sound)
        damaged[bit // 8] ^= 1 << bit % 8
        open(path, "r+b").write(damaged)
        look(f"bit {bit}")
else:
    for size in range(0, len(sound), 4096):
        for odd in (0, 1234):
            open(path, "wb").write(sound[:size + odd])
            look(f"{size + odd} bytes")
    for tail in (b"\0" * 8192, b"\xff" * 5000):
        open(path, "wb").write(sound + tail)
        look("a longer file")
open(path, "wb").write(sound)
print(statuses)
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
END

step=${ROAR_TEST_LONG:+997}
test_case "every ${step:-59999}th bit" '
	python3 flip.py "$file" ${step:-59999} "$job" && roar fsck
'
# In one process that forks, instead of two that are started: bits, and seconds at most.
how_many="${ROAR_TEST_LONG:+all $(nproc)}"
test_case "bits of the file, by themselves: ${how_many:-at random}" '
	"$ROAR_BUILD/tests/test_flip_bits" .roar/objects flipped ${how_many:-2000 8 ${ROAR_TEST_SEED:-1}}
'

# damaged PATTERN OFFSET BITS: flips bits so far after each place where the pattern stands, hexadecimal; fsck
# must say so, and its status is in $status.
damaged () {
	cp -r .roar sound && python3 -c '
import re, sys
data = bytearray(open(sys.argv[1], "rb").read())
found = [match.end() for match in re.finditer(re.escape(bytes.fromhex(sys.argv[2])), data)]
assert found
for place in found:
    data[place + int(sys.argv[3])] ^= int(sys.argv[4])
open(sys.argv[1], "wb").write(data)' "$file" "$@" && { roar fsck >problems; status=$?; }
	rm -rf .roar && mv sound .roar && cat problems && test $status -gt 0
}
# The length of its key stands before it.
test_case 'an object that has the number of its neighbour, and so cannot be read' '
	damaged 0800000000000000000c -1 1 && test $((status & 1)) -ne 0 && grep "its number is out of order" problems
'
# "place"; then flags (4 bytes), depth (2), and five numbers, the last of which is its first page.
test_case 'a table that leads nowhere' '
	damaged 3000000002000500706c616365 41 64 && test $((status & 32)) -ne 0
'
# "reflog": its flags say that keys are compared backwards, so a search goes astray.
test_case 'a table that is read in another order' '
	damaged 30000000020006007265666c6f67 4 2 && test $((status & 8)) -ne 0 && grep "the logs of refs are out of order" problems
'
# The only page of "place": its flags, and where the numbers of its one row end and the row itself begins.
test_case 'a table with more rows than it says' '
	damaged 02001200d20f -4 4 && test $((status & 32)) -ne 0 && grep "table place: it says that it has 1 rows" problems
'
# The head of each page is where LMDB trusts most.
test_case 'a cut at every page, and between' '
	python3 flip.py "$file" 0 "$job" && roar fsck
'
test_case 'what fsck calls damaged can be recovered, or is said to be lost' '
	cp -r .roar sound && size=$(wc -c <"$file") && at=16 && while test $at -lt $size
	do
		rm -rf .roar && cp -r sound .roar && printf "\377" | dd of="$file" bs=1 seek=$at conv=notrunc status=none &&
		{ roar recover >out; status=$?; } && test $status -le 1 && { roar fsck >problems; damage=$?; } &&
		{ test $status = 1 || test $damage = 0; } || { echo "byte $at: $status $damage"; cat out problems; exit 1; }
		at=$((at + ${ROAR_TEST_LONG:-28669}))
	done
'

test_done

# Sourced after lib.sh by tests of packs.

command -v python3 >/dev/null || skip_all 'python3 is not installed'
command -v zstd >/dev/null || skip_all 'zstd is not installed'
command -v b3sum >/dev/null || skip_all 'b3sum is not installed'
command -v jq >/dev/null || skip_all 'jq is not installed'

# Packs made without roar: forge.py COUNT [TYPE:FILE...] writes one.
cat >"$trash/forge.py" <<'EOS'
import subprocess, sys
types = "- artifact blob digest environment job node packages session label processes".split()
frame = b""
for word in sys.argv[2:]:
    kind, path = word.split(":", 1)
    payload = open(path, "rb").read()
    size, rest = b"", len(payload)
    while rest > 127:
        size += bytes([rest & 127 | 128]); rest >>= 7
    frame += bytes([types.index(kind)]) + size + bytes([rest]) + payload
body = b"RPAK\x01\x01" + subprocess.run(["zstd", "-qc"], input=frame, capture_output=True, check=True).stdout
body += int(sys.argv[1]).to_bytes(8, "big")
digest = subprocess.run(["b3sum", "--no-names", "--raw"], input=body, capture_output=True, check=True).stdout
sys.stdout.buffer.write(body + digest)
EOS
forge () {
	python3 "$trash/forge.py" "$@"
}
objects () {
	roar cat-object --batch-all-objects --batch-check
}

# Nothing is in the store but what init puts there.
untouched () {
	test "$(objects | cut -d" " -f2)" = session
}

# Leaves us in a project with three recorded jobs.
three_jobs () {
	project "$1" || return
	for n in 1 2 3
	do
		echo $n >in$n && roar run -q --hash sha256 sh -c "cat in$n >out$n" || return
	done
}

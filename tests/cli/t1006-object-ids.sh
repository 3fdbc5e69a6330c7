#!/bin/sh
# Every object of a recorded job has the canonical form and the id that Python and b3sum give it.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v python3 >/dev/null && command -v b3sum >/dev/null || skip_all 'python3 or b3sum is not installed'

project p || exit 1
cat >"$trash/walk.py" <<'EOF'
import json, re, subprocess, sys

seen = {}

def check(oid):
    if oid in seen:
        return
    head = subprocess.run(["roar", "cat-object", "-t", oid], capture_output=True, check=True)
    kind = head.stdout.decode().strip()
    payload = subprocess.run(["roar", "cat-object", "-p", oid], capture_output=True, check=True).stdout
    frame = b"%s %d\0" % (kind.encode(), len(payload)) + payload
    digest = subprocess.run(["b3sum", "--no-names"], input=frame, capture_output=True, check=True)
    assert digest.stdout.decode().strip() == oid, oid
    seen[oid] = kind
    if kind == "blob":
        return
    value = json.loads(payload)
    again = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert again.encode() == payload, payload
    walk(value)

def walk(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.endswith("_oid"):
                assert re.fullmatch("[0-9a-f]{64}", inner)
                check(inner)
            else:
                walk(inner)
    elif isinstance(value, list):
        for inner in value:
            walk(inner)

check(sys.argv[1])
print(" ".join(sorted(set(seen.values()))))
EOF

test_case 'all objects below HEAD' '
	echo "$(printf "caf\303\251 \001\t\"\\\\")" >in && cp in "$(printf "odd\377\n\"name")" &&
	roar run -q --hash sha256 sh -c "cat in odd* >out; : \"$(printf "\302\200\177")\"" &&
	roar run -q -n second python3 -c "print(1)" &&
	python3 "$trash/walk.py" $(roar resolve HEAD) >types && cat types &&
	grep "artifact environment job node" types && grep session types
'

test_done

#!/bin/sh
# What observing costs a Python process that reads 20,000 small files.
# ROAR_BUILD=build/release sh trace-python-opens.sh [PAIRS]
. "$(dirname "$0")/trace_pairs.sh"
python=$(command -v /usr/bin/python3 || command -v python3)
"$python" - "$work/files" <<'END'
import os, sys
for i in range(20000):
    d = f"{sys.argv[1]}/{i // 500}"
    os.makedirs(d, exist_ok=True)
    with open(f"{d}/{i}", "w") as f:
        f.write(f"number {i}\n")
END
cat >"$work/read.py" <<'END'
import sys
total = 0
for i in range(20000):
    with open(f"{sys.argv[1]}/{i // 500}/{i}") as f:
        total += len(f.read())
print(total)
END
pairs trace-python-opens "${1:-11}" "$python" -S "$work/read.py" "$work/files"

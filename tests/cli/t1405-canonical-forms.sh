#!/bin/sh
# 20,000 random documents through three programs that write canonical JSON and share no code: ours, Python's json, and
# a few lines of JavaScript, where node is installed. Each gets the documents in a form of its own, and the two that
# read JSON get it with other white space, order, escapes and spellings of numbers, which is also what ours reads in its
# other form. All write the same bytes. ROAR_TEST_SEED is a number from which other documents come.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v python3 >/dev/null || skip_all 'python3 is not installed'

cat >make.py <<'EOS'
import json, random, sys

seed, count = int(sys.argv[1]), int(sys.argv[2])
rng = random.Random(seed)
PIECES = ["", "a", "\"", "\\", "/", "\b", "\t", "\n", "\f", "\r", "\0", "\x1f", "\x7f", "\x80", "\u00e9", "e\u0301", "\u2028", "\u2029",
          "\ufeff", "\ufffd", "\uffff", "\ud7ff", "\ue000", "\U00010000", "\U0001f600", "\U0010ffff", " ", "<", "&", "'", "\\u0041", "\u0130", "ss\u00df"]
EDGES = [0, 1, -1, 9, 10, 2**31 - 1, 2**31, -2**31, 2**32, 2**53 - 1, -(2**53 - 1), 10**15, 123456789012345]
LETTERS = "abcdefghijklmnopqrstuvwxyz"

def text():
    kind = rng.random()
    if kind < 0.6:
        return "".join(rng.choice(PIECES) for _ in range(rng.randrange(6)))
    points = []
    while len(points) < rng.randrange(8):
        point = rng.choice([rng.randrange(0x80), rng.randrange(0x800), rng.randrange(0x10000), rng.randrange(0x110000)])
        if not 0xd800 <= point <= 0xdfff:
            points.append(chr(point))
    return "".join(points)

def key():
    return rng.choice(LETTERS) + "".join(rng.choice(LETTERS + "0123456789_") for _ in range(rng.randrange(5)))

def value(depth):
    kind = rng.randrange(8 if depth < 6 else 5)
    if kind < 2:
        return text()
    if kind == 2:
        return rng.random() < 0.5
    if kind == 3:
        return rng.choice(EDGES)
    if kind == 4:
        return rng.randrange(-(2**53) + 1, 2**53)
    if kind == 5:
        return [value(depth + 1) for _ in range(rng.randrange(4))]
    return document(depth + 1)

def document(depth=0):
    return {key(): value(depth) for _ in range(rng.randrange(5))}

def notation(v):
    if v is True or v is False:
        return "T" if v else "F"
    if isinstance(v, int):
        return "i%d" % v
    if isinstance(v, str):
        return "s" + v.encode().hex()
    if isinstance(v, list):
        return " ".join(["("] + [notation(x) for x in v] + [")"])
    words = ["{"]
    for k in rng.sample(sorted(v), len(v)):
        words += [k.encode().hex(), notation(v[k])]
    return " ".join(words + ["}"])

def space():
    return rng.choice(["", "", "", " ", "\t", "  "])

def loose_text(s):
    out = '"'
    for c in s:
        point = ord(c)
        if c in '"\\' or point < 0x20 or rng.random() < 0.2:
            for unit in range(0, len(c.encode("utf-16-be")), 2):
                number = int.from_bytes(c.encode("utf-16-be")[unit:unit + 2], "big")
                out += rng.choice(["\\u%04x", "\\u%04X"]) % number
        else:
            out += c
    return out + '"'

def loose_number(n):
    kind = rng.randrange(6)
    if kind == 0 and n % 10 == 0:
        zeros = len(str(n)) - len(str(n).rstrip("0")) if n else 3
        return "%d%s%d" % (n // 10**zeros, rng.choice(["e", "E", "e+", "E+0"]), zeros)
    if kind == 1:
        return "%d.%s" % (n, rng.choice(["0", "00"]))
    if kind == 2 and abs(n) > 9:
        return "%s%s.%se1" % ("-" if n < 0 else "", str(abs(n))[:-1], str(abs(n))[-1])
    if kind == 3:
        return "%d%s" % (n, rng.choice(["0e-1", "000E-03", ".0e0"])) if n else "-0"
    return "%d" % n

def loose(v):
    if v is True or v is False:
        return "true" if v else "false"
    if isinstance(v, int):
        return loose_number(v)
    if isinstance(v, str):
        return loose_text(v)
    if isinstance(v, list):
        return "[" + space() + ("," + space()).join(loose(x) + space() for x in v) + "]"
    members = [loose_text(k) + space() + ":" + space() + loose(v[k]) for k in rng.sample(sorted(v), len(v))]
    return "{" + space() + (space() + "," + space()).join(members) + space() + "}"

with open("notation", "w", newline="\n") as ours, open("loose", "w", encoding="utf-8", newline="\n") as theirs:
    for _ in range(count):
        d = document()
        ours.write(notation(d) + "\n")
        theirs.write(loose(d) + "\n")
EOS
cat >canonical.py <<'EOS'
import decimal, json, sys
def number(text):
    exact = decimal.Decimal(text)
    assert exact == int(exact)
    return int(exact)
for line in open("loose", encoding="utf-8", newline="\n"):
    text = json.dumps(json.loads(line, parse_float=number), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    sys.stdout.buffer.write(text.encode() + b"\n")
EOS
cat >canonical.js <<'EOS'
const sorted = v => Array.isArray(v) ? v.map(sorted)
  : v !== null && typeof v === 'object'
    ? Object.fromEntries(Object.keys(v).sort().map(k => [k, sorted(v[k])])) : v;
const lines = require('fs').readFileSync('loose', 'utf8').split('\n');
lines.pop();
process.stdout.write(lines.map(l => JSON.stringify(sorted(JSON.parse(l))) + '\n').join(''));
EOS

test_case 'twenty thousand documents are made' '
	python3 make.py ${ROAR_TEST_SEED:-5} 20000 && test "$(wc -l <notation)" = 20000 && test "$(wc -l <loose)" = 20000
'

test_case 'roar and Python agree' '
	"$ROAR_BUILD/tests/test_canonical" <notation >ours && python3 canonical.py >python && cmp ours python &&
	test "$(wc -l <ours)" = 20000 && ! cmp -s ours loose
'

test_case 'roar reads them as they are read by Python, too' '
	"$ROAR_BUILD/tests/test_canonical" loose <loose >read && cmp read python && grep -c "[0-9][eE][-+0-9]" loose &&
	grep -c "[0-9]\.[0-9]" loose
'

test_case 'roar and JavaScript agree' '
	command -v node >/dev/null || skip_case "node is not installed"
	node canonical.js >javascript && cmp ours javascript
'

test_case 'a document has one id for all of them' '
	sed -n 7p ours | tr -d "\n" >one && sed -n 7p python | tr -d "\n" >other &&
	test "$(roar hash-object one)" = "$(roar hash-object other)" && sed -n 7p loose >raw &&
	test "$(roar hash-object one)" = "$(roar hash-object --canonicalize raw)" && ! cmp -s one raw
'

test_done

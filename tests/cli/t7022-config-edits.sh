#!/bin/sh
# Edits of settings files against another reader of TOML: whatever a file looks like, setting a key
# changes that key alone, and setting and unsetting leaves no trace.

. "$SOURCE_DIR/tests/cli/lib.sh"

python3 -c 'import tomllib' 2>/dev/null || skip_all 'python3 has no tomllib'

mkdir .roar
cat >edits.py <<'PY'
import itertools, os, random, subprocess, sys, tomllib

random.seed(int(sys.argv[1]))
PATH = ".roar/config.toml"
KEYS = {"git.dirty": ["record", "ignore"], "git.dirty_locked": ["true", "false"],
        "hash.run": ["", "md5", "md5,sha256"], "hints.enabled": ["no"], "output.pager": ["a\"b\\c d"]}
COMMENTS = ["", "  # why", " # é \U0001f996", "\t#"]

def roar(*arguments):
    return subprocess.run(["roar", "config", *arguments], capture_output=True, text=True)

def string(text):
    return random.choice(['"%s"' % text, "'%s'" % text, '"""%s"""' % text, "'''\n%s'''" % text])

def value(key):
    if key in ("git.dirty_locked", "hints.enabled"):
        return random.choice(["true", "false"])
    if key == "hash.run":
        return random.choice(["[]", "['md5']", "[ \"md5\", 'sha256' ]", "[\n  'md5',  # one\n  # two\n  \"sha256\",\n]"])
    if key == "git.dirty":
        return string(random.choice(["refuse", "record", "ignore"]))
    return string("less é")

def foreign():
    return random.choice(["1", "1.5", "1979-05-27T07:32:00Z", "{ x = 1, y = { z = [1, 2] } }", "[[1], ['a']]",
                          "'''\nline = 1\n[git]\n'''", "\"#\"", "inf", "0x1F"])

def generated():
    """A file that holds some of the keys in one of the ways of writing them, and what else there is."""
    sections = {}
    for key in KEYS:
        if random.random() < 0.5:
            section, field = key.split(".")
            sections.setdefault(section, []).append((field, value(key)))
    for section in ("telemetry", "ray", "glaas"):
        if random.random() < 0.4:
            sections.setdefault(section, []).append(("f", foreign()))
    top, headed = [], []
    names = list(sections)
    random.shuffle(names)
    for section in names:
        fields = sections[section]
        quoted = random.choice([section, '"%s"' % section])
        form = random.choice(["header", "header", "dotted", "inline"])
        if any("\n" in v for _, v in fields) and form == "inline":
            form = "header"
        lines = []
        if form == "inline":
            inner = ", ".join("%s%s=%s%s" % (f, random.choice(["", " "]), random.choice(["", " "]), v) for f, v in fields)
            pad = random.choice(["", " "])
            top.append("%s = {%s%s%s}%s" % (quoted, pad, inner, pad, random.choice(COMMENTS)))
        else:
            for f, v in fields:
                f = random.choice([f, '"%s"' % f])
                if random.random() < 0.3:
                    lines.append("# %s = 1" % f)
                name = f if form == "header" else "%s . %s" % (quoted, f)
                lines.append("%s = %s%s" % (name, v, random.choice(COMMENTS)))
                if random.random() < 0.3:
                    lines.append("")
            if form == "dotted":
                top += lines
            else:
                headed.append("%s[%s]%s" % (random.choice(["", "  "]), quoted, random.choice(COMMENTS)))
                headed += lines
                if random.random() < 0.3:
                    headed.append("[%s.sub]\nz = 1" % quoted)
    if random.random() < 0.2:
        headed.append("[[ray.list]]\na = 1") if "ray" not in sections else None
    lines = random.choice([[], ["# first"], ["", "# first", ""]]) + top + headed
    text = "\n".join(lines) + random.choice(["", "\n", "\n\n"])
    if random.random() < 0.3:
        text = text.replace("\n", "\r\n")
    return text

def lookup(data, key):
    section, field = key.split(".")
    return data.get(section, {}).get(field)

def without(data, key):
    section, field = key.split(".")
    copy = {k: dict(v) if isinstance(v, dict) else v for k, v in data.items()}
    copy.get(section, {}).pop(field, None)
    return {k: v for k, v in copy.items() if v != {}}

def typed(key, text):
    if key == "hash.run":
        return [word for word in text.split(",") if word]
    return text == "true" if key == "git.dirty_locked" else False if key == "hints.enabled" else text

edits = refused = 0
for round in range(int(sys.argv[2])):
    text = generated()
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        continue
    for key in KEYS:
        open(PATH, "w", newline="").write(text)
        new = random.choice(KEYS[key])
        result = roar("set", key, new)
        after_text = open(PATH, newline="").read()
        assert result.returncode == 0, (text, key, new, result.stderr)
        after = tomllib.loads(after_text)
        assert lookup(after, key) == typed(key, new), (text, key, new, after_text)
        assert without(after, key) == without(before, key), (text, key, new, after_text)
        comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
        kept = [line for line in after_text.splitlines() if line.lstrip().startswith("#")]
        if "[\n" not in text and "[\r\n" not in text:
            assert comments == kept, (text, key, new, after_text)
        edits += 1
        if lookup(before, key) is None:
            assert roar("unset", key).returncode == 0
            back = open(PATH, newline="").read()
            assert back == text, (text, key, after_text, back)
print(edits, "edits")
assert edits > 100
PY

test_case 'generated files, another key each time' '
	python3 edits.py 1 40
'

test_case 'what is no TOML, or not to be edited in place, is left alone' '
	for text in "a = " "[git" "git = 1" "[[git]]" "[git]\ndirty = 1\ndirty = 2"
	do
		printf "$text\n" >.roar/config.toml && cp .roar/config.toml before &&
		expect_status 129 roar config set git.dirty record 2>err && diff before .roar/config.toml || exit 1
	done
'

test_done

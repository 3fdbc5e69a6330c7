"""Trains the dictionary of the store's compression on what record.sh has recorded.

    train.py ROAR DIRECTORY DICTIONARY [BYTES]

Digests, ids and whatever else tells this machine from others are made anew in each sample, so that
none of it gets into the dictionary.
"""

import ctypes
import pathlib
import random
import re
import subprocess
import sys

DIGITS = "0123456789abcdef"
LEVEL = 3  # that of the store
DICTIONARY_ID = 1 << 31 | 1  # the lowest that belongs to nobody, and one; stands in no frame
MOST_OF_A_KIND = 200
MOST_OF_ONE = 8192
MOST_OF_TYPICAL = 1200
RESERVED = 512  # of the dictionary, for the statistics


def objects_of(roar, project):
    done = subprocess.run([roar, "cat-object", "--batch-all-objects", "--batch"], cwd=project,
                          capture_output=True, check=True).stdout
    at = 0
    while at < len(done):
        end = done.index(b"\n", at)
        kind, size = done[at:end].split()[1:3]
        at = end + 1 + int(size)
        yield kind.decode(), done[end + 1:at]
        at += 1


def anonymous(payload, source, chance):
    """The payload as some other machine would have written it."""
    def hexadecimal(match):
        return "".join(chance.choice(DIGITS) for _ in match.group()).encode()

    def number(match):
        return b"".join(str(chance.randrange(10)).encode() for _ in match.group())

    payload = payload.replace(str(source).encode(), b"/home/researcher")
    payload = re.sub(rb'"hostname":"[^"]*"', lambda _: b'"hostname":"node%d"' % chance.randrange(99),
                     payload)
    payload = re.sub(rb'"(release|cpu_model)":"[^"]*"', rb'"\1":"x"', payload)
    payload = re.sub(rb"\b[0-9a-f]{32,128}\b", hexadecimal, payload)
    return re.sub(rb"\b[0-9]{7,}\b", number, payload)


class Parameters(ctypes.Structure):
    _fields_ = [("level", ctypes.c_int), ("notification", ctypes.c_uint), ("id", ctypes.c_uint)]


def checked(zstd, size):
    if zstd.ZDICT_isError(size):
        zstd.ZDICT_getErrorName.restype = ctypes.c_char_p
        sys.exit(zstd.ZDICT_getErrorName(size).decode())
    return size


def lengths(samples):
    return (ctypes.c_size_t * len(samples))(*map(len, samples))


def without_digests(sample):
    return re.sub(rb"\b[0-9a-f]{32,128}\b", b"", sample)


def dictionary_of(samples, typical, size):
    """What is repeated is learnt from the samples without their digests, the statistics of what is
    not with them. The typical ones stand last, where they cost least to refer to."""
    zstd = ctypes.CDLL("libzstd.so.1")
    for name in ("ZDICT_trainFromBuffer", "ZDICT_finalizeDictionary"):
        getattr(zstd, name).restype = ctypes.c_size_t
    without = [without_digests(sample) for sample in samples]
    last = b"".join(map(without_digests, typical))
    trained = ctypes.create_string_buffer(size)
    used = checked(zstd, zstd.ZDICT_trainFromBuffer(
        trained, ctypes.c_size_t(size), b"".join(without), lengths(without), len(without)))
    zstd.ZDICT_getDictHeaderSize.restype = ctypes.c_size_t
    header = zstd.ZDICT_getDictHeaderSize(trained, ctypes.c_size_t(used))
    content = trained.raw[header:used][:size - RESERVED - len(last)] + last
    final = ctypes.create_string_buffer(size)
    used = checked(zstd, zstd.ZDICT_finalizeDictionary(
        final, ctypes.c_size_t(size), content, ctypes.c_size_t(len(content)), b"".join(samples),
        lengths(samples), len(samples), Parameters(LEVEL, 0, DICTIONARY_ID)))
    return final.raw[:used]


def main():
    roar, source, target = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), sys.argv[3]
    size = int(sys.argv[4]) if len(sys.argv) > 4 else 16384
    chance = random.Random(1)
    by_kind = {}
    for store in sorted(source.glob("*/.roar")):
        for kind, payload in objects_of(roar, store.parent):
            by_kind.setdefault(kind, []).append(anonymous(payload, source, chance))
    samples, typical = [], []
    for kind, payloads in sorted(by_kind.items()):
        if kind == "blob":
            continue
        # What counts is how objects begin and what they repeat, not how the largest ones end.
        payloads.sort(key=len)
        typical.append(payloads[len(payloads) // 2][:MOST_OF_TYPICAL])
        chance.shuffle(payloads)
        samples += [payload[:MOST_OF_ONE] for payload in payloads[:MOST_OF_A_KIND]]
    pathlib.Path(target).write_bytes(dictionary_of(samples, typical, size))
    print(len(samples), "samples")


main()

"""Computes composites from the files of a directory, by the published rules and nothing of roar's.

    composite.py digest [--sha256] [--all] DIRECTORY    prints "<algorithm> <digest>"
    composite.py list [--sha256] [--all] DIRECTORY      prints the components, as ls-composite does
    composite.py filter [--sha256] [--all] DIRECTORY    prints bits, hashes and base64 of its filter
    composite.py check PROOF ROOT                       prints "<algorithm>:<digest>  <path>" for each file that
                                                        the proof shows to be in the composite ROOT

BLAKE3 is that of b3sum(1).
"""

import base64
import hashlib
import json
import math
import os
import posixpath
import subprocess
import sys

BOILERPLATE = {".gitattributes", ".gitignore", "README.md", "LICENSE", ".DS_Store"}


def blake3(data):
    done = subprocess.run(["b3sum", "--no-names"], input=data, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().strip()


def blake3_of_files(paths):
    digests = []
    for begin in range(0, len(paths), 500):
        done = subprocess.run(["b3sum", "--no-names", "--", *paths[begin : begin + 500]],
                              stdout=subprocess.PIPE, check=True)
        digests += done.stdout.decode().split()
    return digests


def files_below(root):
    found = []
    for directory, names, files in os.walk(root):
        links = [name for name in names if os.path.islink(os.path.join(directory, name))]
        names[:] = [name for name in names if name not in (".git", ".roar")]
        for name in files + links:
            path = os.path.join(directory, name)
            if os.path.islink(path) or os.path.isfile(path):
                found.append(os.path.relpath(path, root))
    return found


def kind_of(paths):
    names = {posixpath.basename(path) for path in paths}

    def has(name):
        return any(path == name or path.endswith("/" + name) for path in paths)

    if has("meta/info.json") and any(path.startswith("data/chunk-") for path in paths):
        return "lerobot"
    if names & {".zarray", ".zgroup", "zarr.json"}:
        return "zarr"
    if any(path.endswith(".lance") or ".lance/" in "/" + path or "_versions/" in path for path in paths):
        return "lance"
    if has("dataset_info.json") and has("features.json"):
        return "rlds"
    tars = [path for path in paths if path.endswith(".tar")]
    if len(tars) >= 2 and len(tars) == len(paths):
        return "webdataset"
    return "parquet" if sum(path.endswith(".parquet") for path in paths) >= 2 else ""


def identity(paths):
    rest = [path for path in paths if posixpath.basename(path) not in BOILERPLATE]
    kind = kind_of(rest)
    if kind == "lerobot":
        rest = [path for path in rest if path.startswith(("meta/", "data/", "videos/"))]
    if kind == "parquet":
        rest = [path for path in rest if path.endswith(".parquet")]
    return kind, rest


def leaves_of(root, paths, sha256):
    """(path, kind, algorithm, digest, size) of each."""
    links = [path for path in paths if os.path.islink(os.path.join(root, path))]
    files = [path for path in paths if path not in set(links)]
    full = [os.path.join(root, path) for path in files]
    if sha256:
        digests = [hashlib.sha256(open(path, "rb").read()).hexdigest() for path in full]
    else:
        digests = blake3_of_files(full) if full else []
    algorithm = "sha256" if sha256 else "blake3"
    leaves = [(path, "file", algorithm, digest, os.path.getsize(os.path.join(root, path)))
              for path, digest in zip(files, digests)]
    for path in links:
        target = os.fsencode(os.readlink(os.path.join(root, path)))
        leaves.append((path, "symlink", "blake3", blake3(target), len(target)))
    return leaves


def digest_of(leaves, combiner):
    preimage = f"roar:{combiner}-tree:v1\n".encode()
    for path, _, algorithm, digest, _ in sorted(leaves, key=lambda leaf: os.fsencode(leaf[0])):
        preimage += os.fsencode(path) + b"\0" + f"{algorithm}:{digest}\n".encode()
    return blake3(preimage) if combiner == "blake3" else hashlib.sha256(preimage).hexdigest()


def membership(leaves):
    """Bits, hashes and the filter of (path, kind, algorithm, digest, size)."""
    count = len(leaves)
    bits = max(2048, math.ceil(count * -math.log(0.001) / math.log(2) ** 2))
    bits = (bits + 7) // 8 * 8
    hashes = min(12, max(1, round(bits / max(count, 1) * math.log(2))))
    filled = bytearray(bits // 8)
    for _, _, algorithm, digest, _ in leaves:
        seed = bytes.fromhex(blake3(b"roar:composite-membership:v1\0" + f"{algorithm}:{digest}".encode()))
        first, second = int.from_bytes(seed[:8], "little"), int.from_bytes(seed[8:16], "little") or 1
        for i in range(hashes):
            bit = (first + i * second) % bits
            filled[bit // 8] |= 1 << bit % 8
    return bits, hashes, base64.b64encode(filled).decode()


def combiner_of(leaves):
    return "sha256" if {leaf[2] for leaf in leaves} == {"sha256"} else "blake3"


def composite(root, sha256=False, everything=False):
    """The algorithm, the digest and the components."""
    paths = files_below(root)
    if not everything:
        tops = {}
        for path in paths:
            if "/" in path and posixpath.basename(path) not in BOILERPLATE:
                top, below = path.split("/", 1)
                tops.setdefault(top, []).append(below)
        nested = [top for top, below in tops.items()
                  if kind_of(below) in ("lerobot", "zarr", "lance", "rlds")]
        if len(nested) >= 2:
            return nested_composite(root, sorted(nested), sha256)
        paths = identity(paths)[1]
    leaves = leaves_of(root, paths, sha256)
    combiner = combiner_of(leaves)
    return f"composite-{combiner}", digest_of(leaves, combiner), leaves


def nested_composite(root, tops, sha256):
    children, blobs = [], []
    for top in tops:
        below = os.path.join(root, top)
        leaves = leaves_of(below, identity(files_below(below))[1], sha256)
        combiner = combiner_of(leaves)
        children.append((top, "composite", f"composite-{combiner}", digest_of(leaves, combiner),
                         sum(leaf[4] for leaf in leaves)))
        blobs += leaves
    combiner = combiner_of(blobs)
    return f"composite-{combiner}", digest_of(children, combiner), children


def object_id(kind, payload):
    return blake3(f"{kind} {len(payload)}\0".encode() + payload)


def bytes_at(entry, key):
    return entry[key].encode() if key in entry else base64.b64decode(entry[key + "_b64"])


def entry_in_tree(nodes, root, path):
    """The component of this path below a node, or None. Nodes were found by their ids."""
    while root in nodes:
        node = json.loads(nodes[root])
        key = "path" if node["level"] == 0 else "last_path"
        entries = [entry for entry in node["entries"] if bytes_at(entry, key) >= path]
        if node["level"] == 0:
            return entries[0] if entries and bytes_at(entries[0], key) == path else None
        if not entries:
            return None
        root = entries[0]["node_oid"]
    return None


def entry_by_nodes(composites, nodes, composite, path):
    root = json.loads(composites[composite])["node_oid"]
    entry = entry_in_tree(nodes, root, path)
    parts = path.split(b"/")
    for i in range(len(parts) - 1, 0, -1):
        if entry:
            break
        nested = entry_in_tree(nodes, root, b"/".join(parts[:i]))
        if nested and "composite_oid" in nested:
            return entry_by_nodes(composites, nodes, nested["composite_oid"], b"/".join(parts[i:]))
    return entry


def list_digest(entries):
    algorithms = {entry.get("algorithm", "blake3") for entry in entries}
    combiner = "sha256" if algorithms <= {"sha256", "composite-sha256"} else "blake3"
    preimage = f"roar:{combiner}-tree:v1\n".encode()
    for entry in sorted(entries, key=lambda entry: bytes_at(entry, "path")):
        value = entry.get("algorithm", "blake3") + ":" + entry["digest"]
        preimage += bytes_at(entry, "path") + b"\0" + value.encode() + b"\n"
    return blake3(preimage) if combiner == "blake3" else hashlib.sha256(preimage).hexdigest()


def check(proof, root):
    head, *lines = open(proof, "rb").read().splitlines()
    lines = [line.split(b" ", 1) for line in lines]
    paths = [bytes_at(json.loads(rest), "path") for word, rest in lines if word == b"path"]
    if head == b"roar-composite-proof 1 nodes":
        nodes = {object_id("node", rest): rest for word, rest in lines if word == b"node"}
        composites = {object_id("composite", rest): rest for word, rest in lines if word == b"composite"}
        found = [entry_by_nodes(composites, nodes, root, path) for path in paths] if root in composites else [None]
    else:
        lists, here = {b"": []}, b""
        for word, rest in lines:
            if word == b"inside":
                here = bytes_at(json.loads(rest), "path")
                lists[here] = []
            elif word == b"component":
                lists[here].append(json.loads(rest))
        entries = {bytes_at(entry, "path"): entry for entry in lists[b""]}
        good = list_digest(lists[b""]) == root
        for name, inside in lists.items():
            if name:
                good = good and list_digest(inside) == entries[name]["digest"]
                entries.update({name + b"/" + bytes_at(entry, "path"): entry for entry in inside})
        found = [entries.get(path) for path in paths] if good else [None]
    if not paths or not all(found):
        sys.exit("the proof does not show it")
    for path, entry in zip(paths, found):
        print(f"{entry.get('algorithm', 'blake3')}:{entry['digest']}  {os.fsdecode(path)}")


def main(arguments):
    command = arguments.pop(0) if arguments else ""
    sha256 = "--sha256" in arguments
    everything = "--all" in arguments
    rest = [word for word in arguments if not word.startswith("--")]
    if command == "check" and len(rest) == 2:
        check(*rest)
        return
    if command not in ("digest", "filter", "list") or len(rest) != 1:
        sys.exit(__doc__)
    algorithm, digest, leaves = composite(rest[0], sha256, everything)
    if command == "filter":
        print(*membership(leaves))
        return
    if command == "digest":
        print(algorithm, digest)
        return
    for path, kind, of, value, size in sorted(leaves, key=lambda leaf: os.fsencode(leaf[0])):
        quoted = '"' + path.replace("\n", "\\n") + '"' if "\n" in path else path
        print(f"{kind} {of} {value} {size}\t{quoted}")


if __name__ == "__main__":
    main(sys.argv[1:])

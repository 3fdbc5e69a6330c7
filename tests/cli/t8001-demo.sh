#!/bin/sh
# The demo runs, and afterwards every file of its pipeline can be looked up by path, hash, job or step.

. "$SOURCE_DIR/tests/cli/lib.sh"

/usr/bin/python3 -c 'import sklearn' 2>/dev/null || skip_all 'python3-sklearn is not installed'

# What the pipeline must be recorded as: step, inputs and outputs inside the project.
cat >expected.json <<'EOT'
{
  "@B1": [["standardize.c"], ["bin/standardize"]],
  "@1": [["bin/standardize", "data/raw.csv", "prepare.py"],
         ["work/standardized.csv", "work/test.csv", "work/train.csv"]],
  "@2": [["train.py", "work/train.csv"], ["results/model.pkl"]],
  "@3": [["evaluate.py", "results/model.pkl", "work/test.csv"], ["results/metrics.json"]]
}
EOT

cat >check.py <<'EOT'
import json, os, subprocess, sys

os.chdir("demo")

def roar(*arguments):
    return json.loads(subprocess.run(["roar", *arguments, "--json"], check=True, capture_output=True).stdout)

def b3sum(path):
    return subprocess.run(["b3sum", "--no-names", path], check=True, capture_output=True,
                          text=True).stdout.strip()

def in_project(edges):
    return sorted(edge["path"] for edge in edges if not edge["path"].startswith("/"))

steps = json.load(open("../expected.json"))

def check_steps():
    for step, (inputs, outputs) in steps.items():
        job = roar("show", step)
        assert job["version"] == 1 and job["type"] == "job" and job["step"] == step, job
        assert in_project(job["inputs"]) == inputs, (step, in_project(job["inputs"]))
        assert in_project(job["outputs"]) == outputs, (step, in_project(job["outputs"]))
        assert job["exit"] == {"code": 0}, job["exit"]

def check_jobs():
    for step in steps:
        job = roar("show", step)
        for name in (job["job_uid"], job["job_uid"][:12], job["job_oid"]):
            assert roar("show", name)["job_uid"] == job["job_uid"], name

def edges():
    for step in steps:
        job = roar("show", step)
        for edge in job["inputs"] + job["outputs"]:
            if not edge["path"].startswith("/"):
                yield edge

def check_paths():
    for edge in edges():
        shown = roar("show", edge["path"])
        assert shown["type"] == "path" and shown["path"] == edge["path"], shown
        assert shown["artifact_oid"] == edge["artifact_oid"], shown
        assert shown["on_disk"] == "same", shown
        assert shown["uses"], shown

def check_hashes():
    for edge in edges():
        digest = b3sum(edge["path"])
        assert {"algorithm": "blake3", "digest": digest} in edge["hashes"], edge
        for name in (digest, digest[:16], edge["artifact_oid"]):
            assert roar("show", name)["artifact_oid"] == edge["artifact_oid"], name

def check_complete():
    for step in steps:
        tracing = roar("show", step)["tracing"]
        assert tracing["complete"] and not tracing["gaps"], (step, tracing)

def check_dag():
    dag = roar("dag")
    assert dag["total_steps"] == 4 and dag["stale_count"] == 0, dag
    flows = {f'@{"B" if n["is_build"] else ""}{n["step_number"]}': sorted(d["step"] for d in n["dependencies"])
             for n in dag["nodes"]}
    assert flows == {"@B1": [], "@1": ["@B1"], "@2": ["@1"], "@3": ["@1", "@2"]}, flows

globals()["check_" + sys.argv[1]]()
EOT

test_case 'the demo runs to its end' '
	sh "$SOURCE_DIR/docs/demo/run.sh" demo </dev/null >out 2>&1 || { cat out; exit 1; }
	grep "\"accuracy\": 0\.9" out
'

test_case 'it refuses a directory that exists' '
	expect_status 1 sh "$SOURCE_DIR/docs/demo/run.sh" demo 2>err && grep "exists already" err
'

test_case 'every step has exactly the inputs and outputs of the pipeline' '
	python3 check.py steps
'

test_case 'no gap was left' '
	python3 check.py complete
'

test_case 'every file is found by its path' '
	python3 check.py paths
'

command -v b3sum >/dev/null && test_case 'every file is found by the hash that b3sum computes' '
	python3 check.py hashes
'

test_case 'every job is found by its uid, a prefix of it, and its object id' '
	python3 check.py jobs
'

test_case 'the graph is that of the pipeline' '
	python3 check.py dag
'

test_done

#!/bin/sh
# Data sets as the real libraries write them, recorded through `roar run`.

. "$SOURCE_DIR/tests/cli/lib.sh"

for tool in b3sum python3 jq
do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
# Debian's own has what Debian's packages bring, whatever else comes first.
python=python3
for one in "${ROAR_TEST_PYTHON:-}" /usr/bin/python3
do
	test -x "$one" && python=$one && break
done
project p || exit 1

# written NAME STRUCTURE: what the script NAME.py wrote into data/ is one artifact, with the digest
# that is computed from the files.
written () {
	echo "$1" >>"$trash/steps" && roar run -q --composite data/declared "$python" "$1.py" &&
		roar show --json "@$(wc -l <"$trash/steps")" | jq -r '.composites[] | "\(.algorithm) \(.digest) \(.structure // "none") \(.path)"' >actual &&
		echo "$(python3 "$SOURCE_DIR/tests/tools/composite.py" digest "$3") $2 $3" >expect && diff expect actual
}

# script NAME: NAME.py, part of the project.
script () {
	cat >"$1.py" && git add "$1.py" && git commit -q -m "$1"
}

# needs MODULE: this case needs it.
needs () {
	"$python" -c "import $1" 2>/dev/null || skip_case "$python has no $1"
}

script zarr_writer <<'END'
import numpy
import zarr

zarr.save("data/array.zarr", numpy.arange(10000).reshape(100, 100))
END
test_case 'a Zarr array' 'needs zarr && written zarr_writer zarr data/array.zarr'

script parquet_writer <<'END'
import os

import pyarrow
import pyarrow.parquet

os.makedirs("data/table", exist_ok=True)
for shard in range(3):
    table = pyarrow.table({"n": list(range(shard * 100, shard * 100 + 100))})
    pyarrow.parquet.write_table(table, f"data/table/part-{shard}.parquet")
END
test_case 'Parquet shards' 'needs pyarrow && written parquet_writer parquet-shards data/table'

script webdataset_writer <<'END'
import os

import webdataset

os.makedirs("data/shards", exist_ok=True)
with webdataset.ShardWriter("data/shards/%03d.tar", maxcount=5) as writer:
    for i in range(12):
        writer.write({"__key__": f"{i:06}", "txt": str(i)})
END
test_case 'WebDataset tars' 'needs webdataset && written webdataset_writer webdataset data/shards'

script sklearn_writer <<'END'
import os

import numpy
from sklearn.datasets import load_iris

os.makedirs("data/declared", exist_ok=True)
iris = load_iris()
numpy.save("data/declared/x.npy", iris.data)
numpy.save("data/declared/y.npy", iris.target)
END
test_case 'a data set of scikit-learn, declared' 'needs sklearn.datasets && written sklearn_writer none data/declared'

script safetensors_writer <<'END'
import os

import numpy
from safetensors.numpy import save_file

os.makedirs("data/declared", exist_ok=True)
for shard in range(2):
    save_file({"w": numpy.full((8, 8), shard)}, f"data/declared/model-{shard}.safetensors")
END
test_case 'a checkpoint of safetensors, declared' 'needs safetensors.numpy && rm -rf data/declared && written safetensors_writer none data/declared'

test_done

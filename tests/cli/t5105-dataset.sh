#!/bin/sh
# Data sets: what roar finds out about the directories that jobs read and write.

. "$SOURCE_DIR/tests/cli/lib.sh"

for tool in b3sum jq python3
do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
python=/usr/bin/python3
$python -c 'import PIL, sklearn' 2>/dev/null || skip_all 'python3-sklearn or python3-pil is not installed'
project p || exit 1

# The handwritten digits of scikit-learn: as images by split and class, as shards of such images, as
# tables, and as arrays.
cat >digits.py <<'END'
import csv, io, os, sys, tarfile
import numpy
from PIL import Image
from sklearn.datasets import load_digits

kind, directory = sys.argv[1:3]
digits = load_digits()

def image(i):
    return Image.fromarray((digits.images[i] * 15).astype("uint8"))

def place(*parts):
    path = os.path.join(directory, *parts)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path

if kind == "images":
    for i in range(24):
        image(i).save(place("train" if i < 16 else "test", str(digits.target[i]), f"{i}.png"))
elif kind == "shards":
    for shard in range(3):
        with tarfile.open(place(f"train-{shard:05}-of-00003.tar"), "w") as tar:
            for i in range(4 * shard, 4 * shard + 4):
                data = io.BytesIO()
                image(i).save(data, "png")
                member = tarfile.TarInfo(f"{i}.png")
                member.size = data.tell()
                data.seek(0)
                tar.addfile(member, data)
elif kind == "tables":
    for shard in range(2):
        with open(place("train", f"part-{shard:05}.csv"), "w", newline="") as out:
            csv.writer(out).writerows(digits.data[50 * shard:50 * shard + 50])
elif kind == "arrays":
    for name in ("train", "test"):
        numpy.save(place(f"x_{name}.npy"), digits.data)
        numpy.save(place(f"y_{name}.npy"), digits.target)
END
git add digits.py && git commit -q -m digits

# step NAME: where it is.
step () {
	roar log --all --json --where "name = '$1'" | jq -r '.jobs[-1].step'
}

# datasets NAME FILTER: what `roar show --json` says of the data sets of a step.
datasets () {
	roar show --json "$(step "$1")" | jq -r ".datasets[]? | $2"
}

# observed DIRECTORY FILE...: the fingerprint, by b3sum alone; files in the order of their bytes.
observed () {
	directory=$1
	shift
	{
		printf 'roar:dataset-observed:v1\n'
		for file
		do
			printf '%s\0blake3:%s\n' "$file" "$(b3sum --no-names "$directory/$file")"
		done
	} | b3sum --no-names
}

test_case 'jobs without data sets have no labels' '
	roar run -q true && echo 1 >in.csv && roar run -q cp in.csv out.csv && roar run -q sh -c "exit 0" x --data-dir . --dataset mnist --input in.csv &&
	roar show --json @2 | jq -e "has(\"datasets\") | not" && test -z "$(roar for-each-ref refs/labels/)" && ! roar show @2 | grep Datasets
'

test_case 'a directory of images by split and class, with the fingerprint that b3sum makes' '
	roar run -q -n images $python digits.py images digits-v1.2 &&
	datasets images "\"\(.id) \(.role) \(.modality) \(.split) \(.version_hint) \(.observed_paths) \(.confidence_percent) \(.evidence | join(\",\"))\"" >actual &&
	echo "file://$PWD/digits-v1.2 output image null v1.2 24 55 class_folder_collapse,high_cardinality,payload_ext" >expect && diff expect actual &&
	datasets images "\"\(.fingerprint_algorithm) \(.fingerprint)\"" >actual &&
	echo "observed-blake3 $(observed digits-v1.2 $(cd digits-v1.2 && find . -type f | cut -c 3- | sort))" >expect && diff expect actual &&
	roar show "$(step images)" >text && grep -F "  file://$PWD/digits-v1.2  [output, image, v1.2]" text && grep "    observed-blake3:$(datasets images .fingerprint | cut -c 1-12)  24 files, " text
'

test_case 'who reads a part has that part: its split, another fingerprint, no name of a whole one' '
	roar run -q -n part sh -c "cat digits-v1.2/train/*/*.png | wc -c >size" &&
	datasets part "\"\(.id) \(.role) \(.split) \(.files) \(.fingerprint_algorithm)\"" >actual &&
	echo "file://$PWD/digits-v1.2 input train 16 observed-blake3" >expect && diff expect actual &&
	test "$(datasets part .fingerprint)" = "$(observed digits-v1.2 $(cd digits-v1.2 && find train -type f | sort))" &&
	test "$(datasets part .fingerprint)" != "$(datasets images .fingerprint)"
'

test_case 'a composite is a data set, and has the labels' '
	roar run -q -n shards $python digits.py shards wds &&
	digest=$(python3 "$SOURCE_DIR/tests/tools/composite.py" digest wds | cut -d" " -f2) &&
	datasets shards "\"\(.id) \(.fingerprint_algorithm) \(.fingerprint) \(.split) \(.confidence_percent) \(.files) \(.evidence[0])\"" >actual &&
	echo "file://$PWD/wds composite-blake3 $digest train 100 3 composite" >expect && diff expect actual &&
	roar label show --json composite wds | jq -cS .document >actual &&
	echo "{\"dataset\":{\"fingerprint\":\"$digest\",\"fingerprint_algorithm\":\"composite-blake3\",\"id\":\"file://$PWD/wds\",\"modality\":\"unknown\",\"split\":\"train\",\"type\":\"dataset\"}}" >expect && diff expect actual &&
	roar show wds | grep -x "  dataset.id=file://$PWD/wds" && roar show --json wds | jq -e ".labels[] | select(.key == \"dataset.split\" and .value == \"\\\"train\\\"\")" &&
	roar label history composite wds | grep "^version 1 .*  system$"
'

test_case 'a directory that an option names, and the same declared' '
	roar run -q -n tables sh -c "$python digits.py tables tables" x --output-dir tables && datasets tables "\"\(.id) \(.role) \(.modality) \(.split) \(.fingerprint_algorithm)\"" >actual &&
	echo "file://$PWD/tables output tabular train observed-blake3" >expect && diff expect actual &&
	roar run -q -n declared --composite tables sh -c "cat tables/train/part-00000.csv >one" && datasets declared "\"\(.fingerprint_algorithm) \(.evidence | join(\",\")) \(.files) \(.observed_paths)\"" >actual &&
	echo "composite-blake3 declared,payload_ext 2 1" >expect && diff expect actual &&
	roar label show --json composite tables | jq -c "[.document.dataset | .id, .modality, .type]" >actual &&
	echo "[\"file://$PWD/tables\",\"tabular\",\"dataset\"]" >expect && diff expect actual
'

test_case 'options: cwd, links, lists, URLs and secrets' '
	mkdir sub && ln -s ../tables sub/link &&
	(cd sub && roar run -q -n link sh -c "cat link/train/part-00000.csv >/dev/null" x --data-dir=link) && datasets link .id | grep -x "file://$PWD/tables" &&
	roar run -q -n url sh -c "exit 0" x --inputs "s3://b/mnist/v3/train/,https://me:pw@h.org/x.csv?sig=1" --output-dir gs://b/out &&
	datasets url "\"\(.id) \(.role) \(.split) \(.version_hint) \(.fingerprint)\"" >actual &&
	printf "%s\n" "gs://b/out output null null null" "https://h.org/x.csv input null null null" "s3://b/mnist/v3/train input train v3 null" >expect && diff expect actual &&
	secret=ghp_$(printf %036d 9 | tr 0 k) && roar run -q -n secret sh -c "exit 0" x --dataset "https://h.org/$secret/d" && roar show --json "$(step secret)" | jq -e "has(\"datasets\") | not" && ! grep -raF $secret .roar
'

test_case 'files of the two steps before make it more certain, and are not counted' '
	roar run -q -n some sh -c "mkdir -p log/k=1 && for i in 1 2 3 4 5; do echo \$i >log/k=1/\$i.csv; done" && roar show --json "$(step some)" | jq -e "has(\"datasets\") | not" &&
	roar run -q -n more sh -c "mkdir -p log/k=2 && for i in 1 2 3 4 5; do echo \$i >log/k=2/\$i.csv; done" && datasets more "\"\(.id) \(.observed_paths) \(.files)\"" >actual &&
	echo "file://$PWD/log 5 5" >expect && diff expect actual &&
	roar run -q true a && roar run -q true b && roar run -q -n late sh -c "mkdir -p log/k=3 && for i in 1 2 3 4 5; do echo \$i >log/k=3/\$i.csv; done" && roar show --json "$(step late)" | jq -e "has(\"datasets\") | not"
'

# is QUERY STEPS: the names of the steps that it is true of.
is () {
	got=$(roar log --all --json --where "$1" | jq -r '[.jobs[] | .step_name // "-"] | join(" ")') && test "$got" = "$2" || { echo "$1: $got"; return 1; }
}

test_case 'queries' '
	is "dataset.modality = image" "images part" && is "dataset.split = train and dataset.role = input" "part declared link url" && is "dataset.fingerprint_algorithm = composite-blake3" "shards declared" &&
	is "dataset.evidence = explicit_url" url && is "dataset.id ~ \"^s3:\"" url && is "dataset.confidence = 1" "shards declared" && is "dataset.formats.png > 20" images && is "dataset.id and not dataset.split" "images more" &&
	is "label.roar.datasets.count > 2" url && is "dataset.nothing" "" && expect_status 129 roar log --where dataset. 2>err && grep "dataset.KEY" err
'

test_case 'nobody sets what roar finds out; other labels stay' '
	for key in type id fingerprint fingerprint_algorithm split version_hint modality
	do
		expect_status 129 roar label set wds dataset.$key=1 2>err && grep "dataset.$key. is for what roar finds out about data sets" err && expect_status 129 roar label unset wds dataset.$key 2>err || exit 1
	done &&
	expect_status 129 roar label set @1 roar.datasets.count=1 && roar label set wds dataset.owner=me &&
	roar label cp composite wds composite tables && roar label show --json composite tables | jq -e ".document.dataset | .owner == \"me\" and .modality == \"tabular\" and (.id | endswith(\"/tables\"))"
'

test_case 'the id is where it was written last; who only reads it elsewhere leaves it' '
	cp -r wds copy && roar run -q sh -c "cat copy/*.tar >all" && roar label show --json wds | jq -e ".document.dataset.id | endswith(\"/wds\")" && test "$(roar label history wds | grep -c ^version)" -eq 2 &&
	roar run -q sh -c "mkdir again && for i in wds/*.tar; do cat \$i >again/\${i#wds/}; done" && roar label show --json wds | jq -e ".document.dataset | .owner == \"me\" and (.id | endswith(\"/again\"))" &&
	roar run -q sh -c "cat again/*.tar wds/*.tar >all" && test "$(roar label history wds | grep -c ^version)" -eq 3
'

test_case 'a composite that was made by hand, and the project as one' '
	(cd sub && roar composite create ../digits-v1.2 >out) && roar label show --json composite "$(roar composite create --json digits-v1.2 | jq -r .digest)" | jq -c "[.label_version, (.document.dataset | .id, .modality, .split, .version_hint)]" >actual &&
	echo "[1,\"file://$PWD/digits-v1.2\",\"image\",null,\"v1.2\"]" >expect && diff expect actual && roar fsck &&
	roar run -q -n project --composite . sh -c "cat in.csv digits-v1.2/test/*/*.png >/dev/null" && datasets project "\"\(.id) \(.observed_paths) \(.fingerprint_algorithm)\"" >actual && echo "file://$PWD 9 composite-blake3" >expect && diff expect actual
'

test_case 'arrays, and names that no URL may have' '
	roar run -q -n arrays --composite "a b%" $python digits.py arrays "a b%" && datasets arrays "\"\(.id) \(.modality) \(.split)\"" >actual &&
	echo "file://$PWD/a%20b%25 array null" >expect && diff expect actual
'

test_case 'a job that waited in the spool has them too; the store is sound' '
	chmod a-w .roar/objects 2>/dev/null; mv .roar/objects .roar/away && roar run -q -n spooled $python digits.py shards waits; mv .roar/away .roar/objects && chmod u+w .roar/objects &&
	datasets spooled .id | grep -x "file://$PWD/waits" && roar fsck && roar reindex && roar fsck
'

test_done

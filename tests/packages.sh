# shellcheck shell=sh disable=SC2034  # the lists are for who sources this
# Sourced by scripts that need Debian packages. One list for each purpose, and one way to install.

build_packages='binutils cmake g++ git libarchive-dev libcli11-dev libgit2-dev liblmdb++-dev liblmdb-dev
	librust-blake3-dev libsqlite3-dev libssl-dev libtomlplusplus-dev libzstd-dev make ninja-build pkg-config scdoc'
demo_packages='gcc libc6-dev python3 python3-sklearn'
test_packages="$demo_packages b3sum bash-completion bindfs btrfs-progs bubblewrap catch2 e2fsprogs fish gcc-multilib gdb
	git-lfs golang-go graphviz iputils-ping jq less libjemalloc2 locales mandoc musl-tools nodejs openssh-client openssh-server procps
	python3 python3-ipykernel python3-nbconvert python3-pip python3-torch python3-venv rsync sqlite3 strace sudo util-linux vim xfsprogs zsh zstd"
# What Debian 12 does not have: libraries that write data sets, and neighbours to compare with.
python_packages="dvc pyarrow<19 roar-cli safetensors webdataset zarr<3"
check_packages='clang clang-format-14 clang-tidy-14 mold patch shellcheck'

say () {
	printf '== %s\n' "$*"
}

# as_root COMMAND...: with sudo only where we are not root.
as_root () {
	if test "$(id -u)" -eq 0
	then
		"$@"
	elif command -v sudo >/dev/null
	then
		sudo "$@"
	else
		echo "this needs root, and there is no sudo: $*" >&2
		return 1
	fi
}

# install_packages PACKAGE...: those that are not there yet; without the network if all are.
install_packages () {
	missing=
	for package
	do
		dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q ' installed$' ||
			missing="$missing $package"
	done
	if test -z "$missing"
	then
		say "all packages are there"
		return 0
	fi
	say "installing packages:$missing"
	# shellcheck disable=SC2086  # a list of words
	as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
		as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
			--no-install-recommends $missing >/dev/null
}

#!/bin/sh
# Proves that both commands of the README work on a bare machine: a fresh Debian, a fresh user with
# sudo, and this tree.
#
#   sh tests/chroot.sh [DIRECTORY]
#
# Needs root, debootstrap and some 4 GB in DIRECTORY (default: a new one below $TMPDIR or /var/tmp),
# which is removed if all went well. If it holds a fresh Debian already, that one is taken. The mirror
# is the first one that apt here is configured with.
set -eu

source_dir=$(cd "$(dirname "$0")/.." && pwd)
test "$(id -u)" -eq 0 || { echo 'this needs root' >&2; exit 1; }
command -v debootstrap >/dev/null || { echo 'debootstrap is not installed' >&2; exit 1; }

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' | head -n 1)
test -n "$mirror" || { echo "apt has no mirror for Debian 12" >&2; exit 1; }
root=${1:-$(mktemp -d "${TMPDIR:-/var/tmp}/roar-chroot.XXXXXX")}
home=$root/home/tester
chmod 755 "$root"  # the user must get in

unmounted () {
	umount "$root/dev/shm" "$root/dev/pts" "$root/dev" "$root/proc" 2>/dev/null || :
}
trap unmounted EXIT

echo "== a bare Debian in $root"
test -e "$root/etc/debian_version" ||
	debootstrap --variant=minbase --include=sudo bookworm "$root" "$mirror" >"$root.log" 2>&1 ||
	{ tail "$root.log" >&2; exit 1; }
# Where this machine reaches its mirror through apt's settings, the bare one must too.
for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*proxy*
do
	test -f "$file" && cp "$file" "$root/etc/apt/apt.conf.d/" || :
done
cp /etc/resolv.conf /etc/hosts "$root/etc/"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev" && mount --make-private "$root/dev"
mount -t devpts devpts "$root/dev/pts" -o newinstance,ptmxmode=0666
test -d "$root/dev/shm" && mount -t tmpfs shm "$root/dev/shm" || :

chroot "$root" useradd --create-home --shell /bin/sh tester
echo 'tester ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/tester"
mkdir "$home/roar"
(cd "$source_dir" && git ls-files -z --cached --others --exclude-standard | tar -c --null -T -) |
	tar -x --no-same-owner -C "$home/roar"
chroot "$root" chown -R tester: /home/tester

as_tester () {
	echo "== as a fresh user: $*"
	chroot "$root" su - tester -c "cd roar && $* </dev/null"
}

as_tester sh docs/demo/install.sh
as_tester sh docs/demo/install.sh
as_tester sh tests/run.sh

unmounted
trap - EXIT
rm -rf --one-file-system "$root" "$root.log" || :
echo '== both commands work on a bare machine'

#!/bin/sh
# The Debian packages in a clean system, as a stranger's is: sh deb.sh PROGRAM SOURCE_DIR
# Makes that system by debootstrap from the mirror that apt uses here: needs root and the network, and
# leaves with 77 and a word where it has them not, or not in time. Bounded by 14 minutes.
set -eu
program=$1
source_dir=$2
build=$(dirname "$program")

skip() {
    echo "skipped: $*"
    exit 77
}

if [ -z "${DIEMSIM_IN_MOUNTS:-}" ]; then
    [ "$(id -u)" -eq 0 ] || skip "needs root, for chroot"
    command -v debootstrap >/dev/null || skip "no debootstrap"
    command -v dpkg-shlibdeps >/dev/null || skip "no dpkg-shlibdeps (package dpkg-dev)"
    command -v file >/dev/null || skip "no file"
    unshare --mount true 2>/dev/null || skip "may not mount"
    # What is mounted goes with the process, however it ends.
    DIEMSIM_IN_MOUNTS=1 exec timeout -k 20 840 unshare --mount sh "$0" "$@"
fi

work=$(mktemp -d)
root=$work/root
mkdir "$root"
trap 'umount -l "$root/proc" 2>/dev/null; rm -rf --one-file-system "$work"' EXIT
trap 'exit 1' TERM INT HUP

fail() {
    echo "$@"
    [ ! -e "$work/said" ] || tail -n 40 "$work/said"
    exit 1
}

# quietly COMMAND...
quietly() {
    "$@" >"$work/said" 2>&1 || fail "exit $?: $*"
}

# inside COMMAND...: as root in the clean system; as_user: as nobody, in its /tmp.
inside() {
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}
as_user() {
    chroot --userspec=65534:65534 "$root" env -i PATH=/usr/bin:/bin HOME=/tmp LC_ALL=C.UTF-8 \
        sh -euc "cd /tmp; $1"
}
get() {
    inside timeout 150 apt-get -qq -o Acquire::Retries=4 -o Dpkg::Options::=--force-unsafe-io \
        --no-install-recommends "$@" </dev/null
}
# What cannot be resolved is our fault, what cannot be fetched in time is not.
install() {
    quietly get install --simulate "$@"
    get install --download-only "$@" >"$work/said" 2>&1 || skip "cannot fetch what '$*' needs: $(tail -n 1 "$work/said")"
    quietly get install "$@"
}

# ---- the packages ----
(cd "$work" && quietly cpack --config "$build/CPackConfig.cmake" -G DEB -B "$work/packages")
deb=$(echo "$work"/packages/diemsim_*.deb)
dev=$(echo "$work"/packages/libdiemsim-dev_*.deb)
version=$(sed -n 's/^project(diemsim VERSION \([0-9.]*\).*/\1/p' "$source_dir/CMakeLists.txt")
dpkg-deb -f "$deb" >"$work/said"
grep -q "^Version: $version-" "$work/said" || fail "the package has another version"
for needed in 'Depends: .*libhdf5' 'Depends: .*libgsl' 'Depends: .*libmpfr' 'Recommends: .*gnuplot-nox'; do
    grep -q "^$needed" "$work/said" || fail "not in the package: $needed"
done

# ---- a clean system ----
targets() {
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
        sort -u
}
release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
[ -n "$(targets)" ] || apt-get update -qq >/dev/null 2>&1 || skip "apt has no lists, and gets none"
mirror=$(targets | sed -n "s/ $release main$//p" | head -n 1)
[ -n "$mirror" ] || skip "apt knows no mirror of Debian"
eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
[ -z "${http_proxy:-}" ] || export http_proxy
timeout 300 debootstrap --variant=minbase --include=ca-certificates "$release" "$root" "$mirror" >"$work/log" 2>&1 ||
    skip "debootstrap cannot make a clean system from $mirror: $(tail -n 1 "$work/log")"
mount -t proc proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc" || skip "may not mount proc"
targets | sed 's/^/deb /' >"$root/etc/apt/sources.list"
[ -z "${http_proxy:-}" ] || echo "Acquire::http::Proxy \"$http_proxy\";" >"$root/etc/apt/apt.conf.d/proxy"
get update >"$work/said" 2>&1 || skip "no lists from $mirror: $(tail -n 1 "$work/said")"

# ---- installed, it needs nothing more ----
cp "$deb" "$dev" "$root/tmp/"
install "/tmp/$(basename "$deb")"
quietly inside ldd /usr/bin/diemsim
! grep 'not found' "$work/said" || fail "a library is missing"
quietly as_user 'diemsim version'
grep -qx "diemsim $version" "$work/said" || fail "another version is installed"
quietly as_user 'diemsim validate quickstart'
small='--set horizon=30 --replicas 4 --seed 7 --quiet'
quietly as_user "diemsim run quickstart $small
    diemsim info out/quickstart.h5
    diemsim report out/quickstart.h5 -o out/quickstart.html
    diemsim verify out/quickstart.h5 --quiet"
quietly "$program" run "$source_dir/scenarios/quickstart.yaml" $small -o "$work/built.h5"
cmp "$work/built.h5" "$root/tmp/out/quickstart.h5" || fail "other bytes than where it was built"
quietly as_user 'diemsim policies /usr/share/diemsim/scenarios/policies/cubic.lua'
for name in $(inside diemsim help --names); do
    [ -s "$root/usr/share/man/man1/diemsim-$name.1.gz" ] || fail "no page of $name"
done
quietly inside bash -euc '. /usr/share/bash-completion/completions/diemsim
    COMP_WORDS=(diemsim val) COMP_CWORD=1
    _diemsim
    [ "${COMPREPLY[*]}" = validate ]'

# ---- a policy of one's own: by pkg-config, then by CMake ----
install gcc libc6-dev pkgconf cmake make
echo 'include: quickstart
policies: {mint: {use: plugin, file: mine.so}}' >"$root/tmp/mine.yaml"
quietly as_user "cc -O2 -Wall -Wextra -pedantic -Werror -shared -fPIC \$(pkg-config --cflags diemsim) -o mine.so \
        /usr/share/diemsim/scenarios/policies/cubic.c -lm
    diemsim policies mine.so
    diemsim run mine.yaml $small
    mkdir plugins
    mv mine.so plugins
    diemsim verify out/mine.h5 --plugins plugins"
grep -q 'every bit is the same' "$work/said" || fail "not verified"
cat >"$root/tmp/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(mine LANGUAGES C)
find_package(diemsim 0.1 REQUIRED)
diemsim_add_policy(installed ${diemsim_SCENARIOS}/policies/cubic.c)
install(TARGETS installed DESTINATION ${diemsim_PLUGIN_DIR})
END
quietly as_user 'cmake -S . -B cmake -DCMAKE_BUILD_TYPE=Release && cmake --build cmake'
quietly inside cmake --install /tmp/cmake
quietly as_user "sed s/mine.so/installed.so/ mine.yaml >installed.yaml
    diemsim run installed.yaml $small
    diemsim verify out/installed.h5"

# ---- the library could be installed too; and what is removed is gone ----
quietly get install --simulate "/tmp/$(basename "$dev")"
grep -q '^Inst libdiemsim-dev ' "$work/said" || fail "the library cannot be installed"
if [ -n "${DIEMSIM_DEB_LIBRARY:-}" ]; then
    install "/tmp/$(basename "$dev")"
    sed -n '/^cat >others\/main.c/,/^END/p' "$source_dir/tests/system/install.sh" | sed '1d; $d' >"$root/tmp/main.c"
    quietly as_user 'cc -std=c17 $(pkg-config --cflags diemsim-library) main.c $(pkg-config --static --libs diemsim-library)
        ./a.out /usr/share/diemsim/scenarios/queue/mm1.yaml library.h5'
fi
rm -rf "$root$(inside sh -c 'realpath "$(pkg-config --variable=plugindir diemsim)/.."')"
quietly get purge diemsim libdiemsim-dev
left=$(find "$root/usr" "$root/etc" -name '*diemsim*')
[ -z "$left" ] || fail "left behind: $left"

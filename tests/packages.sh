# Sourced by the scripts that need Debian packages; the two lists are all the project asks for.

build_packages="gcc libc6-dev cmake ninja-build pkg-config libgsl-dev libhdf5-dev zlib1g-dev libfyaml-dev
  libxxhash-dev liblua5.4-dev libmpfr-dev libnlopt-dev libjs-chart.js"
test_packages="check clang clang-tidy clang-format libclang-rt-dev libomp-dev valgrind netcdf-bin python3-xarray
  python3-netcdf4 python3-h5netcdf python3-h5py libopenmpi-dev openmpi-bin
  slurmctld slurmd slurm-client munge gnuplot-nox chromium poppler-utils fonts-dejavu-core
  debootstrap dpkg-dev file locales man-db mandoc strace"

missing_packages() {
    for package in "$@"; do
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=none
        [ "$state" = installed ] || printf ' %s' "$package"
    done
}

# Installs what is missing of the packages named; touches no network when nothing is.
install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        echo "not a Debian system: taking for granted" "$@" >&2
        return 0
    fi
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif command -v sudo >/dev/null; then
        as_root=sudo
    else
        echo "missing packages; as root: apt-get install$missing" >&2
        return 1
    fi
    echo "installing$missing"
    $as_root apt-get update -qq &&
        $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends $missing </dev/null >/dev/null
}

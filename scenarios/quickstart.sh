#!/bin/sh
# From a clean clone to a result: installs what is missing, builds the program, simulates
# quickstart.yaml and draws its report. Run again, it installs nothing and simulates anew.
set -eu
cd "$(dirname "$0")/.."
. tests/packages.sh

install_packages $build_packages
echo "building build/diemsim"
mkdir -p build out
cmake --preset release >build/quickstart.log 2>&1 &&
    cmake --build build --target diemsim >>build/quickstart.log 2>&1 || {
    tail -n 40 build/quickstart.log >&2
    echo "the build failed; the whole of its output is in build/quickstart.log" >&2
    exit 1
}
build/diemsim run scenarios/quickstart.yaml -o out/quickstart.h5 --force
build/diemsim report out/quickstart.h5 -o out/quickstart.html \
    --question "What becomes of supply, utilization and yield within a year?"
cat <<'END'

out/quickstart.h5    every replica's series, netCDF-4 in HDF5; in Python:
                       import xarray; data = xarray.open_dataset("out/quickstart.h5")
                       data.diem_supply.mean("replica")
out/quickstart.html  the report: open it in a browser, no network needed
build/diemsim info out/quickstart.h5    the same in the terminal
END

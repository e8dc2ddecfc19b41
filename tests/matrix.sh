#!/bin/sh
# The same bits from every build: sh tests/matrix.sh [BUILD...], of these only, as clang-O3-native
# gcc and clang, -O0 and -O3, with and without all that this processor can do; the bare program
# without threads, into build/matrix, and the one with threads that lies in build, if it does. Three
# minutes on two cores, one with ccache.
set -eu
cd "$(dirname "$0")/.."
source_dir=$PWD
matrix=$source_dir/build/matrix
cores=$(nproc)
mkdir -p "$matrix"

# build NAME COMPILER FLAGS
build() {
    cmake -S "$source_dir" -B "$matrix/$1" -G Ninja -DCMAKE_C_COMPILER="$2" -DCMAKE_BUILD_TYPE=Matrix \
        -DCMAKE_C_FLAGS_MATRIX="-DNDEBUG $3" -DDIEMSIM_OPENMP=OFF -DDIEMSIM_MPI=OFF -DDIEMSIM_TESTS=OFF \
        >"$matrix/$1.log" 2>&1 &&
        cmake --build "$matrix/$1" -j "$cores" >>"$matrix/$1.log" 2>&1 ||
        { tail -n 30 "$matrix/$1.log"; exit 1; }
}

# whole NAME PROGRAM: files byte by byte, as nothing in them tells of the build.
whole() {
    rm -rf "${matrix:?}/$1.runs"
    sh tests/every_kind.sh "$2" "$matrix/$1.runs" 2>"$matrix/$1.log" || { tail -n 30 "$matrix/$1.log"; exit 1; }
    first=${first:-$1}
    diff -r "$matrix/$first.runs" "$matrix/$1.runs" || { echo "$1: other bits than $first"; exit 1; }
    echo "$1: the same bits"
}

first=
[ ! -x build/diemsim ] || OMP_NUM_THREADS=3 whole release "$source_dir/build/diemsim"
for compiler in gcc clang; do
    for level in 0 3; do
        for native in '' native; do
            name=$compiler-O$level${native:+-$native}
            case " $* " in "  " | *" $name "*) ;; *) continue ;; esac
            build "$name" $compiler "-O$level ${native:+-march=native}"
            whole "$name" "$matrix/$name/diemsim"
        done
    done
done

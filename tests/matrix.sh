#!/bin/sh
# The same bits from every build: sh tests/matrix.sh
# gcc and clang, -O0 and -O3, with and without all that this processor can do; the bare program,
# into build/matrix, two to three minutes on two cores.
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

cat >"$matrix/queue.yaml" <<'Y'
model: queue
horizon: 3000
observe: 100
replicas: 8
seed: 1
arrivals: {process: hawkes, mu: 0.4, alpha: 0.5, beta: 1}
patience: {distribution: lognormal, mean: 20, scv: 3}
variants:
  mixture: {service: {distribution: mixture, p: [0.3, 0.7], means: [0.3, 1], scv: [2, 0.2]}}
  pareto: {service: {distribution: pareto, min: 0.5, alpha: 2.5}}
Y

# simulate NAME: whole files, as nothing in them tells of the build.
simulate() {
    "$matrix/$1/diemsim" run scenarios/quickstart.yaml --set "horizon=20 d" --replicas 4 --quiet --force \
        -o "$matrix/$1.economy.h5" &&
        "$matrix/$1/diemsim" run scenarios/stress/all-at-once.yaml --set horizon=100 --set holders.scale=0.05 \
            --set consumers.scale=0.1 --replicas 2 --quiet --force -o "$matrix/$1.shocks.h5" &&
        "$matrix/$1/diemsim" run "$matrix/queue.yaml" --quiet --force -o "$matrix/$1.queue.h5" &&
        "$matrix/$1/diemsim" version --selftest >"$matrix/$1.version"
}

first=
for compiler in gcc clang; do
    for level in 0 3; do
        for native in '' native; do
            name=$compiler-O$level${native:+-$native}
            build "$name" $compiler "-O$level ${native:+-march=native}"
            simulate "$name"
            first=${first:-$name}
            for what in economy shocks queue; do
                cmp "$matrix/$first.$what.h5" "$matrix/$name.$what.h5"
            done
            echo "$name: the same bits"
        done
    done
done

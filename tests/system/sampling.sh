#!/bin/sh
# Pairs and Sobol' points: equal bytes for any threads, a result that verifies, other numbers than
# independent replicas: sh sampling.sh PROGRAM SOURCE_DIR
set -eu
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cp "$2/scenarios/queue/mm1.yaml" .
simulate() {
    out=$1
    shift
    "$program" run mm1.yaml --set horizon=3000 --set replicas=64 --quiet -o "$out" "$@"
}

for sampling in independent antithetic sobol; do
    for threads in 1 2 3; do
        simulate $sampling$threads.h5 --set sampling=$sampling --threads $threads
        cmp ${sampling}1.h5 $sampling$threads.h5
    done
    "$program" verify ${sampling}1.h5 --quiet >said
    grep -q '64 of 64 replicas' said || { cat said; exit 1; }
    "$program" info ${sampling}1.h5 >$sampling.said
    grep -q '^number_in_system 1  *[0-9.]* *[0-9.]* ' $sampling.said || { cat $sampling.said; exit 1; }
    "$program" report ${sampling}1.h5 -o $sampling.md
done
simulate silent.h5
cmp independent1.h5 silent.h5
cmp -s independent.said antithetic.said && { echo "antithetic is as independent"; exit 1; }
cmp -s independent.said sobol.said && { echo "sobol is as independent"; exit 1; }

# What is counted is groups: 32 pairs are enough to say nothing, 16 blocks are few.
grep -q 'With 16 independent groups of replicas' sobol.md || { cat sobol.md; exit 1; }
grep -q 'independent groups' antithetic.md && { cat antithetic.md; exit 1; }

# The economy, whose plain streams are those of the last agent.
for sampling in antithetic sobol; do
    for threads in 1 3; do
        "$program" run "$2/scenarios/quickstart.yaml" --set horizon='20 d' --set replicas=16 --set sampling=$sampling \
            --set demand.jobs_per_day=50 --quiet --threads $threads -o diem$threads.h5
    done
    cmp diem1.h5 diem3.h5
    "$program" verify diem1.h5 --quiet >said
    grep -q '16 of 16 replicas' said || { cat said; exit 1; }
    rm diem1.h5 diem3.h5
done

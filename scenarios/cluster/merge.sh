#!/bin/sh
# Joins the parts that array.sh wrote for a result, and names what is missing of them. As a job that
# waits for the array:
#
#   job=$(sbatch --parsable scenarios/cluster/array.sh SCENARIO.yaml RESULT.h5)
#   sbatch --dependency=afterok:$job scenarios/cluster/merge.sh RESULT.h5 [OPTION...]
#
# or at once, on any machine: sh scenarios/cluster/merge.sh RESULT.h5. The parts stay; remove
# RESULT.h5.parts when you have looked at the result.

#SBATCH --job-name=diemsim-merge
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --time=01:00:00
#SBATCH --kill-on-invalid-dep=yes  # do not wait for ever for an array that failed
#SBATCH --open-mode=append
#SBATCH --output=diemsim-%j.log

set -eu
result=$1
shift
program=${DIEMSIM:-build/diemsim}
[ -n "${DIEMSIM:-}" ] || [ -x "$program" ] || program=diemsim # as it is installed
exec "$program" merge "$result".parts/*.h5 -o "$result" "$@"

#!/bin/sh
# One scenario on several machines at a time, as one MPI job: the machines take batches of replicas
# off a common counter, so fast ones do more, and the result is written at the end; no merge.
#
#   sbatch scenarios/cluster/mpi.sh SCENARIO.yaml RESULT.h5 [OPTION...]
#   sbatch -N 16 --cpus-per-task=64 scenarios/cluster/mpi.sh scenarios/quickstart.yaml out/quickstart.h5
#
# What stands before mpi.sh is for sbatch and wins over the lines below; what follows RESULT.h5 is
# for 'diemsim run'. Names are as seen from the folder where you call sbatch, which all machines
# must share. DIEMSIM names the program if it is neither build/diemsim nor on the PATH; 'diemsim
# version' must say MPI.
# However it ended: the same line again goes on from what was saved.

#SBATCH --job-name=diemsim-mpi
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1        # a process for a machine, and threads inside
#SBATCH --cpus-per-task=4          # as many threads
#SBATCH --time=01:00:00            # of one attempt: a job that is not done by then is requeued
#SBATCH --signal=USR1@120          # two minutes before: save. Without "B:", so that it reaches all
#                                    processes that srun starts, not this shell
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=diemsim-%j.log

set -eu
scenario=$1
result=$2
shift 2
program=${DIEMSIM:-build/diemsim}
[ -n "${DIEMSIM:-}" ] || [ -x "$program" ] || program=diemsim # as it is installed

# Started again although nothing was left to do but to leave.
if [ "${SLURM_RESTART_COUNT:-0}" -gt 0 ] && [ -e "$result" ]; then
    exit 0
fi

# When a process is lost the others end within a minute. Not at once: then the first to leave with
# 75 would have the others killed, and the job would not know that all was saved.
code=0
srun --mpi=pmix --kill-on-bad-exit=0 --wait=60 --cpus-per-task="$SLURM_CPUS_PER_TASK" \
    "$program" run "$scenario" -o "$result" "$@" || code=$?

# 75: stopped with everything saved, the same command goes on.
if [ "$code" -eq 75 ]; then
    scontrol requeue "$SLURM_JOB_ID"
fi
exit "$code"

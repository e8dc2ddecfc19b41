#!/bin/sh
# One scenario over the tasks of a Slurm array job. Every task simulates its share of the replicas and
# writes a part; merge.sh joins the parts into the very file that one machine would have written.
#
#   sbatch scenarios/cluster/array.sh SCENARIO.yaml RESULT.h5 [OPTION...]
#   sbatch --array=0-99 --cpus-per-task=16 scenarios/cluster/array.sh scenarios/quickstart.yaml \
#       out/quickstart.h5 --replicas 100000
#
# What stands before array.sh is for sbatch and wins over the lines below; what follows RESULT.h5 is
# for 'diemsim run', the same for all tasks. Names are as seen from the folder where you call sbatch.
# Parts are RESULT.h5.parts/TASK.h5. DIEMSIM names the program if it is neither build/diemsim nor on
# the PATH.
#
# Tasks that were lost, say 3 and 7 of 0-7, alone again with the same words; they go on
# from what they had saved:
#
#   SHARES=8 sbatch --array=3,7 scenarios/cluster/array.sh SCENARIO.yaml RESULT.h5 [OPTION...]

#SBATCH --job-name=diemsim
#SBATCH --array=0-7                # 0-N or 1-N, without gaps
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4          # as many threads
#SBATCH --time=01:00:00            # of one attempt: who is not done by then is requeued and goes on
#SBATCH --signal=USR1@120          # two minutes before: save. Without "B:", so that it reaches the
#                                    steps that srun starts, not this shell, which would only die of it
#SBATCH --requeue                  # after the failure of a machine, too
#SBATCH --open-mode=append         # a requeued task keeps what its log said before
#SBATCH --output=diemsim-%A_%a.log

set -eu
scenario=$1
part=$2.parts/$SLURM_ARRAY_TASK_ID.h5
shift 2
program=${DIEMSIM:-build/diemsim}
[ -n "${DIEMSIM:-}" ] || [ -x "$program" ] || program=diemsim # as it is installed
mkdir -p "$(dirname "$part")"

# Started again although nothing was left to do but to leave.
if [ "${SLURM_RESTART_COUNT:-0}" -gt 0 ] && [ -e "$part" ]; then
    exit 0
fi

code=0
srun --mpi=none --cpus-per-task="$SLURM_CPUS_PER_TASK" "$program" \
    run "$scenario" --shard "slurm${SHARES:+/$SHARES}" -o "$part" "$@" || code=$?

# 75: stopped with everything saved, the same command goes on. The task is named by its array: the
# bare SLURM_JOB_ID of one of them means the whole array.
if [ "$code" -eq 75 ]; then
    scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit "$code"

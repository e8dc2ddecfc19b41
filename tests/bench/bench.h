/*
 * The benchmark: what the engine and the models cost, in one run so that figures compare. A row
 * runs a piece of work several times and reports the median; its goal is either an absolute figure,
 * which drifts with the machine and is only shown, or a ratio to another row, which `--check`
 * asserts.
 */
#ifndef DS_TESTS_BENCH_H
#define DS_TESTS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ds_work {
    double seconds; /* processor time of the measured part, or wall time where threads share it */
    double events;  /* units of work in it */
} ds_work;

typedef struct ds_row {
    const char *name;
    const char *unit; /* of `seconds / events`, or of what the row computes */
    ds_work (*run)(double size);
    double size;
    double goal;         /* at most this, in `unit`; 0: none */
    const char *against; /* row that `most` is a ratio to; NULL: none */
    double most;         /* asserted: at most this many times that row */
    const char *bound;   /* what bounds the figure */
} ds_row;

extern const ds_row ds_core_rows[], ds_real_rows[], ds_model_rows[], ds_reduce_rows[],
    ds_splitting_rows[], ds_sampling_rows[], ds_key_rows[],
    ds_run_rows[]; /* end with a NULL name */

/* Prints what common random numbers gain in the shipped comparisons; false where it is too little.
 */
bool ds_crn(void);

double ds_cpu_seconds(void); /* of this thread */
double ds_wall_seconds(void);

#endif

/*
 * One run on several machines: every process of an MPI job loads the same scenario, takes batches
 * off one shared counter and writes their shards into the same folder; process 0 keeps the folder,
 * joins, and does the talking. Built without MPI, or started alone, a process is the whole job.
 */
#ifndef DS_RUN_ENSEMBLE_MPI_H
#define DS_RUN_ENSEMBLE_MPI_H

#include "sim/core/status.h"

#include <stddef.h>
#include <stdint.h>

/* Call first and last in a program; a failure that the job does not share ends the whole job. */
DS_MUST_CHECK bool ds_mpi_open(ds_status *st);
void ds_mpi_close(ds_code code);

int ds_mpi_rank(void); /* 0: leads the job */
int ds_mpi_size(void);

/* What follows is called by all processes at the same point. */

/* True where it is true of all; else all have the failure of the first process that failed. */
DS_MUST_CHECK bool ds_mpi_agree(bool ok, ds_status *st);
void ds_mpi_share(void *bytes, size_t size); /* from process 0 to all */
uint64_t ds_mpi_sum(uint64_t value);

/* The next number of the shared counter, from 0, each handed out once. */
size_t ds_mpi_claim(void);
/* Nothing more is handed out: the others finish what they have begun. */
void ds_mpi_exhaust(void);
/* The counter begins anew; called by all when none of them counts. */
void ds_mpi_restart(void);
/* Lets others reach the counter while this process computes. */
void ds_mpi_poll(void);

#endif

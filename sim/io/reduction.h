/*
 * Series of any number of replicas in memory that does not grow with their number: a cell for each
 * metric and time, to which values are added as replicas end. Everything in a cell is integers (see
 * cell.h): what it says, and its bytes, are the same whatever the order in which values come, how
 * they are dealt to reductions, and the order in which these are merged.
 */
#ifndef DS_IO_REDUCTION_H
#define DS_IO_REDUCTION_H

#include "sketch.h"
#include "summary.h"

typedef struct ds_reduction ds_reduction;

ds_reduction *ds_reduction_new(size_t cells); /* NULL: no memory */
void ds_reduction_free(ds_reduction *r);      /* NULL is fine */
void ds_reduction_clear(ds_reduction *r);     /* as new; memory is kept */

/* Adds one value to each of the cells first .. first + count - 1: that of the i-th is
 * values[i * stride]. NAN is no value and is skipped; -0 is 0. Threads may add to disjoint ranges
 * of cells at a time. False: no memory; the reduction is then only good to be cleared or freed. */
DS_MUST_CHECK bool ds_reduction_add(ds_reduction *r, size_t first, size_t count,
                                    const double *values, size_t stride);

/* The cells as bytes (malloc'ed), the same for the same multisets of values. */
DS_MUST_CHECK bool ds_reduction_pack(const ds_reduction *r, size_t first, size_t count,
                                     char **bytes, size_t *size, ds_status *st);

/* Adds what was packed of as many cells to those from `first` on. Damaged bytes are DS_E_DATA and
 * change nothing; after DS_E_SYSTEM, no memory, the reduction is only good to be cleared or freed.
 * A cell takes at most 2^40 values. */
DS_MUST_CHECK bool ds_reduction_merge(ds_reduction *r, size_t first, size_t count,
                                      const char *bytes, size_t size, ds_status *st);

/* As ds_summarise of the cell's values, with the mean and its error from exact sums (the double
 * nearest the mean; the error within 1 ulp) and each order statistic within DS_SKETCH_ERROR
 * relative of its value, the first and the last exact. With an infinity the error is NAN, and the
 * mean that infinity, or NAN with both. */
ds_summary ds_reduction_summary(const ds_reduction *r, size_t cell);
uint64_t ds_reduction_count(const ds_reduction *r, size_t cell); /* values that are not NAN */

size_t ds_reduction_bytes(const ds_reduction *r); /* of memory */

#endif

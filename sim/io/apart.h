/*
 * Work that may end its process is done in a child, so that its end is an error here. HDF5 1.10 and
 * libfyaml 0.7 crash on failed allocations; HDF5 goes on crashing as the program exits.
 */
#ifndef DS_IO_APART_H
#define DS_IO_APART_H

#include "sim/core/status.h"

#include <stddef.h>

/* `shared`: what the child leaves for its parent. */
typedef bool ds_apart_work(void *self, void *shared, ds_status *st);

/* Does it in a child, and copies the `size` bytes of `shared` there and back. `what` is for the
 * message, if the child dies. Nothing that the child changes but files and `shared` is changed
 * here.
 *
 * A child has one thread and every lock as it was held by the others, so they must be idle: what a
 * lock of theirs guards, the child would wait for without end. */
DS_MUST_CHECK bool ds_apart(ds_apart_work *work, void *self, void *shared, size_t size,
                            const char *what, ds_status *st);

/* Between the two other threads are at work, and ds_apart refuses, as that is a fault of ours. */
void ds_apart_forbid(void);
void ds_apart_allow(void);

/* For those that can look at one process only, such as fuzzers: all is done in this one. */
extern bool ds_apart_never;

#endif

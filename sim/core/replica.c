#include "replica.h"

#include <stdlib.h>
#include <string.h>

bool ds_replica_measure(const ds_model *model, const void *config, const ds_frame *frame,
                        ds_arena *measure, ds_status *st)
{
    *measure = (ds_arena){0};
    void *world = calloc(1, model->world_size);
    if (!world)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the views of a replica");
    model->place(world, config, frame, measure);
    free(world);
    return !measure->overflow ||
           ds_fail(st, DS_E_SYSTEM, "one replica of this scenario does not fit in memory");
}

bool ds_replica_size(const ds_model *model, const void *config, const ds_frame *frame,
                     size_t *bytes, ds_status *st)
{
    ds_arena measure;
    if (!ds_replica_measure(model, config, frame, &measure, st))
        return false;
    *bytes = measure.used;
    return true;
}

/* Views of a config over an arena that holds them. */
static bool place(ds_replica *replica, ds_status *st)
{
    const ds_model *const model = replica->model;
    model->place(replica->world, replica->config, replica->frame, &replica->arena);
    if (replica->arena.overflow)
        return ds_fail(st, DS_E_BUG, "the two layouts of a replica differ");
    model->engine(replica->world)->world = replica->world;
    model->engine(replica->world)->status = &replica->status;
    return true;
}

bool ds_replica_open(ds_replica *replica, const ds_model *model, const void *config,
                     const ds_frame *frame, ds_status *st)
{
    *replica = (ds_replica){.model = model, .config = config, .frame = frame};
    size_t bytes = 0;
    if (!ds_replica_size(model, config, frame, &bytes, st) ||
        !ds_arena_open(&replica->arena, bytes, st))
        return false;
    replica->world = calloc(1, model->world_size);
    if (!replica->world) {
        ds_arena_close(&replica->arena);
        return ds_fail(st, DS_E_SYSTEM, "no memory for the views of a replica");
    }
    return place(replica, st);
}

void ds_replica_close(ds_replica *replica)
{
    free(replica->world);
    ds_arena_close(&replica->arena);
    replica->world = NULL;
}

bool ds_replica_widen(ds_replica *replica, size_t bytes, ds_status *st)
{
    if (bytes <= replica->arena.size)
        return true;
    const uint32_t ties = replica->arena.ties;
    ds_arena_close(&replica->arena);
    if (!ds_arena_open(&replica->arena, bytes, st))
        return false;
    replica->arena.ties = ties;
    memset(replica->world, 0, replica->model->world_size);
    return place(replica, st);
}

bool ds_replica_turn(ds_replica *replica, const void *config, ds_status *st)
{
    size_t bytes = 0;
    if (!ds_replica_size(replica->model, config, replica->frame, &bytes, st))
        return false;
    replica->config = config;
    if (bytes > replica->arena.size)
        return ds_replica_widen(replica, bytes, st);
    ds_arena_clear(&replica->arena);
    memset(replica->world, 0, replica->model->world_size);
    return place(replica, st);
}

bool ds_replica_shuffle_ties(ds_replica *replica, uint32_t ties, ds_status *st)
{
    replica->arena.ties = ties;
    return ds_replica_turn(replica, replica->config, st);
}

bool ds_replica_begin(ds_replica *replica, uint32_t index)
{
    replica->status = (ds_status){0};
    ds_arena_reset(&replica->arena);
    return replica->model->begin(replica->world,
                                 ds_replica_number(replica->model, replica->frame, index));
}

bool ds_replica_until(ds_replica *replica, double time)
{
    ds_engine *const engine = replica->model->engine(replica->world);
    if (!replica->passed)
        return ds_engine_run(engine, time);
    while (ds_now(engine) + replica->stride < time) {
        if (!ds_engine_run(engine, ds_now(engine) + replica->stride))
            return false;
        replica->passed(replica->listener, ds_now(engine), engine->state->handled);
    }
    if (!ds_engine_run(engine, time))
        return false;
    replica->passed(replica->listener, time, engine->state->handled);
    return true;
}

static void clear(double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = NAN;
}

/* Grid times before `at`. */
static size_t times_before(const ds_frame *frame, double at)
{
    const size_t times = ds_frame_times(frame);
    size_t k = 0;
    while (k < times && ds_frame_time(frame, k) < at)
        k++;
    return k;
}

/* Rows begin .. end - 1. */
static bool record(ds_replica *replica, size_t begin, size_t end, double *rows)
{
    const ds_model *const model = replica->model;
    const size_t metrics = ds_metric_count(model->metrics);
    for (size_t k = begin; k < end; k++) {
        if (!ds_replica_until(replica, ds_frame_time(replica->frame, k)))
            return false;
        model->observe(replica->world, rows + k * metrics, k == 0);
        if (replica->status.code != DS_OK) /* what is observed may be computed, and fail */
            return false;
    }
    return true;
}

bool ds_replica_past(ds_replica *replica, uint32_t index, double at, double *rows)
{
    const ds_frame *const frame = replica->frame;
    clear(rows, ds_metric_count(replica->model->metrics) * ds_frame_times(frame));
    if (!ds_replica_begin(replica, index) || !record(replica, 0, times_before(frame, at), rows))
        return false;
    return at <= 0 || ds_replica_until(replica, fmin(nextafter(at, 0), frame->horizon));
}

bool ds_replica_future(ds_replica *replica, double at, double *rows, double *outcomes)
{
    const ds_model *const model = replica->model;
    const size_t metrics = ds_metric_count(model->metrics), times = ds_frame_times(replica->frame);
    const size_t begin = times_before(replica->frame, at);
    clear(rows + begin * metrics, (times - begin) * metrics);
    clear(outcomes, ds_metric_count(model->outcomes));
    if (!record(replica, begin, times, rows))
        return false;
    model->conclude(replica->world, outcomes);
    /* What is observed can ask a script, and concluding audits the books. */
    return replica->status.code == DS_OK;
}

bool ds_replica_run(ds_replica *replica, uint32_t index, double *rows, double *outcomes)
{
    clear(outcomes, ds_metric_count(replica->model->outcomes));
    return ds_replica_past(replica, index, 0, rows) &&
           ds_replica_future(replica, 0, rows, outcomes);
}

/* ---- states ---- */

static size_t plain_bytes(const ds_replica *replica)
{
    return replica->arena.used - replica->arena.raw;
}

static size_t raw_bytes(const ds_replica *replica)
{
    const ds_model *const model = replica->model;
    return model->raw_used ? model->raw_used(replica->world) : replica->arena.raw;
}

size_t ds_replica_state_size(const ds_replica *replica)
{
    return plain_bytes(replica) + raw_bytes(replica);
}

void ds_replica_save(const ds_replica *replica, void *bytes)
{
    memcpy(bytes, replica->arena.base, ds_replica_state_size(replica));
}

static void resume(ds_replica *replica)
{
    if (replica->status.code != DS_OK)
        replica->status = (ds_status){0};
    if (replica->model->resume)
        replica->model->resume(replica->world);
}

/* How much of the raw part there is stands in what comes before it. */
void ds_replica_load(ds_replica *replica, const void *bytes)
{
    const size_t plain = plain_bytes(replica);
    memcpy(replica->arena.base, bytes, plain);
    memcpy(replica->arena.base + plain, (const char *)bytes + plain, raw_bytes(replica));
    resume(replica);
}

bool ds_replica_fork(ds_replica *replica, const void *config, const void *state, double at,
                     ds_status *st)
{
    const ds_model *const model = replica->model;
    size_t bytes = 0;
    if (!model->shares_past || !model->shares_past(replica->config, config, at))
        return ds_fail(st, DS_E_DATA, "the two do not share what happens before %g", at);
    if (!ds_replica_size(model, config, replica->frame, &bytes, st))
        return false;
    if (bytes > replica->arena.size)
        return ds_fail(st, DS_E_SYSTEM, "%zu bytes of memory are too few for a future of %zu",
                       replica->arena.size, bytes);
    const size_t common = model->past(replica->world, at);
    if (!ds_replica_turn(replica, config, st))
        return false;
    if (model->past(replica->world, at) != common)
        return ds_fail(st, DS_E_BUG, "two layouts of what happens before %g differ", at);
    memcpy(replica->arena.base, state, common);
    resume(replica);
    return true;
}

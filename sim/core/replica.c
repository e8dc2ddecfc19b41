#include "replica.h"

#include <stdlib.h>
#include <string.h>

bool ds_replica_size(const ds_model *model, const void *config, const ds_frame *frame,
                     size_t *bytes, ds_status *st)
{
    ds_arena measure = {0};
    void *world = calloc(1, model->world_size);
    if (!world)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the views of a replica");
    model->place(world, config, frame, &measure);
    free(world);
    if (measure.overflow)
        return ds_fail(st, DS_E_SYSTEM, "one replica of this scenario does not fit in memory");
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

bool ds_replica_turn(ds_replica *replica, const void *config, ds_status *st)
{
    size_t bytes = 0;
    if (!ds_replica_size(replica->model, config, replica->frame, &bytes, st))
        return false;
    if (bytes > replica->arena.size) {
        const uint32_t ties = replica->arena.ties;
        ds_arena_close(&replica->arena);
        if (!ds_arena_open(&replica->arena, bytes, st))
            return false;
        replica->arena.ties = ties;
    } else {
        ds_arena_clear(&replica->arena);
    }
    replica->config = config;
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

bool ds_replica_run(ds_replica *replica, uint32_t index, double *rows, double *outcomes)
{
    const ds_model *const model = replica->model;
    const size_t metrics = ds_metric_count(model->metrics), times = ds_frame_times(replica->frame);
    for (size_t i = 0; i < metrics * times; i++)
        rows[i] = NAN;
    for (size_t i = 0; i < ds_metric_count(model->outcomes); i++)
        outcomes[i] = NAN;
    if (!ds_replica_begin(replica, index))
        return false;
    for (size_t k = 0; k < times; k++) {
        if (!ds_replica_until(replica, ds_frame_time(replica->frame, k)))
            return false;
        model->observe(replica->world, rows + k * metrics, k == 0);
        if (replica->status.code != DS_OK) /* what is observed may be computed, and fail */
            return false;
    }
    model->conclude(replica->world, outcomes);
    /* What is observed can ask a script, and concluding audits the books. */
    return replica->status.code == DS_OK;
}

/*
 * Keeps time in one replica. A model declares *sources* of events in order of priority; the engine
 * repeatedly fires the earliest one. A source is a clock (one pending time for a whole cohort), a
 * set of timers (one pending time an owner), an agenda of one-offs, or a regular grid.
 *
 * Total order of events: time, then the source's place in the model's table, then the owner's slot.
 * The rule for handlers: whatever fired must be given its next time (or INFINITY) before returning.
 */
#ifndef DS_CORE_ENGINE_H
#define DS_CORE_ENGINE_H

#include "rng.h"
#include "timers.h"

typedef struct ds_source {
    const char *name;
    bool (*fire)(void *world); /* false: the replica has failed, its status says why */
} ds_source;

/* The subject of an event that is nobody's own, such as a visit of traders. */
#define DS_NOBODY UINT32_MAX

typedef void ds_trace(void *sink, double time, const char *event, uint32_t subject);

typedef struct ds_engine_state {
    double now;       /* days since the start */
    uint64_t handled; /* events fired; brought forward when a run of the engine ends */
} ds_engine_state;

/* View: the state and the tree of pending sources lie in the arena. */
typedef struct ds_engine {
    ds_engine_state *state;
    ds_timers pending; /* one slot a source */
    const ds_source *sources;
    void *world;
    ds_status *status;
    uint32_t subject; /* set by a handler for the trace: who acted; DS_NOBODY before it is */
    bool thinned;     /* likewise: a candidate came up that is no event */
    ds_trace *trace;  /* NULL: none; set between runs of the engine */
    void *sink;
} ds_engine;

void ds_engine_place(ds_engine *engine, const ds_source *sources, uint32_t count, ds_arena *arena);
void ds_engine_reset(ds_engine *engine);

/* Fires everything up to and including `until`, then stands at `until`. */
DS_MUST_CHECK bool ds_engine_run(ds_engine *engine, double until);

/* The same with a look after every event, which is slower: where `look` says true, it stands at
 * that event's time, with what else happens at it still to come. */
typedef bool ds_look(void *watcher);
DS_MUST_CHECK bool ds_engine_watch(ds_engine *engine, double until, ds_look *look, void *watcher);

static inline double ds_now(const ds_engine *engine)
{
    return engine->state->now;
}

/* The next time of a source; INFINITY: never. */
static inline void ds_engine_set(ds_engine *engine, uint32_t source, double time)
{
    ds_timers_set_flat(&engine->pending, source, time);
}

static inline double ds_engine_get(const ds_engine *engine, uint32_t source)
{
    return ds_timers_get(&engine->pending, source);
}

/* Sets an owner's timer in the source `lane` is registered as. Most owners are not the earliest,
 * and then the source stays where it is. */
static inline void ds_engine_timer(ds_engine *engine, uint32_t source, ds_timers *lane,
                                   uint32_t slot, double time)
{
    const double earliest = ds_timers_set(lane, slot, time);
    if (earliest != ds_engine_get(engine, source))
        ds_engine_set(engine, source, earliest);
}

#endif

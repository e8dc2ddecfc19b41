#include "engine.h"

void ds_engine_place(ds_engine *engine, const ds_source *sources, uint32_t count, ds_arena *arena)
{
    engine->sources = sources;
    engine->state = DS_TAKE(arena, 1, ds_engine_state);
    ds_timers_place(&engine->pending, count, arena);
}

void ds_engine_reset(ds_engine *engine)
{
    *engine->state = (ds_engine_state){0};
    ds_timers_reset(&engine->pending);
}

static void report(const ds_engine *engine, uint32_t source)
{
    engine->trace(engine->sink, engine->state->now, engine->sources[source].name, engine->subject);
}

/* What the last event said of itself is not true of the next. */
static void forget(ds_engine *engine)
{
    engine->subject = DS_NOBODY;
    engine->thinned = false;
}

/* What stays as it is while the engine runs is read once: a handler might write anywhere, so the
 * compiler would read it again at every event. */
bool ds_engine_run(ds_engine *engine, double until)
{
    ds_engine_state *const state = engine->state;
    const ds_source *const sources = engine->sources;
    const ds_timers pending = engine->pending;
    const bool traced = engine->trace != NULL;
    void *const world = engine->world;
    uint64_t handled = 0;
    bool well = true;
    for (; well; handled += well) {
        const double time = ds_timers_earliest(&pending);
        if (!(time <= until))
            break;
        const uint32_t source = ds_timers_first(&pending);
        assert(time >= state->now);
        state->now = time;
        if (DS_UNLIKELY(traced))
            forget(engine);
        well = sources[source].fire(world);
        if (DS_UNLIKELY(traced) && well)
            report(engine, source);
    }
    state->handled += handled;
    if (well)
        state->now = until;
    return well;
}

bool ds_engine_watch(ds_engine *engine, double until, ds_look *look, void *watcher)
{
    ds_engine_state *const state = engine->state;
    for (;;) {
        const double time = ds_timers_earliest(&engine->pending);
        if (!(time <= until))
            break;
        const uint32_t source = ds_timers_first(&engine->pending);
        state->now = time;
        forget(engine);
        if (!engine->sources[source].fire(engine->world))
            return false;
        state->handled++;
        if (DS_UNLIKELY(engine->trace != NULL))
            report(engine, source);
        if (look(watcher))
            return true;
    }
    state->now = until;
    return true;
}

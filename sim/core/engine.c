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

bool ds_engine_run(ds_engine *engine, double until)
{
    ds_engine_state *const state = engine->state;
    const ds_source *const sources = engine->sources;
    for (;;) {
        const double time = ds_timers_earliest(&engine->pending);
        if (!(time <= until))
            break;
        const uint32_t source = ds_timers_first(&engine->pending);
        assert(time >= state->now);
        state->now = time;
        if (DS_UNLIKELY(!sources[source].fire(engine->world)))
            return false;
        state->handled++;
        if (DS_UNLIKELY(engine->trace != NULL))
            report(engine, source);
    }
    state->now = until;
    return true;
}

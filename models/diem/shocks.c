#include "shocks.h"

#include "demand.h"
#include "shock_effects.h"

#include "sim/core/real.h"

#include <stdio.h>

/* After so many half-lives a decaying shock is over: its level is a millionth. */
enum { HALF_LIVES = 20 };

static const ds_shock_config *config_of(const ds_world *w, uint32_t k)
{
    return (const ds_shock_config *)w->config->shocks.items + k;
}

/* ---- shapes ---- */

/* Where a shape bends. A step is whole from the start, and what decays is never held. */
typedef struct corners {
    double risen, held, back;
} corners;

static corners corners_of(const ds_shock_config *c, double since)
{
    const double risen = c->shape == DS_SHAPE_RAMP ? ds_time_after(since, c->onset) : since;
    if (c->shape == DS_SHAPE_DECAY)
        return (corners){since, since, ds_time_after(since, HALF_LIVES * c->half_life)};
    const double held = ds_time_after(risen, c->duration);
    return (corners){risen, held,
                     c->shape == DS_SHAPE_RAMP ? ds_time_after(held, c->recovery) : held};
}

double ds_shock_level(const ds_shock_config *c, double since, double now)
{
    const corners at = corners_of(c, since);
    if (now >= at.back)
        return 0;
    if (c->shape == DS_SHAPE_DECAY)
        return ds_exp2(-(now - since) / c->half_life);
    if (now < at.risen)
        return (now - since) / c->onset;
    return now < at.held ? 1 : (at.back - now) / c->recovery;
}

static double soonest(double a, double b, double now)
{
    return b > now ? fmin(a, b) : a;
}

double ds_shock_corner(const ds_shock_config *c, double since, double now)
{
    const corners at = corners_of(c, since);
    return soonest(soonest(soonest(INFINITY, at.back, now), at.held, now), at.risen, now);
}

double ds_shock_factor(const ds_shock_config *c, double depth, double level)
{
    return c->kind == DS_SHOCK_COST ? 1 + depth * level : 1 - depth * level;
}

/* ---- how many ---- */

/* Days that an occurrence takes a place among those in force. */
static double life(const ds_shock_config *c)
{
    if (c->kind == DS_SHOCK_UNSTAKE)
        return c->within;
    if (c->shape == DS_SHAPE_DECAY)
        return HALF_LIVES * c->half_life;
    const double onset = c->shape == DS_SHAPE_RAMP ? c->onset : 0;
    const double recovery = c->shape == DS_SHAPE_RAMP ? c->recovery : 0;
    return isinf(c->duration) ? onset : onset + c->duration + recovery;
}

/* Places for all that are ever in force at once, but for one in 1e12 (Poisson). */
static uint32_t room_for(const ds_shock_config *c, double horizon)
{
    if (isnan(c->rate))
        return 1;
    const double mean = c->rate / 365 * fmin(life(c), horizon);
    return (uint32_t)ceil(mean + 8 * sqrt(mean) + 8);
}

/* Days at its whole depth, of the run. */
static double days_in_force(const ds_shock_config *c, double horizon)
{
    const double lasts = c->shape == DS_SHAPE_DECAY ? c->half_life / ds_log(2)
                         : isinf(c->duration)       ? INFINITY
                                                    : life(c);
    if (isnan(c->rate))
        return fmin(lasts, fmax(0, horizon - c->at));
    return c->rate / 365 * horizon * fmin(lasts, horizon / 2);
}

double ds_shocks_surge(const ds_diem_config *config, const ds_frame *frame)
{
    double sum = 1;
    for (uint32_t k = 0; k < config->shocks.count; k++) {
        const ds_shock_config *const c = (const ds_shock_config *)config->shocks.items + k;
        const double size = c->size.as ? ds_dist_of(&c->size).mean : 1;
        if (c->kind == DS_SHOCK_DEMAND && c->depth < 0)
            sum -= fmax(-99, c->depth * size) * days_in_force(c, frame->horizon) / frame->horizon;
    }
    return fmin(sum, DS_JOBS_MOST);
}

double ds_shocks_events(const ds_diem_config *config, const ds_frame *frame, double holders)
{
    double sum = 0;
    for (uint32_t k = 0; k < config->shocks.count; k++) {
        const ds_shock_config *const c = (const ds_shock_config *)config->shocks.items + k;
        const double struck = isnan(c->rate) ? 1 : c->rate / 365 * frame->horizon;
        const double depth = fmin(1, c->depth);
        sum += struck * (c->kind == DS_SHOCK_UNSTAKE ? 1 + depth * holders : 4);
    }
    return sum;
}

void ds_shocks_place(ds_world *w, ds_arena *arena)
{
    const uint32_t count = w->config->shocks.count;
    uint32_t room = 0;
    w->shock_line = DS_TAKE(arena, count, ds_shock_line);
    for (uint32_t k = 0; k < count; k++)
        room += room_for(config_of(w, k), w->frame->horizon);
    w->shock = DS_TAKE(arena, room, ds_shock);
    ds_timers_place(&w->shocks, count + 1, arena); /* never without a slot */
}

/* ---- the start ---- */

/* FNV-1a (Fowler, Noll & Vo): a shock's draws hang on its name, not on its place. */
static uint32_t number_of(const char *name)
{
    uint32_t hash = 2166136261;
    for (; *name; name++)
        hash = (hash ^ (uint8_t)*name) * 16777619;
    return hash;
}

static void draw_next(ds_world *w, uint32_t k)
{
    ds_shock_line *const line = &w->shock_line[k];
    const double rate = config_of(w, k)->rate / 365;
    line->next += rate > 0 ? ds_rng_exponential(&line->times) / rate : INFINITY;
}

static void set_timer(ds_world *w, uint32_t k, double time)
{
    ds_engine_timer(&w->engine, DS_AT_SHOCK, &w->shocks, k, time);
}

/* Key of the orders in which its occurrences meet their members. */
static uint64_t orders_of(const ds_world *w, uint32_t number)
{
    uint64_t word[2];
    ds_rng_block(w->eco->seed, w->eco->replica, DS_FOR_SHOCK_MEMBERS, number, 0, word);
    return word[0];
}

void ds_shocks_begin(ds_world *w)
{
    uint32_t first = 0;
    for (int kind = 0; kind < DS_SHOCK_FACTORS; kind++)
        w->eco->shocked[kind] = 1;
    ds_timers_reset(&w->shocks);
    for (uint32_t k = 0; k < w->config->shocks.count; k++) {
        const ds_shock_config *const c = config_of(w, k);
        ds_shock_line *const line = &w->shock_line[k];
        const uint32_t number = number_of(c->name);
        *line = (ds_shock_line){
            .times = ds_rng_stream(w->eco->seed, w->eco->replica, DS_FOR_SHOCK_TIMES, number),
            .sizes = ds_rng_stream(w->eco->seed, w->eco->replica, DS_FOR_SHOCK_SIZES, number),
            .seed = orders_of(w, number),
            .next = isnan(c->at) ? 0 : c->at,
            .settled = 1,
            .first = first,
            .room = room_for(c, w->frame->horizon)};
        if (c->size.as)
            line->size = ds_dist_of(&c->size);
        if (isnan(c->at))
            draw_next(w, k);
        first += line->room;
        set_timer(w, k, line->next);
    }
}

/* ---- occurrences ---- */

static bool strike(ds_world *w, uint32_t k)
{
    const ds_shock_config *const c = config_of(w, k);
    ds_shock_line *const line = &w->shock_line[k];
    const double size = c->size.as ? ds_dist_draw(&line->size, &line->sizes) : 1;
    if (line->live == line->room)
        return ds_fail(ds_world_status(w), DS_E_DATA,
                       "more than %u shocks '%s' are in force at once", line->room, c->name);
    ds_shock *const s = &w->shock[line->first + line->live++];
    *s = (ds_shock){.since = ds_now(&w->engine),
                    .depth = ds_shock_within((ds_shock_kind)c->kind, c->depth * size),
                    .order = line->seed + line->struck++};
    ds_shock_aim(w, c, s);
    if (isnan(c->rate))
        line->next = INFINITY;
    else
        draw_next(w, k);
    return true;
}

static double next_of(const ds_world *w, const ds_shock_config *c, const ds_shock *s)
{
    return c->kind == DS_SHOCK_UNSTAKE ? ds_shock_herd_next(c, s)
                                       : ds_shock_corner(c, s->since, ds_now(&w->engine));
}

/* All occurrences of a shock move on; those that have come to rest leave their places. */
static bool follow(ds_world *w, uint32_t k)
{
    const ds_shock_config *const c = config_of(w, k);
    ds_shock_line *const line = &w->shock_line[k];
    ds_shock *const shock = w->shock + line->first;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < line->live; i++) {
        const double level = ds_shock_level(c, shock[i].since, ds_now(&w->engine));
        if (!ds_shock_follow(w, c, &shock[i], level))
            return false;
        shock[i].level = level;
        if (isinf(next_of(w, c, &shock[i])))
            line->settled *= ds_shock_factor(c, shock[i].depth, level);
        else
            shock[kept++] = shock[i];
    }
    line->live = kept;
    return true;
}

/* However many stay for good: prices, credit and costs keep above 0, and all is finite. */
static double within(uint32_t kind, double factor)
{
    const double least = kind == DS_SHOCK_DEMAND ? 0 : 1e-12, most = 1e12;
    return fmin(fmax(factor, least), most);
}

static double factor_of(const ds_world *w, uint32_t kind)
{
    double factor = 1;
    for (uint32_t k = 0; k < w->config->shocks.count; k++) {
        const ds_shock_config *const c = config_of(w, k);
        const ds_shock_line *const line = &w->shock_line[k];
        if (c->kind != (int)kind)
            continue;
        factor *= line->settled;
        for (uint32_t i = line->first; i < line->first + line->live; i++)
            factor *= ds_shock_factor(c, w->shock[i].depth, w->shock[i].level);
    }
    return within(kind, factor);
}

static void factor_moves(ds_world *w, uint32_t kind)
{
    if (kind < DS_SHOCK_FACTORS)
        ds_shock_factor_set(w, (ds_shock_kind)kind, factor_of(w, kind));
}

bool ds_shocks_hour(ds_world *w)
{
    bool moved[DS_SHOCK_KINDS] = {false};
    for (uint32_t k = 0; k < w->config->shocks.count; k++) {
        moved[config_of(w, k)->kind] |= w->shock_line[k].live > 0;
        if (w->shock_line[k].live > 0 && !follow(w, k))
            return false;
    }
    for (uint32_t kind = 0; kind < DS_SHOCK_FACTORS; kind++)
        if (moved[kind])
            factor_moves(w, kind);
    return true;
}

static void name_event(ds_world *w, const char *what, const char *name)
{
    if (!w->engine.trace)
        return;
    snprintf(w->shock_event, sizeof w->shock_event, "shock_%s:%s", what, name);
    w->sources[DS_AT_SHOCK].name = w->shock_event;
}

/* When it next strikes, or an occurrence next does something. */
static void wake(ds_world *w, uint32_t k)
{
    const ds_shock_line *const line = &w->shock_line[k];
    double next = line->next;
    for (uint32_t i = line->first; i < line->first + line->live; i++)
        next = fmin(next, next_of(w, config_of(w, k), &w->shock[i]));
    set_timer(w, k, next);
}

/* The next of those that come at random has no memory of when the last one was. */
void ds_shocks_rekey(ds_world *w)
{
    for (uint32_t k = 0; k < w->config->shocks.count; k++) {
        ds_shock_line *const line = &w->shock_line[k];
        ds_rng_rekey(&line->times, w->eco->seed);
        ds_rng_rekey(&line->sizes, w->eco->seed);
        line->seed = orders_of(w, number_of(config_of(w, k)->name));
        if (isnan(config_of(w, k)->rate))
            continue;
        line->next = ds_now(&w->engine);
        draw_next(w, k);
        wake(w, k);
    }
}

bool ds_shock_fires(void *world)
{
    ds_world *const w = world;
    const uint32_t k = ds_timers_first(&w->shocks);
    const ds_shock_config *const c = config_of(w, k);
    ds_shock_line *const line = &w->shock_line[k];
    const bool strikes = line->next <= ds_now(&w->engine);
    w->engine.subject = line->struck;
    if ((strikes && !strike(w, k)) || !follow(w, k))
        return false;
    factor_moves(w, (uint32_t)c->kind);
    wake(w, k);
    name_event(w, strikes ? "strikes" : "moves", c->name);
    return true;
}

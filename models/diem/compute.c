#include "compute.h"

#include "bond.h"
#include "fees.h"

static const double per_job =
    1e-3; /* weight of one job in what consumers remember of the service */

static ds_provider *owner_of(const ds_world *w, uint32_t slot)
{
    return &w->provider[w->slot[slot].provider];
}

static uint64_t bit_of(const ds_world *w, uint32_t slot)
{
    return (uint64_t)1 << (slot - owner_of(w, slot)->first);
}

/* Providers with an idle slot stand in the tree at their price, the others at INFINITY: in all runs
 * whose jobs go to the cheapest at any time. */
void ds_provider_priced(ds_world *w, uint32_t provider)
{
    if (!w->priced)
        return;
    const ds_provider *const p = &w->provider[provider];
    ds_timers_set(&w->cheapest, provider, p->idle ? p->price : INFINITY);
}

static void becomes_idle(ds_world *w, uint32_t slot)
{
    ds_members_add(&w->idle, slot);
    owner_of(w, slot)->idle |= bit_of(w, slot);
    owner_of(w, slot)->idles++;
    ds_provider_priced(w, w->slot[slot].provider);
}

static void stops_idling(ds_world *w, uint32_t slot)
{
    ds_members_remove(&w->idle, slot);
    owner_of(w, slot)->idle &= ~bit_of(w, slot);
    owner_of(w, slot)->idles--;
    ds_provider_priced(w, w->slot[slot].provider);
}

/* Busy over up of a is below that of b; both have slots up. */
static bool less_busy(const ds_provider *a, const ds_provider *b)
{
    return a->idles * b->ups > b->idles * a->ups;
}

/* Picks of idle slots, all equally likely, that hang on a job's own words: the quarters of the
 * first name places in the set, below a power of two, until one is met that is taken; so the same
 * job goes to the same slot under two rules whose sets differ little. Where they do not suffice, a
 * half of the second cuts the set evenly. */
typedef struct ds_picks {
    uint64_t names, cuts;
    int left; /* names */
} ds_picks;

static uint32_t pick_idle(const ds_world *w, ds_picks *picks)
{
    const uint32_t count = ds_members_count(&w->idle);
    const uint32_t mask = UINT32_MAX >> __builtin_clz(count);
    while (picks->left && mask <= UINT16_MAX) {
        const uint32_t place = (uint32_t)picks->names & mask;
        picks->names >>= 16;
        picks->left--;
        if (place < count)
            return w->idle.member[place];
    }
    const uint32_t cut = (uint32_t)picks->cuts;
    picks->cuts >>= 32;
    return w->idle.member[(uint64_t)cut * count >> 32];
}

/* Power of two choices (Mitzenmacher 2001): the less loaded owner of two idle slots. */
static uint32_t less_loaded(const ds_world *w, ds_picks *picks)
{
    const uint32_t a = pick_idle(w, picks), b = pick_idle(w, picks);
    return less_busy(owner_of(w, b), owner_of(w, a)) ? b : a;
}

static uint32_t choose_idle(const ds_world *w, const uint64_t luck[DS_LUCK])
{
    ds_picks picks = {.names = luck[0], .cuts = luck[1], .left = 4};
    switch ((ds_dispatch)w->config->providers.dispatch) {
    case DS_DISPATCH_LEAST_LOADED:
        return less_loaded(w, &picks);
    case DS_DISPATCH_CHEAPEST: {
        const ds_provider *const p = &w->provider[ds_timers_first(&w->cheapest)];
        return p->first + (uint32_t)__builtin_ctzll(p->idle);
    }
    case DS_DISPATCH_RANDOM:
    default:
        return pick_idle(w, &picks);
    }
}

static void remember(double *seen, double value)
{
    *seen += (value - *seen) * per_job;
}

static void busy_changes(ds_world *w, int by)
{
    const double now = ds_now(&w->engine);
    ds_level_add(&w->eco->busy, by, now);
    ds_level_add(&w->eco->day_busy, by, now);
}

/* A job takes an idle slot that was taken out of the idle set already. */
static void serve(ds_world *w, uint32_t slot, const ds_job *job)
{
    ds_slot *const s = &w->slot[slot];
    const double now = ds_now(&w->engine), wait = now - job->since;
    s->cost = job->cost;
    s->consumer = job->consumer;
    ds_tally_add(&w->eco->flow.wait, wait);
    ds_waits_add(&w->eco->risk.waits, wait);
    remember(&w->eco->wait_seen, wait);
    remember(&w->eco->lost_seen, 0);
    busy_changes(w, 1);
    ds_engine_timer(&w->engine, DS_AT_COMPLETION, &w->completions, slot,
                    now + ds_tokens(job->cost) / (double)s->speed);
}

/* ---- the queue: a ring, oldest at head ---- */

static ds_job *queued(ds_world *w, uint32_t place)
{
    uint32_t at = w->eco->queue_head + place;
    if (at >= w->queue_capacity)
        at -= w->queue_capacity;
    return &w->queue[at];
}

/* The patience of whoever waits longest ends first: one pending time is enough. Where patience has
 * become shorter, it may have ended before now. */
void ds_patience_pace(ds_world *w)
{
    const double patience = w->config->providers.patience, now = ds_now(&w->engine);
    ds_engine_set(&w->engine, DS_AT_PATIENCE_END,
                  w->eco->queue_length ? fmax(now, queued(w, 0)->since + patience) : INFINITY);
}

static void queue_changes(ds_world *w, int32_t by)
{
    w->eco->queue_length = (uint32_t)((int32_t)w->eco->queue_length + by);
    ds_level_set(&w->eco->queued, w->eco->queue_length, ds_now(&w->engine));
    ds_patience_pace(w);
}

static ds_job leave_queue(ds_world *w)
{
    const ds_job job = *queued(w, 0);
    w->eco->queue_head = w->eco->queue_head + 1 == w->queue_capacity ? 0 : w->eco->queue_head + 1;
    queue_changes(w, -1);
    return job;
}

static void lose(ds_world *w)
{
    w->eco->flow.lost += 1;
    remember(&w->eco->lost_seen, 1);
}

static void wait_or_lose(ds_world *w, const ds_job *job)
{
    if (w->eco->queue_length >= (uint32_t)w->config->providers.queue) {
        lose(w);
        return;
    }
    *queued(w, w->eco->queue_length) = *job;
    queue_changes(w, 1);
}

static void place_job(ds_world *w, const ds_job *job, const uint64_t luck[DS_LUCK])
{
    if (ds_members_count(&w->idle) == 0) {
        wait_or_lose(w, job);
        return;
    }
    const uint32_t slot = choose_idle(w, luck);
    stops_idling(w, slot);
    serve(w, slot, job);
}

bool ds_job_arrives(ds_world *w, uint32_t consumer, ds_amount cost, const uint64_t luck[DS_LUCK])
{
    ds_flows *const flow = &w->eco->flow;
    const double value = ds_tokens(cost);
    flow->jobs += 1;
    flow->demand += value;
    w->eco->day_demand += value;
    const ds_job job = {.cost = cost, .since = ds_now(&w->engine), .consumer = consumer};
    place_job(w, &job, luck);
    return true;
}

bool ds_patience_ends(void *world)
{
    ds_world *const w = world;
    const ds_job job = leave_queue(w);
    w->engine.subject = job.consumer;
    lose(w);
    return true;
}

/* A slot that is up and empty takes who waits longest, or idles. */
static void frees(ds_world *w, uint32_t slot)
{
    if (w->eco->queue_length) {
        const ds_job job = leave_queue(w);
        serve(w, slot, &job);
    } else {
        becomes_idle(w, slot);
    }
}

static ds_job stop_serving(ds_world *w, uint32_t slot)
{
    ds_slot *const s = &w->slot[slot];
    const ds_job job = {.cost = s->cost, .since = ds_now(&w->engine), .consumer = s->consumer};
    s->cost = 0;
    busy_changes(w, -1);
    return job;
}

bool ds_job_completes(void *world)
{
    ds_world *const w = world;
    const uint32_t slot = ds_timers_first(&w->completions);
    const ds_job job = stop_serving(w, slot);
    const double value = ds_tokens(job.cost);
    w->engine.subject = slot;
    w->eco->flow.served += value;
    ds_engine_timer(&w->engine, DS_AT_COMPLETION, &w->completions, slot, INFINITY);
    frees(w, slot);
    return ds_bill(w, w->slot[slot].provider, job.consumer, job.cost);
}

/* ---- up and down ---- */

void ds_failures_pace(ds_world *w)
{
    const double mttf = w->config->providers.mttf;
    const double rate = isinf(mttf) ? 0 : w->slots * w->gpus_most / mttf;
    ds_clock_set_rate(&w->engine, DS_AT_FAILURE, w->failure_clock, rate);
}

static void capacity_changes(ds_world *w, uint32_t slot, int by)
{
    const double now = ds_now(&w->engine);
    ds_level_add(&w->eco->up, by, now);
    ds_level_add(&w->eco->day_up, by, now);
    const double speed = (double)w->slot[slot].speed;
    ds_level_add(&w->eco->speed, by * speed, now);
    /* n^2 - (n - by)^2, with n slots up behind the change */
    const int n = owner_of(w, slot)->ups;
    w->eco->speed_squares += speed * speed * (2 * by * n - 1);
}

static void goes_up(ds_world *w, uint32_t slot)
{
    owner_of(w, slot)->up |= bit_of(w, slot);
    owner_of(w, slot)->ups++;
    ds_members_add(&w->up, slot);
    capacity_changes(w, slot, 1);
    frees(w, slot);
}

/* Not counting that it is up already. */
static bool can_serve(const ds_world *w, uint32_t slot)
{
    return owner_of(w, slot)->in && isinf(ds_timers_get(&w->repairs, slot)) &&
           w->slot[slot].held == 0;
}

/* A job that is moved has new words: those of the slot that it is moved from. */
static void move_job(ds_world *w, uint32_t slot)
{
    const ds_job job = stop_serving(w, slot);
    ds_rng *const rng =
        ds_rng_of_turn(w, DS_FOR_DISPATCH, slot, (uint64_t)w->slot[slot].moved++ << DS_TURN_BITS);
    const uint64_t names = ds_rng_next(rng), cuts = ds_rng_next(rng);
    const uint64_t luck[DS_LUCK] = {names, cuts};
    place_job(w, &job, luck);
}

/* The job that was in service begins again elsewhere: on an idle slot, or at the queue's end. */
static void goes_down(ds_world *w, uint32_t slot)
{
    owner_of(w, slot)->up &= ~bit_of(w, slot);
    owner_of(w, slot)->ups--;
    ds_members_remove(&w->up, slot);
    capacity_changes(w, slot, -1);
    if (w->slot[slot].cost == 0) {
        stops_idling(w, slot);
        return;
    }
    ds_engine_timer(&w->engine, DS_AT_COMPLETION, &w->completions, slot, INFINITY);
    move_job(w, slot);
}

/* Failures come to all slots, up or down, at the rate of one with the most GPUs, and are thinned
 * (Lewis & Shedler 1979): a slot fails at the same moments whichever others are up. */
bool ds_slot_fails(void *world)
{
    ds_world *const w = world;
    ds_rng *const rng = &w->rng[DS_FOR_FAILURES];
    const uint32_t slot = ds_rng_below(rng, w->slots);
    const double keep = ds_rng_uniform(rng) * w->gpus_most;
    ds_clock_again(&w->engine, DS_AT_FAILURE, w->failure_clock, rng);
    w->engine.subject = slot;
    const uint64_t turn = ds_turn(w, DS_FOR_FAILURES);
    w->engine.thinned =
        !(owner_of(w, slot)->up & bit_of(w, slot)) || keep >= w->gpus[owner_of(w, slot)->cohort];
    if (w->engine.thinned)
        return true;
    goes_down(w, slot);
    ds_engine_timer(&w->engine, DS_AT_REPAIR, &w->repairs, slot,
                    ds_now(&w->engine) +
                        ds_dist_draw(&w->repair, ds_rng_of_turn(w, DS_FOR_REPAIRS, slot, turn)));
    return ds_bond_slash(w, owner_of(w, slot));
}

bool ds_slot_repaired(void *world)
{
    ds_world *const w = world;
    const uint32_t slot = w->engine.subject = ds_timers_first(&w->repairs);
    ds_engine_timer(&w->engine, DS_AT_REPAIR, &w->repairs, slot, INFINITY);
    if (can_serve(w, slot))
        goes_up(w, slot);
    return true;
}

void ds_slot_hold(ds_world *w, uint32_t slot)
{
    w->eco->held += w->slot[slot].held++ == 0;
    if (owner_of(w, slot)->up & bit_of(w, slot))
        goes_down(w, slot);
}

void ds_slot_release(ds_world *w, uint32_t slot)
{
    if (--w->slot[slot].held > 0)
        return;
    w->eco->held--;
    if (can_serve(w, slot))
        goes_up(w, slot);
}

static void membership_changes(ds_world *w, const ds_provider *p, int by)
{
    const double now = ds_now(&w->engine);
    ds_level_add(&w->eco->providers_in, by, now);
    w->eco->slot_costs += by * p->cost * p->slots;
    ds_level_set(&w->eco->cost, w->eco->slot_costs * w->eco->shocked[DS_SHOCK_COST], now);
    *(by > 0 ? &w->eco->flow.entered : &w->eco->flow.left) += 1;
}

bool ds_provider_joins(ds_world *w, uint32_t provider)
{
    ds_provider *const p = &w->provider[provider];
    bool posted;
    if (!ds_bond_post(w, p, &posted))
        return false;
    if (!posted)
        return true;
    p->in = true;
    membership_changes(w, p, 1);
    for (uint32_t slot = p->first; slot < p->first + p->slots; slot++)
        if (can_serve(w, slot))
            goes_up(w, slot);
    return true;
}

/* Idle slots first, so that no job of this provider begins again on another slot of it. */
static void all_go_down(ds_world *w, const ds_provider *p)
{
    for (uint64_t idle = p->idle; idle; idle &= idle - 1)
        goes_down(w, p->first + (uint32_t)__builtin_ctzll(idle));
    for (uint64_t up = p->up; up; up &= up - 1)
        goes_down(w, p->first + (uint32_t)__builtin_ctzll(up));
}

bool ds_provider_leaves(ds_world *w, uint32_t provider)
{
    ds_provider *const p = &w->provider[provider];
    p->in = false;
    membership_changes(w, p, -1);
    all_go_down(w, p);
    return ds_bond_return(w, p);
}

void ds_provider_hold(ds_world *w, uint32_t provider)
{
    const ds_provider *const p = &w->provider[provider];
    all_go_down(w, p);
    for (uint32_t slot = p->first; slot < p->first + p->slots; slot++)
        ds_slot_hold(w, slot);
}

void ds_provider_release(ds_world *w, uint32_t provider)
{
    const ds_provider *const p = &w->provider[provider];
    for (uint32_t slot = p->first; slot < p->first + p->slots; slot++)
        ds_slot_release(w, slot);
}

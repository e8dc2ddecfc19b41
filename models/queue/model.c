#include "models/models.h"
#include "queue.h"

#include <inttypes.h>

#define S ds_queue_failures
static const ds_param failures_table[] = {
    {DS_AT(S, mttf), .kind = DS_NUMBER, .unit = "1", .fallback = INFINITY, .min = 1e-9, .max = 1e12,
     .unlimited = true, .doc = "mean time to failure of a server that is up, exponential"},
    DS_P_NUMBER(S, mttr, "1", 1, 1e-9, 1e12, "mean time of a repair, exponential", NULL),
    DS_P_INTEGER(S, repairmen, "1", 1, 1, 1e6, "servers under repair at a time", NULL),
    {0},
};
#undef S

#define S ds_queue_config
const ds_param ds_queue_params[] = {
    DS_P_CHOICE(S, arrivals, "process", ds_arrival_processes, "{process: poisson, rate: 0.8}",
                "when customers arrive"),
    DS_P_CHOICE(S, service, "distribution", ds_distributions,
                "{distribution: exponential, mean: 1}", "time a server needs for a customer"),
    DS_P_INTEGER(S, servers, "1", 1, 1, 1e6, "number of servers", NULL),
    DS_P_INTEGER(S, initial, "1", 0, 0, 1e6, "customers in the system at time 0, who arrive then",
                 NULL),
    {DS_AT(S, capacity), .kind = DS_NUMBER, .unit = "1", .fallback = INFINITY, .min = 1, .max = 1e9,
     .unlimited = true, .whole = true,
     .doc = "customers in the system, in service or waiting; who finds it full is lost"},
    {DS_AT(S, patience), .kind = DS_CHOICE, .unit = "1", .tag = "distribution",
     .alternatives = ds_distributions, .unlimited = true,
     .doc = "time a customer waits for its service to begin before it leaves"},
    DS_P_GROUP(S, failures, failures_table, ds_queue_failures, "servers that fail"),
    {0},
};
#undef S

static bool check(void *config, const ds_frame *frame, ds_status *st)
{
    (void)frame;
    const ds_queue_config *const c = config;
    return (double)c->initial <= c->capacity ||
           ds_fail(st, DS_E_DATA, "'initial' is %" PRId64 ", must be at most 'capacity' = %g",
                   c->initial, c->capacity);
}

static double events(const void *config, const ds_frame *frame)
{
    const ds_queue_config *const c = config;
    const double failures = (double)c->servers / (c->failures.mttf + c->failures.mttr);
    return frame->horizon * (ds_arrivals_event_rate(&c->arrivals) +
                             ds_arrivals_mean_rate(&c->arrivals) + 2 * failures);
}

#define METRICS(X)                                                                                 \
    X(utilization, AVERAGE, "busy servers over servers that are up")                               \
    X(number_in_system, AVERAGE, "customers waiting or in service")                                \
    X(number_in_queue, AVERAGE, "customers waiting, interrupted ones included")                    \
    X(wait_mean, AVERAGE,                                                                          \
      "time in queue of customers who leave, served or out of patience; zeros "                    \
      "count, customers who found no room do not")                                                 \
    X(sojourn_mean, AVERAGE, "time in the system of the same customers")                           \
    X(delayed_share, AVERAGE, "customers who waited at all, over customers who leave")             \
    X(lost_share, AVERAGE, "customers who found no room or lost patience, over customers arrived") \
    X(arrivals, FLOW, "customers who came, lost ones included")                                    \
    X(served, FLOW, "customers served to the end")                                                 \
    X(servers_up, AVERAGE, "servers that have not failed")                                         \
    X(repairs, FLOW, "servers repaired")                                                           \
    X(repair_wait_mean, AVERAGE, "time from a failure until a repairman begins, zeros included")

enum {
#define X(name, kind, doc) AT_##name,
    METRICS(X)
#undef X
};

static const ds_metric metrics[] = {
#define X(name, kind, doc) {#name, "1", doc, DS_##kind, false},
    METRICS(X)
#undef X
        {0},
};

static const ds_metric outcomes[] = {
    {"events", "1", "events handled, warm-up included", DS_STATE, true},
    {"customers", "1", "customers served after the warm-up", DS_STATE, true},
    {0},
};

static const char *const key[] = {"number_in_system", "number_in_queue", "wait_mean", "lost_share",
                                  NULL};
static const ds_loss losses[] = {
    {"number_in_system", DS_LOSS_VALUE, .low_is_bad = false},
    {"wait_mean", DS_LOSS_VALUE, .low_is_bad = false},
    {"lost_share", DS_LOSS_VALUE, .low_is_bad = false},
    {0},
};
static const ds_guide guide = {.key = key, .losses = losses};

static ds_engine *engine(void *world)
{
    return &((ds_queue *)world)->engine;
}

static void begin_interval(ds_queue_state *s, double now)
{
    s->begun = now;
    s->busy_area = s->waiting_area = s->up_area = 0;
    s->wait = s->repair_wait = (ds_tally){0};
    s->sojourn = s->arrived = s->blocked = s->abandoned = s->delayed = s->repaired = 0;
}

static double over(double sum, double count)
{
    return count > 0 ? sum / count : NAN;
}

static void measure(const ds_queue_state *s, double *row)
{
    const double span = s->since - s->begun, left = s->wait.count;
    row[AT_utilization] = over(s->busy_area, s->up_area);
    row[AT_number_in_system] = over(s->busy_area + s->waiting_area, span);
    row[AT_number_in_queue] = over(s->waiting_area, span);
    row[AT_wait_mean] = over(s->wait.sum, left);
    row[AT_sojourn_mean] = over(s->sojourn, left);
    row[AT_delayed_share] = over(s->delayed, left);
    row[AT_lost_share] = over(s->blocked + s->abandoned, s->arrived);
    row[AT_arrivals] = over(s->arrived, span);
    row[AT_served] = over(left - s->abandoned, span);
    row[AT_servers_up] = over(s->up_area, span);
    row[AT_repairs] = over(s->repaired, span);
    row[AT_repair_wait_mean] = over(s->repair_wait.sum, s->repair_wait.count);
}

static void observe(void *world, double *row, bool first)
{
    ds_queue *const q = world;
    ds_queue_state *const s = q->state;
    ds_queue_record(q);
    measure(s, row);
    s->customers += s->wait.count - s->abandoned;
    begin_interval(s, s->since);
    if (!first)
        return;
    s->customers = 0;
    for (size_t i = 0; metrics[i].name; i++)
        row[i] = NAN;
}

static void conclude(void *world, double *out)
{
    const ds_queue *const q = world;
    out[0] = (double)q->engine.state->handled;
    out[1] = q->state->customers;
}

static bool has_level(size_t metric)
{
    return metric == AT_number_in_system || metric == AT_number_in_queue || metric == AT_servers_up;
}

static double level(void *world, size_t metric)
{
    const ds_queue_state *const s = ((const ds_queue *)world)->state;
    switch (metric) {
    case AT_number_in_system:
        return s->busy + s->waiting;
    case AT_number_in_queue:
        return s->waiting;
    case AT_servers_up:
        return s->up;
    default:
        return NAN;
    }
}

const ds_model ds_queue_model = {
    .name = "queue",
    .doc =
        "A queue G/G/c/K with impatience and failing servers, to hold the engine against theory.",
    .purposes = DS_QUEUE_PURPOSES,
    .time_unit = "1",
    .default_observe = INFINITY,
    .default_horizon = 20000,
    .params = ds_queue_params,
    .config_size = sizeof(ds_queue_config),
    .check = check,
    .metrics = metrics,
    .outcomes = outcomes,
    .guide = &guide,
    .events = events,
    .world_size = sizeof(ds_queue),
    .place = ds_queue_place,
    .engine = engine,
    .begin = ds_queue_begin,
    .observe = observe,
    .conclude = conclude,
    .raw_used = ds_queue_raw_used,
    .has_level = has_level,
    .level = level,
    .rekey = ds_queue_rekey,
};

/* States as bytes: a copy goes on as the first did, and several futures of one past are what each
 * is from the start, to the bit. */
#include "run.h"
#include "tests/everything.h"

#include "models/queue/queue.h"

#include <string.h>

enum { OUTCOMES = 64 };

/* A replica of every point, and its series. */
typedef struct ds_futures {
    ds_scenario scenario;
    ds_replica replica;
    const void *config[8];
    double *rows;
    double outcomes[OUTCOMES];
    size_t row; /* bytes of a row, and of all */
    size_t bytes;
} ds_futures;

static void open_text(ds_futures *f, const char *text)
{
    ds_status st = {0};
    const ds_scenario_request q = {.path = "snapshot.yaml",
                                   .text = text,
                                   .files = everything_files,
                                   .file_count = EVERYTHING_FILES,
                                   .models = ds_models};
    ck_assert_msg(ds_scenario_load(&f->scenario, &q, &st), "%s", st.text);
    for (size_t p = 0; p < f->scenario.points; p++)
        ck_assert_msg(ds_scenario_config(&f->scenario, p, &f->config[p], &st), "%s", st.text);
    ck_assert_msg(
        ds_replica_open(&f->replica, f->scenario.model, f->config[0], &f->scenario.frame, &st),
        "%s", st.text);
    f->row = ds_metric_count(f->scenario.model->metrics) * sizeof *f->rows;
    f->bytes = f->row * ds_frame_times(&f->scenario.frame);
    f->rows = malloc(f->bytes);
}

static void close_all(ds_futures *f)
{
    ds_replica_close(&f->replica);
    ds_scenario_free(&f->scenario);
    free(f->rows);
}

static void widen(ds_futures *f)
{
    ds_status st = {0};
    for (size_t p = 0; p < f->scenario.points; p++) {
        size_t bytes;
        ck_assert(
            ds_replica_size(f->scenario.model, f->config[p], &f->scenario.frame, &bytes, &st));
        ck_assert(ds_replica_widen(&f->replica, bytes, &st));
    }
}

static void *saved(const ds_replica *r)
{
    void *const bytes = malloc(ds_replica_state_size(r));
    ds_replica_save(r, bytes);
    return bytes;
}

/* From the start, in memory of its own. */
static void run_whole(const ds_futures *f, size_t point, uint32_t index, double *rows,
                      double *outcomes)
{
    ds_replica r;
    ds_status st = {0};
    ck_assert(ds_replica_open(&r, f->scenario.model, f->config[point], &f->scenario.frame, &st));
    ck_assert_msg(ds_replica_run(&r, index, rows, outcomes), "%s", r.status.text);
    ds_replica_close(&r);
}

static void same_as_from_the_start(const ds_futures *f, size_t point, uint32_t index, double at)
{
    const ds_model *const m = f->scenario.model;
    const size_t metrics = ds_metric_count(m->metrics);
    double *const rows = malloc(f->bytes), outcomes[OUTCOMES];
    run_whole(f, point, index, rows, outcomes);
    for (size_t i = 0; i < f->bytes / sizeof *rows; i++)
        ck_assert_msg(memcmp(&rows[i], &f->rows[i], sizeof *rows) == 0,
                      "at %.17g: '%s' of row %zu of point %zu: %.17g, from the start %.17g", at,
                      m->metrics[i % metrics].name, i / metrics, point, f->rows[i], rows[i]);
    ck_assert_mem_eq(outcomes, f->outcomes, ds_metric_count(m->outcomes) * sizeof *outcomes);
    free(rows);
}

/* ---- several futures ---- */

/* Policies with memory of their own come at the time, and orders of dispatch, and one future is as
 * if nothing were. */
static void variants(char *text, size_t size, const char *head, const char *at, const char *later)
{
    snprintf(text, size,
             "%s"
             "variants:\n"
             "  none: {}\n"
             "  lua: {governance: {vote: {at: %s, set: {policies.mint: {use: lua, file: "
             "steep.lua}}}}}\n"
             "  rate: {governance: {vote: {at: %s, set: {policies: {mint: {use: formula, rate: "
             "\"2 * base\", base: 55}, emission: {use: target_ratio}}, holders.review: 2 d, "
             "staking.locked_keep: 0.4}}}}\n"
             "  later: {governance: {vote: {at: %s, set: {demand.scale: 1.5, providers.dispatch: "
             "cheapest}}, more: {at: %s, lead: 1 d, set: {policies.pricing: {use: formula, "
             "price: \"1.1\"}}}}}\n",
             head, at, at, at, later);
}

static void fork_all(ds_futures *f, uint32_t index, double at)
{
    ds_status st = {0};
    widen(f);
    ck_assert(ds_replica_turn(&f->replica, f->config[0], &st));
    ck_assert_msg(ds_replica_past(&f->replica, index, at, f->rows), "%s", f->replica.status.text);
    void *const state = saved(&f->replica);
    for (size_t p = 0; p < f->scenario.points; p++) {
        ck_assert_msg(ds_replica_fork(&f->replica, f->config[p], state, at, &st), "%s", st.text);
        ck_assert_msg(ds_replica_future(&f->replica, at, f->rows, f->outcomes), "%s",
                      f->replica.status.text);
        same_as_from_the_start(f, p, index, at);
    }
    free(state);
}

static const ds_action *vote(const ds_futures *f, size_t point)
{
    const ds_diem_config *const c = f->config[point];
    for (uint32_t i = 0; i < c->governance.count; i++) {
        const ds_action *const a = (const ds_action *)c->governance.items + i;
        if (strcmp(a->name, "vote") == 0)
            return a;
    }
    return NULL;
}

/* At an observation; at 00:00 and a full hour, which are epochs and hours; where an action is told,
 * and where one is done; at no such time. */
START_TEST(futures_of_one_past_are_what_they_are_from_the_start)
{
    static const char *const times[] = {"19 d",   "2026-06-09", "2026-06-09T05:00",
                                        "20.7 d", "33.3 d",     "31.4159 d"};
    char text[9000];
    ds_futures f = {0};
    variants(text, sizeof text,
             "seed: 21\nhorizon: 40\n" EVERYTHING_WHOLE EVERYTHING("300", "1500", "0.02"),
             times[_i], "38 d");
    open_text(&f, text);
    fork_all(&f, 3, vote(&f, 1)->at);
    close_all(&f);
}
END_TEST

typedef struct ds_last_event {
    double before, time; /* the latest before a time */
} ds_last_event;

static void remember(void *sink, double time, const char *event, uint32_t subject)
{
    ds_last_event *const e = sink;
    (void)event, (void)subject;
    if (time < e->before)
        e->time = time;
}

#define SMALL                                                                                   \
    "start: 2026-09-19\nseed: 3\nhorizon: 40\nreplicas: 1\nholders: {scale: 0.02}\nconsumers: " \
    "{scale: 0.1}\ndemand: {jobs_per_day: 300}\n"

/* With the time of an event of the past itself, which then is in the future, and one that follows
 * it by nothing. */
START_TEST(what_happens_at_the_time_itself_is_in_the_future)
{
    char text[4000], at[40];
    ds_economy_test t;
    ds_last_event last = {.before = 12.5};
    economy_open(&t, SMALL);
    economy_begin(&t, 1);
    t.w->engine.trace = remember;
    t.w->engine.sink = &last;
    economy_until(&t, 13);
    economy_close(&t);
    ds_futures f = {0};
    ck_assert_double_gt(last.time, 12);
    const double time = _i ? nextafter(last.time, 100) : last.time;
    snprintf(at, sizeof at, "%.17g d", time);
    variants(text, sizeof text, SMALL, at, "38 d");
    open_text(&f, text);
    ck_assert_double_eq(vote(&f, 1)->at, time);
    fork_all(&f, 1, time);
    close_all(&f);
}
END_TEST

START_TEST(a_past_may_be_nothing_or_all)
{
    static const char *const times[] = {"0 d", "40 d", "41 d"};
    char text[4000];
    ds_futures f = {0};
    variants(text, sizeof text, SMALL, times[_i], "43 d");
    open_text(&f, text);
    fork_all(&f, 2, vote(&f, 1)->at);
    close_all(&f);
}
END_TEST

/* Nothing of what is kept of the past may depend on having stopped there. */
START_TEST(to_stop_on_the_way_changes_no_bit)
{
    ds_futures f = {0};
    open_text(&f, "seed: 22\nhorizon: 40\nwarmup: 2\nobserve: 3\n" EVERYTHING_WHOLE EVERYTHING(
                      "300", "1500", "0.02"));
    for (int i = 0; i < 7; i++) {
        const double at = 0.5 * pow(1.9, i);
        ck_assert(ds_replica_past(&f.replica, 5, at, f.rows));
        ck_assert(ds_replica_future(&f.replica, at, f.rows, f.outcomes));
        same_as_from_the_start(&f, 0, 5, at);
    }
    close_all(&f);
}
END_TEST

/* ---- who does not share a past ---- */

START_TEST(futures_that_reach_back_are_refused)
{
    static const struct {
        const char *other;
        double at;
        bool shared;
    } cases[] = {
        {"governance: {vote: {at: 10, set: {demand.scale: 2}}}", 10, true},
        {"governance: {vote: {at: 10, set: {demand.scale: 2}}}", 10.0000001, false},
        {"governance: {vote: {at: 10, set: {demand.scale: 2}}}", 5, true},
        {"governance: {vote: {at: 12, lead: 2, set: {demand.scale: 2}}}", 10, true},
        {"governance: {vote: {at: 12, lead: 3, set: {demand.scale: 2}}}", 10, false},
        {"governance: {vote: {at: 12, lead: 20, set: {demand.scale: 2}}}", 10, false},
        {"governance: {both: {at: 6, set: {demand.scale: 1.1}}}", 10, true},
        {"governance: {both: {at: 6, set: {demand.scale: 1.2}}}", 10, false},
        {"governance: {both: {at: 6.5, set: {demand.scale: 1.1}}}", 10, false},
        {"governance: {both: {at: 6, lead: 1, set: {demand.scale: 1.1}}}", 10, false},
        {"demand: {scale: 1.01}", 10, false},
        {"policies: {mint: {target: 45000}}", 10, false},
        {"shocks: {slump: {kind: demand, at: 20, depth: 0.5, duration: 3}}", 10, false},
    };
    char text[2000];
    ds_status st = {0};
    ds_futures f = {0};
    snprintf(text, sizeof text,
             SMALL "governance: {both: {at: 6, set: {demand.scale: 1.1}}}\n"
                   "variants:\n  base: {}\n  other: {%s}\n",
             cases[_i].other);
    open_text(&f, text);
    widen(&f);
    ck_assert(ds_replica_past(&f.replica, 0, cases[_i].at, f.rows));
    void *const state = saved(&f.replica);
    ck_assert(ds_replica_fork(&f.replica, f.config[1], state, cases[_i].at, &st) ==
              cases[_i].shared);
    ck_assert(f.scenario.model->shares_past(f.config[1], f.config[0], cases[_i].at) ==
              cases[_i].shared);
    ck_assert_int_eq(st.code, cases[_i].shared ? DS_OK : DS_E_DATA);
    free(state);
    close_all(&f);
}
END_TEST

/* Rooms may hold addresses, so that an arena that would have to move is refused. */
START_TEST(a_future_that_does_not_fit_is_refused_and_the_past_goes_on)
{
    char text[4000];
    ds_status st = {0};
    ds_futures f = {0};
    variants(text, sizeof text, SMALL, "10 d", "38 d");
    open_text(&f, text);
    ck_assert(ds_replica_past(&f.replica, 0, 10, f.rows));
    void *const state = saved(&f.replica);
    ck_assert(!ds_replica_fork(&f.replica, f.config[1], state, 10, &st));
    ck_assert_int_eq(st.code, DS_E_SYSTEM);
    ck_assert(ds_replica_future(&f.replica, 10, f.rows, f.outcomes));
    same_as_from_the_start(&f, 0, 0, 10);
    free(state);
    close_all(&f);
}
END_TEST

/* ---- queues ---- */

#define BUSY                                                                                     \
    "model: queue\nhorizon: 4000\nobserve: 100\nseed: 9\nservers: 3\narrivals: {process: mmpp, " \
    "rates: [1, 4], switch: [0.1, 0.2]}\nservice: {distribution: lognormal, mean: 1, scv: 2}\n"  \
    "patience: {distribution: exponential, mean: 20}\nfailures: {mttf: 40, mttr: 3}\n"

START_TEST(a_queue_comes_back_with_those_who_are_in_it)
{
    ds_futures f = {0};
    open_text(&f, BUSY);
    const ds_queue *const q = f.replica.world;
    ck_assert(ds_replica_past(&f.replica, 4, 1950, f.rows));
    ck_assert_uint_gt(q->state->fresh, 10);
    ck_assert_uint_lt(ds_replica_state_size(&f.replica),
                      f.replica.arena.used - f.replica.arena.raw + 2000 * sizeof(ds_customer));
    void *const state = saved(&f.replica);
    for (int again = 0; again < 3; again++) {
        memset(f.rows + 20 * f.row / sizeof *f.rows, 0, f.bytes - 20 * f.row);
        ck_assert(ds_replica_future(&f.replica, 1950, f.rows, f.outcomes));
        same_as_from_the_start(&f, 0, 4, 1950);
        ck_assert(ds_replica_begin(&f.replica, 5));
        ck_assert(ds_replica_until(&f.replica, 900 * again));
        ds_replica_load(&f.replica, state);
    }
    free(state);
    close_all(&f);
}
END_TEST

START_TEST(a_model_without_actions_shares_no_past)
{
    ds_futures f = {0};
    ds_status st = {0};
    open_text(&f, BUSY);
    ck_assert(ds_replica_past(&f.replica, 4, 10, f.rows));
    void *const state = saved(&f.replica);
    ck_assert(!ds_replica_fork(&f.replica, f.config[0], state, 10, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    free(state);
    close_all(&f);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{futures_of_one_past_are_what_they_are_from_the_start, 6},
                             {what_happens_at_the_time_itself_is_in_the_future, 2},
                             {a_past_may_be_nothing_or_all, 3},
                             {to_stop_on_the_way_changes_no_bit, 0},
                             {futures_that_reach_back_are_refused, 13},
                             {a_future_that_does_not_fit_is_refused_and_the_past_goes_on, 0},
                             {a_queue_comes_back_with_those_who_are_in_it, 0},
                             {a_model_without_actions_shares_no_past, 0},
                             {0}};
    return ds_run_tests("snapshot", tests, 120);
}

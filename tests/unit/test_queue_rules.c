/* Paths of the queue worked out by hand, and what every model owes the ensemble. */
#include "models/models.h"
#include "models/queue/queue.h"
#include "sim/core/replica.h"
#include "tests/choice.h"

enum { ROW = 16, TIMES = 8 };

static double rows[TIMES * ROW], outcomes[ROW];

static double at(const char *metric, size_t time)
{
    const size_t column =
        (size_t)(ds_metric_find(ds_queue_model.metrics, metric) - ds_queue_model.metrics);
    return rows[time * ds_metric_count(ds_queue_model.metrics) + column];
}

static void is(const char *metric, double value)
{
    ck_assert_msg(fabs(at(metric, 1) - value) < 1e-12, "%s is %.15g, must be %.15g", metric,
                  at(metric, 1), value);
}

static ds_choice fixed(double mean)
{
    return a_distribution("deterministic", SETTINGS(SET("mean", mean)));
}

/* Arrivals at 1, 2, 3, ... and service of 2.5 by one server. */
static ds_queue_config by_hand(void)
{
    return (ds_queue_config){.arrivals = a_renewal("deterministic", SETTINGS(SET("mean", 1))),
                             .service = fixed(2.5),
                             .servers = 1,
                             .capacity = INFINITY,
                             .failures = {INFINITY, 1, 1}};
}

static ds_frame frame_of(double warmup, double horizon, double observe)
{
    return (ds_frame){
        .start = NAN, .warmup = warmup, .horizon = horizon, .observe = observe, .seed = 1};
}

static void open_queue(ds_replica *replica, const ds_queue_config *config, const ds_frame *frame)
{
    ds_status st = {0};
    ck_assert_msg(ds_replica_open(replica, &ds_queue_model, config, frame, &st), "%s", st.text);
}

static void run_once(const ds_queue_config *config, const ds_frame *frame)
{
    ds_replica replica;
    open_queue(&replica, config, frame);
    ck_assert_msg(ds_replica_run(&replica, 0, rows, outcomes), "%s", replica.status.text);
    ds_replica_close(&replica);
}

/* 1 served 1-3.5, 2 waits until 3.5, 3 lost, 4 waits until 6, 5 lost, 6 comes as 2 leaves and 4
 * begins and waits until 8.5, 7 and 8 lost. */
START_TEST(a_full_system_loses_customers)
{
    ds_queue_config c = by_hand();
    c.capacity = 2;
    const ds_frame frame = frame_of(0, 8.75, 8.75);
    run_once(&c, &frame);
    is("lost_share", 4.0 / 8);
    is("wait_mean", (0 + 1.5 + 2) / 3);
    is("sojourn_mean", (2.5 + 4 + 4.5) / 3);
    is("delayed_share", 2.0 / 3);
    is("utilization", 7.75 / 8.75);
    is("number_in_queue", (1.5 + 2 + 2.5) / 8.75);
    is("number_in_system", (1.5 + 2 + 2.5 + 7.75) / 8.75);
    is("arrivals", 8 / 8.75);
    is("served", 3 / 8.75);
    is("servers_up", 1);
    ck_assert(isnan(at("repair_wait_mean", 1)));
    ck_assert_double_eq(outcomes[0], 8 + 3);
    ck_assert_double_eq(outcomes[1], 3);
}
END_TEST

/* Three are there at 0; the first leaves at 2.5. */
START_TEST(customers_of_the_start_are_there_at_once)
{
    ds_queue_config c = by_hand();
    c.initial = 3;
    const ds_frame frame = frame_of(0, 4.75, 4.75);
    run_once(&c, &frame);
    is("number_in_system", (3 + 4 + 2.5 + 2 + 5 + 4.5) / 4.75);
    is("utilization", 1);
    is("arrivals", 4 / 4.75);
    is("served", 1 / 4.75);
    is("sojourn_mean", 2.5);
}
END_TEST

/* 2 comes at 2 and leaves at 3, 3 is served from 3.5, 4 leaves at 5; the patience of 5 ends at 6,
 * when 3 is done: completions come first, so 5 is served. */
START_TEST(impatient_customers_leave_the_queue)
{
    ds_queue_config c = by_hand();
    c.patience = fixed(1);
    const ds_frame frame = frame_of(0, 6.5, 6.5);
    run_once(&c, &frame);
    is("lost_share", 2.0 / 6);
    is("wait_mean", (0 + 1 + 0.5 + 1) / 4);
    is("sojourn_mean", (2.5 + 1 + 3 + 1) / 4);
    is("number_in_queue", (1 + 0.5 + 1 + 1 + 0.5) / 6.5);
    is("served", 2 / 6.5);
}
END_TEST

START_TEST(servers_work_side_by_side)
{
    ds_queue_config c = by_hand();
    c.servers = 3;
    const ds_frame frame = frame_of(4, 12, 8);
    run_once(&c, &frame);
    is("utilization", 2.5 / 3);
    is("wait_mean", 0);
    is("delayed_share", 0);
    is("sojourn_mean", 2.5);
    is("lost_share", 0);
}
END_TEST

START_TEST(the_first_row_is_undefined_and_intervals_add_up)
{
    ds_queue_config c = by_hand();
    c.arrivals = a_poisson(0.8);
    c.service = an_exponential(1);
    ds_frame frame = frame_of(100, 400, 100);
    run_once(&c, &frame);
    double served = 0, number = 0;
    for (const ds_metric *m = ds_queue_model.metrics; m->name; m++)
        ck_assert(isnan(at(m->name, 0)));
    for (size_t k = 1; k < 4; k++) {
        served += at("served", k) / 3;
        number += at("number_in_system", k) / 3;
    }
    frame.observe = 300;
    run_once(&c, &frame);
    is("served", served);
    is("number_in_system", number);
    ck_assert_double_eq_tol(outcomes[1], 300 * served, 1e-9);
}
END_TEST

static ds_queue_config everything(void)
{
    ds_queue_config c = by_hand();
    c.arrivals = a_process("mmpp", SETTINGS(SET("rates", 1, 6), SET("switch", 1, 1)));
    c.service = an_exponential(1);
    c.patience = an_exponential(3);
    c.servers = 5;
    c.capacity = 12;
    c.failures = (ds_queue_failures){.mttf = 4, .mttr = 1, .repairmen = 2};
    return c;
}

START_TEST(a_replica_does_not_depend_on_those_before)
{
    const ds_queue_config c = everything();
    const ds_frame frame = frame_of(10, 500, 70);
    ds_replica replica;
    static double first[sizeof rows / sizeof *rows];
    open_queue(&replica, &c, &frame);
    ck_assert(ds_replica_run(&replica, 4, rows, outcomes));
    memcpy(first, rows, sizeof rows);
    ck_assert(ds_replica_run(&replica, 5, rows, outcomes));
    ck_assert_mem_ne(first, rows, sizeof rows);
    ck_assert(ds_replica_run(&replica, 4, rows, outcomes));
    ck_assert_mem_eq(first, rows, sizeof rows);
    ds_replica_close(&replica);
}
END_TEST

/* What must hold between the parts of the state, after every event. */
static void state_is_sound(void *sink, double time, const char *event, uint32_t subject)
{
    (void)time, (void)event, (void)subject;
    const ds_queue *const q = sink;
    const ds_queue_state *const s = q->state;
    uint32_t listed = 0, last = DS_QUEUE_NONE, running = 0;
    for (uint32_t id = s->waiting ? s->head : DS_QUEUE_NONE; id != DS_QUEUE_NONE;
         id = q->customer[id].next) {
        ck_assert_uint_eq(q->customer[id].prev, last);
        last = id;
        listed++;
    }
    ck_assert_uint_eq(listed, s->waiting);
    ck_assert(listed == 0 || last == s->tail);
    ck_assert_uint_le(s->busy, s->up);
    ck_assert(s->waiting == 0 || s->busy == s->up);
    ck_assert_uint_le(s->busy + s->waiting, q->places);
    ck_assert_uint_eq(s->up + s->repairing + s->broken, q->servers);
    for (uint32_t i = 0; i < q->servers; i++) {
        ck_assert_uint_eq(q->order[q->place[i]], i);
        running += ds_timers_get(&q->completions, i) < INFINITY;
        ck_assert((q->place[i] < s->busy) == (ds_timers_get(&q->completions, i) < INFINITY));
    }
    ck_assert_uint_eq(running, s->busy);
}

START_TEST(the_state_is_sound_after_every_event)
{
    const ds_queue_config c = everything();
    const ds_frame frame = frame_of(0, 3000, 3000);
    ds_replica replica;
    open_queue(&replica, &c, &frame);
    ds_engine *const engine = ds_queue_model.engine(replica.world);
    engine->trace = state_is_sound;
    engine->sink = replica.world;
    ck_assert(ds_replica_run(&replica, 0, rows, outcomes));
    ck_assert_double_gt(outcomes[0], 20000);
    const double expected = ds_queue_model.events(&c, &frame);
    ck_assert_double_lt(outcomes[0], 1.2 * expected);
    ck_assert_double_gt(outcomes[0], 0.5 * expected);
    ds_replica_close(&replica);
}
END_TEST

START_TEST(a_copy_of_the_arena_is_a_copy_of_the_world)
{
    const ds_queue_config c = everything();
    const ds_frame frame = frame_of(0, 500, 500);
    ds_replica replica;
    open_queue(&replica, &c, &frame);
    ck_assert(ds_replica_begin(&replica, 0) && ds_replica_until(&replica, 100));
    char *const kept = malloc(replica.arena.used);
    memcpy(kept, replica.arena.base, replica.arena.used);
    ck_assert(ds_replica_until(&replica, 500));
    ds_queue_model.observe(replica.world, rows, false);
    memcpy(replica.arena.base, kept, replica.arena.used);
    ck_assert(ds_replica_until(&replica, 500));
    ds_queue_model.observe(replica.world, rows + ROW, false);
    ck_assert_mem_eq(rows, rows + ROW, 12 * sizeof *rows);
    free(kept);
    ds_replica_close(&replica);
}
END_TEST

START_TEST(an_unstable_queue_fails_its_replica)
{
    ds_queue_config c = by_hand();
    c.arrivals = a_poisson(1e6);
    c.service = fixed(10);
    const ds_frame frame = frame_of(0, 1.2, 1.2);
    ds_replica replica;
    open_queue(&replica, &c, &frame);
    ck_assert(!ds_replica_run(&replica, 0, rows, outcomes));
    ck_assert_int_eq(replica.status.code, DS_E_DATA);
    ck_assert_msg(strstr(replica.status.text, "unstable") != NULL, "%s", replica.status.text);
    ck_assert(isnan(at("wait_mean", 1)));
    ds_replica_close(&replica);
}
END_TEST

START_TEST(the_start_fits_the_capacity)
{
    ds_queue_config c = by_hand();
    const ds_frame frame = frame_of(0, 10, 10);
    ds_status st = {0};
    c.initial = 4;
    c.capacity = 4;
    ck_assert(ds_queue_model.check(&c, &frame, &st));
    c.capacity = 3;
    ck_assert(!ds_queue_model.check(&c, &frame, &st));
    ck_assert_msg(strstr(st.text, "at most 'capacity' = 3") != NULL, "%s", st.text);
}
END_TEST

int main(void)
{
    Suite *const suite = suite_create("queue rules");
    TCase *const t = tcase_create("rules");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_full_system_loses_customers);
    tcase_add_test(t, customers_of_the_start_are_there_at_once);
    tcase_add_test(t, impatient_customers_leave_the_queue);
    tcase_add_test(t, servers_work_side_by_side);
    tcase_add_test(t, the_first_row_is_undefined_and_intervals_add_up);
    tcase_add_test(t, a_replica_does_not_depend_on_those_before);
    tcase_add_test(t, the_state_is_sound_after_every_event);
    tcase_add_test(t, a_copy_of_the_arena_is_a_copy_of_the_world);
    tcase_add_test(t, an_unstable_queue_fails_its_replica);
    tcase_add_test(t, the_start_fits_the_capacity);
    suite_add_tcase(suite, t);
    SRunner *const runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

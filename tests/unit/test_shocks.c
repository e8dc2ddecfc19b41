/* Shocks: when they strike, how they come and go, and what each kind does. */
#include "run.h"
#include "tests/shocks.h"

#include "models/diem/shocks.h"

#include <math.h>
#include <stdlib.h>

/* ---- shapes ---- */

static const ds_shock_config step_shape = {.shape = DS_SHAPE_STEP, .duration = 7};
static const ds_shock_config ramp_shape = {
    .shape = DS_SHAPE_RAMP, .onset = 4, .duration = 10, .recovery = 20};
static const ds_shock_config sudden_end = {.shape = DS_SHAPE_RAMP, .onset = 4, .duration = 1};
static const ds_shock_config decay_shape = {.shape = DS_SHAPE_DECAY, .half_life = 3};
static const ds_shock_config for_ever = {.shape = DS_SHAPE_STEP, .duration = INFINITY};
static const ds_shock_config stays = {
    .shape = DS_SHAPE_RAMP, .onset = 4, .duration = INFINITY, .recovery = 4};

static const struct {
    const ds_shock_config *shape;
    double age, level, corner; /* of a shock that struck on day 100 */
} shapes[] = {
    {&step_shape, 0, 1, 107},        {&step_shape, 6.999, 1, 107},
    {&step_shape, 7, 0, INFINITY},   {&ramp_shape, 0, 0, 104},
    {&ramp_shape, 1, 0.25, 104},     {&ramp_shape, 3, 0.75, 104},
    {&ramp_shape, 4, 1, 114},        {&ramp_shape, 13, 1, 114},
    {&ramp_shape, 14, 1, 134},       {&ramp_shape, 19, 0.75, 134},
    {&ramp_shape, 33, 0.05, 134},    {&ramp_shape, 34, 0, INFINITY},
    {&sudden_end, 4.5, 1, 105},      {&sudden_end, 5, 0, INFINITY},
    {&decay_shape, 0, 1, 160},       {&decay_shape, 3, 0.5, 160},
    {&decay_shape, 9, 0.125, 160},   {&decay_shape, 4.5, 0.35355339059327379, 160},
    {&decay_shape, 60, 0, INFINITY}, {&for_ever, 250, 1, INFINITY},
    {&stays, 2, 0.5, 104},           {&stays, 300, 1, INFINITY},
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

START_TEST(a_level_is_what_its_shape_says)
{
    const double now = 100 + shapes[_i].age;
    ck_assert_double_eq_tol(ds_shock_level(shapes[_i].shape, 100, now), shapes[_i].level, 1e-12);
    ck_assert_double_eq(ds_shock_corner(shapes[_i].shape, 100, now), shapes[_i].corner);
}
END_TEST

/* At one hour, for another: over at the hour that is their sum, at which there may be an
 * observation. */
START_TEST(the_end_is_on_the_hour)
{
    for (int at = 1; at < 48; at++)
        for (int hours = 1; hours < 48; hours++) {
            const ds_shock_config c = {.shape = DS_SHAPE_STEP, .duration = hours / 24.0};
            const double since = at / 24.0, end = (at + hours) / 24.0;
            ck_assert_double_eq(ds_shock_corner(&c, since, since), end);
            ck_assert_double_eq(ds_shock_level(&c, since, end), 0);
            ck_assert_double_eq(ds_shock_level(&c, since, nextafter(end, 0)), 1);
        }
}
END_TEST

/* ---- factors ---- */

static double demand_now(const ds_economy_test *t)
{
    return t->w->eco->shocked[DS_SHOCK_DEMAND];
}

/* Two that overlap multiply; corners between hours are met to the moment. */
START_TEST(a_factor_follows_its_shocks_hour_by_hour)
{
    ds_economy_test t;
    begin(&t, QUIET "shocks:\n"
                    "  one: {kind: demand, at: 10.01, depth: 0.5, duration: 3.003}\n"
                    "  two: {kind: demand, at: 12, depth: 0.2, shape: ramp, onset: 4}\n"
                    "  up: {kind: demand, at: 40, depth: -1, shape: decay, half_life: 2}\n");
    static const struct {
        double day, factor;
    } known[] = {{10.009, 1},
                 {10.0101, 0.5},
                 {12, 0.5},
                 {13, 0.5 * 0.95},
                 {13.0129, 0.5 * 0.95},
                 {13.0131, 0.95},
                 {14, 0.9},
                 {16, 0.8},
                 {39, 0.8},
                 {40, 1.6},
                 {42, 0.8 * 1.5},
                 {46, 0.8 * 1.125},
                 {79.9, 0.8 * (1 + 0x1p-19)},
                 {80, 0.8}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        economy_until(&t, known[i].day);
        ck_assert_double_eq_tol(demand_now(&t), known[i].factor, 2e-6);
    }
    ck_assert_double_eq(demand_now(&t), 0.8);
    end(&t);
}
END_TEST

/* A thousand a year that stay, each of them leaving a hundredth, or making it hundredfold: 0.01^180
 * is no double any more, nor is 100^180. */
START_TEST(many_that_stay_leave_a_factor_above_0_and_finite)
{
    static const struct {
        const char *kind;
        ds_shock_kind factor;
        double depth, ends;
    } cases[] = {
        {"credit", DS_SHOCK_CREDIT, 0.99, 1e-12},      {"price", DS_SHOCK_PRICE, 0.99, 1e-12},
        {"competitor", DS_SHOCK_COMPETITOR, -9, 1e12}, {"cost", DS_SHOCK_COST, 99, 1e12},
        {"cost", DS_SHOCK_COST, -0.99, 1e-12},         {"demand", DS_SHOCK_DEMAND, 1, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ds_economy_test t;
        char text[500];
        snprintf(text, sizeof text, QUIET "shocks: {s: {kind: %s, rate: 1000, depth: %g}}\n",
                 cases[i].kind, cases[i].depth);
        begin(&t, text);
        economy_until(&t, 400);
        ck_assert_double_eq(t.w->eco->shocked[cases[i].factor], cases[i].ends);
        end(&t);
    }
}
END_TEST

START_TEST(half_the_demand_is_half_the_arrivals)
{
    ds_economy_test t;
    begin(&t, STILL "demand: {growth_limit: 1}\nproviders: {review: 36500}\n"
                    "shocks: {slump: {kind: demand, at: 30.26, depth: 0.5, duration: 30}}\n");
    double factor[2][2], jobs[3];
    economy_until(&t, 30.25999);
    jobs[0] = t.w->eco->flow.jobs;
    for (uint32_t k = 0; k < 2; k++)
        factor[0][k] = t.w->arrivals[k].state->factor;
    economy_until(&t, 30.26);
    for (uint32_t k = 0; k < 2; k++) {
        factor[1][k] = t.w->arrivals[k].state->factor;
        ck_assert_double_eq(factor[1][k], factor[0][k] / 2);
    }
    economy_until(&t, 60.26);
    jobs[1] = t.w->eco->flow.jobs - jobs[0];
    economy_until(&t, 90.52);
    jobs[2] = t.w->eco->flow.jobs - jobs[1] - jobs[0];
    /* Poisson counts of about 150,000 and 75,000. */
    ck_assert_double_eq_tol(jobs[1], jobs[2] / 2 * 30 / 30.26, 5 * sqrt(jobs[1] + jobs[2] / 4));
    end(&t);
}
END_TEST

START_TEST(a_price_shock_is_a_jump_of_the_outside_price)
{
    ds_economy_test t;
    begin(&t, QUIET "initial: {vvv_price: 20}\nshocks:\n"
                    "  crash: {kind: price, at: 50, depth: 0.6, shape: decay, half_life: 10}\n"
                    "  shift: {kind: price, at: 300, depth: 0.25}\n");
    const double *const price = &t.w->eco->offered.price;
    economy_until(&t, 49.99);
    const double before = *price;
    ck_assert_double_eq_tol(before, 20, 1e-9);
    economy_until(&t, 50);
    ck_assert_double_eq_tol(log(*price) - log(before), log(1 - 0.6), 1e-12);
    economy_until(&t, 60);
    ck_assert_double_eq_tol(*price, 20 * (1 - 0.3), 1e-9);
    economy_until(&t, 80);
    ck_assert_double_eq_tol(*price, 20 * (1 - 0.075), 1e-9);
    economy_until(&t, 260);
    ck_assert_double_eq_tol(*price, 20, 1e-9);
    economy_until(&t, 390);
    ck_assert_double_eq_tol(*price, 15, 1e-9);
    end(&t);
}
END_TEST

/* On one seed the diffusion is the same: the ratio of both prices is the factor. */
START_TEST(a_price_shock_leaves_the_process_as_it_was)
{
    static const char *const texts[] = {
        "seed: 3\nhorizon: 90\nmarkets: {permanent: 0}\n",
        "seed: 3\nhorizon: 90\nmarkets: {permanent: 0}\nshocks: {crash: {kind: price, at: 20.5, "
        "depth: 0.5, shape: ramp, onset: 10}}\n"};
    double price[2][4];
    for (int shocked = 0; shocked < 2; shocked++) {
        ds_economy_test t;
        begin(&t, texts[shocked]);
        static const double days[] = {20, 25.5, 30.5, 89};
        for (int i = 0; i < 4; i++) {
            economy_until(&t, days[i]);
            price[shocked][i] = t.w->eco->offered.price;
        }
        end(&t);
    }
    /* At half past the hour prices are those of the hour before, levels too. */
    static const double ratio[] = {1, 0.75, 0.5, 0.5};
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq_tol(price[1][i] / price[0][i], ratio[i], 1e-9);
}
END_TEST

/* ---- times, sizes, independence ---- */

#define LEAN                                                                               \
    "seed: 1\nhorizon: 1000\nholders: {scale: 0.001, review: 36500}\nconsumers: {scale: "  \
    "0.002, review: 36500}\ndemand: {scale: 0}\nproviders: {scale: 0.01, review: 36500}\n" \
    "markets: {arbitrage: 0, noise: 0}\n"

/* Counts are Poisson: of mean 8, and variance as large (its own variance is 2 m^2 + m over n). */
START_TEST(random_shocks_strike_at_random)
{
    enum { REPLICAS = 200 };
    ds_economy_test t;
    double sum = 0, squares = 0, size = 0, size_squares = 0, sizes = 0;
    economy_open(&t, LEAN "shocks: {often: {kind: competitor, rate: 7.3, size: {distribution: "
                          "uniform, min: 0.2, max: 0.6}, shape: decay, half_life: 1000}}\n");
    for (uint32_t r = 0; r < REPLICAS; r++) {
        economy_begin(&t, r);
        economy_until(&t, 400);
        const ds_shock_line *const line = &t.w->shock_line[0];
        ck_assert_uint_eq(line->live, line->struck);
        sum += line->struck;
        squares += (line->struck - 8.0) * (line->struck - 8.0);
        for (uint32_t i = 0; i < line->live; i++, sizes++) {
            const double depth = t.w->shock[line->first + i].depth;
            ck_assert(depth >= 0.2 && depth < 0.6);
            size += depth;
            size_squares += (depth - 0.4) * (depth - 0.4);
        }
    }
    ck_assert_double_eq_tol(sum / REPLICAS, 8, 5 * sqrt(8.0 / REPLICAS));
    ck_assert_double_eq_tol(squares / REPLICAS, 8, 5 * sqrt((2 * 64 + 8.0) / REPLICAS));
    /* Of a uniform of width 0.4: variance 0.4^2 / 12, fourth moment 0.4^4 / 80. */
    const double variance = 0.16 / 12;
    ck_assert_double_eq_tol(size / sizes, 0.4, 5 * sqrt(variance / sizes));
    ck_assert_double_eq_tol(size_squares / sizes, variance,
                            5 * sqrt((0.0256 / 80 - variance * variance) / sizes));
    economy_close(&t);
}
END_TEST

START_TEST(a_drawn_depth_is_brought_within_its_range)
{
    ds_economy_test t;
    begin(&t, QUIET "shocks: {a: {kind: credit, at: 3, size: {distribution: deterministic, mean: "
                    "7}}, b: {kind: demand, at: 3, depth: -0.5, size: {distribution: "
                    "deterministic, mean: 3}}}\n");
    economy_until(&t, 3);
    ck_assert_double_eq_tol(t.w->eco->shocked[DS_SHOCK_CREDIT], 0.01, 1e-12);
    ck_assert_double_eq_tol(demand_now(&t), 2.5, 1e-12);
    end(&t);
}
END_TEST

/* Another shock beside it, before it in the list or of the same kind, moves nothing. */
START_TEST(a_shock_does_not_hang_on_others)
{
    static const char *const texts[] = {
        LEAN "shocks: {dark: {kind: outage, rate: 5, size: {distribution: exponential, mean: 0.2}, "
             "shape: decay, half_life: 500}}\n",
        LEAN "shocks: {alas: {kind: outage, rate: 9, depth: 0.3, duration: 30}, dark: {kind: "
             "outage, rate: 5, "
             "size: {distribution: exponential, mean: 0.2}, shape: decay, half_life: 500}}\n"};
    ds_shock seen[2][64];
    uint32_t count[2];
    for (int i = 0; i < 2; i++) {
        ds_economy_test t;
        begin(&t, texts[i]);
        const ds_shock_line *const line = &t.w->shock_line[i];
        if (i) { /* nor do they draw the same */
            ck_assert_double_gt(fabs(line[-1].next * 9 - line->next * 5), 1e-6);
            ck_assert_uint_ne(line[-1].seed, line->seed);
        }
        economy_until(&t, 900);
        ck_assert_uint_gt(count[i] = line->live, 3);
        ck_assert_uint_le(count[i], 64);
        memcpy(seen[i], t.w->shock + line->first, count[i] * sizeof(ds_shock));
        economy_close(&t);
    }
    ck_assert_uint_eq(count[0], count[1]);
    for (uint32_t i = 0; i < count[0]; i++) {
        ck_assert_double_eq(seen[0][i].since, seen[1][i].since);
        ck_assert_double_eq(seen[0][i].depth, seen[1][i].depth);
        ck_assert_uint_eq(seen[0][i].order, seen[1][i].order);
    }
}
END_TEST

/* ---- before the shock, and all at once ---- */

#define SMALL                                                                                      \
    "start: 2026-09-19\nhorizon: 40 d\nseed: 9\nholders: {scale: 0.05}\nconsumers: {scale: 0.1}\n" \
    "demand: {jobs_per_day: 300}\n"

static const char *const kinds[] = {
    "kind: demand, depth: 0.5",
    "kind: price, depth: 0.5",
    "kind: credit, depth: 0.5",
    "kind: competitor, depth: 0.5",
    "kind: cost, depth: 0.5",
    "kind: outage, depth: 0.5, duration: 3 d",
    "kind: outage, depth: 0.5, duration: 3 d, slots: true",
    "kind: exit, depth: 0.5",
    "kind: liquidity, depth: 0.5",
    "kind: unstake, depth: 0.5",
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static double *rows_of(const char *text, size_t *size)
{
    ds_economy_test t;
    double outcomes[64];
    economy_open(&t, text);
    *size = ds_metric_count(ds_diem_model.metrics) * ds_frame_times(&t.scenario.frame);
    double *const rows = calloc(*size, sizeof *rows);
    ck_assert_msg(ds_replica_run(&t.replica, 2, rows, outcomes), "%s", t.replica.status.text);
    economy_close(&t);
    return rows;
}

START_TEST(before_it_strikes_a_shock_changes_no_bit)
{
    char text[600];
    size_t size;
    double *const plain = rows_of(SMALL, &size);
    snprintf(text, sizeof text, SMALL "shocks: {it: {%s, at: 2026-10-14}}\n", kinds[_i]);
    double *const shocked = rows_of(text, &size);
    const size_t metrics = ds_metric_count(ds_diem_model.metrics);
    ck_assert_mem_eq(plain, shocked, 25 * metrics * sizeof *plain); /* days 0 to 24 */
    ck_assert(memcmp(plain + 26 * metrics, shocked + 26 * metrics, metrics * sizeof *plain) != 0);
    free(plain);
    free(shocked);
}
END_TEST

/* A shock of no depth strikes nobody: whole runs agree to the bit. */
START_TEST(a_shock_of_no_depth_is_none)
{
    char text[600];
    size_t size;
    const char *const depth = strstr(kinds[_i], "0.5");
    double *const plain = rows_of(SMALL, &size);
    snprintf(text, sizeof text, SMALL "shocks: {it: {%.*s0%s, rate: 50}}\n",
             (int)(depth - kinds[_i]), kinds[_i], depth + 3);
    double *const shocked = rows_of(text, &size);
    ck_assert_mem_eq(plain, shocked, size * sizeof *plain);
    free(plain);
    free(shocked);
}
END_TEST

#define ALL                                                                                 \
    "shocks:\n"                                                                             \
    "  a: {kind: demand, rate: 20, size: {distribution: uniform, min: 0, max: 1}, shape: "  \
    "decay, half_life: 3}\n"                                                                \
    "  b: {kind: price, rate: 20, size: {distribution: uniform, min: 0, max: 0.9}, shape: " \
    "ramp, onset: 2, duration: 3}\n"                                                        \
    "  c: {kind: credit, rate: 20, depth: 0.5, duration: 4}\n"                              \
    "  d: {kind: competitor, rate: 20, depth: 0.5, duration: 4}\n"                          \
    "  e: {kind: cost, rate: 20, depth: 1, shape: decay, half_life: 5}\n"                   \
    "  f: {kind: outage, rate: 40, depth: 0.8, duration: 9 h}\n"                            \
    "  g: {kind: outage, rate: 40, depth: 0.5, slots: true, shape: decay, half_life: 1}\n"  \
    "  h: {kind: exit, rate: 15, depth: 0.5, duration: 6}\n"                                \
    "  i: {kind: liquidity, rate: 30, depth: 0.9, shape: decay, half_life: 2}\n"            \
    "  j: {kind: unstake, rate: 15, depth: 0.5, within: 12 h}\n"                            \
    "  k: {kind: liquidity, rate: 30, depth: 0.4, pool: diem_vvv}\n"

START_TEST(all_shocks_at_once_keep_the_books)
{
    static const char *const texts[] = {
        SMALL ALL, SMALL ALL "markets: {liquidity: {active: true}}\nperpetual: {active: true}\n",
        SMALL ALL "providers: {cohorts: {all: {count: 60, slots: 6, bond: 20}}}\n"};
    ds_economy_test t;
    economy_open(&t, texts[_i]);
    for (uint32_t replica = 0; replica < 2; replica++) {
        economy_begin(&t, replica);
        for (int day = 1; day <= 40; day++) {
            economy_until(&t, day);
            ck_assert_msg(ds_economy_audit(t.w, &t.replica.status), "%s", t.replica.status.text);
        }
    }
    economy_close(&t);
}
END_TEST

/* ---- order ---- */

typedef struct log {
    char text[800];
} log_of_events;

static void note(void *sink, double time, const char *event, uint32_t subject)
{
    log_of_events *const l = sink;
    const size_t length = strlen(l->text);
    if (strncmp(event, "shock", 5) == 0)
        snprintf(l->text + length, sizeof l->text - length, "%g %s %u; ", time, event, subject);
}

START_TEST(shocks_of_one_moment_strike_in_the_order_of_the_scenario)
{
    log_of_events l = {""};
    ds_economy_test t;
    begin(&t, QUIET "shocks:\n  zebra: {kind: cost, at: 2, depth: 0.1, duration: 3}\n"
                    "  ant: {kind: price, at: 2, depth: 0.5}\n"
                    "  mole: {kind: demand, at: 5, depth: 0.5}\n");
    t.w->engine.trace = note;
    t.w->engine.sink = &l;
    economy_until(&t, 9);
    ck_assert_str_eq(l.text, "2 shock_strikes:zebra 0; 2 shock_strikes:ant 0; 5 "
                             "shock_moves:zebra 1; 5 shock_strikes:mole 0; ");
    t.w->engine.trace = NULL;
    end(&t);
}
END_TEST

START_TEST(without_shocks_nothing_is_pending)
{
    ds_economy_test t;
    begin(&t, QUIET);
    ck_assert_double_eq(ds_engine_get(&t.w->engine, DS_AT_SHOCK), INFINITY);
    economy_until(&t, 30);
    ck_assert_double_eq(ds_engine_get(&t.w->engine, DS_AT_SHOCK), INFINITY);
    for (int kind = 0; kind < DS_SHOCK_FACTORS; kind++)
        ck_assert_double_eq(t.w->eco->shocked[kind], 1);
    end(&t);
}
END_TEST

/* ---- what is refused ---- */

static const struct {
    const char *shock, *said;
} refused[] = {
    {"kind: price, depth: 0.5", "neither 'at' nor 'rate'"},
    {"kind: price, at: 3, rate: 2, depth: 0.5", "strikes once or at random"},
    {"kind: price, at: 3", "neither 'depth' nor 'size'"},
    {"kind: price, at: 3, depth: 1", "must lie in [-99, 0.999]"},
    {"kind: credit, at: 3, depth: 1", "must lie in [-9, 0.99]"},
    {"kind: demand, at: 3, depth: 1.1", "must lie in [-99, 1]"},
    {"kind: cost, at: 3, depth: -1", "must lie in [-0.99, 99]"},
    {"kind: outage, at: 3, depth: -0.1", "must lie in [0, 1]"},
    {"kind: liquidity, at: 3, depth: 1", "must lie in [0, 0.999]"},
    {"at: 3, depth: 1", "'kind' is missing"},
    {"kind: crash, at: 3, depth: 1", "must be one of: demand, price"},
    {"kind: price, at: -1, depth: 0.5", "'at' is -1 d, must lie in [0, 36500]"},
    {"kind: price, at: 2026-09-18, depth: 0.5", "must not be before the start, 2026-09-19"},
    {"kind: price, at: 3, depth: 0.5, shape: ramp", "lacks 'onset'"},
    {"kind: price, at: 3, depth: 0.5, shape: decay", "lacks 'half_life'"},
    {"kind: outage, at: 3, depth: 0.5", "lacks 'duration', which one of kind outage"},
    {"kind: price, at: 3, depth: 0.5, onset: 2", "shape step does not have"},
    {"kind: price, at: 3, depth: 0.5, shape: decay, half_life: 2, duration: 3",
     "shape decay does not have"},
    {"kind: price, at: 3, depth: 0.5, pool: both_",
     "did you mean 'both'? (one of: vvv_usd, diem_vvv, both)"},
    {"kind: price, at: 3, depth: 0.5, pool: vvv_usd", "'pool' is no matter of a shock of price"},
    {"kind: exit, at: 3, depth: 0.5, slots: true", "'slots' is no matter of a shock of exit"},
    {"kind: exit, at: 3, depth: 0.5, within: 3", "'within' is no matter of a shock of exit"},
    {"kind: unstake, at: 3, depth: 0.5, duration: 3", "'duration' is no matter of a shock"},
    {"kind: unstake, at: 3, depth: 0.5, shape: decay, half_life: 2", "'shape' is no matter"},
    {"kind: price, at: 3, depth: 0.5, half_lives: 2", "did you mean 'half_life'"},
    {"kind: price, at: 3, size: {distribution: normal}", "did you mean 'lognormal'"},
};
enum { REFUSED = sizeof refused / sizeof refused[0] };

START_TEST(what_makes_no_sense_is_refused)
{
    char text[300];
    ds_scenario s;
    ds_status st = {0};
    snprintf(text, sizeof text, "seed: 1\nstart: 2026-09-19\nshocks: {it: {%s}}\n",
             refused[_i].shock);
    const ds_scenario_request q = {.path = "x.yaml", .text = text, .models = ds_models};
    ck_assert(!ds_scenario_load(&s, &q, &st));
    ck_assert_msg(strstr(st.text, refused[_i].said) != NULL, "%s", st.text);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_moment_can_be_a_date_and_may_lie_beyond_the_horizon)
{
    static const char *const at[] = {"12.5", "2026-10-01T12:00", "300 h"};
    for (int i = 0; i < 3; i++) {
        char text[300];
        ds_economy_test t;
        snprintf(text, sizeof text,
                 "seed: 1\nstart: 2026-09-19\nhorizon: %d\nshocks: {it: {kind: price, at: %s, "
                 "depth: 0.5}}\n",
                 i ? 20 : 10, at[i]);
        economy_open(&t, text);
        const ds_diem_config *const c = t.w->config;
        ck_assert_double_eq(((const ds_shock_config *)c->shocks.items)->at, 12.5);
        ck_assert_uint_eq(t.scenario.warning_count, i ? 0 : 1);
        economy_close(&t);
    }
}
END_TEST

/* null takes back what an included scenario says of a shape. */
START_TEST(a_variant_can_change_a_shape)
{
    ds_scenario s;
    ds_status st = {0};
    const void *config;
    const ds_scenario_request q = {
        .path = "x.yaml",
        .text = "seed: 1\nshocks: {it: {kind: price, at: 3, depth: 0.5, duration: 4}}\n"
                "variants: {a: {}, b: {shocks: {it: {shape: decay, half_life: 2, duration: null}}},"
                " c: {shocks: {it: null}}}\n",
        .models = ds_models};
    ck_assert_msg(ds_scenario_load(&s, &q, &st), "%s", st.text);
    for (size_t point = 0; point < 3; point++) {
        ck_assert(ds_scenario_config(&s, point, &config, &st));
        const ds_list *const shocks = &((const ds_diem_config *)config)->shocks;
        const ds_shock_config *const it = shocks->items;
        ck_assert_uint_eq(shocks->count, point < 2);
        ck_assert_int_eq(it->shape, point == 1 ? DS_SHAPE_DECAY : DS_SHAPE_STEP);
        ck_assert(point != 0 || it->duration == 4);
        ck_assert(point != 1 || isnan(it->duration));
    }
    ds_scenario_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_level_is_what_its_shape_says, SHAPES},
                             {the_end_is_on_the_hour, 1},
                             {a_factor_follows_its_shocks_hour_by_hour, 0},
                             {many_that_stay_leave_a_factor_above_0_and_finite, 0},
                             {half_the_demand_is_half_the_arrivals, 0},
                             {a_price_shock_is_a_jump_of_the_outside_price, 0},
                             {a_price_shock_leaves_the_process_as_it_was, 0},
                             {random_shocks_strike_at_random, 0},
                             {a_drawn_depth_is_brought_within_its_range, 0},
                             {a_shock_does_not_hang_on_others, 0},
                             {before_it_strikes_a_shock_changes_no_bit, KINDS},
                             {a_shock_of_no_depth_is_none, KINDS},
                             {all_shocks_at_once_keep_the_books, 3},
                             {shocks_of_one_moment_strike_in_the_order_of_the_scenario, 0},
                             {without_shocks_nothing_is_pending, 0},
                             {what_makes_no_sense_is_refused, REFUSED},
                             {a_moment_can_be_a_date_and_may_lie_beyond_the_horizon, 0},
                             {a_variant_can_change_a_shape, 0},
                             {0}};
    return ds_run_tests("shocks", tests, 120);
}

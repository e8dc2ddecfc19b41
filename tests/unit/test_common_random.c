/* Common random numbers: what two rules on one seed share, and that no two streams meet. */
#include "models/diem/compute.h"
#include "models/diem/holders.h"
#include "models/diem/price.h"
#include "tests/economy.h"
#include "tests/reference/cases.h"
#include "tests/unit/run.h"

#include <math.h>
#include <string.h>

/* ---- one economy, other rules ---- */

#define PEOPLE                                                                        \
    "seed: 11\nhorizon: 60\nmarkets: {permanent: 0}\ndemand: {jobs_per_day: 400}\n"   \
    "holders: {scale: 0.05, cohorts: {all: {count: 4000, inertia: 0.5}}}\n"           \
    "consumers: {inertia: 0.5, cohorts: {a: {count: 150}, "                           \
    "b: {count: 50, process: {process: mmpp, rates: [0.6, 2.2], switch: [2, 6]}}}}\n" \
    "providers: {mttf: 200, cohorts: {few: {count: 10, slots: 18}, many: {count: 60, gpus: 2}}}\n"

#define RULES_SAME_WORLD                                                                  \
    "variants:\n"                                                                         \
    "  base: {}\n"                                                                        \
    "  target: {policies: {mint: {target: 60000}}}\n"                                     \
    "  emission: {policies: {emission: {use: target_bonding}}}\n"                         \
    "  fees: {policies: {fee_split: {use: utilization_sloped}}}\n"                        \
    "  governed: {governance: {raise: {at: 10 d, set: {policies.mint.target: 50000}}}}\n" \
    "  dear: {consumers: {outside_price: 3}}\n"                                           \
    "  scarce: {providers: {entry_margin: 2, slash: 0.5, exit_rate: 0.5}}\n"              \
    "  busy: {demand: {scale: 1.3}}\n"                                                    \
    "  crowd: {holders: {growth: {curve: logistic, limit: 2, rate: 5}}, "                 \
    "consumers: {growth: {curve: logistic, limit: 2, rate: 5}}}\n"

enum { VARIANTS = 9, DAYS = 60 };

/* Events that come from outside the economy, or from clocks that no rule touches. */
static const char *const outer[] = {"hour",
                                    "slot_fails",
                                    "holder_review",
                                    "consumer_review",
                                    "provider_review",
                                    "noise_trade",
                                    "arbitrage",
                                    "phase_changes",
                                    NULL};

enum { OUTER = sizeof outer / sizeof outer[0] - 1 };

/* What is shared: how many of each, who and when, in one number; prices and the demand's index. */
typedef struct shared {
    uint64_t count[OUTER], digest[OUTER];
    double price[DAYS], index[DAYS];
    double required; /* of all holders and consumers of the start */
    uint32_t holders, consumers;
    uint64_t turns[DS_PURPOSES];
} shared;

static void listen(void *sink, double time, const char *event, uint32_t subject)
{
    shared *const s = sink;
    uint64_t bits;
    memcpy(&bits, &time, sizeof bits);
    for (int i = 0; i < OUTER; i++) {
        if (strcmp(event, outer[i]) != 0 || (i == 2 && subject >= s->holders) ||
            (i == 3 && subject >= s->consumers))
            continue;
        s->count[i]++;
        const uint64_t who = i < 5 ? subject : 0; /* traders have no number */
        s->digest[i] = (s->digest[i] ^ bits ^ who << 40) * 0x9E3779B97F4A7C15;
    }
}

static void look_at_people(const ds_world *w, shared *s)
{
    s->holders = w->holder_first[w->config->holders.cohorts.count];
    s->consumers = w->consumer_first[w->config->consumers.cohorts.count];
    for (uint32_t i = 0; i < s->holders; i++)
        s->required += (double)w->holder[i].required * (i + 1);
    for (uint32_t i = 0; i < s->consumers; i++)
        s->required += (double)w->consumer[i].required * w->consumer[i].spend;
}

static void turn_to(ds_economy_test *t, size_t point)
{
    ds_status st = {0};
    const void *config;
    ck_assert_msg(ds_scenario_config(&t->scenario, point, &config, &st), "%s", st.text);
    ck_assert_msg(ds_replica_turn(&t->replica, config, &st), "%s", st.text);
}

static shared live(ds_economy_test *t, size_t point)
{
    shared s = {0};
    turn_to(t, point);
    economy_begin(t, 3);
    look_at_people(t->w, &s);
    t->w->engine.sink = &s;
    t->w->engine.trace = listen;
    for (int day = 0; day < DAYS; day++) {
        economy_until(t, day + 1);
        s.price[day] = t->w->eco->offered.price;
        s.index[day] = t->w->eco->index;
    }
    memcpy(s.turns, t->w->eco->turns, sizeof s.turns);
    return s;
}

START_TEST(rules_share_all_that_comes_from_outside)
{
    ds_economy_test t;
    economy_open(&t, "model: diem\nstart: 2026-09-19\n" PEOPLE RULES_SAME_WORLD);
    const shared base = live(&t, 0);
    for (int i = 0; i < OUTER; i++)
        ck_assert_msg(base.count[i] > 30, "%s", outer[i]);
    for (size_t point = 1; point < VARIANTS; point++) {
        const shared other = live(&t, point);
        for (int i = 0; i < OUTER; i++)
            ck_assert_msg(base.count[i] == other.count[i] && base.digest[i] == other.digest[i],
                          "%s under %s", outer[i], ds_scenario_label(&t.scenario, point));
        ck_assert_mem_eq(base.price, other.price, sizeof base.price);
        ck_assert_mem_eq(base.index, other.index, sizeof base.index);
        ck_assert(point == 7 || base.required == other.required); /* a scale of spending */
        ck_assert_uint_eq(base.turns[DS_FOR_HOLDER_TIMES], other.turns[DS_FOR_HOLDER_TIMES]);
        ck_assert_uint_eq(base.turns[DS_FOR_CONSUMER_TIMES], other.turns[DS_FOR_CONSUMER_TIMES]);
    }
    economy_close(&t);
}
END_TEST

/* ---- what differs little, differs in little ---- */

/* Variance over days of the difference of two runs, over that of both. */
static double gain(const double *a, const double *b, size_t n)
{
    double mean[3] = {0}, sum[3] = {0};
    for (size_t i = 0; i < n; i++) {
        mean[0] += a[i] / (double)n;
        mean[1] += b[i] / (double)n;
        mean[2] += (a[i] - b[i]) / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        sum[0] += (a[i] - mean[0]) * (a[i] - mean[0]);
        sum[1] += (b[i] - mean[1]) * (b[i] - mean[1]);
        sum[2] += (a[i] - b[i] - mean[2]) * (a[i] - b[i] - mean[2]);
    }
    return (sum[0] + sum[1]) / sum[2];
}

/* Jobs of each day under two scales of demand: a month later the same jobs still meet the same
 * draws. */
START_TEST(more_demand_is_more_of_the_same_jobs)
{
    enum { LAST = 60 };
    static const char *const named[] = {"jobs", "demand"};
    ds_economy_test t;
    double day[2][2][LAST];
    economy_open(&t, "model: diem\nstart: 2026-09-19\n" PEOPLE
                     "variants: {base: {}, more: {demand: {scale: 1.01}}}\n");
    for (size_t p = 0; p < 2; p++) {
        turn_to(&t, p);
        double *const rows = economy_rows(&t, 0);
        for (size_t m = 0; m < 2; m++)
            for (size_t k = 0; k < LAST; k++)
                day[p][m][k] = rows[(k + 1) * ds_metric_count(ds_diem_model.metrics) +
                                    economy_metric(named[m])];
        free(rows);
    }
    ck_assert_double_gt(gain(day[0][0], day[1][0], LAST), 30);
    ck_assert_double_gt(gain(day[0][1], day[1][1], LAST), 30);
    economy_close(&t);
}
END_TEST

/* A rule that changes next to nothing: nothing in the economy magnifies it. */
START_TEST(next_to_no_change_is_next_to_no_difference)
{
    enum { PAIRS = 12 };
    static const char *const named[] = {"vvv_price", "diem_price", "vvv_staked", "diem_supply",
                                        "share_own"};
    enum { NAMED = sizeof named / sizeof named[0] };
    ds_economy_test t;
    double end[2][NAMED][PAIRS];
    economy_open(&t, "model: diem\nstart: 2026-09-19\n" PEOPLE
                     "variants: {base: {}, tiny: {policies: {mint: {target: 40000.01}}}}\n");
    const size_t last = ds_frame_times(&t.scenario.frame) - 1;
    for (size_t p = 0; p < 2; p++) {
        turn_to(&t, p);
        for (uint32_t r = 0; r < PAIRS; r++) {
            double *const rows = economy_rows(&t, r);
            for (size_t m = 0; m < NAMED; m++)
                end[p][m][r] =
                    rows[last * ds_metric_count(ds_diem_model.metrics) + economy_metric(named[m])];
            free(rows);
        }
    }
    for (size_t m = 0; m < NAMED; m++)
        ck_assert_msg(gain(end[0][m], end[1][m], PAIRS) > 100, "%s: %g", named[m],
                      gain(end[0][m], end[1][m], PAIRS));
    economy_close(&t);
}
END_TEST

/* ---- keys ---- */

/* A turn's blocks are its own: those of a review, of a moved job, of a repair. */
START_TEST(turns_have_blocks_of_their_own)
{
    ds_economy_test t;
    economy_open(&t, "model: diem\nstart: 2026-09-19\n" PEOPLE);
    economy_begin(&t, 0);
    const uint64_t first = ds_turn(t.w, DS_FOR_HOLDER_TIMES);
    const uint64_t second = ds_turn(t.w, DS_FOR_HOLDER_TIMES);
    ck_assert_uint_ge((second - first) * 2, DS_HOLDER_OPTIONS);
    ck_assert_uint_ge((second - first) * 2, DS_ROUTES);
    ck_assert_uint_ge((second - first) * 2, DS_RNG_BATCH);
    ck_assert_uint_lt(DS_PURPOSES, DS_RNG_PURPOSES);
    economy_close(&t);
}
END_TEST

typedef struct word {
    uint64_t value;
} word;

static int by_word(const void *a, const void *b)
{
    const uint64_t x = ((const word *)a)->value, y = ((const word *)b)->value;
    return (x > y) - (x < y);
}

/* Words of neighbouring keys, of every part of a key: no two alike. */
START_TEST(no_two_keys_give_a_word_twice)
{
    enum { SIDE = 12, ALL = SIDE * SIDE * SIDE * SIDE * 2 };
    static const uint64_t blocks[SIDE] = {0,
                                          1,
                                          15,
                                          16,
                                          17,
                                          (uint64_t)1 << 32,
                                          ((uint64_t)1 << 32) + 1,
                                          (uint64_t)2 << 32,
                                          (uint64_t)8760 << 32,
                                          ((uint64_t)8760 << 32) + 16,
                                          (uint64_t)1 << 55,
                                          255};
    word *const all = malloc(ALL * sizeof *all);
    size_t n = 0;
    for (uint32_t replica = 0; replica < SIDE; replica++)
        for (uint32_t purpose = 0; purpose < SIDE; purpose++)
            for (uint32_t agent = 0; agent < SIDE; agent++)
                for (size_t b = 0; b < SIDE; b++, n += 2) {
                    uint64_t out[2];
                    ds_rng_block(5, replica, purpose, agent, blocks[b], out);
                    all[n].value = out[0];
                    all[n + 1].value = out[1];
                }
    qsort(all, n, sizeof *all, by_word);
    for (size_t i = 1; i < n; i++)
        ck_assert(all[i].value != all[i - 1].value);
    free(all);
}
END_TEST

/* ---- the method, where the answer is known ---- */

static double stock(uint32_t replica, double volatility)
{
    const ds_price_config config = {.drift = 0.05, .volatility = volatility};
    ds_rng rng = ds_rng_stream(7, replica, DS_FOR_PRICE, UINT32_MAX);
    return ds_price_step(&config, 100, 365, 365, &rng);
}

START_TEST(paired_geometric_motions_have_the_known_gain)
{
    enum { DRAWS = 400000 };
    double mean[2] = {0}, square[2] = {0};
    for (uint32_t r = 0; r < DRAWS; r++) {
        const double x = stock(r, 0.2);
        const double by[2] = {x - stock(r, 0.25), x - stock(r + DRAWS, 0.25)};
        for (int i = 0; i < 2; i++) {
            mean[i] += by[i] / DRAWS;
            square[i] += by[i] * by[i] / DRAWS;
        }
    }
    const char *const setting = "GBM S0=100 mu=.05 T=1 policies sigma=0.2 vs 0.25 same Z";
    const double paired = square[0] - mean[0] * mean[0], apart = square[1] - mean[1] * mean[1];
    const double known = case_value("crn", setting, "Var(S1-S2) under CRN");
    ck_assert_double_eq_tol(paired / known, 1, 0.02);
    ck_assert_double_eq_tol(
        apart / paired / case_value("crn", setting, "variance ratio independent/CRN"), 1, 0.05);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{rules_share_all_that_comes_from_outside, 0},
                             {more_demand_is_more_of_the_same_jobs, 0},
                             {next_to_no_change_is_next_to_no_difference, 0},
                             {turns_have_blocks_of_their_own, 0},
                             {no_two_keys_give_a_word_twice, 0},
                             {paired_geometric_motions_have_the_known_gain, 0},
                             {0}};
    return ds_run_tests("common_random", tests, 120);
}

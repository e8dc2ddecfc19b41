/* The identities of models/diem/ODD.md, section 8, line by line, at every observation of a run
 * with every mechanism on, but for what they exclude: redemption, repricing, and actions that
 * change the price or the split of fees on the way. */
#include "tests/everything.h"
#include "tests/unit/run.h"

#include <math.h>
#include <stdio.h>

enum { DAYS = 60, TERMS = 9 };

typedef enum ds_when {
    NOW,    /* at the observation */
    CHANGE, /* since the last one */
} ds_when;

typedef struct ds_term {
    double factor;
    const char *metric;
    ds_when when;
} ds_term;

/* Sums to 0; a flow is a day's, and observations are a day apart. */
typedef struct ds_sum_rule {
    double tolerance; /* in the metrics' unit */
    ds_term term[TERMS];
} ds_sum_rule;

#define PLUS(metric)    \
    {                   \
        1, #metric, NOW \
    }
#define MINUS(metric)    \
    {                    \
        -1, #metric, NOW \
    }
static const ds_sum_rule sums[] = {
    {1e-6,
     {PLUS(vvv_circulating), PLUS(vvv_staked), PLUS(vvv_cooling), MINUS(vvv_effective_supply)}},
    {1e-6, {{1, "vvv_supply", CHANGE}, MINUS(vvv_emitted)}},
    {1e-6, {{1, "vvv_effective_supply", CHANGE}, MINUS(vvv_emitted), PLUS(vvv_burned)}},
    {1e-6, {{1, "diem_supply", CHANGE}, MINUS(diem_minted), PLUS(diem_burned)}},
    {1e-6,
     {PLUS(served), MINUS(fees_usd), MINUS(fees_credit), MINUS(fees_bundled), MINUS(fees_diem)}},
    {1e-12,
     {PLUS(share_pay), PLUS(share_own), PLUS(share_rent), PLUS(share_outside), {-1, NULL, NOW}}},
    /* What the treasury pays for credit is six tenths of it, less what it goes on owing. A job's
     * parts are rounded down to 1e-8. */
    {1e-4,
     {PLUS(paid_providers),
      PLUS(paid_stakers),
      PLUS(paid_minters),
      PLUS(paid_treasury),
      PLUS(paid_burn),
      MINUS(fees_usd),
      {-0.6, "fees_in_kind", NOW},
      {1, "liability", CHANGE}}},
    {1e-4, {PLUS(paid_stakers), {-0.1, "fees_usd", NOW}}},
    {1e-4, {PLUS(paid_minters), {-0.1, "fees_usd", NOW}}},
    {1e-4, {PLUS(paid_burn), {-0.1, "fees_usd", NOW}}},
    {1e-14, {PLUS(apr_staked), MINUS(apr_emission), MINUS(apr_fees)}},
};

/* Products: a * b = factor * c. */
typedef struct ds_product_rule {
    const char *a, *b, *c;
    double factor;
} ds_product_rule;

static const ds_product_rule products[] = {
    {"average_lock", "diem_supply", "vvv_locked", 1},
    {"compute_price", "served", "served", 1},
    {"diem_vvv", "vvv_price", "diem_price", 1},
    {"perpetuity_yield", "diem_price", "credit_value", 365},
    {"utilization", "slots_up", "busy", 1},
    {"real_yield_share", "apr_staked", "apr_fees", 1},
};

/* Never above: the part, and the whole. */
static const char *const parts[][2] = {
    {"fees_rented", "fees_credit"},        {"vvv_locked", "vvv_staked"},
    {"diem_staked", "diem_supply"},        {"busy", "slots_up"},
    {"loans_vvv", "lending_supplied_vvv"}, {"loans_diem", "lending_supplied_diem"},
};

/* Who has come stays. */
static const char *const rising[] = {"holders", "consumers"};

static double read(const double *rows, size_t k, const char *metric)
{
    if (strcmp(metric, "fees_in_kind") == 0)
        return read(rows, k, "fees_credit") + read(rows, k, "fees_bundled") +
               read(rows, k, "fees_diem");
    return economy_at(rows, k, metric);
}

static double sum_of(const ds_sum_rule *rule, const double *rows, size_t k)
{
    double sum = 0;
    for (const ds_term *t = rule->term; t < rule->term + TERMS && t->factor != 0; t++) {
        if (!t->metric)
            sum += t->factor;
        else if (t->when == CHANGE)
            sum += t->factor * (read(rows, k, t->metric) - read(rows, k - 1, t->metric));
        else
            sum += t->factor * read(rows, k, t->metric);
    }
    return sum;
}

static void sum_holds(const ds_sum_rule *rule, const double *rows, size_t k)
{
    const double sum = sum_of(rule, rows, k);
    ck_assert_msg(fabs(sum) <= rule->tolerance, "time %zu: the sum from '%s' on is %g", k,
                  rule->term[0].metric, sum);
}

static void sums_hold(const double *rows, size_t k)
{
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++)
        sum_holds(&sums[i], rows, k);
}

static void products_hold(const double *rows, size_t k)
{
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        const ds_product_rule *const r = &products[i];
        const double expected = r->factor * read(rows, k, r->c);
        const double product = read(rows, k, r->a) * read(rows, k, r->b);
        ck_assert_msg(fabs(product - expected) <= 1e-12 * fabs(expected), "day %zu: %s * %s is %g",
                      k, r->a, r->b, product);
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        ck_assert_msg(read(rows, k, parts[i][0]) <= read(rows, k, parts[i][1]) * (1 + 1e-12),
                      "day %zu: %s", k, parts[i][0]);
}

static void crowds_stay(const double *rows, size_t k)
{
    for (size_t i = 0; i < sizeof rising / sizeof rising[0]; i++)
        ck_assert_double_ge(read(rows, k, rising[i]), read(rows, k - 1, rising[i]));
}

static double diem_held(const double *rows, size_t k)
{
    return read(rows, k, "diem_staked") + read(rows, k, "diem_liquid") +
           read(rows, k, "diem_pooled") + read(rows, k, "diem_cooling") +
           read(rows, k, "diem_collateral");
}

/* A locked sVVV keeps eight tenths of its part. */
static void shares_hold(const double *rows, size_t k)
{
    const double staked = read(rows, k, "vvv_staked");
    const double kept = staked - (1 - 0.8) * read(rows, k, "vvv_locked");
    ck_assert_double_eq_tol(read(rows, k, "stakers_share") * staked, kept, 1e-12 * staked);
    ck_assert_double_le(diem_held(rows, k), read(rows, k, "diem_supply"));
}

/* DIEM that no metric counts lies with traders, apart from the pools, and with the treasury. */
static void diem_is_somewhere(const ds_world *w, const double *rows)
{
    static const ds_bucket others[] = {DS_NOISE, DS_MAKING, DS_LP, DS_VENUE, DS_PROTOCOL};
    double all = diem_held(rows, DAYS);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        all += ds_tokens(w->eco->ledger.book[DS_DIEM].bucket[others[i]]);
    ck_assert_double_eq_tol(all, read(rows, DAYS, "diem_supply"), 1e-6);
}

START_TEST(every_identity_holds_at_every_observation)
{
    ds_economy_test t;
    everything_open(
        &t, "seed: 5\nhorizon: 60\nobserve: 1\n" EVERYTHING_CALM EVERYTHING("600", "0", "0"));
    ck_assert_uint_eq(ds_frame_times(&t.scenario.frame), DAYS + 1);
    for (uint32_t r = 0; r < 3; r++) {
        double *const rows = economy_rows(&t, r);
        ck_assert_double_gt(read(rows, DAYS, "liability"), 0); /* insolvency too */
        for (size_t k = 1; k <= DAYS; k++) {
            sums_hold(rows, k);
            products_hold(rows, k);
            shares_hold(rows, k);
            crowds_stay(rows, k);
        }
        diem_is_somewhere(t.w, rows);
        ck_assert_msg(ds_economy_audit(t.w, &t.replica.status), "%s", t.replica.status.text);
        free(rows);
    }
    economy_close(&t);
}
END_TEST

/* Change of what is waiting or in service = demand - served, where nothing is lost. */
START_TEST(what_arrived_and_is_not_served_is_in_the_house)
{
    ds_economy_test t;
    economy_open(&t, "seed: 6\nhorizon: 20\nobserve: 1\nholders: {scale: 0.01}\n"
                     "consumers: {scale: 0.1}\ndemand: {scale: 1.5}\n"
                     "providers: {mttf: 30, queue: 1000000, patience: unlimited}\n");
    double *const rows = economy_rows(&t, 0);
    double left = 0;
    ds_sum present = 0;
    for (size_t k = 1; k <= 20; k++)
        left += read(rows, k, "demand") - read(rows, k, "served");
    for (uint32_t s = 0; s < t.w->slots; s++)
        present += t.w->slot[s].cost;
    for (uint32_t i = 0; i < t.w->eco->queue_length; i++)
        present += t.w->queue[(t.w->eco->queue_head + i) % t.w->queue_capacity].cost;
    ck_assert_double_gt(left, 100);
    ck_assert_double_eq_tol(left, ds_tokens((ds_amount)present), 1e-5);
    free(rows);
    economy_close(&t);
}
END_TEST

/* Emission accrues continuously: an interval that ends between two times at which it is shared has
 * what accrued in it, and who looks at it changes nothing. */
START_TEST(what_is_emitted_is_seen_whenever_it_is_looked_at)
{
    static const char *const observe[] = {"0.03", "0.37", "unlimited"};
    double treasury[3], unclaimed[3];
    for (int i = 0; i < 3; i++) {
        ds_economy_test t;
        char text[400];
        (void)snprintf(text, sizeof text,
                       "seed: 6\nhorizon: 1.9\nobserve: %s\nholders: {scale: 0.001}\n"
                       "consumers: {scale: 0.01}\ndemand: {jobs_per_day: 100}\n"
                       "policies: {emission: {use: formula, emission: 1e6}}\n",
                       observe[i]);
        economy_open(&t, text);
        double *const rows = economy_rows(&t, 0);
        const size_t last = ds_frame_times(&t.scenario.frame) - 1;
        for (size_t k = 1; k <= last; k++) {
            ck_assert_double_eq_tol(read(rows, k, "vvv_emitted"), 1e6 / 365, 1e-5);
            sum_holds(&sums[0], rows, k);
        }
        ck_assert_double_eq_tol(read(rows, last, "vvv_supply") - read(rows, 0, "vvv_supply"),
                                1e6 / 365 * 1.9, 1e-6);
        treasury[i] = read(rows, last, "vvv_treasury");
        unclaimed[i] = read(rows, last, "vvv_unclaimed");
        ck_assert_double_eq(treasury[i], treasury[0]);
        ck_assert_double_eq(unclaimed[i], unclaimed[0]);
        free(rows);
        economy_close(&t);
    }
    /* Of what nobody has claimed, locked stake left a fifth of its part to the treasury. */
    ck_assert_double_gt(treasury[0], 0.04 * 1e6 / 365 * 1.9);
}
END_TEST

/* The price of the venue moves every hour: each hour has its own, none is seen twice. */
START_TEST(an_observation_on_the_hour_has_that_hour)
{
    static const char *const warmup[] = {"0", "31 h"};
    ds_economy_test t;
    char text[300];
    (void)snprintf(text, sizeof text,
                   "seed: 6\nhorizon: 6\nwarmup: %s\nobserve: 1 h\nholders: {scale: 0.001}\n"
                   "consumers: {scale: 0.01}\ndemand: {jobs_per_day: 100}\n"
                   "markets: {permanent: 0}\n",
                   warmup[_i]);
    economy_open(&t, text);
    double *const rows = economy_rows(&t, 0);
    for (size_t k = 1; k < ds_frame_times(&t.scenario.frame); k++)
        ck_assert_msg(read(rows, k, "vvv_price_outside") != read(rows, k - 1, "vvv_price_outside"),
                      "nothing happened in hour %zu", k);
    free(rows);
    economy_close(&t);
}
END_TEST

/* The credit of the first, shorter day, and of the next, expires at midnight, not an hour later. */
START_TEST(midnight_is_midnight_whatever_the_hour_of_the_start)
{
    ds_economy_test t;
    char text[300];
    const size_t hour = (size_t)_i;
    (void)snprintf(text, sizeof text,
                   "seed: 6\nstart: 2026-09-19T%02zu:00\nhorizon: 49 h\nobserve: 1 h\n"
                   "holders: {scale: 0.001}\nconsumers: {scale: 0.01}\n"
                   "demand: {jobs_per_day: 10}\n",
                   hour);
    economy_open(&t, text);
    double *const rows = economy_rows(&t, 0);
    for (size_t k = 1; k < ds_frame_times(&t.scenario.frame); k++)
        ck_assert_msg((read(rows, k, "credit_expired") > 0) == ((hour + k) % 24 == 0),
                      "a start at %zu, %zu hours on", hour, k);
    free(rows);
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{every_identity_holds_at_every_observation, 0},
                             {what_arrived_and_is_not_served_is_in_the_house, 0},
                             {what_is_emitted_is_seen_whenever_it_is_looked_at, 0},
                             {an_observation_on_the_hour_has_that_hour, 2},
                             {midnight_is_midnight_whatever_the_hour_of_the_start, 24},
                             {0}};
    return ds_run_tests("identities", tests, 120);
}

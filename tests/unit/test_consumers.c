/* One consumer, review by review: when it goes outside, and when it buys DIEM and sells it. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/consumers.h"

#define ONE                                                                                        \
    "seed: 1\nhorizon: 40\nholders: {review: 36500, cohorts: {all: {count: 5, inertia: 1}}}\n"     \
    "providers: {review: 36500}\ndemand: {scale: 1e-3, growth_limit: 1}\nmarkets: {arbitrage: 0, " \
    "noise: 0, price: {volatility: 0, jumps: 0}}\nconsumers: {review: 36500, inertia: 0, churn: "  \
    "0, taste: 1e-4, outside_price: 3, wait_tolerance: 0.1, loss_tolerance: 0.2, switching: "

/* To whom DIEM is worth more than it costs at the start. */
#define OWNER "{count: 1, required: 0.1, required_spread: 0}"

START_TEST(who_waits_or_is_lost_beyond_what_it_tolerates_goes_outside)
{
    static const struct {
        double wait, lost;
        bool outside;
    } seen[] = {{0, 0, false},     {0.1, 0.2, false}, {0.1001, 0, true}, {0, 0, false},
                {0, 0.2001, true}, {0, 0.2, false},   {0.2, 0.3, true},  {0.2, 0, true},
                {0, 0.3, true},    {0, 0, false}};
    ds_economy_test t;
    economy_open(&t, ONE "0, cohorts: {all: {count: 1}}}\n");
    economy_begin(&t, 0);
    for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++) {
        t.w->eco->wait_seen = seen[i].wait;
        t.w->eco->lost_seen = seen[i].lost;
        ck_assert(ds_consumer_review(t.w));
        ck_assert_msg((t.w->consumer[0].route == DS_ROUTE_OUTSIDE) == seen[i].outside, "%zu", i);
    }
    economy_close(&t);
}
END_TEST

/* A DIEM is worth a year's credit over the required return: here so many times its price. Who owns
 * buys below it, sells above 1.3 times it, and between the two does nothing. */
static void require(ds_economy_test *t, double price_over_worth)
{
    ds_consumer *const c = &t->w->consumer[0];
    c->required = 1;
    c->required = (float)(price_over_worth * ds_diem_worth(t->w, c) / t->w->eco->diem_price);
}

START_TEST(diem_is_bought_below_its_worth_and_sold_well_above)
{
    ds_economy_test t;
    economy_open(&t, ONE "10, cohorts: {all: " OWNER "}}\ninitial: {consumers_share: 1e-5}\n");
    economy_begin(&t, 0);
    const ds_consumer *const c = &t.w->consumer[0];
    ck_assert_uint_eq(c->route, DS_ROUTE_OWN); /* and it stays, for what switching costs */
    const ds_amount first = c->diem_staked;
    ck_assert_int_gt(first, 0);
    require(&t, 1.01);
    ck_assert(ds_consumer_review(t.w));
    ck_assert_int_eq(c->diem_staked, first);
    require(&t, 1.29);
    ck_assert(ds_consumer_review(t.w));
    ck_assert_int_eq(c->diem_staked, first);
    require(&t, 0.98);
    ck_assert(ds_consumer_review(t.w));
    const ds_amount more = c->diem_staked;
    ck_assert_int_gt(more, first);
    require(&t, 1.31);
    ck_assert(ds_consumer_review(t.w));
    ck_assert_int_lt(c->diem_staked, more);
    ck_assert_int_eq(c->diem_cooling, more - c->diem_staked);
    ck_assert_uint_eq(c->route, DS_ROUTE_OWN);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* 0.4 DIEM, of which a review lets half go: 0.2 and 0.1 stay, and then less than an account must
 * have. A second request within the day puts the first one off. */
START_TEST(a_request_within_a_cooldown_restarts_it)
{
    ds_economy_test t;
    economy_open(&t, ONE "10, step: 0.5, cohorts: {all: " OWNER "}}\ninitial: {diem_staked: 20000, "
                         "consumers_share: 2e-5}\n");
    economy_begin(&t, 0);
    const ds_consumer *const c = &t.w->consumer[0];
    ck_assert_int_eq(c->diem_staked, 40000000);
    require(&t, 2);
    ck_assert(ds_consumer_review(t.w));
    ck_assert_int_eq(c->diem_staked, 20000000);
    ck_assert_int_eq(c->diem_cooling, 20000000);
    economy_until(&t, 0.6);
    require(&t, 2);
    ck_assert(ds_consumer_review(t.w));
    ck_assert_int_eq(c->diem_staked, 10000000);
    economy_until(&t, 1.55);
    ck_assert_int_eq(c->diem_cooling, 30000000);
    economy_until(&t, 1.65);
    ck_assert_int_eq(c->diem_cooling, 0);
    require(&t, 2);
    ck_assert(ds_consumer_review(t.w));
    ck_assert_int_eq(c->diem_staked, 0);
    ck_assert_int_eq(c->diem_cooling, 10000000);
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{who_waits_or_is_lost_beyond_what_it_tolerates_goes_outside, 0},
                             {diem_is_bought_below_its_worth_and_sold_well_above, 0},
                             {a_request_within_a_cooldown_restarts_it, 0},
                             {0}};
    return ds_run_tests("consumers", tests, 60);
}

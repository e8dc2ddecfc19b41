/* How consumers pay: own DIEM, rented DIEM-days, cash, DIEM as money; and who is paid for it. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/consumers.h"
#include "models/diem/rent.h"

#include <math.h>

#define FEW                                                                                       \
    "seed: 1\nhorizon: 60\nholders: {review: 36500, cohorts: {all: {count: 50, inertia: 1, use: " \
    "0.5, rent_out: 0.2}}}\nproviders: {review: 36500}\ndemand: {jobs_per_day: 400}\n"

static double renting(const ds_economy_test *t)
{
    return ds_tokens_of_sum(t->w->eco->rent.wanted);
}

START_TEST(what_renters_pay_reaches_the_owners_but_for_dust)
{
    ds_economy_test t;
    economy_open(&t, FEW "markets: {rental: {speed: 0, friction: 0}}\n");
    economy_begin(&t, 0);
    ck_assert_double_gt(renting(&t), 0);
    economy_until(&t, 20.5);
    const double paid = t.w->eco->flow.rent;
    ck_assert_double_gt(paid, 1000);
    double before = 0, after = 0;
    for (uint32_t i = 0; i < t.w->holders; i++) {
        before += ds_tokens(t.w->holder[i].usd);
        ck_assert(ds_rent_settle(t.w, &t.w->holder[i]));
        after += ds_tokens(t.w->holder[i].usd);
    }
    ck_assert_double_le(after - before, paid);
    ck_assert_double_ge(after - before, paid - 1e-4);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* A day's rent is DIEM let times the price; what is let is a part of what is offered: 0.5 * 0.2. */
START_TEST(no_more_is_let_than_owners_offer)
{
    ds_economy_test t;
    economy_open(&t, FEW "markets: {rental: {speed: 0, friction: 0}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 1);
    const ds_rental *const r = &t.w->eco->rent;
    const double staked = ds_tokens(t.w->eco->ledger.book[DS_DIEM].bucket[DS_STAKED]);
    const double offered = 0.5 * 0.2 * staked;
    ck_assert_double_eq_tol(ds_tokens(r->let), fmin(offered, ds_tokens_of_sum(r->wanted)),
                            1e-6 * staked);
    ck_assert_double_eq_tol(t.w->eco->flow.rent, 0.8 * ds_tokens(r->let), 1e-4);
    economy_close(&t);
}
END_TEST

/* Consumers review many times a day, to and fro: what they pay with rented DIEM is what was let. */
START_TEST(no_more_rented_credit_is_used_than_was_let)
{
    ds_economy_test t;
    economy_open(&t, FEW "markets: {rental: {friction: 0}}\n"
                         "consumers: {review: 0.3, inertia: 0, taste: 0.3, switching: 0}\n");
    economy_begin(&t, 0);
    const ds_economy *const e = t.w->eco;
    double used = 0;
    for (int day = 0; day < 20; day++) {
        const double before = e->flow.fees_rented, let = ds_tokens(e->rent.let);
        economy_until(&t, day + 0.999999);
        ck_assert_double_le(e->flow.fees_rented - before, let + 1e-4);
        used += e->flow.fees_rented - before;
        economy_until(&t, day + 1);
    }
    ck_assert_double_gt(used, 1000);
    economy_close(&t);
}
END_TEST

/* Four times, and a quarter, of what is offered is wanted: half of what is staked. */
START_TEST(the_scarcer_side_gets_all_it_wants)
{
    static const double times[] = {4, 0.25};
    ds_economy_test t;
    economy_open(&t,
                 "seed: 1\nhorizon: 9\nholders: {review: 36500, cohorts: {all: {count: 50, use: 0, "
                 "rent_out: 0.5}}}\nconsumers: {review: 36500}\nmarkets: {rental: {speed: 0}}\n");
    economy_begin(&t, 0);
    ds_rental *const r = &t.w->eco->rent;
    const double offered = 0.5 * ds_tokens(t.w->eco->ledger.book[DS_DIEM].bucket[DS_STAKED]);
    r->wanted = (ds_sum)(times[_i] * offered * 1e8);
    economy_until(&t, 1);
    const double ratio = ds_tokens_of_sum(r->wanted) / offered; /* some review */
    ck_assert_double_eq_tol(ratio, times[_i], 0.1 * times[_i]);
    ck_assert_double_eq_tol(r->filled, fmin(1, 1 / ratio), 1e-9);
    ck_assert_double_eq_tol(r->sold, fmin(1, ratio), 1e-9);
    ck_assert_double_eq_tol(ds_tokens(r->let), offered * fmin(1, ratio), 1e-6);
    ck_assert_double_eq_tol(ds_credit_worth(t.w, 0), 0.8 * 0.5 * r->sold, 1e-9);
    economy_close(&t);
}
END_TEST

START_TEST(rent_rises_when_more_is_wanted_than_offered_and_falls_when_less)
{
    static const char *const texts[] = {
        "seed: 1\nhorizon: 9\nholders: {review: 36500, cohorts: {all: {count: 50, use: 1}}}\n",
        "seed: 1\nhorizon: 9\nholders: {review: 36500, cohorts: {all: {count: 50, use: 0, "
        "rent_out: 1}}}\nconsumers: {taste: 1e-4}\n"};
    ds_economy_test t;
    economy_open(&t, texts[_i]);
    economy_begin(&t, 0);
    economy_until(&t, 1);
    const double price = t.w->eco->rent.price;
    if (_i == 0)
        ck_assert_double_gt(price, 0.8);
    else
        ck_assert_double_lt(price, 0.8);
    economy_until(&t, 9);
    ck_assert_double_ge(t.w->eco->rent.price, 0.05);
    ck_assert_double_le(t.w->eco->rent.price, 1);
    economy_close(&t);
}
END_TEST

/* Protocol documentation: a DIEM is worth 365 * use * list / required return to who uses it. */
START_TEST(prices_of_the_routes_are_those_of_their_definitions)
{
    ds_economy_test t;
    economy_open(&t, "seed: 1\nmarkets: {rental: {friction: 0.05}}\nconsumers: {cover: 0.8, "
                     "outside_price: 1.3}\ninitial: {diem_price: "
                     "1460}\npolicies: {pricing: {use: fixed, price: 1.1}}\n");
    economy_begin(&t, 0);
    double price[DS_ROUTES];
    t.w->eco->rent.filled = 0.25;
    ds_route_prices(t.w, &(ds_consumer){.required = 0.2F}, price);
    ck_assert_double_eq_tol(price[DS_ROUTE_PAY], 1.1, 1e-12);
    ck_assert_double_eq_tol(price[DS_ROUTE_OWN], 1.1, 1e-6); /* worth 365 * 0.8 / 0.2 = 1460 */
    ck_assert_double_eq_tol(price[DS_ROUTE_RENT], 0.25 * (1.1 * 0.8 / 0.8 + 0.05) + 0.75 * 1.1,
                            1e-12);
    ck_assert_double_eq_tol(price[DS_ROUTE_OUTSIDE], 1.3, 1e-12);
    economy_close(&t);
}
END_TEST

START_TEST(diem_can_pay_for_inference_through_the_pools)
{
    ds_economy_test t;
    economy_open(&t, FEW "consumers: {review: 36500, cohorts: {all: {count: 20, pays_diem: 1}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 10.5);
    ck_assert_double_gt(t.w->eco->flow.fees_diem, 1000);
    ck_assert_double_le(ds_tokens(t.w->eco->diem_bill), t.w->eco->flow.fees_diem / 5);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

START_TEST(a_dearer_price_of_compute_is_charged_and_thins_demand)
{
    double fees[2], demand[2];
    for (int dear = 0; dear < 2; dear++) {
        ds_economy_test t;
        economy_open(&t, dear ? FEW "policies: {pricing: {use: fixed, price: 2}}\nconsumers: "
                                    "{outside_price: 100, elasticity: 0.5}\n"
                              : FEW "consumers: {outside_price: 100, elasticity: 0.5}\n");
        economy_begin(&t, 0);
        economy_until(&t, 40);
        const ds_flows *const f = &t.w->eco->flow;
        fees[dear] = f->fees_usd + f->fees_credit;
        demand[dear] = f->demand;
        ck_assert_double_eq_tol(fees[dear] / f->served, dear ? 2 : 1, 1e-6);
        economy_close(&t);
    }
    ck_assert_double_lt(demand[1], 0.95 * demand[0]);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{what_renters_pay_reaches_the_owners_but_for_dust, 0},
                             {no_more_is_let_than_owners_offer, 0},
                             {no_more_rented_credit_is_used_than_was_let, 0},
                             {the_scarcer_side_gets_all_it_wants, 2},
                             {rent_rises_when_more_is_wanted_than_offered_and_falls_when_less, 2},
                             {prices_of_the_routes_are_those_of_their_definitions, 0},
                             {diem_can_pay_for_inference_through_the_pools, 0},
                             {a_dearer_price_of_compute_is_charged_and_thins_demand, 0},
                             {0}};
    return ds_run_tests("rent", tests, 120);
}

/* Shocks: when they strike, how they come and go, and what each kind does. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/compute.h"
#include "models/diem/consumers.h"
#include "models/diem/fees.h"
#include "models/diem/market.h"
#include "models/diem/providers.h"
#include "models/diem/rent.h"
#include "models/diem/shocks.h"

#include <math.h>
#include <stdlib.h>

/* Nobody acts of their own accord, and the outside price stands still. */
#define STILL                                                                                    \
    "seed: 1\nhorizon: 400\nholders: {review: 36500, cohorts: {all: {count: 50, inertia: 1}}}\n" \
    "consumers: {cohorts: {all: {count: 10, review: 36500}}}\n"                                  \
    "markets: {arbitrage: 0, noise: 0, price: {volatility: 0, jumps: 0}}\n"
#define QUIET STILL "demand: {scale: 0}\nproviders: {review: 36500, mttf: unlimited}\n"
/* A hundred providers of four equal slots, all in the network. */
#define EQUAL(more)                                                                        \
    STILL "demand: {jobs_per_day: 500}\nproviders: {review: 36500, mttf: unlimited, " more \
          "cohorts: {all: {count: 100, slots: 4, active: 1}}}\n"

static void begin(ds_economy_test *t, const char *text)
{
    economy_open(t, text);
    economy_begin(t, 0);
}

static void end(ds_economy_test *t)
{
    ck_assert_msg(ds_economy_audit(t->w, &t->replica.status), "%s", t->replica.status.text);
    economy_close(t);
}

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

/* ---- credit ---- */

START_TEST(a_devalued_credit_pays_less_of_a_bill)
{
    ds_economy_test t;
    begin(&t, QUIET "shocks: {weak: {kind: credit, at: 10.5, depth: 0.4}}\n");
    ds_consumer *const c = &t.w->consumer[0];
    c->diem_staked = 10 * (ds_amount)DS_UNIT; /* the ledger never hears of it */
    c->required = 0.2F;
    const double worth = ds_diem_worth(t.w, c);
    const ds_amount owners = t.w->eco->ledger.book[DS_DIEM].bucket[DS_STAKED];
    economy_until(&t, 10.4);
    ck_assert(ds_bill(t.w, 0, 0, 8 * (ds_amount)DS_UNIT));
    ck_assert_double_eq(t.w->eco->flow.fees_credit, 8);
    economy_until(&t, 10.5); /* 6 USD a day by now, 8 of them used */
    ck_assert(ds_bill(t.w, 0, 0, 8 * (ds_amount)DS_UNIT));
    ck_assert_double_eq(t.w->eco->flow.fees_credit, 8);
    ck_assert_double_eq(t.w->eco->flow.fees_usd, 8);
    ck_assert_double_eq_tol(ds_diem_worth(t.w, c) / worth, 0.6, 1e-12);
    economy_until(&t, 11.5);
    ck_assert(ds_bill(t.w, 0, 0, 8 * (ds_amount)DS_UNIT));
    ck_assert_double_eq_tol(t.w->eco->flow.fees_credit, 14, 1e-7);
    ck_assert_double_eq_tol(t.w->eco->flow.fees_usd, 10, 1e-7);
    /* Owners have less as well. */
    ck_assert(ds_bill(t.w, 0, DS_OWNER, 2 * owners));
    ck_assert_double_eq_tol(t.w->eco->flow.fees_credit - 14,
                            0.6 * ds_tokens(owners - t.w->eco->rent.let), 1e-6);
    economy_close(&t);
}
END_TEST

START_TEST(holders_value_the_credit_that_there_is)
{
    ds_economy_test t;
    begin(&t, STILL "shocks: {weak: {kind: credit, at: 5.5, depth: 0.4}}\n");
    economy_until(&t, 5.49);
    const double worth = ds_credit_worth(t.w, 0);
    const double owners = t.w->arrivals[1].state->factor;
    ck_assert_double_gt(worth, 0);
    economy_until(&t, 5.5);
    ck_assert_double_eq_tol(ds_credit_worth(t.w, 0), 0.6 * worth, 1e-12);
    /* What they use of it is in proportion. */
    ck_assert_double_eq_tol(t.w->arrivals[1].state->factor, 0.6 * owners, 1e-9 * owners);
    end(&t);
}
END_TEST

START_TEST(credit_that_a_shock_takes_does_not_expire)
{
    ds_economy_test t;
    begin(&t, QUIET "shocks: {weak: {kind: credit, at: 10.5, depth: 0.4, duration: 1}}\n");
    const ds_book *const diem = &t.w->eco->ledger.book[DS_DIEM];
    const double staked = ds_tokens(diem->bucket[DS_STAKED] + diem->bucket[DS_USERS_STAKED]);
    static const double granted[] = {1, 0.8, 0.8, 1}; /* of the days 9 to 12 */
    for (int i = 0; i < 4; i++) {
        economy_until(&t, 9.9 + i);
        const double before = t.w->eco->flow.expired;
        economy_until(&t, 10.1 + i);
        ck_assert_double_eq_tol(t.w->eco->flow.expired - before, granted[i] * staked, 1e-6);
    }
    end(&t);
}
END_TEST

/* A DIEM-day brings half the credit: its rent halves at once, that of a USD of credit stays; who
 * wants 100 USD of credit needs 200 DIEM-days. */
START_TEST(a_rented_diem_is_devalued_too)
{
    ds_economy_test t;
    begin(&t, QUIET "shocks: {weak: {kind: credit, at: 10.5, depth: 0.5}}\n");
    ds_consumer *const c = &t.w->consumer[0];
    ds_rent_want(t.w, c, 100 * (ds_amount)DS_UNIT - c->rented);
    economy_until(&t, 10.49);
    const double rent = ds_rent_price(t.w), filled = t.w->eco->rent.filled;
    double price[2][DS_ROUTES];
    ds_route_prices(t.w, c, price[0]);
    ck_assert_double_eq(filled, 1);
    economy_until(&t, 10.5);
    ds_route_prices(t.w, c, price[1]);
    ck_assert_double_eq_tol(ds_rent_price(t.w), rent / 2, 1e-12);
    ck_assert_double_eq_tol(price[1][DS_ROUTE_OWN], 2 * price[0][DS_ROUTE_OWN], 1e-9);
    ck_assert_int_eq(ds_rent_granted(t.w, c), c->rented / 2);
    const double wanted = ds_tokens(t.w->eco->rent.wanted);
    economy_until(&t, 11.5);
    ck_assert_int_eq(ds_rent_granted(t.w, c), c->rented);
    ck_assert_double_eq_tol(ds_tokens(t.w->eco->rent.let), 2 * wanted, 1e-6);
    end(&t);
}
END_TEST

/* ---- prices that others ask ---- */

START_TEST(a_price_war_makes_the_outside_cheap)
{
    ds_economy_test t;
    begin(&t, QUIET "shocks: {war: {kind: competitor, at: 5, depth: 0.5, duration: 2}}\n");
    const double before = t.w->config->consumers.outside_price;
    ck_assert_double_gt(before, 0);
    ck_assert_double_eq(ds_outside_price(t.w), before);
    economy_until(&t, 5);
    ck_assert_double_eq(ds_outside_price(t.w), before / 2);
    economy_until(&t, 7);
    ck_assert_double_eq(ds_outside_price(t.w), before);
    end(&t);
}
END_TEST

/* One provider that earned 1.2 times its cost stays, and leaves when cost has risen by half. */
START_TEST(dearer_compute_costs_more_and_drives_out)
{
    ds_economy_test t;
    begin(&t, STILL "demand: {scale: 0}\nproviders: {mttf: unlimited, cohorts: {all: {count: 1, "
                    "slots: 4, active: 1, cost: 10, cost_spread: 0}}}\n"
                    "shocks: {dear: {kind: cost, at: 5, depth: 0.5}}\n");
    ds_provider *const p = &t.w->provider[0];
    ck_assert_double_eq(t.w->eco->cost.value, 40);
    for (int dear = 0; dear < 2; dear++) {
        economy_until(&t, dear ? 5 : 4.9);
        p->revenue = 48;
        p->seen = ds_now(&t.w->engine);
        ck_assert(ds_provider_review(t.w));
        ck_assert_int_eq(p->in, !dear);
        ck_assert_double_eq_tol(t.w->eco->cost.value, dear ? 0 : 40, 1e-12);
    }
    ck_assert(ds_provider_joins(t.w, 0));
    ck_assert_double_eq_tol(t.w->eco->cost.value, 60, 1e-12);
    end(&t);
}
END_TEST

/* ---- outages and exits ---- */

/* A quarter of what is up, to the slot, and all of it back; nothing in service is lost. */
START_TEST(an_outage_takes_its_share_of_capacity_and_gives_it_back)
{
    static const char *const texts[] = {
        EQUAL("") "shocks: {dark: {kind: outage, at: 20.3, depth: 0.25, duration: 6.5 h}}\n",
        EQUAL("") "shocks: {dark: {kind: outage, slots: true, at: 20.3, depth: 0.25, duration: 6.5 "
                  "h}}\n"};
    ds_economy_test t;
    begin(&t, texts[_i]);
    economy_until(&t, 20.2999);
    const ds_economy *const e = t.w->eco;
    const double speed = e->speed.value, jobs = e->busy.value + e->queue_length;
    ck_assert_double_eq(e->up.value, 400);
    ck_assert_double_gt(jobs, 0);
    economy_until(&t, 20.3);
    ck_assert_double_eq(e->up.value, 300);
    ck_assert_double_eq_tol(e->speed.value, 0.75 * speed, 1e-9);
    ck_assert_uint_eq(e->held, 100);
    uint32_t whole = 0, part = 0;
    for (uint32_t i = 0; i < 100; i++) {
        whole += t.w->provider[i].up == 0;
        part += t.w->provider[i].up != 0 && t.w->provider[i].up != 15;
    }
    ck_assert_uint_eq(whole, _i == 0 ? 25 : whole);
    ck_assert(_i == 0 ? part == 0 : part > 25);
    ck_assert_double_eq_tol(e->busy.value + e->queue_length, jobs, 3);
    economy_until(&t, 20.3 + 6.49 / 24);
    ck_assert_double_eq(e->up.value, 300);
    economy_until(&t, 20.3 + 6.51 / 24);
    ck_assert_double_eq(e->up.value, 400);
    ck_assert_uint_eq(e->held, 0);
    ck_assert_double_eq_tol(e->speed.value, speed, 1e-9);
    end(&t);
}
END_TEST

START_TEST(an_outage_comes_and_goes_with_its_shape)
{
    ds_economy_test t;
    begin(&t, EQUAL("") "shocks: {dark: {kind: outage, at: 10, depth: 0.4, shape: ramp, onset: 8, "
                        "duration: 2, recovery: 4}}\n");
    static const struct {
        double day, up;
    } known[] = {{12, 360}, {14, 320}, {18, 240}, {20, 240}, {21, 280}, {22, 320}, {24, 400}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        economy_until(&t, known[i].day);
        ck_assert_double_eq(t.w->eco->up.value, known[i].up);
    }
    end(&t);
}
END_TEST

/* Repairs that end within it, failures and other outages do not bring a slot up before its time. */
START_TEST(outages_and_failures_keep_out_of_each_others_way)
{
    ds_economy_test t;
    begin(
        &t, STILL
        "demand: {jobs_per_day: 500}\nproviders: {review: 36500, mttf: 30, cohorts: {all: {count: "
        "100, slots: 4, active: 1}}, repair: {distribution: exponential, mean: 0.5}}\n"
        "shocks:\n  a: {kind: outage, rate: 60, depth: 0.5, duration: 2 d}\n"
        "  b: {kind: outage, slots: true, rate: 60, depth: 0.3, shape: decay, half_life: 1 d}\n"
        "  c: {kind: exit, rate: 30, depth: 0.3, duration: 5 d}\n");
    for (int day = 1; day < 120; day++) {
        economy_until(&t, day + 0.37);
        uint32_t held = 0, up = 0;
        for (uint32_t s = 0; s < t.w->slots; s++) {
            const ds_provider *const p = &t.w->provider[t.w->slot[s].provider];
            const bool is_up = p->up >> (s - p->first) & 1;
            ck_assert(!is_up || (p->in && t.w->slot[s].held == 0));
            ck_assert(is_up || !p->in || t.w->slot[s].held > 0 ||
                      !isinf(ds_timers_get(&t.w->repairs, s)));
            held += t.w->slot[s].held > 0;
            up += is_up;
        }
        ck_assert_uint_eq(held, t.w->eco->held);
        ck_assert_double_eq(up, t.w->eco->up.value);
        if (day % 20 == 0) /* who left comes back */
            for (uint32_t i = 0; i < t.w->providers; i++)
                ck_assert(t.w->provider[i].in || ds_provider_joins(t.w, i));
    }
    end(&t);
}
END_TEST

START_TEST(an_exodus_is_for_good_or_until_it_is_over)
{
    static const char *const texts[] = {
        EQUAL("entry_margin: 0, ") "shocks: {flee: {kind: exit, at: 20, depth: 0.3}}\n",
        EQUAL("entry_margin: 0, ") "shocks: {flee: {kind: exit, at: 20, depth: 0.3, duration: "
                                   "10}}\n"};
    ds_economy_test t;
    begin(&t, texts[_i]);
    const ds_economy *const e = t.w->eco;
    economy_until(&t, 20);
    ck_assert_double_eq(e->providers_in.value, 70);
    ck_assert_double_eq(e->up.value, 280);
    ck_assert_double_eq(e->flow.left, 30);
    ck_assert_uint_eq(e->held, 0);
    for (int over = 0; over < 2; over++) {
        economy_until(&t, over ? 30 : 29.9);
        t.w->eco->utilization_day = 1; /* it pays to enter */
        for (int i = 0; i < 4000; i++)
            ck_assert(ds_provider_review(t.w));
        ck_assert_double_eq(e->flow.entered, 100 + (_i && over ? 30 : 0));
    }
    end(&t);
}
END_TEST

START_TEST(an_exodus_passes_over_who_is_not_there)
{
    ds_economy_test t;
    begin(&t,
          STILL "providers: {review: 36500, mttf: unlimited, cohorts: {all: {count: 100, slots: "
                "4, active: 0.5}}}\nshocks: {flee: {kind: exit, at: 20, depth: 0.5}}\n");
    const double in = t.w->eco->providers_in.value;
    ck_assert(in > 30 && in < 70);
    economy_until(&t, 20);
    ck_assert_double_eq(t.w->eco->providers_in.value, in - floor(in / 2 + 0.5));
    end(&t);
}
END_TEST

/* None of them on another slot of the same provider. */
START_TEST(jobs_of_a_provider_that_is_struck_begin_again_once)
{
    ds_economy_test t;
    begin(&t,
          STILL "demand: {jobs_per_day: 500}\nproviders: {review: 36500, cohorts: {all: {count: "
                "4, slots: 64, speed: 300, active: 1}}}\n");
    economy_until(&t, 1.5);
    ds_provider *const p = &t.w->provider[0];
    const double busy = __builtin_popcountll(p->up & ~p->idle);
    const double before = t.w->eco->flow.wait.count;
    ck_assert_double_gt(busy, 0);
    ds_provider_hold(t.w, 0);
    ck_assert_uint_eq(p->up, 0);
    ck_assert_double_eq(t.w->eco->flow.wait.count - before, busy);
    ds_provider_hold(t.w, 0);
    ds_provider_release(t.w, 0);
    ck_assert_uint_eq(p->up, 0);
    ds_provider_release(t.w, 0);
    ck_assert_uint_eq(p->up, UINT64_MAX);
    end(&t);
}
END_TEST

/* ---- liquidity ---- */

static ds_amount reserve(const ds_economy_test *t, ds_pair pair, int token)
{
    static const ds_asset assets[2][2] = {{DS_VVV, DS_USD}, {DS_DIEM, DS_VVV}};
    return ds_market_reserve(t->w, pair, assets[pair][token]);
}

START_TEST(withdrawn_liquidity_comes_back_to_the_unit)
{
    static const struct {
        const char *text;
        double share[2];
    } cases[] = {
        {QUIET "shocks: {dry: {kind: liquidity, at: 9, depth: 0.7, duration: 5}}\n", {0.7, 0.7}},
        {QUIET "shocks: {dry: {kind: liquidity, pool: vvv_usd, at: 9, depth: 0.7, duration: 5}}\n",
         {0.7, 0}},
        {QUIET "shocks: {dry: {kind: liquidity, pool: diem_vvv, at: 9, depth: 0.7, duration: 5}}\n",
         {0, 0.7}}};
    ds_economy_test t;
    begin(&t, cases[_i].text);
    ds_amount first[2][2];
    for (int k = 0; k < 4; k++)
        first[k / 2][k % 2] = reserve(&t, (ds_pair)(k / 2), k % 2);
    economy_until(&t, 9);
    for (int k = 0; k < 4; k++) {
        const ds_amount all = first[k / 2][k % 2];
        const ds_amount gone = all - reserve(&t, (ds_pair)(k / 2), k % 2);
        ck_assert_int_ge(gone, (ds_amount)((double)all * cases[_i].share[k / 2]) - 1);
        ck_assert_int_le(gone, (ds_amount)((double)all * cases[_i].share[k / 2]) + 1);
    }
    economy_until(&t, 14);
    for (int k = 0; k < 4; k++)
        ck_assert_int_eq(reserve(&t, (ds_pair)(k / 2), k % 2), first[k / 2][k % 2]);
    end(&t);
}
END_TEST

START_TEST(liquidity_follows_its_shape_and_ends_whole)
{
    ds_economy_test t;
    begin(&t, QUIET "shocks: {dry: {kind: liquidity, at: 10, depth: 0.8, shape: decay, half_life: "
                    "3}}\n");
    const double first = (double)reserve(&t, DS_PAIR_DIEM_VVV, 0);
    static const struct {
        double day, kept;
    } known[] = {{10, 0.2}, {13, 0.6}, {16, 0.8}, {22, 0.95}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        economy_until(&t, known[i].day);
        ck_assert_double_eq_tol((double)reserve(&t, DS_PAIR_DIEM_VVV, 0) / first, known[i].kept,
                                1e-9);
    }
    economy_until(&t, 71);
    ck_assert_double_eq((double)reserve(&t, DS_PAIR_DIEM_VVV, 0), first);
    end(&t);
}
END_TEST

/* VVV is sold into what is left: then dollars are short for all of the VVV to come back. */
START_TEST(what_one_token_lacks_stays_in_the_purse)
{
    ds_economy_test t;
    begin(&t, QUIET
          "shocks: {dry: {kind: liquidity, pool: vvv_usd, at: 9, depth: 0.5, duration: 5}}\n");
    economy_until(&t, 9);
    const ds_ledger *const l = &t.w->eco->ledger;
    const ds_amount vvv = l->book[DS_VVV].bucket[DS_LP], usd = l->book[DS_USD].bucket[DS_LP];
    const ds_cell venue = ds_cell_of(DS_VENUE, NULL);
    ds_amount out;
    const ds_trade sale = {.pair = DS_PAIR_VVV_USD,
                           .pays = DS_VVV,
                           .from = venue,
                           .to = venue,
                           .in = reserve(&t, DS_PAIR_VVV_USD, 0),
                           .slippage = 1};
    ck_assert(ds_market_swap(t.w, &sale, &out));
    const double price = t.w->eco->vvv_price;
    economy_until(&t, 14);
    ck_assert_int_eq(l->book[DS_VVV].bucket[DS_LP], 0);
    ck_assert_double_eq_tol(ds_tokens(usd - l->book[DS_USD].bucket[DS_LP]), ds_tokens(vvv) * price,
                            1e-3);
    ck_assert_double_eq_tol(t.w->eco->vvv_price, price, 1e-9 * price);
    end(&t);
}
END_TEST

/* ---- the herd ---- */

START_TEST(a_herd_unstakes_evenly_and_one_at_a_time)
{
    ds_economy_test t;
    begin(&t, QUIET "shocks: {herd: {kind: unstake, at: 30, depth: 0.5, within: 2}}\n");
    economy_until(&t, 29.99);
    uint32_t asked = 0;
    for (uint32_t k = 1; k <= 25; k++) {
        economy_until(&t, 30 + 2 * (k - 0.51) / 25);
        ck_assert_uint_eq(t.w->shock[0].met, k - 1);
        economy_until(&t, 30 + 2 * (k - 0.49) / 25);
        asked = 0;
        for (uint32_t i = 0; i < 50; i++) {
            const ds_holder *const h = &t.w->holder[i];
            asked += h->cooling > 0;
            ck_assert(h->cooling == 0 || h->staked == 0);
        }
        ck_assert_uint_eq(asked, k);
    }
    economy_until(&t, 36.9);
    ck_assert_uint_eq(asked, 25);
    end(&t);
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
    {"kind: price, at: 3, depth: 0.5, pool: both_", "must be one of: vvv_usd, diem_vvv, both"},
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
                             {a_factor_follows_its_shocks_hour_by_hour, 0},
                             {half_the_demand_is_half_the_arrivals, 0},
                             {a_price_shock_is_a_jump_of_the_outside_price, 0},
                             {a_price_shock_leaves_the_process_as_it_was, 0},
                             {a_devalued_credit_pays_less_of_a_bill, 0},
                             {holders_value_the_credit_that_there_is, 0},
                             {credit_that_a_shock_takes_does_not_expire, 0},
                             {a_rented_diem_is_devalued_too, 0},
                             {a_price_war_makes_the_outside_cheap, 0},
                             {dearer_compute_costs_more_and_drives_out, 0},
                             {an_outage_takes_its_share_of_capacity_and_gives_it_back, 2},
                             {an_outage_comes_and_goes_with_its_shape, 0},
                             {outages_and_failures_keep_out_of_each_others_way, 0},
                             {an_exodus_is_for_good_or_until_it_is_over, 2},
                             {an_exodus_passes_over_who_is_not_there, 0},
                             {jobs_of_a_provider_that_is_struck_begin_again_once, 0},
                             {withdrawn_liquidity_comes_back_to_the_unit, 3},
                             {liquidity_follows_its_shape_and_ends_whole, 0},
                             {what_one_token_lacks_stays_in_the_purse, 0},
                             {a_herd_unstakes_evenly_and_one_at_a_time, 0},
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

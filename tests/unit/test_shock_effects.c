/* What each kind of shock does, against numbers worked by hand. */
#include "run.h"
#include "tests/shocks.h"

#include "models/diem/compute.h"
#include "models/diem/consumers.h"
#include "models/diem/fees.h"
#include "models/diem/market.h"
#include "models/diem/providers.h"
#include "models/diem/rent.h"
#include "models/diem/shocks.h"

#include <math.h>

/* A hundred providers of four equal slots, all in the network. */
#define EQUAL(more)                                                                        \
    STILL "demand: {jobs_per_day: 500}\nproviders: {review: 36500, mttf: unlimited, " more \
          "cohorts: {all: {count: 100, slots: 4, active: 1}}}\n"

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
    begin(&t, QUIET "shocks: {weak: {kind: credit, at: 10.5, depth: 0.5},\n"
                    "  weaker: {kind: credit, at: 11.75, depth: 0.5}}\n");
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
    const double wanted = ds_tokens_of_sum(t.w->eco->rent.wanted);
    economy_until(&t, 11.5);
    ck_assert_int_eq(ds_rent_granted(t.w, c), c->rented);
    ck_assert_double_eq_tol(ds_tokens(t.w->eco->rent.let), 2 * wanted, 1e-6);
    economy_until(&t, 11.75); /* of that day's, not of what is left of the day before */
    ck_assert_int_eq(ds_rent_granted(t.w, c), c->rented / 2);
    end(&t);
}
END_TEST

/* A credit that is doubled for six hours of a day fills no more than is wanted, and takes nothing
 * of it when it is over. */
START_TEST(a_credit_that_rises_and_falls_within_a_day_leaves_renters_theirs)
{
    ds_economy_test t;
    begin(&t, QUIET "shocks: {strong: {kind: credit, at: 10.25, depth: -1, duration: 6 h}}\n");
    ds_consumer *const c = &t.w->consumer[0];
    ds_rent_want(t.w, c, 100 * (ds_amount)DS_UNIT - c->rented);
    const double times[] = {10.2, 10.4, 10.6};
    const double credit[] = {1, 2, 1};
    for (int i = 0; i < 3; i++) {
        economy_until(&t, times[i]);
        ck_assert_double_eq(t.w->eco->shocked[DS_SHOCK_CREDIT], credit[i]);
        ck_assert_int_eq(ds_rent_granted(t.w, c), c->rented);
    }
    end(&t);
}
END_TEST

/* A credit of a trillion dollars a DIEM is more than 64 bits hold: it pays all, with what is rented
 * besides as without. */
START_TEST(a_credit_beyond_all_amounts_pays_all)
{
    ds_economy_test t;
    begin(&t, QUIET);
    ds_consumer *const c = &t.w->consumer[0];
    ds_rent_want(t.w, c, 100 * (ds_amount)DS_UNIT - c->rented);
    economy_until(&t, 1.5);
    ck_assert_int_gt(ds_rent_granted(t.w, c), 0);
    c->diem_staked = 10 * (ds_amount)DS_UNIT; /* the ledger never hears of it */
    t.w->eco->shocked[DS_SHOCK_CREDIT] = 1e12;
    const double paid = t.w->eco->flow.fees_credit;
    ck_assert(ds_bill(t.w, 0, 0, 8 * (ds_amount)DS_UNIT));
    ck_assert_double_eq_tol(t.w->eco->flow.fees_credit - paid, 8, 1e-6);
    ck_assert_double_eq(t.w->eco->flow.fees_usd, 0);
    economy_close(&t);
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
    const double left = floor(in / 2 + 0.5);
    ck_assert_double_eq(t.w->eco->providers_in.value, in - left);
    uint32_t kept_out = 0;
    for (uint32_t i = 0; i < t.w->providers; i++)
        kept_out += t.w->provider[i].barred > 0;
    ck_assert_uint_gt(kept_out, (uint32_t)left); /* who was outside already cannot come in either */
    ck_assert_uint_lt(kept_out, t.w->providers);
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

int main(void)
{
    const ds_test tests[] = {{a_devalued_credit_pays_less_of_a_bill, 0},
                             {holders_value_the_credit_that_there_is, 0},
                             {credit_that_a_shock_takes_does_not_expire, 0},
                             {a_rented_diem_is_devalued_too, 0},
                             {a_credit_that_rises_and_falls_within_a_day_leaves_renters_theirs, 0},
                             {a_credit_beyond_all_amounts_pays_all, 0},
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
                             {0}};
    return ds_run_tests("shock_effects", tests, 120);
}

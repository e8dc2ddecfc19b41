/* Lending markets against the figures that Morpho publishes, liquidations worked by hand, and the
 * books. */
#include "run.h"
#include "tests/lend.h"

#include "models/diem/interest.h"
#include "models/diem/lending.h"
#include "models/diem/liquidation.h"
#include "models/diem/market.h"
#include "models/diem/pool.h"

#include <math.h>
#include <stdlib.h>

static const ds_interest_config published = {
    .target = 0.9, .steepness = 4, .speed = 50, .rate = 0.04, .least = 0.001, .most = 2};

static double level_after(double utilization, double days, double *mean)
{
    double level = published.rate;
    *mean = ds_interest_adapt(&published, &level, ds_interest_error(&published, utilization),
                              days / 365);
    return level;
}

/* ---- interest ---- */

/* morpho-blue-irm, AdaptiveCurveIrmTest: the first rate is a quarter of the one at the target when
 * nothing is lent, that itself at 90 %, four times it when all is. */
START_TEST(the_curve_goes_through_its_three_published_points)
{
    static const double utilization[] = {0, 0.9, 1}, rate[] = {0.01, 0.04, 0.16};
    for (int i = 0; i < 3; i++) {
        const double error = ds_interest_error(&published, utilization[i]);
        ck_assert_double_eq_tol(error, i - 1, 1e-12);
        ck_assert_double_eq_tol(ds_interest_curve(&published, 0.04, error), rate[i], 1e-15);
    }
}
END_TEST

/* The same tests: 22.976 % on average of 5 days with all lent, 0.724 % with nothing lent, to 10 %;
 * and by hand, level * (1 + 2 exp(s / 2) + exp(s)) / 4 with s = 50 * 5 / 365. */
START_TEST(five_days_at_the_ends_give_the_published_mean_rates)
{
    double mean;
    ck_assert_double_eq_tol(level_after(1, 5, &mean), 0.04 * 1.9836, 0.04 * 1e-4);
    ck_assert_double_eq_tol(mean, 0.22976, 0.1 * 0.22976);
    ck_assert_double_eq_tol(mean, 0.23201872816888638, 1e-14);
    ck_assert_double_eq_tol(level_after(0, 5, &mean), 0.04 * 0.5041, 0.04 * 1e-4);
    ck_assert_double_eq_tol(mean, 0.00724, 0.1 * 0.00724);
    ck_assert_double_eq_tol(mean, 0.007310399066887128, 1e-15);
}
END_TEST

/* The same tests: 45 days at 95 % take 4 % to 4 % * exp(50 * 45 / 365 * 50 %) = 87.22 %; the rate
 * at the target stays for ever; and the bounds are 0.1 % and 200 %. */
START_TEST(the_level_moves_as_published_and_within_its_bounds)
{
    double mean;
    ck_assert_double_eq_tol(level_after(0.95, 45, &mean), 0.8722, 5e-5);
    ck_assert_double_eq(level_after(0.9, 36500, &mean), 0.04);
    ck_assert_double_eq(mean, 0.04);
    ck_assert_double_eq(level_after(1, 365, &mean), 2);
    ck_assert_double_eq(level_after(0, 365, &mean), 0.001);
}
END_TEST

/* 5 % a year: exp(0.05) = 1.0512710964, and 0.05 + 0.05^2 / 2 + 0.05^3 / 6 = 0.0512708333. */
START_TEST(interest_is_compounded_to_the_third_term)
{
    ck_assert_double_eq_tol(ds_interest_compounded(0.05, 1), 0.05127083333333333, 1e-16);
    ck_assert_double_eq_tol(ds_interest_compounded(1, 1), 1 + 1.0 / 2 + 1.0 / 6, 1e-15);
    ck_assert_double_eq_tol(ds_interest_compounded(0.05, 1), expm1(0.05), 3e-7);
}
END_TEST

/* Morpho, Liquidation: incentives of the values of LLTV enabled, to four places; capped at 1.15. */
START_TEST(incentives_are_the_published_ones)
{
    static const double table[][2] = {{0.965, 1.0106}, {0.945, 1.0168}, {0.915, 1.0262},
                                      {0.86, 1.0438},  {0.77, 1.0741},  {0.625, 1.1268},
                                      {0.385, 1.15},   {0, 1.15}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        ck_assert_double_eq_tol(ds_liquidation_incentive(table[i][0]), table[i][1], 5e-5);
}
END_TEST

/* At a rate of 4 % that does not move, a debt grows to exp(0.04 t), hour by hour; lenders get all
 * of it. */
START_TEST(a_debt_grows_exponentially_and_lenders_get_the_interest)
{
    ds_economy_test t;
    lend(&t, "{active: true, interest: {steepness: 1}, lenders: {step: 0}, "
             "vvv: {count: 3, collateral: 3e5, ltv: 0.3, supplied: 1e7}}");
    const ds_loan_market *const l = market_of(&t, DS_LEND_VVV);
    const double lent = ds_tokens(l->lent), supplied = ds_tokens(l->supplied);
    ck_assert_double_eq_tol(supplied, 1e7, 1e-6);
    /* Fewer than the target: the level falls to 0.1 % in time; held here. */
    for (int day = 1; day <= 730; day++) {
        t.w->eco->lending.market[DS_LEND_VVV].level = 0.04;
        economy_until(&t, day);
    }
    const double interest = ds_tokens(l->lent) - lent;
    ck_assert_double_lt(interest, lent * expm1(0.08));
    ck_assert_double_gt(interest, lent * expm1(0.08) * 0.9);
    ck_assert_double_eq_tol(ds_tokens(l->supplied) - supplied, interest, 1e-6);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

START_TEST(at_the_target_the_rate_stays_and_the_debt_grows_by_it)
{
    ds_economy_test t;
    lend(&t, "{active: true, interest: {speed: 0, steepness: 1}, lenders: {step: 0}, "
             "diem: {count: 7, collateral: 100, ltv: 0.4, supplied: 0}}");
    const ds_loan_market *const l = market_of(&t, DS_LEND_DIEM);
    const double lent = ds_tokens(l->lent);
    ck_assert_double_eq_tol(ds_lending_utilization(t.w, DS_LEND_DIEM), 0.9, 1e-9);
    economy_until(&t, 730);
    ck_assert_double_eq_tol(ds_tokens(l->lent), lent * exp(0.08), lent * 1e-8);
    economy_close(&t);
}
END_TEST

/* Within the hour in which an action makes loans dearer, what ran up before is at the old 4 %. */
START_TEST(interest_of_the_time_before_a_vote_is_at_the_old_rate)
{
    ds_economy_test t;
    lend(&t, "{active: true, interest: {speed: 0, steepness: 1, rate: 4 %}, lenders: {step: 0}, "
             "diem: {count: 7, collateral: 100, ltv: 0.4, supplied: 0}}\n"
             "governance: {dearer: {at: 10.52, set: {lending.interest: {steepness: 50, target: "
             "0.3}}}}");
    const ds_loan_market *const l = market_of(&t, DS_LEND_DIEM);
    const double lent = ds_tokens(l->lent);
    economy_until(&t, 10.52001);
    ck_assert_double_eq_tol(ds_tokens(l->lent), lent * exp(0.04 * 10.52 / 365), lent * 1e-8);
    ck_assert_double_gt(ds_borrow_rate(t.w, DS_LEND_DIEM), 1.5); /* 0.04 (1 + 49 * 0.6 / 0.7) */
    economy_close(&t);
}
END_TEST

/* ---- liquidation by hand ---- */

static ds_amount units(double tokens)
{
    return (ds_amount)llround(tokens * 1e8);
}

/* LLTV 0.625, so a dollar repaid gets 80/71 dollars. Of 100 VVV at 15 USD against 1000 USD:
 * 1000 * 80/71 / 15 = 75.117370892..; of 60 VVV, all, for 60 * 15 * 71/80 = 798.75; of at most 40,
 * these for 532.50. */
START_TEST(what_is_seized_and_repaid_is_as_worked_by_hand)
{
    const double incentive = ds_liquidation_incentive(0.625);
    const ds_amount debt = units(1000);
    const ds_loan ample = {.collateral = units(100)}, scarce = {.collateral = units(60)};
    ds_seizure s = ds_seizure_of(&ample, debt, 15, incentive, DS_AMOUNT_MAX);
    ck_assert_int_eq(s.seized, 7511737089);
    ck_assert_int_eq(s.repaid, debt);
    s = ds_seizure_of(&scarce, debt, 15, incentive, DS_AMOUNT_MAX);
    ck_assert_int_eq(s.seized, units(60));
    ck_assert_int_le(llabs(s.repaid - units(798.75)), 1);
    s = ds_seizure_of(&ample, debt, 15, incentive, units(40));
    ck_assert_int_eq(s.seized, units(40));
    ck_assert_int_le(llabs(s.repaid - units(532.5)), 1);
    s = ds_seizure_of(&ample, debt, 15, incentive, 0);
    ck_assert_int_eq(s.seized, 0);
    ck_assert_int_eq(s.repaid, 0);
    /* 7 units are worth 7 * 15 * 71/80 = 93.19 of debt: 94 for the lenders. */
    s = ds_seizure_of(&(ds_loan){.collateral = 7}, debt, 15, incentive, DS_AMOUNT_MAX);
    ck_assert_int_eq(s.repaid, 94);
}
END_TEST

/* 10 units owed by 1 share and by 2: 10/3 and 20/3, rounded up. */
START_TEST(debts_and_shares_round_for_the_lenders)
{
    ds_economy_test t;
    lend(&t, "{active: true, vvv: {count: 2, collateral: 100, ltv: 0.1, ltv_spread: 0}}");
    ds_loan_market *const l = market_of(&t, DS_LEND_VVV);
    const ds_loan_at first = {DS_LEND_VVV, 0}, second = {DS_LEND_VVV, 1};
    const ds_cell usd = ds_cell_of(DS_PROTOCOL, NULL);
    l->lent = 10;
    l->shares = 3;
    l->supplied = l->cash + l->lent;
    t.w->loan[DS_LEND_VVV][0].shares = 1;
    t.w->loan[DS_LEND_VVV][1].shares = 2;
    ck_assert_int_eq(ds_loan_debt(t.w, first), 4);
    ck_assert_int_eq(ds_loan_debt(t.w, second), 7);
    ck_assert(ds_loan_repay(t.w, first, usd, 1000));
    ck_assert_int_eq(l->lent, 6);
    ck_assert_int_eq(l->shares, 2);
    ck_assert(ds_loan_repay(t.w, second, usd, 2)); /* two thirds of a share: none */
    ck_assert_int_eq(ds_loan_of(t.w, second)->shares, 2);
    ck_assert_int_eq(l->lent, 4);
    ck_assert(ds_loan_borrow(t.w, first, usd, 5)); /* two and a half shares: three */
    ck_assert_int_eq(ds_loan_of(t.w, first)->shares, 3);
    ck_assert_int_eq(l->lent, 9);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* One loan, of 100 VVV at 26.7 USD and an LTV of 0.4: 1068 USD. */
#define ONE                                                                                \
    "{active: true, lenders: {step: 0}, interest: {steepness: 1, speed: 0, rate: 0.001}, " \
    "liquidators: {least: 1}, vvv: {count: 1, collateral: 100, ltv: 0.4, ltv_spread: 0, "  \
    "supplied: 5000}}"

/* Crossed at 1068 / (100 * 0.625) = 17.088 USD, not before; and then by 1068 * 80/71 / 17
 * = 70.787075393.. VVV for all of the debt. */
START_TEST(a_loan_is_liquidated_below_its_price_and_to_the_unit)
{
    ds_economy_test t;
    lend(&t, ONE);
    const ds_loan *const loan = t.w->loan[DS_LEND_VVV];
    const ds_loan_market *const l = market_of(&t, DS_LEND_VVV);
    ck_assert_int_eq(l->lent, units(1068));
    t.w->eco->offered.price = 17.0881;
    ds_liquidation_watch(t.w);
    ck_assert(isinf(t.w->eco->lending.due));
    t.w->eco->offered.price = 17;
    ds_liquidation_watch(t.w);
    ck_assert_double_eq_tol(t.w->eco->lending.due, 2.0 / 86400, 1e-12);
    ck_assert(ds_liquidation(t.w));
    ck_assert_int_eq(loan->shares, 0);
    ck_assert_int_eq(loan->collateral, units(100) - 7078707539);
    ck_assert_int_eq(l->lent, 0);
    ck_assert_int_eq(l->cash, units(5000));
    ck_assert_double_eq_tol(t.w->eco->flow.liquidated, 1068, 1e-8);
    ck_assert_double_eq_tol(t.w->eco->flow.seized, 1068 * 80 / 71.0, 1e-6);
    ck_assert_double_eq(t.w->eco->flow.bad_debt, 0);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* At 8 USD the 100 VVV pay for 100 * 8 * 71/80 = 710 USD; the other 358 are the lenders' loss. */
START_TEST(bad_debt_is_taken_off_what_lenders_have_to_the_unit)
{
    ds_economy_test t;
    lend(&t, ONE);
    const ds_loan_market *const l = market_of(&t, DS_LEND_VVV);
    t.w->eco->offered.price = 8;
    ck_assert(ds_liquidation(t.w));
    ck_assert_int_le(llabs(l->supplied - units(5000 - 358)), 1);
    ck_assert_int_eq(l->supplied, l->cash);
    ck_assert_int_eq(l->lent, 0);
    ck_assert_int_eq(l->shares, 0);
    ck_assert_double_eq_tol(t.w->eco->flow.bad_debt, 358, 2e-8);
    ck_assert_double_eq_tol(t.w->eco->lending.bad_debt_total, 358, 2e-8);
    ck_assert_double_eq_tol(l->loss, 365.0 / 30 * 358 / 5000, 1e-9);
    ck_assert_int_eq(t.w->eco->ledger.book[DS_VVV].bucket[DS_COLLATERAL], 0);
    ck_assert_int_eq(t.w->eco->ledger.book[DS_VVV].bucket[DS_LIQUIDATING], 0);
    ck_assert_int_eq(t.w->eco->ledger.book[DS_USD].bucket[DS_LIQUIDATING], 0);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* ---- which loans, and how much of them ---- */

#define MANY                                                       \
    "{active: true, lenders: {step: 0}, liquidators: {least: 1}, " \
    "vvv: {count: 2000, collateral: 500, ltv: 0.3, ltv_spread: 0.9}}"

/* LTVs at the start are uniform on 0.03 .. 0.57; at half the price those above 0.3125 are crossed.
 * A day's interest moves that by less than one part in a thousand. */
START_TEST(a_fall_touches_the_loans_it_crosses_and_no_other)
{
    ds_economy_test t;
    lend(&t, MANY);
    const uint32_t n = ds_loan_slots(t.w, DS_LEND_VVV);
    ds_loan *const before = malloc(n * sizeof *before);
    ck_assert_uint_eq(n, 2000);
    memcpy(before, t.w->loan[DS_LEND_VVV], n * sizeof *before);
    t.w->eco->offered.price = 26.7 / 2;
    economy_until(&t, 1);
    uint32_t touched = 0;
    for (uint32_t i = 0; i < n; i++) {
        const double ltv = (double)before[i].shares / ((double)before[i].collateral * 26.7);
        const bool same = memcmp(&before[i], &t.w->loan[DS_LEND_VVV][i], sizeof *before) == 0;
        touched += !same;
        if (fabs(ltv - 0.3125) > 1e-3)
            ck_assert_msg(same == (ltv < 0.3125), "loan %u at %g", i, ltv);
    }
    ck_assert_double_eq_tol(touched, 2000 * (0.57 - 0.3125) / 0.54, 5 * sqrt(2000 * 0.25));
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    free(before);
    economy_close(&t);
}
END_TEST

START_TEST(liquidators_take_one_loan_a_block_the_worst_first)
{
    ds_economy_test t;
    lend(&t, MANY);
    const double block = 2.0 / 86400;
    t.w->eco->offered.price = 26.7 / 2;
    ds_liquidation_watch(t.w);
    double worst = INFINITY;
    for (int i = 1; i <= 50; i++) {
        const uint32_t first = ds_timers_first(&t.w->health[DS_LEND_VVV]);
        const double health = ds_timers_earliest(&t.w->health[DS_LEND_VVV]);
        ck_assert(i == 1 || health >= worst);
        worst = health;
        economy_until(&t, (i - 0.5) * block);
        ck_assert_int_gt(t.w->loan[DS_LEND_VVV][first].shares, 0);
        economy_until(&t, (i + 0.5) * block);
        ck_assert_int_eq(t.w->loan[DS_LEND_VVV][first].shares, 0);
    }
    economy_close(&t);
}
END_TEST

static double sale(const ds_world *w, ds_lending_market m, double amount)
{
    uint64_t vvv = (uint64_t)ds_amount_of(amount);
    if (m == DS_LEND_DIEM)
        vvv = ds_pool_out(vvv, (uint64_t)ds_market_reserve(w, DS_PAIR_DIEM_VVV, DS_DIEM),
                          (uint64_t)ds_market_reserve(w, DS_PAIR_DIEM_VVV, DS_VVV), 10000);
    const uint64_t usd = ds_pool_out(vvv, (uint64_t)ds_market_reserve(w, DS_PAIR_VVV_USD, DS_VVV),
                                     (uint64_t)ds_market_reserve(w, DS_PAIR_VVV_USD, DS_USD), 3000);
    return (double)usd * 1e-8;
}

/* Against the pools' own integers: neither more nor less would gain more. */
START_TEST(a_liquidator_sells_until_the_last_unit_just_pays)
{
    ds_economy_test t;
    lend(&t, ONE);
    for (int m = 0; m < DS_LEND_MARKETS; m++) {
        const double most = ds_tokens(ds_seizure_most(t.w, (ds_lending_market)m));
        const double cost = ds_lending_price(t.w, (ds_lending_market)m) * 71 / 80;
        const double gain = sale(t.w, (ds_lending_market)m, most) - cost * most;
        ck_assert_double_gt(most, 10);
        ck_assert_double_gt(gain, 0);
        for (int i = -1; i <= 1; i += 2) {
            const double other = most * (1 + 0.02 * i);
            ck_assert_double_lt(sale(t.w, (ds_lending_market)m, other) - cost * other, gain);
        }
    }
    economy_close(&t);
}
END_TEST

/* 400,000 VVV against a pool with 143,000: one sale does not take it, and nothing brings the pool's
 * price back, so most of the loan stays. */
START_TEST(a_loan_too_large_for_the_pool_is_liquidated_in_part)
{
    ds_economy_test t;
    lend(&t, "{active: true, lenders: {step: 0}, "
             "vvv: {count: 1, collateral: 4e5, ltv: 0.5, ltv_spread: 0}}");
    const ds_loan *const loan = t.w->loan[DS_LEND_VVV];
    const ds_loan_market *const l = market_of(&t, DS_LEND_VVV);
    t.w->eco->offered.price = 26.7 * 0.75;
    const double most = ds_tokens(ds_seizure_most(t.w, DS_LEND_VVV));
    economy_until(&t, 2);
    ck_assert_double_gt(ds_tokens(loan->collateral), 3e5);
    ck_assert_double_eq_tol(4e5 - ds_tokens(loan->collateral), most, 0.02 * most);
    ck_assert_int_gt(loan->shares, 0);
    ck_assert_int_eq(l->shares, loan->shares);
    ck_assert_double_eq(t.w->eco->flow.bad_debt, 0);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* ---- prices ---- */

/* An exponential memory: a day's part 1 - exp(-1) after one window. */
START_TEST(the_price_of_diem_for_loans_is_an_average_over_time)
{
    ds_economy_test t;
    lend(&t, "{active: true, liquidators: {window: 0.5}}");
    const double before = t.w->eco->diem_vvv;
    ck_assert_double_eq_tol(ds_lending_price(t.w, DS_LEND_DIEM), t.w->eco->diem_price,
                            1e-9 * t.w->eco->diem_price);
    const ds_cell purse = ds_cell_of(DS_NOISE, NULL);
    const ds_trade trade = {.pair = DS_PAIR_DIEM_VVV,
                            .pays = DS_DIEM,
                            .from = purse,
                            .to = purse,
                            .in = units(300),
                            .slippage = 1};
    ds_amount out;
    ck_assert(ds_market_swap(t.w, &trade, &out));
    const double after = t.w->eco->diem_vvv;
    ck_assert_double_lt(after, 0.9 * before);
    ck_assert_double_eq_tol(t.w->eco->lending.average, before, 1e-9 * before);
    economy_until(&t, 0.5);
    ck_assert_double_eq_tol(t.w->eco->lending.average, after + (before - after) * exp(-1),
                            1e-9 * before);
    economy_close(&t);
}
END_TEST

#define SHOCKED                                                               \
    "seed: 5\nhorizon: 5\nholders: {scale: 0.02}\nconsumers: {scale: 0.05}\n" \
    "demand: {jobs_per_day: 100}\nmarkets: {price: {volatility: 0, jumps: 0}}\n"

/* The outside price falls by a third at once, with and without 20,000 loans. */
START_TEST(liquidations_deepen_a_fall_of_the_price)
{
    double price[2];
    for (int loans = 0; loans < 2; loans++) {
        ds_economy_test t;
        economy_open(&t,
                     loans ? SHOCKED
                         "lending: {active: true, vvv: {count: 20000, collateral: 2e5, ltv: 0.5, "
                         "ltv_spread: 0.2}}\n"
                           : SHOCKED "lending: {active: true}\n");
        economy_begin(&t, 0);
        economy_until(&t, 1);
        t.w->eco->offered.price *= 0.67;
        economy_until(&t, 2);
        price[loans] = t.w->eco->vvv_price;
        ck_assert(ds_economy_audit(t.w, &t.replica.status));
        if (loans)
            ck_assert_double_gt(t.w->eco->lending.liquidated_total, 1e5);
        economy_close(&t);
    }
    ck_assert_double_lt(price[1], 0.97 * price[0]);
}
END_TEST

/* Between two hours DIEM becomes dearer: until then the price was what it was, and the average
 * nears the new one as exp(-t / window). */
START_TEST(a_price_counts_for_as_long_as_it_held)
{
    ds_economy_test t;
    lend(&t, "{active: true, liquidators: {window: 0.5}}");
    ds_lending *const l = &t.w->eco->lending;
    const double first = t.w->eco->diem_vvv;
    economy_until(&t, 1.02);
    const ds_trade trade = {.pair = DS_PAIR_DIEM_VVV,
                            .pays = DS_VVV,
                            .from = ds_cell_of(DS_VENUE, NULL),
                            .to = ds_cell_of(DS_VENUE, NULL),
                            .in = 10000 * (ds_amount)DS_UNIT,
                            .slippage = 1};
    ds_amount out;
    ck_assert(ds_market_swap(t.w, &trade, &out));
    const double then = t.w->eco->diem_vvv;
    ck_assert_double_gt(then, 1.05 * first);
    ck_assert_double_eq_tol(l->average, first, 1e-12 * first);
    economy_until(&t, 2);
    ck_assert_double_eq_tol(l->average, then + (first - then) * exp(-0.98 / 0.5), 1e-9 * first);
    economy_close(&t);
}
END_TEST

/* Who sees a loan that can be liquidated is there a delay later, whatever is seen in between. */
START_TEST(liquidators_come_a_delay_after_they_saw_it)
{
    ds_economy_test t;
    lend(&t, "{active: true, liquidators: {delay: 0.01}, "
             "vvv: {count: 10, collateral: 1e3, ltv: 0.5, ltv_spread: 0}}");
    ds_lending *const l = &t.w->eco->lending;
    economy_until(&t, 1.001);
    ck_assert(isinf(l->due));
    t.w->eco->offered.price *= 0.3;
    ds_liquidation_watch(t.w);
    ck_assert_double_eq_tol(l->due, 1.011, 1e-12);
    economy_until(&t, 1.006);
    ds_liquidation_watch(t.w);
    ck_assert_double_eq_tol(l->due, 1.011, 1e-12);
    ck_assert_double_eq(l->liquidated_total, 0);
    economy_until(&t, 1.0111);
    ck_assert_double_gt(l->liquidated_total, 0);
    economy_close(&t);
}
END_TEST

/* ---- the whole ---- */

#define STRESS                                                                                   \
    "seed: 3\nhorizon: 120\nconsumers: {scale: 0.05}\ndemand: {jobs_per_day: 100}\n"             \
    "holders: {review: 1, cohorts: {all: {count: 300, leverage: 2, inertia: 0.2}}}\n"            \
    "markets: {price: {volatility: 2.5}}\nlending: {active: true, lenders: {review: 0.5}, "      \
    "borrowers: {premium: 0, buffer: 0.02}, vvv: {supplied: 1e7, count: 500, collateral: 1e5}, " \
    "diem: {supplied: 1e7, count: 100, collateral: 100}}\n"

START_TEST(the_books_balance_through_hard_times)
{
    ds_economy_test t;
    economy_open(&t, STRESS);
    economy_begin(&t, 0);
    for (int day = 1; day <= 120; day++) {
        economy_until(&t, day);
        ck_assert_msg(ds_economy_audit(t.w, &t.replica.status), "%s", t.replica.status.text);
    }
    ck_assert_double_gt(t.w->eco->lending.liquidated_total, 0);
    ck_assert_double_gt(t.w->eco->flow.bad_debt, 0);
    ck_assert_int_gt(t.w->eco->ledger.book[DS_DIEM].bucket[DS_COLLATERAL], 0);
    economy_close(&t);
}
END_TEST

START_TEST(equal_seeds_give_equal_bytes)
{
    ds_economy_test t[2];
    for (int i = 0; i < 2; i++) {
        economy_open(&t[i], STRESS);
        economy_begin(&t[i], 7);
        economy_until(&t[i], 40);
    }
    ck_assert_uint_eq(t[0].replica.arena.used, t[1].replica.arena.used);
    ck_assert_mem_eq(t[0].replica.arena.base, t[1].replica.arena.base,
                     t[0].replica.arena.used - t[0].replica.arena.raw);
    for (int i = 0; i < 2; i++)
        economy_close(&t[i]);
}
END_TEST

START_TEST(off_there_is_no_room_and_no_event)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    economy_until(&t, 30);
    for (int m = 0; m < DS_LEND_MARKETS; m++) {
        ck_assert_uint_eq(ds_loan_slots(t.w, (ds_lending_market)m), 0);
        ck_assert_int_eq(market_of(&t, (ds_lending_market)m)->supplied, 0);
    }
    ck_assert(isinf(ds_timers_get(&t.w->engine.pending, DS_AT_LENDER_REVIEW)));
    ck_assert(isinf(ds_timers_get(&t.w->engine.pending, DS_AT_LIQUIDATION)));
    economy_close(&t);
}
END_TEST

static const char *const refused[][2] = {
    {"{active: true, vvv: {lltv: 0.99}}", "'lending.vvv.lltv' is 0.99"},
    {"{active: true, diem: {lltv: 0.96}}", "'lending.diem.lltv' is 0.96"},
    {"{active: true, vvv: {count: 5, collateral: 1, ltv: 0.6, ltv_spread: 0.1}}",
     "'lending.vvv.ltv' is 0.6"},
    {"{active: true, diem: {count: 5}}", "'lending.diem.collateral' is 0"},
    {"{active: true, interest: {rate: 3}}", "'lending.interest.rate' is 3"},
    {"{active: true, borrowers: {buffer: 0.9}}", "leverage' is 1.25, must be at most"},
    {"{vvv: {lltv: 1.2}}", "'lltv' is 1.2, must lie in"},
};

START_TEST(what_cannot_be_is_refused_with_a_reason)
{
    char text[256];
    ds_scenario scenario = {0};
    ds_status st = {0};
    const void *config;
    snprintf(text, sizeof text, "seed: 1\nhorizon: 10\nlending: %s\n", refused[_i][0]);
    const ds_scenario_request q = {.path = "lending.yaml", .text = text, .models = ds_models};
    const bool loaded = ds_scenario_load(&scenario, &q, &st);
    ck_assert(!loaded || !ds_scenario_config(&scenario, 0, &config, &st));
    ck_assert_msg(strstr(st.text, refused[_i][1]) != NULL, "%s", st.text);
    ds_scenario_free(&scenario);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {the_curve_goes_through_its_three_published_points, 0},
        {five_days_at_the_ends_give_the_published_mean_rates, 0},
        {the_level_moves_as_published_and_within_its_bounds, 0},
        {interest_is_compounded_to_the_third_term, 0},
        {incentives_are_the_published_ones, 0},
        {a_debt_grows_exponentially_and_lenders_get_the_interest, 0},
        {at_the_target_the_rate_stays_and_the_debt_grows_by_it, 0},
        {interest_of_the_time_before_a_vote_is_at_the_old_rate, 0},
        {what_is_seized_and_repaid_is_as_worked_by_hand, 0},
        {debts_and_shares_round_for_the_lenders, 0},
        {a_loan_is_liquidated_below_its_price_and_to_the_unit, 0},
        {bad_debt_is_taken_off_what_lenders_have_to_the_unit, 0},
        {a_fall_touches_the_loans_it_crosses_and_no_other, 0},
        {liquidators_take_one_loan_a_block_the_worst_first, 0},
        {a_liquidator_sells_until_the_last_unit_just_pays, 0},
        {a_loan_too_large_for_the_pool_is_liquidated_in_part, 0},
        {the_price_of_diem_for_loans_is_an_average_over_time, 0},
        {liquidations_deepen_a_fall_of_the_price, 0},
        {a_price_counts_for_as_long_as_it_held, 0},
        {liquidators_come_a_delay_after_they_saw_it, 0},
        {the_books_balance_through_hard_times, 0},
        {equal_seeds_give_equal_bytes, 0},
        {off_there_is_no_room_and_no_event, 0},
        {what_cannot_be_is_refused_with_a_reason, sizeof refused / sizeof refused[0]},
        {0},
    };
    return ds_run_tests("lending", tests, 60);
}

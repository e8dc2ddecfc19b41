#include "models/diem/pool.h"
#include "sim/core/rng.h"
#include "tests/reference/cases.h"

#include <math.h>

enum { DRAWS = 20000 };
#define ETHER 1000000000000000000U /* 1e18 units, as the contracts count */
#define ALL   UINT64_MAX

typedef struct trade {
    uint64_t in, x, y;
    uint32_t fee;
    uint64_t out;
} trade;

/* Uniswap v2-core test/UniswapV2Pair.spec.ts, getInputPrice: those whose reserves fit 64 bits. */
static const trade published[] = {
    {ETHER, 5 * ETHER, 10 * ETHER, 3000, 1662497915624478906U},
    {ETHER, 10 * ETHER, 5 * ETHER, 3000, 453305446940074565U},
    {2 * ETHER, 5 * ETHER, 10 * ETHER, 3000, 2851015155847869602U},
    {2 * ETHER, 10 * ETHER, 5 * ETHER, 3000, 831248957812239453U},
    {ETHER, 10 * ETHER, 10 * ETHER, 3000, 906610893880149131U},
    {2, 100, 100, 3000, 1}, /* v2-periphery test/UniswapV2Router02.spec.ts, getAmountOut */
};

/* Big integers of another language, at the edges of 64 bits. */
static const trade extreme[] = {
    {ALL, ALL, ALL, 3000, 9209516195036766630U},
    {ALL, 1, ALL, 3000, 18446744073709551613U},
    {1, ALL, ALL, 3000, 0},
    {ALL, ALL, 1, 0, 0},
    {6148914691236517205U, 18446744073709551608U, ALL, 10000, 4577011687461768447U},
    {1, 1, ALL, 0, 9223372036854775807U},
    {ALL, 1, ALL, 999999, 18446744073708551615U},
    {12345678901234567U, 987654321098765432U, 18446744073709539270U, 2500, 227175246741127908U},
    {11894893982546529591U, 5502413378865570896U, 6348078836792397867U, 10000,
     4326488991890201693U},
    {5681577307965331549U, 13972223187021356436U, 5303358925770749388U, 0, 1533110287567050816U},
    {12325600781742073690U, 9051134794794142607U, 14776713683811235801U, 500000,
     5985692442819469204U},
    {6895428996675244751U, 8729718090583773277U, 16185786108262527800U, 0, 7142840847616954783U},
    {15413018824584004815U, 5526447379106814484U, 8689925901609851596U, 0, 6396437722091725400U},
    {9954034442212720301U, 7272722567122432578U, 6784569211984962540U, 10000, 3903640536791043455U},
    {0, 5, 5, 3000, 0},
    {5, 0, 5, 3000, 0},
    {5, 5, 0, 3000, 0},
};

static void expect(const trade *t)
{
    ck_assert_uint_eq(ds_pool_out(t->in, t->x, t->y, t->fee), t->out);
}

START_TEST(outputs_are_the_published_integers)
{
    expect(&published[_i]);
}
END_TEST

START_TEST(outputs_are_exact_for_all_64_bit_arguments)
{
    expect(&extreme[_i]);
}
END_TEST

START_TEST(inputs_are_the_published_integers)
{
    /* flashbots/simple-arbitrage test/UniswappyV2EthPair.test.ts, getTokensIn */
    ck_assert_uint_eq(ds_pool_in(ETHER / 10, ETHER, 2 * ETHER, 3000), 52789948793749671U);
    ck_assert_uint_eq(ds_pool_in(ETHER / 10, 2 * ETHER, ETHER, 3000), 222890894906943052U);
    /* v2-periphery test/UniswapV2Router02.spec.ts, getAmountIn */
    ck_assert_uint_eq(ds_pool_in(1, 100, 100, 3000), 2);
}
END_TEST

START_TEST(inputs_that_do_not_fit_are_refused)
{
    ck_assert_uint_eq(ds_pool_in(ALL / 2, ALL / 3, ALL, 10000), 6211024940642946672U);
    ck_assert_uint_eq(ds_pool_in(ALL / 2, ALL, ALL, 0), ALL - 1);
    ck_assert_uint_eq(ds_pool_in(ALL / 2, ALL, ALL, 3000), ALL); /* 1.0035 times too large */
    ck_assert_uint_eq(ds_pool_in(ALL - 1, ALL, ALL, 3000), ALL);
    ck_assert_uint_eq(ds_pool_in(5, ALL, 10, 0), ALL); /* 2^64: too large by one */
    ck_assert_uint_eq(ds_pool_in(10, 10, 10, 3000), ALL);
    ck_assert_uint_eq(ds_pool_in(5, 0, 10, 3000), ALL);
}
END_TEST

START_TEST(the_closed_form_of_the_curve_holds)
{
    const char *const pool = "x=y=1000 dx=10 fee 0.003";
    const uint64_t x = 1000 * (uint64_t)DS_UNIT * 100000, in = x / 100;
    const double out = (double)ds_pool_out(in, x, x, 3000) * 1e-13;
    ck_assert_double_eq_tol(out, case_value("cpmm", pool, "dy"), 1e-10 * out);
    const double slippage = case_value("cpmm", pool, "slippage vs spot 1-(dy/dx)");
    ck_assert_double_eq_tol(ds_pool_slippage(in, x, x, 3000), slippage, 1e-10 * slippage);
}
END_TEST

static uint64_t up_to(ds_rng *rng, unsigned bits)
{
    return (ds_rng_next(rng) >> (64 - bits)) + 1;
}

/* Reserves and a payment between 1 and 2^bits, with any size as likely as any other. */
static trade any_trade(ds_rng *rng, unsigned bits)
{
    trade t = {.fee = ds_rng_below(rng, 30000)};
    t.x = up_to(rng, 1 + ds_rng_below(rng, bits));
    t.y = up_to(rng, 1 + ds_rng_below(rng, bits));
    t.in = up_to(rng, 1 + ds_rng_below(rng, bits));
    t.out = ds_pool_out(t.in, t.x, t.y, t.fee);
    return t;
}

START_TEST(the_product_of_the_reserves_never_falls)
{
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    for (int i = 0; i < DRAWS; i++) {
        const trade t = any_trade(&rng, 62);
        ck_assert_uint_lt(t.out, t.y);
        ck_assert((ds_wide)(t.x + t.in) * (t.y - t.out) >= (ds_wide)t.x * t.y);
    }
}
END_TEST

START_TEST(millionths_equal_the_contract_s_thousandths)
{
    ds_rng rng = ds_rng_stream(2, 0, 0, 0);
    for (int i = 0; i < DRAWS; i++) {
        const trade t = any_trade(&rng, 56);
        const ds_wide paid = (ds_wide)997 * t.in;
        ck_assert_uint_eq(ds_pool_out(t.in, t.x, t.y, 3000),
                          (uint64_t)(paid * t.y / ((ds_wide)1000 * t.x + paid)));
    }
}
END_TEST

START_TEST(a_quoted_payment_buys_and_two_units_less_do_not)
{
    ds_rng rng = ds_rng_stream(3, 0, 0, 0);
    for (int i = 0; i < DRAWS; i++) {
        const trade t = any_trade(&rng, 62);
        const uint64_t in = ds_pool_in(t.out, t.x, t.y, t.fee);
        ck_assert_uint_le(in, t.in + 1);
        ck_assert_uint_ge(ds_pool_out(in, t.x, t.y, t.fee), t.out);
        if (in > 2)
            ck_assert_uint_lt(ds_pool_out(in - 2, t.x, t.y, t.fee), t.out);
    }
}
END_TEST

START_TEST(no_round_trip_profits)
{
    ds_rng rng = ds_rng_stream(4, 0, 0, 0);
    for (int i = 0; i < DRAWS; i++) {
        trade t = any_trade(&rng, 62);
        t.fee = i % 2 ? t.fee : 0;
        t.out = ds_pool_out(t.in, t.x, t.y, t.fee);
        const uint64_t back = ds_pool_out(t.out, t.y - t.out, t.x + t.in, t.fee);
        ck_assert_uint_le(back, t.in);
    }
}
END_TEST

/* price = part / 1024, so that the promise can be put in integers. */
static bool at_or_below(const trade *t, uint64_t in, uint64_t part)
{
    const uint64_t left = t->y - ds_pool_out(in, t->x, t->y, t->fee);
    return ((ds_wide)t->x + in) * 1024 <= (ds_wide)part * left;
}

START_TEST(a_target_price_is_reached_and_never_passed)
{
    ds_rng rng = ds_rng_stream(5, 0, 0, 0);
    int reached = 0;
    for (int i = 0; i < DRAWS; i++) {
        const trade t = any_trade(&rng, 62);
        const uint64_t part = up_to(&rng, 1 + ds_rng_below(&rng, 50));
        const uint64_t in = ds_pool_to_price(t.x, t.y, (double)part / 1024, t.fee);
        ck_assert_uint_le(in, DS_AMOUNT_MAX);
        ck_assert(in == 0 || at_or_below(&t, in, part));
        ck_assert(in == DS_AMOUNT_MAX || !at_or_below(&t, in + 1, part));
        reached += in > 0;
    }
    ck_assert_int_gt(reached, DRAWS / 4);
}
END_TEST

START_TEST(a_target_price_is_the_last_unit_of_a_plain_search)
{
    ds_rng rng = ds_rng_stream(6, 0, 0, 0);
    for (int i = 0; i < 300; i++) {
        const trade t = any_trade(&rng, 10);
        const uint64_t part = up_to(&rng, 14);
        uint64_t last = 0;
        while (at_or_below(&t, last + 1, part))
            last++;
        ck_assert_uint_eq(ds_pool_to_price(t.x, t.y, (double)part / 1024, t.fee), last);
    }
}
END_TEST

START_TEST(target_prices_at_the_edges_are_answered)
{
    ck_assert_uint_eq(ds_pool_to_price(5, 5, NAN, 3000), 0);
    ck_assert_uint_eq(ds_pool_to_price(5, 5, -1, 3000), 0);
    ck_assert_uint_eq(ds_pool_to_price(5, 5, 0x1p-1070, 3000), 0);
    ck_assert_uint_eq(ds_pool_to_price(5, 5, 1, 3000), 0);
    ck_assert_uint_eq(ds_pool_to_price(0, 5, 1, 3000), 0);
    ck_assert_uint_eq(ds_pool_to_price(5, 0, 1, 3000), 0);
    ck_assert_uint_eq(ds_pool_to_price(5, 5, INFINITY, 3000), DS_AMOUNT_MAX);
    ck_assert_uint_eq(ds_pool_to_price(ALL, ALL, 1e300, 3000), DS_AMOUNT_MAX);
    ck_assert_uint_eq(ds_pool_to_price(ALL, 1, 0x1p65, 3000), DS_AMOUNT_MAX);
    /* Prices beyond 53 bits: the last unit counts there too. */
    ck_assert_uint_eq(ds_pool_to_price(1, 1, 0x1p60, 3000), ((uint64_t)1 << 60) - 1);
    ck_assert_uint_eq(ds_pool_to_price(1, 1, 0x1p54 + 4, 3000), ((uint64_t)1 << 54) + 3);
}
END_TEST

START_TEST(a_bound_on_slippage_is_met_by_the_largest_payment)
{
    const uint64_t x = 380000 * (uint64_t)DS_UNIT, y = 7 * x;
    for (int i = 0; i < 40; i++) {
        const double bound = 0.001 + 0.0125 * i;
        const uint64_t in = ds_pool_most(x, 10000, bound);
        const double kept = 0.99, fair = kept / ds_pool_spot(x, y);
        ck_assert_double_ge((double)ds_pool_out(in, x, y, 10000) + 1,
                            (double)in * fair * (1 - bound));
        const uint64_t more = in + in / 1000;
        ck_assert_double_lt((double)ds_pool_out(more, x, y, 10000) + 1,
                            (double)more * fair * (1 - bound));
    }
    ck_assert_uint_eq(ds_pool_most(x, 3000, 0), 0);
    ck_assert_uint_eq(ds_pool_most(x, 3000, 1), DS_AMOUNT_MAX);
    ck_assert_uint_eq(ds_pool_most(x, 3000, NAN), 0);
}
END_TEST

START_TEST(the_one_percent_depth_is_half_a_percent_of_the_reserve)
{
    /* Without a fee the price grows as (1 + in / x)^2. */
    const uint64_t x = 1000000 * (uint64_t)DS_UNIT;
    const double depth = (double)ds_pool_depth(x, 3 * x, 0.01, 0);
    ck_assert_double_eq_tol(depth / (double)x, sqrt(1.01) - 1, 1e-12);
    ck_assert_double_eq(ds_pool_spot(x, 4 * x), 0.25);
    ck_assert(isinf(ds_pool_spot(x, 0)));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pool");
    TCase *tests = tcase_create("pool");
    tcase_add_loop_test(tests, outputs_are_the_published_integers, 0,
                        (int)(sizeof published / sizeof *published));
    tcase_add_loop_test(tests, outputs_are_exact_for_all_64_bit_arguments, 0,
                        (int)(sizeof extreme / sizeof *extreme));
    tcase_add_test(tests, inputs_are_the_published_integers);
    tcase_add_test(tests, inputs_that_do_not_fit_are_refused);
    tcase_add_test(tests, the_closed_form_of_the_curve_holds);
    tcase_add_test(tests, the_product_of_the_reserves_never_falls);
    tcase_add_test(tests, millionths_equal_the_contract_s_thousandths);
    tcase_add_test(tests, a_quoted_payment_buys_and_two_units_less_do_not);
    tcase_add_test(tests, no_round_trip_profits);
    tcase_add_test(tests, a_target_price_is_reached_and_never_passed);
    tcase_add_test(tests, a_target_price_is_the_last_unit_of_a_plain_search);
    tcase_add_test(tests, target_prices_at_the_edges_are_answered);
    tcase_add_test(tests, a_bound_on_slippage_is_met_by_the_largest_payment);
    tcase_add_test(tests, the_one_percent_depth_is_half_a_percent_of_the_reserve);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

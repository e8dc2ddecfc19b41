/* Emission policies against the figures that their protocols publish. */
#include "run.h"
#include "tests/policy.h"

#include <math.h>

static ds_view now;

static double emission(const ds_choice *c)
{
    return ds_policy_of(c)->emission(c->params, &now);
}

/* A day's emission. */
static double daily(const policy_use *u)
{
    return u->policy->emission(u->choice.params, &now) / 365;
}

static void refused(const ds_choice *c, const char *text)
{
    ds_status st = {0};
    ck_assert(!policy_check(c, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, text) != NULL, "%s", st.text);
}

/* One step from a date: the policy's own next date at most. */
static double issued(const ds_choice *c, double from, double to)
{
    double sum = 0;
    while (from < to) {
        now.date = from;
        const double next = ds_policy_of(c)->emission_changes(c->params, &now);
        ck_assert_double_gt(next, from);
        const double until = fmin(to, next);
        sum += emission(c) * (until - from) / 365;
        from = until;
    }
    return sum;
}

static void set_from(const ds_choice *c, double rate)
{
    ds_list *const steps = c->params; /* the schedule's list comes first */
    char *const first = steps->items;
    memcpy(first, &(double){0}, sizeof(double));
    memcpy(first + sizeof(double), &rate, sizeof rate);
    steps->count = 1;
}

/* ---- halving ---- */

/* 50 BTC every 10 minutes, halved every 210,000 blocks: 20,999,999.9769 BTC in whole satoshi, which
 * lose less than 1e-8 a block. */
START_TEST(bitcoin_ends_at_twenty_one_millions)
{
    const ds_choice c = policy_named(ds_emission_policies, "halving");
    policy_put(&c, "from", 14247); /* 2009-01-03 */
    policy_set(&c, "initial", 50.0 * 144 * 365);
    policy_set(&c, "interval", 210000.0 / 144);
    ck_assert_double_eq_tol(issued(&c, 14247, 14247 + 33 * 210000.0 / 144), 20999999.9769, 0.03);
    ck_assert_double_eq_tol(issued(&c, 0, 14247 + 210000.0 / 144), 10500000, 1e-6);
}
END_TEST

/* HIP 20, the table of net issuance: 60M in each of the first two years, halved every two. */
START_TEST(helium_s_table_of_fifty_years_holds)
{
    static const double table[][2] = {{2, 120e6},         {3, 150e6},          {4, 180e6},
                                      {8, 225e6},         {12, 236250000},     {20, 239765625},
                                      {30, 239992675.78}, {40, 239999771.118}, {49, 239999989.27}};
    const ds_choice c = policy_named(ds_emission_policies, "halving");
    const double start = 18109; /* 2019-08-01 */
    policy_put(&c, "from", start);
    policy_set(&c, "initial", 60e6);
    policy_set(&c, "interval", 730);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        ck_assert_double_eq_tol(issued(&c, 0, start + 365 * table[i][0]), table[i][1], 0.5);
}
END_TEST

START_TEST(a_tail_lasts_for_ever)
{
    const ds_choice c = policy_named(ds_emission_policies, "halving");
    policy_set(&c, "tail", 3e6);
    now.date = 20114; /* the day before genesis */
    ck_assert_double_eq(emission(&c), 0);
    now.date = 20115;
    ck_assert_double_eq(emission(&c), 14e6);
    now.date = 20115 + 2 * 365;
    ck_assert_double_eq(emission(&c), 3.5e6);
    ck_assert_double_eq(ds_policy_of(&c)->emission_changes(c.params, &now), 20115 + 3 * 365);
    now.date = 20115 + 3 * 365;
    ck_assert_double_eq(emission(&c), 3e6);
    ck_assert(isinf(ds_policy_of(&c)->emission_changes(c.params, &now)));
    now.date = 1e9;
    ck_assert_double_eq(emission(&c), 3e6);
    policy_put(&c, "tail", 15e6);
    refused(&c, "'tail' is 1.5e+07");
}
END_TEST

/* Dates whose quotient by the interval rounds across the halving, up or down. */
static void halves_on_its_dates(const ds_choice *c, double from)
{
    double last = 14e6;
    now.date = from;
    for (int n = 1; n < 12; n++) {
        const double next = ds_policy_of(c)->emission_changes(c->params, &now);
        now.date = nextafter(next, 0);
        ck_assert_double_eq(emission(c), last);
        now.date = next;
        ck_assert_double_eq(emission(c), last / 2);
        last /= 2;
    }
}

START_TEST(a_halving_is_seen_on_its_own_date)
{
    static const double from[] = {20115.37, 0};
    const ds_choice c = policy_named(ds_emission_policies, "halving");
    for (int i = 0; i < 2; i++)
        for (int k = 1; k < 400; k++) {
            policy_put(&c, "from", from[i]);
            policy_set(&c, "interval", 1 + k / 7.0);
            halves_on_its_dates(&c, from[i]);
        }
}
END_TEST

/* ---- targets ---- */

/* LIP-40's example: inflation .0455 %, 21,645,383 LPT, more than 50 % bonded. With a change of
 * .0003 % the next round has .0452 % and ~9,783 LPT; with .00005 %, .04545 % and ~9,837. */
START_TEST(livepeer_s_example_holds)
{
    static const double change[] = {3e-6, 5e-7}, minted[] = {9783, 9837};
    const ds_choice c = policy_named(ds_emission_policies, "target_bonding");
    for (int i = 0; i < 2; i++) {
        policy_use u;
        policy_set(&c, "inflation", 455e-6);
        policy_set(&c, "change", change[i]);
        now = (ds_view){.vvv_supply = 21645383, .vvv_staked = 0.67 * 21645383};
        policy_begin(&u, &c, &now);
        policy_epoch(&u, &now);
        ck_assert_double_eq_tol(daily(&u), minted[i], 1.5);
        ck_assert_double_eq_tol(daily(&u) / 21645383, 455e-6 - change[i], 1e-15);
    }
}
END_TEST

START_TEST(inflation_rises_below_the_target_and_stays_at_it)
{
    const ds_choice c = policy_named(ds_emission_policies, "target_bonding");
    policy_use u;
    policy_set(&c, "inflation", 1e-6);
    now = (ds_view){.vvv_supply = 1e6, .vvv_staked = 499999};
    policy_begin(&u, &c, &now);
    ck_assert_double_eq_tol(daily(&u), 1, 1e-12);
    for (int day = 1; day <= 10; day++) {
        policy_epoch(&u, &now);
        ck_assert_double_eq_tol(daily(&u), 1 + 0.5 * day, 1e-9);
    }
    now.vvv_staked = 500000;
    policy_epoch(&u, &now);
    ck_assert_double_eq_tol(daily(&u), 6, 1e-9);
    now.vvv_staked = 500001;
    for (int day = 1; day <= 20; day++)
        policy_epoch(&u, &now);
    ck_assert_double_eq(daily(&u), 0); /* never below */
    now.vvv_staked = now.vvv_supply = 0;
    policy_epoch(&u, &now);
    ck_assert_double_eq(daily(&u), 0);
    policy_put(&c, "most", 5e-7);
    refused(&c, "'inflation' is 1e-06");
}
END_TEST

/* Rounds of three days, then of half a day. */
START_TEST(inflation_changes_by_the_round)
{
    const ds_choice c = policy_named(ds_emission_policies, "target_bonding");
    policy_use u;
    policy_set(&c, "round", 3);
    now = (ds_view){.vvv_supply = 1e6, .vvv_staked = 1};
    policy_begin(&u, &c, &now);
    for (int day = 1; day <= 9; day++) {
        policy_epoch(&u, &now);
        ck_assert_double_eq_tol(daily(&u), (8.5e-5 + 5e-7 * (day / 3)) * 1e6 / 3, 1e-9);
    }
    policy_set(&c, "round", 0.5);
    now.time = 0;
    policy_begin(&u, &c, &now);
    policy_epoch(&u, &now);
    ck_assert_double_eq_tol(daily(&u), (8.5e-5 + 2 * 5e-7) * 1e6 * 2, 1e-9);
    policy_set(&c, "most", 8.52e-5);
    policy_epoch(&u, &now);
    ck_assert_double_eq_tol(daily(&u), 8.52e-5 * 1e6 * 2, 1e-9);
}
END_TEST

static double after_a_week(const ds_choice *c, double staked)
{
    policy_use u;
    now = (ds_view){.vvv_supply = 1e8, .vvv_staked = staked * 1e8};
    policy_begin(&u, c, &now);
    const double before = daily(&u);
    for (int day = 1; day <= 6; day++) {
        policy_epoch(&u, &now);
        ck_assert_double_eq(daily(&u), before);
    }
    policy_epoch(&u, &now);
    return daily(&u) / before;
}

/* SIP-202: below 80 % times 1.10, above 90 % times 0.90, between times 0.95, once a week. */
START_TEST(synthetix_s_steps_around_85_percent_hold)
{
    const ds_choice c = policy_named(ds_emission_policies, "target_ratio");
    ck_assert_double_eq_tol(after_a_week(&c, 0.70), 1.10, 1e-12);
    ck_assert_double_eq_tol(after_a_week(&c, 0.799), 1.10, 1e-12);
    ck_assert_double_eq_tol(after_a_week(&c, 0.801), 0.95, 1e-12);
    ck_assert_double_eq_tol(after_a_week(&c, 0.85), 0.95, 1e-12);
    ck_assert_double_eq_tol(after_a_week(&c, 0.899), 0.95, 1e-12);
    ck_assert_double_eq_tol(after_a_week(&c, 0.901), 0.90, 1e-12);
    /* SCCP-294: 70 %, a buffer of 12 points, no decay: unchanged from 58 % to 82 %. */
    policy_set(&c, "target", 0.70);
    policy_set(&c, "band", 0.12);
    policy_set(&c, "decay", 0);
    ck_assert_double_eq_tol(after_a_week(&c, 0.57), 1.10, 1e-12);
    ck_assert_double_eq_tol(after_a_week(&c, 0.59), 1, 1e-12);
    ck_assert_double_eq_tol(after_a_week(&c, 0.81), 1, 1e-12);
    ck_assert_double_eq_tol(after_a_week(&c, 0.83), 0.90, 1e-12);
    /* Exactly on an edge of the band it decays. */
    policy_set(&c, "target", 0.5);
    policy_set(&c, "band", 0.25);
    ck_assert_double_eq(after_a_week(&c, 0.25), 1);
    ck_assert_double_eq(after_a_week(&c, 0.75), 1);
}
END_TEST

/* 1.1^10 = 2.5937424601 in ten weeks, up to the bound. */
START_TEST(ten_weeks_below_the_target_compound)
{
    const ds_choice c = policy_named(ds_emission_policies, "target_ratio");
    policy_use u;
    now = (ds_view){.vvv_supply = 1e8, .vvv_staked = 4e7};
    policy_begin(&u, &c, &now);
    for (int day = 1; day <= 70; day++)
        policy_epoch(&u, &now);
    ck_assert_double_eq_tol(daily(&u) * 365 / 2.5e6, 2.5937424601, 1e-9);
    for (int day = 1; day <= 700; day++)
        policy_epoch(&u, &now);
    ck_assert_double_eq_tol(daily(&u) * 365, 14e6, 1e-3);
    policy_put(&c, "most", 1e6);
    refused(&c, "'initial' is 2.5e+06");
}
END_TEST

/* ---- Ethereum ---- */

/* N validators of 32 ETH each earn 32e9 * 64 / sqrt(32e9 N) gwei an epoch, 82,181.25 epochs a
 * year: 64 * 82181.25 * sqrt(1e9) / 1e9 = 166.3239 ETH for the root of a staked ETH. */
START_TEST(ethereum_issues_with_the_root_of_the_stake)
{
    const ds_choice c = policy_named(ds_emission_policies, "inverse_sqrt");
    now = (ds_view){.vvv_staked = 1e6};
    ck_assert_double_eq_tol(emission(&c), 166320, 1e-6);
    ck_assert_double_eq_tol(emission(&c), 64 * 82181.25 * sqrt(1e9) / 1e9 * 1e3, 5);
    now.vvv_staked = 4e6;
    ck_assert_double_eq_tol(emission(&c), 2 * 166320, 1e-6);
    now.vvv_staked = 30e6; /* 3.04 % a year */
    ck_assert_double_eq_tol(emission(&c) / 30e6, 0.03037, 5e-6);
    now.vvv_staked = 0;
    ck_assert_double_eq(emission(&c), 0);
}
END_TEST

/* ---- Helium ---- */

/* HIP 20: with 3,424 HNT an epoch and 10 burned in each, 3,434 are minted. */
START_TEST(what_is_burned_is_minted_again)
{
    const ds_choice c = policy_named(ds_emission_policies, "net_emissions");
    policy_use u;
    set_from(&c, 3424.0 * 365);
    now = (ds_view){.vvv_burned = 10};
    policy_begin(&u, &c, &now);
    for (int day = 0; day < 30; day++) {
        policy_epoch(&u, &now);
        ck_assert_double_eq_tol(daily(&u), 3434, 1e-9);
    }
}
END_TEST

/* 7,000 burned on one day: 1/7 of it, then 6/7 of what was left. */
START_TEST(burning_is_smoothed_over_a_week)
{
    static const double expected[] = {1000, 857.142857142857, 734.693877551020, 629.737609329446};
    const ds_choice c = policy_named(ds_emission_policies, "net_emissions");
    policy_use u;
    set_from(&c, 0);
    now = (ds_view){0};
    policy_begin(&u, &c, &now);
    double sum = 0;
    for (int day = 0; day < 400; day++) {
        now.vvv_burned = day == 0 ? 7000 : 0;
        policy_epoch(&u, &now);
        if (day < 4)
            ck_assert_double_eq_tol(daily(&u), expected[day], 1e-9);
        sum += daily(&u);
    }
    ck_assert_double_eq_tol(sum, 7000, 1e-6); /* all of it, in the end */
}
END_TEST

/* 14,000 a day: 2,000 after the first, above the cap of 600,000 a year. */
START_TEST(burning_beyond_the_cap_is_for_good)
{
    const ds_choice c = policy_named(ds_emission_policies, "net_emissions");
    policy_use u;
    set_from(&c, 0);
    now = (ds_view){0};
    policy_begin(&u, &c, &now);
    now.vvv_burned = 14000;
    for (int day = 0; day < 30; day++) {
        policy_epoch(&u, &now);
        ck_assert_double_eq_tol(daily(&u), 1643.83561643836, 1e-9);
    }
}
END_TEST

/* Burn and mint balance where the price is usage over what is minted (Samani 2018): 20,000 USD of
 * usage against 10,000 tokens are 2 USD each. */
START_TEST(burn_and_mint_balance_at_usage_over_mint)
{
    const ds_choice c = policy_named(ds_emission_policies, "net_emissions");
    const ds_choice b = policy_named(ds_buyback_policies, "revenue_share");
    policy_use u;
    set_from(&c, 10000.0 * 365);
    policy_set(&c, "cap", 0);
    policy_set(&b, "share", 1);
    now = (ds_view){.revenue = 20000};
    policy_begin(&u, &c, &now);
    const double spent = ds_policy_of(&b)->spend(b.params, &now);
    ck_assert_double_eq_tol(spent / 2, daily(&u), 1e-9);
    ck_assert_double_gt(spent / 1.9, daily(&u)); /* cheaper: more is burned than minted */
    ck_assert_double_lt(spent / 2.1, daily(&u));
}
END_TEST

/* ---- the utilization split ---- */

START_TEST(the_protocol_takes_twenty_to_eighty_percent)
{
    const ds_choice c = policy_named(ds_emission_policies, "utilization_split");
    for (int k = 0; k <= 10; k++) {
        now = (ds_view){.date = 20120, .utilization = k / 10.0};
        ck_assert_double_eq_tol(ds_policy_of(&c)->protocol_part(c.params, &now), 0.2 + 0.06 * k,
                                1e-12);
        ck_assert_double_eq(emission(&c), 14e6);
    }
}
END_TEST

int main(void)
{
    return ds_run_tests("emission_policies",
                        (const ds_test[]){
                            {bitcoin_ends_at_twenty_one_millions, 0},
                            {helium_s_table_of_fifty_years_holds, 0},
                            {a_tail_lasts_for_ever, 0},
                            {a_halving_is_seen_on_its_own_date, 0},
                            {livepeer_s_example_holds, 0},
                            {inflation_rises_below_the_target_and_stays_at_it, 0},
                            {inflation_changes_by_the_round, 0},
                            {synthetix_s_steps_around_85_percent_hold, 0},
                            {ten_weeks_below_the_target_compound, 0},
                            {ethereum_issues_with_the_root_of_the_stake, 0},
                            {what_is_burned_is_minted_again, 0},
                            {burning_is_smoothed_over_a_week, 0},
                            {burning_beyond_the_cap_is_for_good, 0},
                            {burn_and_mint_balance_at_usage_over_mint, 0},
                            {the_protocol_takes_twenty_to_eighty_percent, 0},
                            {0},
                        },
                        10);
}

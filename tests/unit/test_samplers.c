/* Who is picked: uniformly, by fixed and by changing weights; and one-offs in order. */
#include "run.h"

#include "sim/core/agenda.h"
#include "sim/core/alias.h"
#include "sim/core/fenwick.h"
#include "sim/core/members.h"

#include <math.h>
#include <string.h>

static ds_arena open_arena(void)
{
    ds_arena arena;
    ds_status st = {0};
    ck_assert(ds_arena_open(&arena, 1 << 20, &st));
    return arena;
}

/* Chi-squared of counts against shares, as a standard normal (Wilson & Hilferty 1931). */
static double misfit(const double *count, const double *share, int n, double draws)
{
    double chi = 0, freedom = -1;
    for (int i = 0; i < n; i++) {
        if (share[i] == 0) {
            ck_assert_double_eq(count[i], 0);
            continue;
        }
        chi += pow(count[i] - draws * share[i], 2) / (draws * share[i]);
        freedom++;
    }
    if (freedom < 1)
        return 0;
    const double v = 2 / (9 * freedom);
    return (cbrt(chi / freedom) - (1 - v)) / sqrt(v);
}

enum { OWNERS = 13, DRAWS = 400000 };
static const double weights[][OWNERS] = {
    {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, {0, 0, 5, 0, 1, 0, 0, 1000, 0, 2, 0, 3, 0},
    {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},     {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9},
    {4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
};
enum { CASES = sizeof weights / sizeof weights[0] };

static void shares_of(const double *weight, double share[OWNERS])
{
    double sum = 0;
    for (int i = 0; i < OWNERS; i++)
        sum += weight[i];
    for (int i = 0; i < OWNERS; i++)
        share[i] = weight[i] / sum;
}

START_TEST(an_alias_table_picks_by_weight)
{
    ds_arena arena = open_arena();
    ds_alias alias;
    double count[OWNERS] = {0}, share[OWNERS];
    ds_rng rng = ds_rng_stream(1, (uint32_t)_i, 0, 0);
    ds_alias_place(&alias, OWNERS, &arena);
    ds_alias_build(&alias,
                   weights[(_i + 1) % CASES]); /* what was built before leaves nothing behind */
    ds_alias_build(&alias, weights[_i]);
    shares_of(weights[_i], share);
    for (int i = 0; i < DRAWS; i++)
        count[ds_alias_pick(&alias, ds_rng_next(&rng))]++;
    ck_assert_double_lt(misfit(count, share, OWNERS, DRAWS), 4);
    ds_arena_close(&arena);
}
END_TEST

/* What a table says each owner's probability is. */
static void read_alias(const ds_alias *a, double *p)
{
    for (uint32_t i = 0; i < a->n; i++)
        p[i] = 0;
    for (uint32_t i = 0; i < a->n; i++) {
        const ds_alias_cell c = a->cell[i];
        const double own = c.limit ? (c.limit + 1.0) * 0x1p-32 : 0;
        p[i] += own / a->n;
        p[c.alias] += (1 - own) / a->n;
    }
}

/* Equal weights whose sum is rounded, so that all of them or none seem below the mean. */
START_TEST(an_alias_table_of_equal_weights_is_uniform)
{
    enum { MOST = 1000 };
    ds_arena arena = open_arena();
    double weight[MOST] = {0}, p[MOST] = {0};
    for (uint32_t n = 1; n < MOST; n += n < 100 ? 1 : 37) {
        ds_alias alias;
        ds_arena_clear(&arena);
        ds_alias_place(&alias, n, &arena);
        for (uint32_t i = 0; i < n; i++)
            weight[i] = 1.0 / n;
        ds_alias_build(&alias, weight);
        read_alias(&alias, p);
        for (uint32_t i = 0; i < n; i++)
            ck_assert_double_eq_tol(p[i], 1.0 / n, 1e-9);
    }
    ds_arena_close(&arena);
}
END_TEST

/* Tables that end where their memory does: what lies behind is not read. */
START_TEST(an_alias_table_names_its_owners_alone)
{
    ds_arena arena = open_arena();
    double weight[1024];
    for (uint32_t n = 16; n <= 1024; n += 16) {
        ds_alias alias;
        ds_arena_clear(&arena);
        ds_alias_place(&alias, n, &arena);
        memset(DS_TAKE(&arena, 16, uint32_t), 0xff, 16 * sizeof(uint32_t));
        for (uint32_t i = 0; i < n; i++)
            weight[i] = 1.0 / n;
        for (int k = 0; k < 20; k++, weight[0] = nextafter(weight[0], k < 10 ? 2 : 0)) {
            ds_alias_build(&alias, weight);
            for (uint32_t i = 0; i < n; i++)
                ck_assert_uint_lt(alias.cell[i].alias, n);
        }
    }
    ds_arena_close(&arena);
}
END_TEST

START_TEST(an_alias_table_holds_any_weights_and_never_picks_none)
{
    enum { MOST = 42 };
    ds_arena arena = open_arena();
    ds_rng rng = ds_rng_stream(5, 0, 0, 0);
    double weight[MOST] = {0}, p[MOST] = {0};
    for (int k = 0; k < 20000; k++) {
        const uint32_t n = 2 + ds_rng_below(&rng, MOST - 2);
        double sum = 0;
        for (uint32_t i = 0; i < n; i++)
            sum += weight[i] = 0.1 * ds_rng_below(&rng, 7);
        if (sum == 0)
            continue;
        ds_alias alias;
        ds_arena_clear(&arena);
        ds_alias_place(&alias, n, &arena);
        ds_alias_build(&alias, weight);
        read_alias(&alias, p);
        for (uint32_t i = 0; i < n; i++)
            ck_assert(fabs(p[i] - weight[i] / sum) < 1e-9 && (weight[i] > 0 || p[i] == 0));
    }
    ds_arena_close(&arena);
}
END_TEST

START_TEST(a_fenwick_tree_picks_by_weight)
{
    ds_arena arena = open_arena();
    ds_fenwick f;
    double count[OWNERS] = {0}, share[OWNERS];
    ds_rng rng = ds_rng_stream(2, (uint32_t)_i, 0, 0);
    ds_fenwick_place(&f, OWNERS, &arena);
    for (uint32_t i = 0; i < OWNERS; i++)
        ds_fenwick_set(&f, i, 77 * i);
    for (uint32_t i = 0; i < OWNERS; i++)
        ds_fenwick_set(&f, i, (uint64_t)weights[_i][i]);
    shares_of(weights[_i], share);
    for (int i = 0; i < DRAWS; i++)
        count[ds_fenwick_pick(&f, ds_rng_next(&rng))]++;
    ck_assert_double_lt(misfit(count, share, OWNERS, DRAWS), 4);
    ds_arena_close(&arena);
}
END_TEST

START_TEST(a_fenwick_tree_picks_by_inversion)
{
    ds_arena arena = open_arena();
    ds_fenwick f;
    ds_fenwick_place(&f, 5, &arena);
    for (uint32_t i = 0; i < 5; i++)
        ds_fenwick_set(&f, i, i == 2 ? 0 : 1);
    static const uint32_t expected[] = {0, 1, 3, 4};
    for (uint64_t quarter = 0; quarter < 4; quarter++) {
        ck_assert_uint_eq(ds_fenwick_pick(&f, quarter << 62), expected[quarter]);
        ck_assert_uint_eq(ds_fenwick_pick(&f, quarter << 62 | 0x3fffffffffffffff),
                          expected[quarter]);
    }
    ds_arena_close(&arena);
}
END_TEST

START_TEST(more_owners_than_a_tree_can_hold_are_too_many)
{
    ds_fenwick f;
    ds_arena most = {0}, more = {0};
    ds_fenwick_place(&f, UINT32_C(1) << 31, &most);
    ds_fenwick_place(&f, (UINT32_C(1) << 31) + 1, &more);
    ck_assert(!most.overflow && more.overflow);
}
END_TEST

START_TEST(members_come_go_and_are_picked_uniformly)
{
    ds_arena arena = open_arena();
    ds_members m;
    bool is_in[OWNERS] = {0};
    double count[OWNERS] = {0}, share[OWNERS] = {0};
    ds_rng rng = ds_rng_stream(3, 0, 0, 0);
    ds_members_place(&m, OWNERS, &arena);
    for (int i = 0; i < 10000; i++) {
        const uint32_t who = ds_rng_below(&rng, OWNERS);
        if (is_in[who])
            ds_members_remove(&m, who);
        else
            ds_members_add(&m, who);
        is_in[who] = !is_in[who];
        uint32_t n = 0;
        for (uint32_t k = 0; k < OWNERS; k++) {
            ck_assert(ds_members_has(&m, k) == is_in[k]);
            n += is_in[k];
        }
        ck_assert_uint_eq(ds_members_count(&m), n);
    }
    for (uint32_t k = 0; k < OWNERS; k++)
        share[k] = is_in[k] / (double)ds_members_count(&m);
    for (int i = 0; i < DRAWS; i++)
        count[ds_members_pick(&m, &rng)]++;
    ck_assert_double_lt(misfit(count, share, OWNERS, DRAWS), 4);
    ds_arena_close(&arena);
}
END_TEST

START_TEST(an_agenda_gives_items_by_time_then_order_of_entry)
{
    enum { ITEMS = 500 };
    ds_arena arena = open_arena();
    ds_agenda agenda;
    ds_status st = {0};
    ds_rng rng = ds_rng_stream(4, 0, 0, 0);
    ds_agenda_place(&agenda, ITEMS, &arena);
    ck_assert(isinf(ds_agenda_earliest(&agenda)));
    for (uint32_t i = 0; i < ITEMS; i++)
        ck_assert(
            ds_agenda_add(&agenda, (ds_item){.time = ds_rng_below(&rng, 20), .subject = i}, &st));
    ck_assert(!ds_agenda_add(&agenda, (ds_item){.time = 1}, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ds_item last = {.time = -1};
    for (uint32_t i = 0; i < ITEMS; i++) {
        const ds_item item = ds_agenda_take(&agenda);
        ck_assert(item.time > last.time || (item.time == last.time && item.order > last.order));
        last = item;
    }
    ck_assert(isinf(ds_agenda_earliest(&agenda)));
    ds_arena_close(&arena);
}
END_TEST

/* Entries and departures mixed, against the least of all that are in. */
START_TEST(an_agenda_in_use_gives_the_earliest)
{
    enum { ROOM = 64, STEPS = 20000 };
    ds_arena arena = open_arena();
    ds_agenda agenda;
    ds_status st = {0};
    ds_rng rng = ds_rng_stream(6, 0, 0, 0);
    double in[ROOM];
    uint32_t n = 0;
    ds_agenda_place(&agenda, ROOM, &arena);
    for (int i = 0; i < STEPS; i++) {
        uint32_t least = 0;
        for (uint32_t k = 1; k < n; k++)
            least = in[k] < in[least] ? k : least;
        ck_assert_double_eq(ds_agenda_earliest(&agenda), n ? in[least] : (double)INFINITY);
        if (n == ROOM || (n > 0 && ds_rng_below(&rng, 2))) {
            ck_assert_double_eq(ds_agenda_take(&agenda).time, in[least]);
            in[least] = in[--n];
        } else {
            in[n] = ds_rng_below(&rng, 50);
            ck_assert(ds_agenda_add(&agenda, (ds_item){.time = in[n]}, &st));
            n++;
        }
    }
    ds_arena_close(&arena);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{an_alias_table_picks_by_weight, CASES},
                             {an_alias_table_of_equal_weights_is_uniform, 0},
                             {an_alias_table_names_its_owners_alone, 0},
                             {an_alias_table_holds_any_weights_and_never_picks_none, 0},
                             {a_fenwick_tree_picks_by_weight, CASES},
                             {a_fenwick_tree_picks_by_inversion, 0},
                             {more_owners_than_a_tree_can_hold_are_too_many, 0},
                             {members_come_go_and_are_picked_uniformly, 0},
                             {an_agenda_gives_items_by_time_then_order_of_entry, 0},
                             {an_agenda_in_use_gives_the_earliest, 0},
                             {0}};
    return ds_run_tests("samplers", tests, 120);
}

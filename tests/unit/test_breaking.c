/* The smallest depth that breaks something, of replicas whose law is known. */
#include "run.h"

#include "sim/core/rng.h"
#include "sim/run/breaking.h"

#include <math.h>
#include <stdlib.h>

/* A replica holds while the depth is below one of its own: uniform in [0, 1], or, where it is not
 * the same at every depth, drawn anew at each. */
typedef struct toy {
    uint64_t seed;
    bool anew; /* no common random numbers */
    bool never, always, wavy;
    size_t asked, simulated, most_at_once;
} toy;

static double level_of(const toy *t, double depth, size_t replica, size_t property)
{
    uint64_t bits = 0;
    if (t->anew)
        bits = (uint64_t)(depth * 1e6);
    ds_rng rng = ds_rng_stream(t->seed + 7919 * bits, (uint32_t)replica, (uint32_t)property, 0);
    return ds_rng_uniform(&rng);
}

static bool holds(const toy *t, double depth, size_t replica, size_t property)
{
    if (t->never || t->always)
        return t->always;
    if (t->wavy && depth > 0.3 && depth < 0.4) /* a dip on the way */
        return false;
    return depth <= level_of(t, depth, replica, property);
}

static bool simulate(void *owner, double depth, size_t first, size_t count, ds_depth_count *sum,
                     ds_status *st)
{
    toy *const t = owner;
    (void)st;
    t->asked++;
    t->simulated += count;
    for (size_t r = first; r < first + count; r++) {
        sum->finished++;
        for (size_t p = 0; p < 2; p++)
            sum->held[p] += holds(t, depth, r, p);
    }
    return true;
}

static const double required[2] = {0.8, 0.9};

static ds_breaking search_of(toy *t)
{
    return (ds_breaking){.mild = 0,
                         .deep = 1,
                         .properties = 2,
                         .required = required,
                         .first = 64,
                         .most = 1024,
                         .depths = 14,
                         .confidence = 0.95,
                         .simulate = simulate,
                         .owner = t};
}

/* P(holds at x) = 1 - x of each: the second property, which asks for 0.9, breaks at 0.1. */
static const double truth = 0.1;

START_TEST(the_bracket_holds_the_truth)
{
    ds_status st = {0};
    ds_bracket found;
    toy t = {.seed = 5};
    const ds_breaking b = search_of(&t);
    ck_assert(ds_breaking_search(&b, &found, &st));
    ck_assert(found.holds < truth && truth < found.breaks);
    ck_assert_msg(found.breaks - found.holds < 0.12, "%g to %g", found.holds, found.breaks);
    ck_assert_uint_le(found.looks, b.depths);
    ck_assert_uint_le(t.simulated, b.depths * b.most);
    /* Half of all replicas hold in the middle: a first look is enough. */
    ck_assert_uint_eq(found.look[2].count.finished, 64);
    ck_assert_int_eq(found.look[2].fate, DS_DEPTH_BREAKS);
}
END_TEST

START_TEST(it_goes_either_way)
{
    ds_status st = {0};
    ds_bracket up, down;
    toy t = {.seed = 9};
    ds_breaking b = search_of(&t);
    ck_assert(ds_breaking_search(&b, &up, &st));
    b.deep = 0.5; /* half of the range: other depths, the same truth */
    ck_assert(ds_breaking_search(&b, &down, &st));
    ck_assert(down.holds < truth && truth < down.breaks);
    ck_assert(up.holds < truth && truth < up.breaks);
}
END_TEST

START_TEST(what_never_holds_is_broken_at_once)
{
    ds_status st = {0};
    ds_bracket found;
    toy t = {.never = true};
    const ds_breaking b = search_of(&t);
    ck_assert(ds_breaking_search(&b, &found, &st));
    ck_assert(isnan(found.holds) && found.breaks == 0);
    ck_assert_uint_eq(found.looks, 1);
    ck_assert_uint_eq(t.simulated, 64);
}
END_TEST

START_TEST(what_always_holds_is_not_broken)
{
    ds_status st = {0};
    ds_bracket found;
    toy t = {.always = true};
    const ds_breaking b = search_of(&t);
    ck_assert(ds_breaking_search(&b, &found, &st));
    ck_assert(found.holds == 1 && isnan(found.breaks));
    ck_assert_uint_eq(found.looks, 2);
}
END_TEST

/* Of the deep end nothing is sure: still it is known how far all holds. */
START_TEST(an_open_end_leaves_half_an_answer)
{
    ds_status st = {0};
    ds_bracket found;
    toy t = {.seed = 3};
    ds_breaking b = search_of(&t);
    b.deep = truth;
    ck_assert(ds_breaking_search(&b, &found, &st));
    ck_assert(isnan(found.breaks) && found.holds > 0.02 && found.holds < truth);
}
END_TEST

START_TEST(too_few_replicas_are_said_before)
{
    toy t = {.seed = 3};
    ds_breaking b = search_of(&t);
    const size_t needs = ds_breaking_needs(&b);
    ds_status st = {0};
    ds_bracket found;
    t.always = true;
    b.first = b.most = needs;
    ck_assert_uint_ge(needs, ds_breaking_needs(&b)); /* one look: less to share */
    ck_assert(ds_breaking_search(&b, &found, &st));
    ck_assert(found.holds == 1);
    b.first = b.most = ds_breaking_needs(&b) - 1;
    ck_assert(ds_breaking_search(&b, &found, &st));
    ck_assert(isnan(found.holds) && isnan(found.breaks));
}
END_TEST

/* Both ends are true of their depths, though in between it breaks twice. */
START_TEST(a_dip_on_the_way_does_not_make_it_lie)
{
    ds_status st = {0};
    ds_bracket found;
    toy t = {.seed = 21, .wavy = true};
    const ds_breaking b = search_of(&t);
    ck_assert(ds_breaking_search(&b, &found, &st));
    ck_assert(found.holds < truth && found.breaks > truth);
}
END_TEST

/* ---- how often ---- */

static size_t misses(bool anew, size_t times, double *width)
{
    size_t wrong = 0;
    ds_status st = {0};
    for (size_t i = 0; i < times; i++) {
        ds_bracket found;
        toy t = {.seed = 1000 + i, .anew = anew};
        const ds_breaking b = search_of(&t);
        ck_assert(ds_breaking_search(&b, &found, &st));
        wrong += found.holds > truth || found.breaks <= truth;
        *width += (found.breaks - found.holds) / (double)times;
    }
    return wrong;
}

/* At 95 % no more than 5 % of brackets may miss: with 300 of them, 5 standard errors above. */
START_TEST(brackets_seldom_miss)
{
    double width = 0;
    const size_t wrong = misses(_i, 300, &width);
    ck_assert_uint_le(wrong, 15 + 5 * 4);
    ck_assert_msg(width < 0.1, "%g", width);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {the_bracket_holds_the_truth, 0},
        {it_goes_either_way, 0},
        {what_never_holds_is_broken_at_once, 0},
        {what_always_holds_is_not_broken, 0},
        {an_open_end_leaves_half_an_answer, 0},
        {too_few_replicas_are_said_before, 0},
        {a_dip_on_the_way_does_not_make_it_lie, 0},
        {brackets_seldom_miss, 2},
        {0},
    };
    return ds_run_tests("breaking", tests, 60);
}

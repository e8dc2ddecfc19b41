/* The smallest depth that breaks something, of replicas whose law is known. */
#include "run.h"

#include "../breaking.h"

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

/* At 95 % no more than 5 % of brackets may miss: five standard errors above. */
START_TEST(brackets_seldom_miss)
{
    double width = 0;
    const size_t wrong = misses(_i, 60, &width);
    ck_assert_uint_le(wrong, 3 + 5 * 2);
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

/* The valid name that a misspelt one is closest to. */
#include "run.h"

#include "sim/core/nearest.h"

#include <string.h>

static const char *const names[] = {"utilization", "capacity", "vvv_price", "diem_price",
                                    "speed",       "spend",    NULL};

static ds_nearest meant_by(const char *word)
{
    ds_nearest nearest = ds_nearest_to(word);
    for (const char *const *name = names; *name; name++)
        ds_nearest_try(&nearest, *name);
    return nearest;
}

/* At most a third of the letters may be wrong, and one always; two that changed places are one, as
 * is a beginning of four letters; '-' is '_', and case is nothing. */
static const struct {
    const char *word, *meant;
} words[] = {
    {"utilisation", "utilization"},
    {"UTILIZATION", "utilization"},
    {"utilizatoin", "utilization"},
    {"util", "utilization"},
    {"uti", NULL},
    {"vvv-price", "vvv_price"},
    {"dim_price", "diem_price"},
    {"cpct", NULL},
    {"caacity", "capacity"},
    {"capyciti", "capacity"},
    {"capyctixxx", NULL},
    {"sped", "speed"}, /* the first of those that are as close */
    {"", NULL},
    {"a", NULL},
};

START_TEST(a_misspelt_word_is_told_what_it_is_closest_to)
{
    const ds_nearest nearest = meant_by(words[_i].word);
    if (words[_i].meant)
        ck_assert_pstr_eq(nearest.best, words[_i].meant);
    else
        ck_assert_ptr_null(nearest.best);
}
END_TEST

START_TEST(a_hint_is_the_word_or_what_is_said_instead)
{
    ds_nearest near = meant_by("spedd"), far = meant_by("nothing of these");
    ck_assert_str_eq(ds_nearest_or(&near, "!"), ", did you mean 'speed'?");
    ck_assert_str_eq(ds_nearest_or(&far, "!"), "!");
}
END_TEST

START_TEST(all_that_was_tried_is_listed_while_it_fits_a_message)
{
    ds_nearest nearest = meant_by("x");
    ck_assert_str_eq(nearest.all, "utilization, capacity, vvv_price, diem_price, speed, spend");
    for (int i = 0; i < 20; i++)
        ds_nearest_try(&nearest, "utilization");
    ck_assert_str_eq(nearest.all, "");
}
END_TEST

/* Longer than any name there is: nothing is close, and nothing is written past a row. */
START_TEST(a_word_without_end_is_close_to_nothing)
{
    char word[1000];
    memset(word, 'a', sizeof word);
    word[sizeof word - 1] = '\0';
    ck_assert_ptr_null(meant_by(word).best);
    ds_nearest nearest = ds_nearest_to("speed");
    ds_nearest_try(&nearest, word);
    ck_assert_ptr_null(nearest.best);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_misspelt_word_is_told_what_it_is_closest_to, sizeof words / sizeof words[0]},
        {a_hint_is_the_word_or_what_is_said_instead, 0},
        {all_that_was_tried_is_listed_while_it_fits_a_message, 0},
        {a_word_without_end_is_close_to_nothing, 0},
        {0}};
    return ds_run_tests("nearest", tests, 10);
}

/* The first failure is the cause, and is kept. */
#include "run.h"

#include "sim/core/status.h"

#include <string.h>

START_TEST(a_failure_says_what_and_where)
{
    ds_status st = {0};
    ck_assert(!ds_fail_at(&st, DS_E_DATA, "some.c", 17, "'%s' is %d", "rate", -1));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_str_eq(st.text, "'rate' is -1");
    ck_assert_str_eq(st.file, "some.c");
    ck_assert_int_eq(st.line, 17);
}
END_TEST

START_TEST(the_first_failure_is_kept)
{
    ds_status st = {0};
    ck_assert(!ds_fail(&st, DS_E_IO, "first"));
    const ds_status kept = st;
    ck_assert(!ds_fail_at(&st, DS_E_BUG, "other.c", 1, "second"));
    ck_assert_mem_eq(&st, &kept, sizeof st);
}
END_TEST

START_TEST(a_text_that_is_too_long_is_cut)
{
    ds_status st = {0};
    char text[2 * DS_STATUS_TEXT];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = 0;
    ck_assert(!ds_fail(&st, DS_E_USAGE, "%s", text));
    ck_assert_uint_eq(strlen(st.text), DS_STATUS_TEXT - 1);
}
END_TEST

/* sysexits.h, and 75 and 76 of it with a meaning of our own: scripts hang on these. */
START_TEST(codes_are_exit_codes)
{
    static const int codes[][2] = {
        {DS_OK, 0},        {DS_E_VERDICT, 1},  {DS_E_USAGE, 64},   {DS_E_DATA, 65},
        {DS_E_INPUT, 66},  {DS_E_LIBRARY, 69}, {DS_E_BUG, 70},     {DS_E_SYSTEM, 71},
        {DS_E_CREATE, 73}, {DS_E_IO, 74},      {DS_E_STOPPED, 75}, {DS_E_POLICY, 76},
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        ck_assert_int_eq(codes[i][0], codes[i][1]);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_failure_says_what_and_where, 0},
                             {the_first_failure_is_kept, 0},
                             {a_text_that_is_too_long_is_cut, 0},
                             {codes_are_exit_codes, 0},
                             {0}};
    return ds_run_tests("status", tests, 30);
}

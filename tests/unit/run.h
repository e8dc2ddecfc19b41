/* The end of every test program: one suite of named tests, non-zero when one fails. */
#ifndef DS_TESTS_RUN_H
#define DS_TESTS_RUN_H

#include <check.h>

typedef struct ds_test {
    const TTest *test;
    int times; /* a loop test runs with _i = 0 .. times - 1 */
} ds_test;

static inline int ds_run_tests(const char *name, const ds_test *tests, int seconds)
{
    Suite *const suite = suite_create(name);
    TCase *const t = tcase_create(name);
    tcase_set_timeout(t, seconds);
    for (; tests->test; tests++)
        tcase_add_loop_test(t, tests->test, 0, tests->times ? tests->times : 1);
    suite_add_tcase(suite, t);
    SRunner *const runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

#endif

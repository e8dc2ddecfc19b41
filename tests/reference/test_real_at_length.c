/* Elementary functions: the nearest double for a quarter of a million arguments a range, and where
 * they are hardest. */
#include "tests/unit/run.h"

#include "tests/real.h"

enum { MANY = 250000 };

START_TEST(functions_give_the_nearest_double)
{
    agree_over(&ranges[_i], 1000 + (uint32_t)_i, MANY);
}
END_TEST

START_TEST(powers_give_the_nearest_double)
{
    pow_agrees(1 + (uint32_t)_i, MANY);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {functions_give_the_nearest_double, RANGES},
        {powers_give_the_nearest_double, 2},
        {0},
    };
    return ds_run_tests("real, at length", tests, 600);
}

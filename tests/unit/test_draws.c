/* Draws to the bit, against tests/reference/draws.py, which knows the papers and not this program:
 * results hang on each of them, and what is wrong once in a thousand draws hides from moments. */
#include "run.h"

#include "sim/core/dist.h"
#include "sim/core/sobol.h"
#include "tests/choice.h"

#include <string.h>

enum { DRAWS = 20000 };

static const struct {
    const char *name;
    const ds_setting *settings;
    double first;
    uint64_t digest;
} cases[] = {
    {"exponential", SETTINGS(SET("mean", 2)), 0x1.a149bde4490c2p-2, 0xb2d52f4564b27448},
    {"erlang", SETTINGS(SET("mean", 2), SET("shape", 4)), 0x1.630d3741417c1p+1, 0xdc30cb6c66fe592c},
    {"gamma", SETTINGS(SET("mean", 2), SET("scv", 4)), 0x1.40fe72b6bd60ep+2, 0x709ce289922f192f},
    {"hyperexponential", SETTINGS(SET("p", 0.25), SET("rates", 0.4, 2)), 0x1.9e0026e5d6a51p-1,
     0x4e1965969973537e},
    {"lognormal", SETTINGS(SET("mean", 1.5), SET("scv", 4)), 0x1.29d002d16847bp+0,
     0x488d795c5a9e06d7},
    {"uniform", SETTINGS(SET("min", 2), SET("max", 5)), 0x1.25da4c71a4f00p+2, 0xaaa4da4ab074d5b8},
    {"pareto", SETTINGS(SET("min", 1.5), SET("alpha", 0.8)), 0x1.acce9689c6d30p+1,
     0xbb0f2f447c3b42e2},
    {"mixture", SETTINGS(SET("p", 0.3), SET("means", 1, 4), SET("scv", 1, 0.25)),
     0x1.2569158cd54ffp+1, 0x9e01160b0d7fb5d9},
};
enum { CASES = sizeof cases / sizeof cases[0] };

static ds_rng stream(uint32_t agent)
{
    return ds_rng_stream(0x123456789ABCDEF, 77, 200, agent);
}

/* FNV-1a, 64 bits at a time. */
static void take(uint64_t *digest, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    *digest = (*digest ^ bits) * 0x100000001B3;
}

START_TEST(a_distribution_draws_what_the_papers_say)
{
    const ds_choice choice = choice_of(ds_distributions, cases[_i].name, cases[_i].settings);
    const ds_dist d = ds_dist_of(&choice);
    ds_rng rng = stream((uint32_t)_i);
    uint64_t digest = 0xCBF29CE484222325;
    for (int i = 0; i < DRAWS; i++) {
        const double x = ds_dist_draw(&d, &rng);
        if (i == 0)
            ck_assert_double_eq(x, cases[_i].first);
        take(&digest, x);
    }
    ck_assert_uint_eq(digest, cases[_i].digest);
}
END_TEST

START_TEST(normals_are_what_the_papers_say)
{
    ds_rng one = stream(100), two = stream(101);
    uint64_t digest = 0xCBF29CE484222325, pairs = digest;
    for (int i = 0; i < DRAWS; i++)
        take(&digest, ds_rng_normal(&one));
    ck_assert_uint_eq(digest, 0xf325622f2862d718);
    for (int i = 0; i < DRAWS / 10; i++) {
        double z[2];
        ds_rng_two_normals(&two, z);
        take(&pairs, z[0]);
        take(&pairs, z[1]);
    }
    ck_assert_uint_eq(pairs, 0x363b1cdba79b7473);
}
END_TEST

START_TEST(scrambled_points_are_what_the_papers_say)
{
    static const struct {
        uint32_t point, dimension;
        uint64_t word;
    } points[] = {{0, 0, 0xae69b85cdb86c7e0},
                  {1, 1, 0x00f3ffc7d09f8213},
                  {1000, 2, 0xee2674c22554b988},
                  {1048575, 2, 0x27682813a445af0a}};
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
        ck_assert_uint_eq(
            ds_sobol(0x123456789ABCDEF, 0x45000000, points[i].point, points[i].dimension),
            points[i].word);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_distribution_draws_what_the_papers_say, CASES},
                             {scrambled_points_are_what_the_papers_say, 0},
                             {normals_are_what_the_papers_say, 0},
                             {0}};
    return ds_run_tests("draws", tests, 60);
}

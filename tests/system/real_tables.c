/* Prints sim/core/real_tables.c from MPFR at 400 bits. */
#include "sim/core/real_tables.h"

#include <inttypes.h>
#include <math.h>
#include <mpfr.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { BITS = 400, SHORT_BITS = 26 };

#define LOG_GRAIN 0x1p-42 /* what high parts of logarithms are multiples of */
#define FIRST     1024.0  /* first factors are multiples of 1 / this */
#define SECOND    32768.0 /* and second ones of 1 / this */

static mpfr_t x; /* the number to be printed */

/* The nearest multiple of a power of two, which is taken off. */
static double take_grain(double grain)
{
    mpfr_t y;
    mpfr_init2(y, BITS);
    mpfr_div_d(y, x, grain, MPFR_RNDN);
    mpfr_rint(y, y, MPFR_RNDN);
    const double part = mpfr_get_d(y, MPFR_RNDN) * grain;
    mpfr_clear(y);
    mpfr_sub_d(x, x, part, MPFR_RNDN);
    return part + 0.0;
}

static double take_rest(void)
{
    return mpfr_get_d(x, MPFR_RNDN) + 0.0;
}

/* The nearest number of few bits, which is taken off. */
static double take_short(void)
{
    mpfr_t y;
    mpfr_init2(y, SHORT_BITS);
    mpfr_set(y, x, MPFR_RNDN);
    const double part = mpfr_get_d(y, MPFR_RNDN);
    mpfr_clear(y);
    mpfr_sub_d(x, x, part, MPFR_RNDN);
    return part + 0.0;
}

/* ---- tables, three entries a line ---- */

static int entries;

static void begin(const char *what)
{
    printf("const %s = {", what);
    entries = 0;
}

static void next(void)
{
    fputs(entries++ % 3 ? " " : "\n    ", stdout);
}

static void end(void)
{
    puts("\n};");
}

static void print_short(void)
{
    const double high = take_short();
    next();
    printf("{%a, %a},", high, take_rest());
}

/* Powers of 2 without their whole steps, so that these can be added to the bits. */
static void print_quick(void)
{
    const int steps = 1 << DS_QUICK_BITS;
    begin("ds_power ds_quick_powers[1 << DS_QUICK_BITS]");
    for (int i = 0; i < steps; i++) {
        mpfr_set_d(x, (double)i / steps, MPFR_RNDN);
        mpfr_exp2(x, x, MPFR_RNDN);
        const double high = mpfr_get_d(x, MPFR_RNDN);
        uint64_t bits;
        memcpy(&bits, &high, sizeof bits);
        bits -= (uint64_t)i << (52 - DS_QUICK_BITS);
        mpfr_div_d(x, x, high, MPFR_RNDN);
        mpfr_sub_ui(x, x, 1, MPFR_RNDN);
        next();
        printf("{0x%" PRIx64 ", %a},", bits, take_rest());
    }
    end();
}

static void print_exp(const char *what, double step)
{
    begin(what);
    for (int i = 0; i < DS_EXP_STEPS; i++) {
        mpfr_set_d(x, i * step, MPFR_RNDN);
        mpfr_exp2(x, x, MPFR_RNDN);
        print_short();
    }
    end();
}

static void print_expm1(void)
{
    begin("ds_short ds_expm1_table[2 * DS_EXPM1_MOST + 1]");
    for (int i = -DS_EXPM1_MOST; i <= DS_EXPM1_MOST; i++) {
        mpfr_set_d(x, (double)i / DS_EXPM1_STEPS, MPFR_RNDN);
        mpfr_expm1(x, x, MPFR_RNDN);
        print_short();
    }
    end();
}

static void print_sin(void)
{
    begin("ds_short ds_sin_table[DS_QUARTER + 1]");
    for (int i = 0; i <= DS_QUARTER; i++) {
        mpfr_const_pi(x, MPFR_RNDN);
        mpfr_mul_d(x, x, i / (2.0 * DS_QUARTER), MPFR_RNDN);
        mpfr_sin(x, x, MPFR_RNDN);
        print_short();
    }
    end();
}

static void print_factor(double printed, double factor)
{
    mpfr_set_d(x, factor, MPFR_RNDN);
    mpfr_log(x, x, MPFR_RNDN);
    mpfr_neg(x, x, MPFR_RNDN);
    const double high = take_grain(LOG_GRAIN);
    next();
    printf("{%a, %a, %a},", printed + 0.0, high, take_rest());
}

/* Left edge of an interval of mantissas. */
static double edge(int i)
{
    const uint64_t bits = DS_LOG_FROM + ((uint64_t)i << (52 - DS_LOG_BITS));
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Near 1 it is 1, so that the logarithm there is not a difference of large numbers. */
static double first_factor(int i)
{
    const double left = edge(i), right = edge(i + 1);
    return left == 1 || right == 1 ? 1 : rint(2 / (left + right) * FIRST) / FIRST;
}

static void print_first(void)
{
    begin("ds_factor ds_log_first[1 << DS_LOG_BITS]");
    for (int i = 0; i < 1 << DS_LOG_BITS; i++)
        print_factor(first_factor(i), first_factor(i));
    end();
}

static void print_second(void)
{
    begin("ds_factor ds_log_second[DS_LOG_MOST - DS_LOG_LEAST + 1]");
    for (int j = DS_LOG_LEAST; j <= DS_LOG_MOST; j++) {
        const double s = rint((double)-j / (DS_LOG_FINE + j) * SECOND) / SECOND;
        print_factor(s, 1 + s);
    }
    end();
}

/* Steps that the first factors leave to the second. */
static bool range_is_right(void)
{
    double least = 0, most = 0;
    for (int i = 0; i < 1 << DS_LOG_BITS; i++) {
        least = fmin(least, edge(i) * first_factor(i) - 1);
        most = fmax(most, edge(i + 1) * first_factor(i) - 1);
    }
    least = rint(least * DS_LOG_FINE), most = rint(most * DS_LOG_FINE);
    if (least == DS_LOG_LEAST && most == DS_LOG_MOST)
        return true;
    fprintf(stderr, "DS_LOG_LEAST must be %g, DS_LOG_MOST %g\n", least, most);
    return false;
}

static void print_parts(const char *name, double first, double second)
{
    const double a = take_grain(first), b = take_grain(second);
    printf("const double %s[3] = {%a, %a, %a};\n", name, a, b, take_rest());
}

static void print_constants(void)
{
    mpfr_const_log2(x, MPFR_RNDN);
    const double high = take_short();
    printf("const ds_short ds_ln2_short = {%a, %a};\n", high, take_rest());
    mpfr_const_log2(x, MPFR_RNDN);
    const double grain = take_grain(LOG_GRAIN);
    printf("const double ds_ln2_parts[2] = {%a, %a};\n", grain, take_rest());
    mpfr_const_log2(x, MPFR_RNDN);
    mpfr_div_ui(x, x, DS_EXP_STEPS * DS_EXP_STEPS, MPFR_RNDN);
    print_parts("ds_ln2_step", 0x1p-42, 0x1p-66);
    mpfr_const_log2(x, MPFR_RNDN);
    mpfr_div_ui(x, x, 1 << DS_QUICK_BITS, MPFR_RNDN);
    const double quick = take_grain(LOG_GRAIN);
    printf("const double ds_quick_step[2] = {%a, %a};\n", quick, take_rest());
    mpfr_const_pi(x, MPFR_RNDN);
    mpfr_div_ui(x, x, 2 * DS_QUARTER, MPFR_RNDN);
    print_parts("ds_angle_step", 0x1p-40, 0x1p-60);
}

int main(void)
{
    mpfr_init2(x, BITS);
    puts("/* Printed by tests/system/real_tables.c. */\n#include \"real_tables.h\"\n\n"
         "/* clang-format off */");
    print_constants();
    print_quick();
    print_exp("ds_short ds_exp_coarse[DS_EXP_STEPS]", 1.0 / DS_EXP_STEPS);
    print_exp("ds_short ds_exp_fine[DS_EXP_STEPS]", 1.0 / (DS_EXP_STEPS * DS_EXP_STEPS));
    print_expm1();
    print_sin();
    print_first();
    print_second();
    mpfr_clear(x);
    mpfr_free_cache();
    return range_is_right() ? 0 : 1;
}

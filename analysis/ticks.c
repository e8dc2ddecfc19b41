#include "ticks.h"

#include "number.h"
#include "sim/core/real.h"
#include "sim/io/quantity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The least of 1, 2, 5 times a power of ten that leaves no more marks than wanted. */
static double round_step(double span, size_t most)
{
    static const double factors[] = {1, 2, 5, 10};
    const double power = ds_pow(10, floor(ds_log10(span / (double)most)));
    for (size_t i = 0; i < 4; i++)
        if (span / (factors[i] * power) <= (double)most - 1)
            return factors[i] * power;
    return 20 * power;
}

/* Digits by which neighbouring marks differ. */
static int digits_of(double low, double high, double step)
{
    const double greatest = fmax(fabs(low), fabs(high));
    const int digits = (int)(floor(ds_log10(greatest)) - floor(ds_log10(step * 1.0001))) + 1;
    return digits < 1 ? 1 : digits > 15 ? 15 : digits;
}

size_t ds_ticks_number(double low, double high, size_t most, ds_tick ticks[DS_TICKS])
{
    size_t n = 0;
    if (!(high > low))
        return 0;
    const double step = round_step(high - low, most);
    const int digits = digits_of(low, high, step);
    const double first = ceil(low / step);
    for (; n < most && (first + (double)n) * step <= high + 1e-9 * step; n++) {
        char text[DS_NUMBER_ROOM];
        ticks[n].at = (first + (double)n) * step;
        snprintf(ticks[n].label, sizeof ticks[n].label, "%s", ds_number(text, ticks[n].at, digits));
    }
    return n;
}

static size_t day_ticks(double low, double high, long step, ds_tick *ticks)
{
    size_t n = 0;
    const long first = (long)ceil(low / (double)step) * step;
    for (long day = first; (double)day <= high && n < DS_TICKS; day += step, n++) {
        char date[40];
        ds_date_print((double)day, date, sizeof date);
        ticks[n].at = (double)day;
        snprintf(ticks[n].label, sizeof ticks[n].label, "%.24s", date + 5);
    }
    return n;
}

static long month_of(double day)
{
    char date[40];
    char *rest;
    ds_date_print(day, date, sizeof date);
    const long year = strtol(date, &rest, 10);
    return 12 * year + strtol(rest + 1, NULL, 10) - 1;
}

static size_t month_ticks(double low, double high, long step, ds_tick *ticks)
{
    size_t n = 0;
    for (long m = month_of(low) / step * step; n < DS_TICKS; m += step) {
        char date[40];
        double day;
        snprintf(date, sizeof date, "%04ld-%02ld-01", m / 12, m % 12 + 1);
        if (!ds_date_read(date, &day) || day > high)
            break;
        if (day < low)
            continue;
        ticks[n].at = day;
        snprintf(ticks[n].label, sizeof ticks[n].label, "%.*s", step % 12 == 0 ? 4 : 7, date);
        n++;
    }
    return n;
}

size_t ds_ticks_date(double low, double high, size_t most, ds_tick ticks[DS_TICKS])
{
    static const long days[] = {1, 2, 7, 14};
    static const long months[] = {1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200};
    const double span = high - low;
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
        if (span / (double)days[i] <= (double)most)
            return day_ticks(low, high, days[i], ticks);
    for (size_t i = 0; i < sizeof months / sizeof months[0]; i++)
        if (span / (30.4 * (double)months[i]) <= (double)most)
            return month_ticks(low, high, months[i], ticks);
    return ds_ticks_number(low, high, most, ticks);
}

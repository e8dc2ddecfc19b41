#include "compare_parts.h"

#include "number.h"

#include "sim/core/real.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An interval is said as ± where its arms differ by less than this. */
static const double lopsided = 1.25;
/* The digits of a lopsided one are those of its short arm, or of a part of the long one. */
static const double tenth = 10;
/* A relative effect is said in percent up to this, then as a multiple. */
static const double fold = 10;

static int magnitude(double value)
{
    return value > 0 && isfinite(value) ? (int)floor(ds_log10(value)) : 0;
}

/* The decimal place of the last digit worth saying, by the Particle Data Group's rule: of the
 * uncertainty two digits, or one where it begins with 355 or more. */
static int last_place(double half)
{
    static const double one_digit = 3.55, next = 9.5;
    const int at = magnitude(half);
    const double leading = half / ds_pow(10, at);
    return leading < one_digit || leading >= next ? at - 1 + (leading >= next) : at;
}

/* A number down to a decimal place. Zeros at its end are kept, since they are known. */
static const char *number(char text[DS_NUMBER_ROOM], double value, int place)
{
    enum { DECIMALS = 7, MOST = 9 };
    static const double plain = 1e4; /* from there on ds_number has letters */
    const int digits = magnitude(fabs(value)) - place + 1;
    if (fabs(value) >= plain || place < -DECIMALS)
        return ds_number(text, value, digits < 1 ? 1 : digits > MOST ? MOST : digits);
    if (place > 0)
        value = ds_pow(10, place) * round(value / ds_pow(10, place));
    snprintf(text, DS_NUMBER_ROOM, "%.*f", place < 0 ? -place : 0, value);
    return strtod(text, NULL) == 0 && *text == '-' ? text + 1 : text;
}

/* "3.1 ± 0.4 %", or "3.1 % (1.2 to 8.0)" */
static void put_uncertain(char *text, size_t room, double value, ds_interval i, const char *unit)
{
    char a[DS_NUMBER_ROOM], b[DS_NUMBER_ROOM], c[DS_NUMBER_ROOM];
    const double up = i.high - value, down = value - i.low, half = fmax(up, down);
    const int place = last_place(fmax(fmin(up, down), half / tenth));
    if (!isfinite(half) || half == 0)
        snprintf(text, room, "%s%s", ds_number(a, value, DS_NUMBER_DIGITS), unit);
    else if (half <= lopsided * fmin(up, down) && half <= fabs(value))
        snprintf(text, room, "%s ± %s%s", number(a, value, place), number(b, half, place), unit);
    else
        snprintf(text, room, "%s%s (%s to %s)", number(a, value, place), unit,
                 number(b, i.low, place), number(c, i.high, place));
}

/* "-820 (-930 to -710)"; of probabilities in points. */
void ds_difference_words(char text[DS_EFFECT_ROOM], const ds_question *q, const ds_compared *row)
{
    char a[DS_NUMBER_ROOM], b[DS_NUMBER_ROOM], c[DS_NUMBER_ROOM];
    const double scale = q->yes_or_no ? 100 : 1, off = scale * row->difference.value;
    const double low = scale * row->together.low, high = scale * row->together.high;
    const double half = fmax(high - off, off - low);
    const int place = magnitude(half) - 1;
    const char *const unit = !q->yes_or_no ? "" : fabs(off) == 1 ? " point" : " points";
    if (isnan(off) || !isfinite(half) || half == 0)
        snprintf(text, DS_EFFECT_ROOM, "%s%s", ds_number(a, off, DS_NUMBER_DIGITS),
                 isnan(off) ? "" : unit);
    else
        snprintf(text, DS_EFFECT_ROOM, "%s%s (%s to %s)", number(a, off, place), unit,
                 number(b, low, place), number(c, high, place));
}

static double sized(double value, bool down, double scale)
{
    return scale * (down ? -value : value);
}

static ds_interval sized_interval(ds_interval i, bool down, double scale)
{
    return down ? (ds_interval){-scale * i.high, -scale * i.low}
                : (ds_interval){scale * i.low, scale * i.high};
}

/* Not where the interval is so wide that the baseline might as well be 0. */
static bool says_relative(const ds_compared *row)
{
    static const double wide = 2.5;
    const double value = row->relative.value, size = wide * fabs(value);
    return isfinite(value) && row->relative_together.low >= value - size &&
           row->relative_together.high <= value + size;
}

static void put_shown(char text[DS_EFFECT_ROOM], const ds_question *q, const ds_compared *row)
{
    const bool down = row->verdict == DS_VERDICT_LOWER;
    const char *const verb = down ? "lowers" : "raises";
    char size[DS_EFFECT_ROOM - 20], unit[64] = "";
    if (q->yes_or_no)
        put_uncertain(size, sizeof size, sized(row->difference.value, down, 100),
                      sized_interval(row->together, down, 100), " points");
    else if (says_relative(row) && row->relative.value + 1 > fold) {
        const ds_interval times = {row->relative_together.low + 1, row->relative_together.high + 1};
        put_uncertain(size, sizeof size, row->relative.value + 1, times, " times");
        snprintf(text, DS_EFFECT_ROOM, "%s to %s", verb, size);
        return;
    } else if (says_relative(row) && row->baseline > 0)
        put_uncertain(size, sizeof size, sized(row->relative.value, down, 100),
                      sized_interval(row->relative_together, down, 100), " %");
    else if (strcmp(q->what.unit, "1/yr") == 0)
        put_uncertain(size, sizeof size, sized(row->difference.value, down, 100),
                      sized_interval(row->together, down, 100), " points a year");
    else {
        snprintf(unit, sizeof unit, "%s%.60s", strcmp(q->what.unit, "1") == 0 ? "" : " ",
                 strcmp(q->what.unit, "1") == 0 ? "" : q->what.unit);
        put_uncertain(size, sizeof size, sized(row->difference.value, down, 1),
                      sized_interval(row->together, down, 1), unit);
    }
    snprintf(text, DS_EFFECT_ROOM, "%s by %s", verb, size);
}

static const char *why_unknown(const ds_compared *row)
{
    if (isnan(row->baseline) && isnan(row->figure))
        return "no value";
    if (isnan(row->baseline))
        return "the baseline has no value";
    if (isnan(row->figure))
        return "no value where the baseline has one";
    return row->pairs == 1 ? "one replica, so no interval" : "no interval";
}

const char *ds_effect_words(char text[DS_EFFECT_ROOM], const ds_comparison *c,
                            const ds_compared *row)
{
    switch (row->verdict) {
    case DS_VERDICT_HIGHER:
    case DS_VERDICT_LOWER:
        put_shown(text, &c->question[row->question], row);
        break;
    case DS_VERDICT_SAME:
        snprintf(text, DS_EFFECT_ROOM, "the same in every replica");
        break;
    case DS_VERDICT_UNKNOWN:
        snprintf(text, DS_EFFECT_ROOM, "%s", why_unknown(row));
        break;
    case DS_VERDICT_MORE:
    case DS_VERDICT_NOT_SHOWN:
        snprintf(text, DS_EFFECT_ROOM, "no difference shown");
        break;
    }
    return text;
}

/* Shown, and yet surely smaller than what matters. */
static bool is_slight(const ds_comparison *c, const ds_compared *row)
{
    const ds_interval i =
        c->question[row->question].yes_or_no ? row->together : row->relative_together;
    return i.low > -c->matters && i.high < c->matters;
}

static void put_more(char text[DS_EFFECT_ROOM], const ds_compared *row)
{
    static const double million = 1e6, round_from = 1e4;
    char number[DS_NUMBER_ROOM];
    const double more = row->needed - (double)row->pairs;
    if (more > million)
        snprintf(text, DS_EFFECT_ROOM, "needs over a million more replicas");
    else if (more > round_from)
        snprintf(text, DS_EFFECT_ROOM, "needs some %s more replicas", ds_number(number, more, 2));
    else
        snprintf(text, DS_EFFECT_ROOM, "needs %.0f more replica%s", more, more == 1 ? "" : "s");
}

const char *ds_verdict_words(char text[DS_EFFECT_ROOM], const ds_comparison *c,
                             const ds_compared *row)
{
    const bool maximise = c->question[row->question].what.maximise;
    const bool shown = row->verdict == DS_VERDICT_HIGHER || row->verdict == DS_VERDICT_LOWER;
    if (shown && is_slight(c, row))
        snprintf(text, DS_EFFECT_ROOM, "%s, by less than %g %%",
                 (row->verdict == DS_VERDICT_HIGHER) == maximise ? "better" : "worse",
                 100 * c->matters);
    else if (shown)
        snprintf(text, DS_EFFECT_ROOM, "%s",
                 (row->verdict == DS_VERDICT_HIGHER) == maximise ? "better" : "worse");
    else if (row->verdict == DS_VERDICT_MORE)
        put_more(text, row);
    else
        return ds_effect_words(text, c, row);
    return text;
}

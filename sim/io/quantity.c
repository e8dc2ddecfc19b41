#include "quantity.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- units ---- */

enum { SYMBOLS = 8, LETTERS = 16 };

typedef struct unit {
    double up,
        down; /* in days and opaque symbols: a ratio of whole numbers, so that 57 % is 0.57 */
    struct {
        char name[LETTERS];
        int power;
    } symbol[SYMBOLS];
    int count;
} unit;

static const struct {
    const char *name, *base;
    double up, down;
} known[] = {
    {"s", "d", 1, 86400}, {"min", "d", 1, 1440}, {"h", "d", 1, 24},     {"d", "d", 1, 1},
    {"wk", "d", 7, 1},    {"yr", "d", 365, 1},   {"day", "d", 1, 1},    {"days", "d", 1, 1},
    {"hour", "d", 1, 24}, {"hours", "d", 1, 24}, {"year", "d", 365, 1}, {"years", "d", 365, 1},
    {"week", "d", 7, 1},  {"weeks", "d", 7, 1},  {"%", "", 1, 100},     {"1", "", 1, 1},
};

static bool raise_symbol(unit *u, const char *name, int power)
{
    for (int i = 0; i < u->count; i++)
        if (strcmp(u->symbol[i].name, name) == 0) {
            u->symbol[i].power += power;
            return true;
        }
    if (u->count == SYMBOLS)
        return false;
    snprintf(u->symbol[u->count].name, LETTERS, "%s", name);
    u->symbol[u->count++].power = power;
    return true;
}

static bool apply(unit *u, const char *name, int power)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i].name, name) == 0) {
            u->up *= power > 0 ? known[i].up : known[i].down;
            u->down *= power > 0 ? known[i].down : known[i].up;
            return !*known[i].base || raise_symbol(u, known[i].base, power);
        }
    return raise_symbol(u, name, power);
}

/* symbol (('/' | '*') symbol)* */
static bool read_unit(const char *text, unit *u)
{
    *u = (unit){.up = 1, .down = 1};
    int power = 1;
    while (*text) {
        char name[LETTERS];
        size_t n = 0;
        while (*text == ' ')
            text++;
        while ((isalpha((unsigned char)*text) || *text == '_' || *text == '%' || *text == '1') &&
               n < LETTERS - 1)
            name[n++] = *text++;
        name[n] = '\0';
        if (n == 0 || !apply(u, name, power))
            return false;
        while (*text == ' ')
            text++;
        if (*text && *text != '/' && *text != '*')
            return false;
        if (*text == '/')
            power = -1;
        else if (*text == '*')
            power = 1;
        if (*text && !*++text)
            return false;
    }
    return true;
}

static int power_of(const unit *u, const char *name)
{
    for (int i = 0; i < u->count; i++)
        if (strcmp(u->symbol[i].name, name) == 0)
            return u->symbol[i].power;
    return 0;
}

static bool same_kind(const unit *a, const unit *b)
{
    for (int i = 0; i < a->count; i++)
        if (a->symbol[i].power != power_of(b, a->symbol[i].name))
            return false;
    for (int i = 0; i < b->count; i++)
        if (b->symbol[i].power != power_of(a, b->symbol[i].name))
            return false;
    return true;
}

/* A rate of something without a unit, such as a return: a time alone, and below the line. */
static bool is_rate(const unit *u)
{
    return u->count == 1 && strcmp(u->symbol[0].name, "d") == 0 && u->symbol[0].power < 0;
}

/* ---- numbers ---- */

static size_t digits(const char *s)
{
    size_t n = 0;
    while (isdigit((unsigned char)s[n]))
        n++;
    return n;
}

/* Length of a decimal number at the start of a text; 0: none. YAML 1.2 core schema, no more. */
static size_t number_length(const char *s)
{
    size_t n = *s == '-' || *s == '+';
    const size_t whole = digits(s + n);
    n += whole;
    size_t fraction = 0;
    if (s[n] == '.') {
        fraction = digits(s + n + 1);
        n += 1 + fraction;
    }
    if (whole + fraction == 0)
        return 0;
    if (s[n] == 'e' || s[n] == 'E') {
        const size_t sign = s[n + 1] == '-' || s[n + 1] == '+';
        const size_t exponent = digits(s + n + 1 + sign);
        if (exponent)
            n += 1 + sign + exponent;
    }
    return n;
}

static bool leading_zero(const char *s)
{
    s += *s == '-' || *s == '+';
    return s[0] == '0' && isdigit((unsigned char)s[1]);
}

static bool refuse(char *why, size_t room, const char *text)
{
    if (strchr(text, '_'))
        snprintf(why, room, "underscores are not part of a number");
    else if (strchr(text, ','))
        snprintf(why, room, "the decimal sign is a point, and thousands are not separated");
    else if (leading_zero(text))
        snprintf(why, room, "a number does not begin with 0 followed by digits");
    else
        snprintf(why, room, "not a number");
    return false;
}

/* By up / down, with one rounding where one divides the other. */
static void scale(double *value, double up, double down)
{
    if (fmod(up, down) == 0)
        *value *= up / down;
    else if (fmod(down, up) == 0)
        *value /= down / up;
    else
        *value = *value * up / down;
}

static bool too_large(char *why, size_t room)
{
    snprintf(why, room, "too large for a number");
    return false;
}

static bool convert(const char *said, const char *wanted, double *value, char *why, size_t room)
{
    unit given, target;
    if (!read_unit(wanted, &target))
        target = (unit){.up = 1, .down = 1};
    if (!read_unit(said, &given)) {
        snprintf(why, room, "'%.20s' is not a unit", said);
        return false;
    }
    /* '20 %' of a rate is as bare a number as 0.2, and takes the unit that is wanted. */
    if (given.count == 0 && is_rate(&target))
        target.up = target.down = 1;
    else if (!same_kind(&given, &target)) {
        if (target.count == 0)
            snprintf(why, room, "has no unit of that kind, but is a plain number or a percentage");
        else
            snprintf(why, room, "must have the unit %.40s or one that converts to it", wanted);
        return false;
    }
    scale(value, given.up * target.down, given.down * target.up);
    return isfinite(*value) || too_large(why, room);
}

bool ds_quantity_read(const char *text, const char *wanted, double *value, char *why, size_t room)
{
    const size_t n = number_length(text);
    const char *rest = text + n;
    if (n == 0 || leading_zero(text) || *rest == '_' || *rest == ',' || *rest == '.' ||
        isdigit((unsigned char)*rest))
        return refuse(why, room, text);
    *value = strtod(text, NULL);
    if (!isfinite(*value))
        return too_large(why, room);
    const bool space = *rest == ' ';
    while (*rest == ' ')
        rest++;
    if (*rest == '\0')
        return true;
    if (!space && *rest != '%' && convert(rest, wanted, value, why, room)) {
        snprintf(why, room, "between a number and its unit stands a space: %.*s%s %.20s",
                 n < 40 ? (int)n : 40, text, n < 40 ? "" : "...", rest);
        return false;
    }
    if (!space && *rest != '%')
        return refuse(why, room, text);
    return convert(rest, wanted, value, why, room);
}

bool ds_integer_read(const char *text, int64_t *value)
{
    const bool minus = *text == '-';
    const char *s = text + (*text == '-' || *text == '+');
    uint64_t n = 0;
    if (!isdigit((unsigned char)*s) || leading_zero(text))
        return false;
    for (; isdigit((unsigned char)*s); s++)
        if (__builtin_mul_overflow(n, 10, &n) ||
            __builtin_add_overflow(n, (uint64_t)(*s - '0'), &n))
            return false;
    if (*s || n > (uint64_t)INT64_MAX)
        return false;
    *value = minus ? -(int64_t)n : (int64_t)n;
    return true;
}

/* ---- dates ---- */

static int month_length(int year, int month)
{
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return length[month - 1] + (month == 2 && leap);
}

/* Days from 1970-01-01 in the proleptic Gregorian calendar (Hinnant 2013). */
static double days_of(int year, int month, int day)
{
    const int y = year - (month <= 2);
    const int era = y / 400, of_era = y - era * 400;
    const int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const int leap_days = of_era / 4 - of_era / 100;
    return (double)era * 146097 + (of_era * 365 + leap_days + of_year) - 719468;
}

static bool two(const char *s, int *value)
{
    if (!isdigit((unsigned char)s[0]) || !isdigit((unsigned char)s[1]))
        return false;
    *value = (s[0] - '0') * 10 + (s[1] - '0');
    return true;
}

static bool read_time(const char *s, double *day)
{
    int h, m, sec = 0;
    if (!two(s, &h) || s[2] != ':' || !two(s + 3, &m) || h > 23 || m > 59)
        return false;
    s += 5;
    if (*s == ':') {
        if (!two(s + 1, &sec) || sec > 59)
            return false;
        s += 3;
    }
    if (*s == 'Z')
        s++;
    *day = (h * 3600 + m * 60 + sec) / 86400.0;
    return *s == '\0';
}

bool ds_date_read(const char *s, double *days)
{
    int century, year, month, day;
    double part = 0;
    if (strlen(s) < 10 || !two(s, &century) || !two(s + 2, &year) || s[4] != '-' ||
        !two(s + 5, &month) || s[7] != '-' || !two(s + 8, &day))
        return false;
    year += 100 * century;
    if (year < 1900 || month < 1 || month > 12 || day < 1 || day > month_length(year, month))
        return false;
    if (s[10] && ((s[10] != 'T' && s[10] != ' ') || !read_time(s + 11, &part)))
        return false;
    *days = days_of(year, month, day) + part;
    return true;
}

double ds_date_since(double days, double start)
{
    return floor((days - start) * 86400 + 0.5) / 86400;
}

void ds_date_print(double days, char *text, size_t room)
{
    const double whole = floor(days + 0.5 / 86400);
    const int seconds = (int)((days - whole) * 86400 + 0.5);
    const long z = (long)whole + 719468;
    const long era = z / 146097;
    const int of_era = (int)(z - era * 146097);
    const int year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int m = (5 * of_year + 2) / 153, day = of_year - (153 * m + 2) / 5 + 1,
              month = m < 10 ? m + 3 : m - 9;
    const long year = era * 400 + year_of_era + (month <= 2);
    if (seconds > 0)
        snprintf(text, room, "%04ld-%02d-%02dT%02d:%02d:%02d", year, month, day, seconds / 3600,
                 seconds / 60 % 60, seconds % 60);
    else
        snprintf(text, room, "%04ld-%02d-%02d", year, month, day);
}

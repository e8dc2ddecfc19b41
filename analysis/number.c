#include "number.h"

#include "sim/core/real.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void trim_zeros(char *text)
{
    if (!strchr(text, '.'))
        return;
    char *end = text + strlen(text);
    while (end[-1] == '0')
        *--end = '\0';
    if (end[-1] == '.')
        end[-1] = '\0';
}

char *ds_number(char text[DS_NUMBER_ROOM], double value, int digits)
{
    static const char *const letters[] = {"", "k", "M", "B", "T"};
    if (!isfinite(value)) {
        snprintf(text, DS_NUMBER_ROOM, "%s", isnan(value) ? "–" : value > 0 ? "∞" : "-∞");
        return text;
    }
    char rounded[DS_NUMBER_ROOM];
    snprintf(rounded, sizeof rounded, "%.*e", digits - 1, value);
    const int exponent = (int)strtol(strchr(rounded, 'e') + 1, NULL, 10);
    if (value != 0 && (exponent < -4 || exponent >= 15)) {
        snprintf(text, DS_NUMBER_ROOM, "%.*g", digits, value);
        return text;
    }
    const int step = exponent >= 4 ? exponent / 3 : 0;
    const int decimals = digits - 1 - (exponent - 3 * step);
    snprintf(text, DS_NUMBER_ROOM, "%.*f", decimals > 0 ? decimals : 0,
             strtod(rounded, NULL) / ds_pow(10, 3 * step));
    trim_zeros(text);
    if (strcmp(text, "-0") == 0)
        memmove(text, text + 1, 2);
    const size_t end = strlen(text);
    snprintf(text + end, DS_NUMBER_ROOM - end, "%s", letters[step]);
    return text;
}

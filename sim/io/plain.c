#include "plain.h"

#include <stdio.h>
#include <stdlib.h>

ds_plain ds_plain_begin(void)
{
    const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return (ds_plain){plain, plain ? uselocale(plain) : (locale_t)0};
}

void ds_plain_end(ds_plain numbers)
{
    if (!numbers.plain)
        return;
    uselocale(numbers.before);
    freelocale(numbers.plain);
}

void ds_plain_print(double value, char text[DS_PLAIN_ROOM])
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, DS_PLAIN_ROOM, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
}

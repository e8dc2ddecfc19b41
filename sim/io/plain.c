#include "plain.h"

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

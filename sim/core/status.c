#include "status.h"

#include "letters.h"

#include <stdarg.h>
#include <stdio.h>

bool ds_fail_at(ds_status *st, ds_code code, const char *file, int line, const char *format, ...)
{
    if (st->code != DS_OK)
        return false;
    va_list args;
    va_start(args, format);
    vsnprintf(st->text, sizeof st->text, format, args);
    va_end(args);
    ds_make_plain(st->text);
    st->code = code;
    st->file = file;
    st->line = line;
    return false;
}

#include "complain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 100, QUOTED = 60 };

static size_t escape(char *out, size_t room, const char *text, size_t length)
{
    size_t used = 0;
    for (size_t i = 0; i < length && used + 5 < room; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == 0x7f)
            used += (size_t)snprintf(out + used, room - used, "\\x%02x", c);
        else
            out[used++] = (char)c;
    }
    out[used] = '\0';
    return used;
}

const char *ds_quote(ds_pool *pool, const char *text)
{
    char out[QUOTED * 4 + 8];
    const size_t length = strlen(text);
    size_t cut = length > QUOTED ? QUOTED : length;
    while (cut < length && cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80)
        cut--; /* not within a character */
    const size_t used = escape(out, sizeof out - 4, text, cut);
    if (cut < length)
        snprintf(out + used, 4, "...");
    return ds_pool_copy(pool, out, strlen(out));
}

/* The line a position lies on, from its first byte to before its end. */
static const char *find_line(const ds_text *text, int line, size_t *length)
{
    const char *at = text->text, *const end = text->text + text->size;
    for (int i = 1; i < line && at < end; i++) {
        const char *const feed = memchr(at, '\n', (size_t)(end - at));
        at = feed ? feed + 1 : end;
    }
    const char *const feed = memchr(at, '\n', (size_t)(end - at));
    *length = (size_t)((feed ? feed : end) - at);
    if (*length && at[*length - 1] == '\r')
        --*length;
    return at;
}

/* Bytes that `column` characters take. */
static size_t bytes_of(const char *line, size_t length, int column)
{
    size_t i = 0;
    for (int c = 1; c < column && i < length; c++)
        for (i++; i < length && ((unsigned char)line[i] & 0xc0) == 0x80; i++)
            ;
    return i;
}

bool ds_complain_at(ds_status *st, const ds_text *text, int line, int column, const char *message)
{
    size_t length;
    const char *const start = find_line(text, line, &length);
    const size_t caret = bytes_of(start, length, column);
    const size_t skip = caret > WIDTH - 20 ? caret - (WIDTH - 20) : 0;
    const size_t shown = length - skip > WIDTH ? WIDTH : length - skip;
    char excerpt[WIDTH * 4 + 8], before[WIDTH * 4 + 8];
    escape(excerpt, sizeof excerpt, start + skip, shown);
    const size_t indent =
        escape(before, sizeof before, start + skip, caret - skip < shown ? caret - skip : shown);
    return ds_fail(st, DS_E_DATA, "%s:%d:%d: %s\n    %s\n    %*s^", text->name, line, column,
                   message, excerpt, (int)indent, "");
}

bool ds_complain_of(ds_status *st, const ds_node *at, const char *format, ...)
{
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return ds_complain_at(st, at->from, at->line, at->column, message);
}

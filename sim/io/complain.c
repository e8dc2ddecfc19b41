#include "complain.h"

#include "sim/core/letters.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 100, QUOTED = 60, NAMED = 500 };

bool ds_is_plain(const char *text, size_t size)
{
    const unsigned char *const s = (const unsigned char *)text;
    size_t length;
    for (size_t i = 0; i < size; i += length) {
        length = ds_character(text + i, size - i);
        const bool control = (s[i] < 0x20 && s[i] != '\n' && s[i] != '\t') || s[i] == 0x7f;
        if (length == 0 || control || (length == 2 && s[i] == 0xc2 && s[i + 1] < 0xa0))
            return false;
    }
    return true;
}

/* Never more than four bytes for one. */
static size_t escape(char *out, size_t room, const char *text, size_t length)
{
    size_t used = 0;
    for (size_t i = 0; i < length && used + 5 < room;) {
        const size_t n = ds_character(text + i, length - i);
        if (ds_shown(text + i, n)) {
            memcpy(out + used, text + i, n);
            used += n;
            i += n;
        } else {
            const unsigned char c = (unsigned char)text[i++];
            used += (size_t)snprintf(out + used, room - used, "\\x%02x", c);
        }
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

const char *ds_escape(ds_pool *pool, const char *text)
{
    char out[NAMED * 4 + 8];
    const size_t length = strlen(text);
    const size_t skip = length > NAMED ? length - NAMED : 0;
    const size_t used = escape(out, sizeof out, text + skip, length - skip);
    return ds_pool_print(pool, "%s%.*s", skip ? "..." : "", (int)used, out);
}

/* A byte order mark is no character of the first line. */
static size_t mark_of(const ds_text *text)
{
    return text->size >= 3 && memcmp(text->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* The line a position lies on, from its first byte to before its end. */
static const char *find_line(const ds_text *text, int line, size_t *length)
{
    const char *at = text->text + mark_of(text), *const end = text->text + text->size;
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

/* Characters in so many bytes. */
static size_t columns_of(const char *text, size_t length)
{
    size_t columns = 0;
    for (size_t i = 0; i < length; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

static bool complain(ds_status *st, ds_code code, const ds_node *at, const char *message)
{
    const ds_text *const text = at->from;
    size_t length;
    const char *const start = find_line(text, at->line, &length);
    const size_t caret = bytes_of(start, length, at->column);
    const size_t skip = caret > WIDTH - 20 ? caret - (WIDTH - 20) : 0;
    const size_t seen = length - skip > WIDTH ? WIDTH : length - skip;
    char excerpt[WIDTH * 4 + 8], before[WIDTH * 4 + 8];
    escape(excerpt, sizeof excerpt, start + skip, seen);
    const size_t indent = columns_of(before, escape(before, sizeof before, start + skip,
                                                    caret - skip < seen ? caret - skip : seen));
    return ds_fail(st, code, "%s:%d:%d: %s\n    %s\n    %*s^", text->name, at->line, at->column,
                   message, excerpt, (int)indent, "");
}

bool ds_complain_at(ds_status *st, const ds_text *text, int line, int column, const char *message)
{
    const ds_node at = {.from = text, .line = line, .column = column};
    return complain(st, DS_E_DATA, &at, message);
}

bool ds_complain_of(ds_status *st, const ds_node *at, const char *format, ...)
{
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return complain(st, DS_E_DATA, at, message);
}

bool ds_complain_again(ds_status *st, const ds_node *at, const ds_status *inner)
{
    return complain(st, inner->code, at, inner->text);
}

bool ds_bad_byte(const ds_text *t, size_t at, const char *what, ds_status *st)
{
    int line = 1, column = 1;
    for (size_t i = mark_of(t); i < at; i++) {
        const bool begins = ((unsigned char)t->text[i] & 0xc0) != 0x80;
        column = t->text[i] == '\n' ? 1 : column + begins;
        line += t->text[i] == '\n';
    }
    return ds_complain_at(st, t, line, column, what);
}

bool ds_text_check(const ds_text *t, ds_status *st)
{
    if (t->size >= 2 &&
        (memcmp(t->text, "\xff\xfe", 2) == 0 || memcmp(t->text, "\xfe\xff", 2) == 0))
        return ds_fail(st, DS_E_DATA, "%s:1:1: the text is UTF-16 or UTF-32, must be UTF-8",
                       t->name);
    for (size_t i = 0; i < t->size;) {
        if (t->text[i] == '\0')
            return ds_bad_byte(t, i, "a NUL byte, must be text (UTF-16 is not read; save as UTF-8)",
                               st);
        const size_t length = ds_character(t->text + i, t->size - i);
        if (length == 0)
            return ds_bad_byte(t, i, "a byte that is not UTF-8", st);
        i += length;
    }
    return true;
}

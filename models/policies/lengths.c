#include "lengths.h"

#include <string.h>

/* Behind the quote that ends a text. */
static const char *after_quoted(const char *at, const char *end)
{
    for (const char quote = *at++; at < end; at++) {
        if (*at == quote)
            return at + 1;
        at += *at == '\\' && end - at > 1;
    }
    return end;
}

/* Size of a long bracket, `[[` or `[=[`; 0: there is none. */
static size_t bracket(const char *at, const char *end)
{
    size_t size = 1;
    if (at == end || *at != '[')
        return 0;
    while ((size_t)(end - at) > size && at[size] == '=')
        size++;
    return (size_t)(end - at) > size && at[size] == '[' ? size + 1 : 0;
}

static const char *after_long(const char *at, const char *end, size_t size)
{
    for (at += size; (size_t)(end - at) >= size; at++)
        if (at[0] == ']' && at[size - 1] == ']') {
            size_t same = 1;
            while (same < size - 1 && at[same] == '=')
                same++;
            if (same == size - 1)
                return at + size;
        }
    return end;
}

static const char *after_comment(const char *at, const char *end)
{
    const size_t size = bracket(at, end);
    if (size)
        return after_long(at, end, size);
    const char *const line = memchr(at, '\n', (size_t)(end - at));
    return line ? line : end;
}

/* Behind what begins here: a text, a comment, or one character. */
static const char *after(const char *at, const char *end)
{
    if (*at == '"' || *at == '\'')
        return after_quoted(at, end);
    if (*at == '-' && end - at > 1 && at[1] == '-')
        return after_comment(at + 2, end);
    const size_t size = bracket(at, end);
    return size ? after_long(at, end, size) : at + 1;
}

static const char *piece(const char *text, size_t *size)
{
    *size = strlen(text);
    return text;
}

const char *ds_lua_text_piece(ds_lua_text *text, size_t *size)
{
    const char *const from = text->at;
    *size = 0;
    if (from == text->end)
        return NULL;
    if (!text->begun && *from != '\x1b') { /* with which compiled chunks begin, refused as such */
        text->begun = true;
        return piece("local " DS_LENGTH "=... ", size);
    }
    text->begun = true;
    if (*from == '#') {
        text->at++;
        return piece(" " DS_LENGTH "^ ", size);
    }
    while (text->at < text->end && *text->at != '#')
        text->at = after(text->at, text->end);
    *size = (size_t)(text->at - from);
    return from;
}

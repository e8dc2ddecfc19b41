#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const char replacement[] = "\xEF\xBF\xBD";

/* Length of the sequence that a first byte announces; 0: none may begin so. */
static size_t announced(unsigned char byte)
{
    if (byte < 0x80)
        return 1;
    if (byte >= 0xC2 && byte <= 0xDF)
        return 2;
    if (byte >= 0xE0 && byte <= 0xEF)
        return 3;
    return byte >= 0xF0 && byte <= 0xF4 ? 4 : 0;
}

/* Bytes of the character at `text`, 0 when there is none (RFC 3629). */
static size_t character(const char *text, uint32_t *point)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    static const unsigned char mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    const size_t length = announced((unsigned char)*text);
    *point = (unsigned char)*text & mask[length];
    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            return 0;
        *point = *point << 6 | ((unsigned char)text[i] & 0x3F);
    }
    const bool surrogate = *point >= 0xD800 && *point <= 0xDFFF;
    return *point < least[length] || surrogate || *point > 0x10FFFF ? 0 : length;
}

static bool shown(uint32_t point)
{
    const bool control = point < 0x20 || (point >= 0x7F && point < 0xA0);
    const bool turns = (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
    return !control && !turns && point != 0x2028 && point != 0x2029;
}

static const char *html_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* What would end a string, a script or an address is written by its number. */
static bool put_coded(FILE *out, char c, ds_markup markup)
{
    const bool hidden = c && strchr("\"\\<>&'`", c);
    if (markup == DS_MARKUP_JSON && hidden)
        fprintf(out, "\\u%04x", (unsigned)c);
    else if (markup == DS_MARKUP_LINK && (hidden || strchr(" %?#()[]", c)))
        fprintf(out, "%%%02X", (unsigned)c);
    else if (markup == DS_MARKUP_QUOTED)
        fputs(c == '\'' ? "''" : (char[]){c, '\0'}, out);
    else if (markup == DS_MARKUP_JSON || markup == DS_MARKUP_LINK)
        fputc(c, out);
    else
        return false;
    return true;
}

static void put_ascii(FILE *out, char c, ds_markup markup)
{
    if (put_coded(out, c, markup))
        return;
    const bool quote = c == '"' || c == '\'';
    const bool verbatim = markup == DS_MARKUP_PLAIN || (markup == DS_MARKUP_MARKDOWN && quote);
    const char *const escaped = verbatim ? NULL : html_of(c);
    if (escaped) {
        fputs(escaped, out);
        return;
    }
    if (markup == DS_MARKUP_MARKDOWN && strchr("\\`*|[]~$", c))
        fputc('\\', out);
    fputc(c, out);
}

static bool is_space(char c)
{
    return c == '\n' || c == '\t' || c == '\r';
}

/* One character, or what stands for it; returns the bytes it took. */
static size_t put_character(FILE *out, const char *text, ds_markup markup)
{
    uint32_t point;
    const size_t length = character(text, &point);
    if (is_space(*text))
        fputc(markup == DS_MARKUP_PREFORMATTED && *text != '\r' ? *text : ' ', out);
    else if (length == 0 || !shown(point))
        fputs(replacement, out);
    else if (length == 1)
        put_ascii(out, *text, markup);
    else
        fwrite(text, 1, length, out);
    return length ? length : 1;
}

void ds_text_put(FILE *out, const char *text, ds_markup markup)
{
    while (*text)
        text += put_character(out, text, markup);
}

/* Columns of a terminal, of the blocks that matter (Unicode Standard Annex 11; combining marks). */
static size_t columns_of(uint32_t point)
{
    static const struct {
        uint32_t first, last;
        size_t columns;
    } blocks[] = {{0x300, 0x36F, 0},    {0x1100, 0x115F, 2}, {0x200B, 0x200F, 0},
                  {0x2E80, 0x303E, 2},  {0x3041, 0xA4CF, 2}, {0xAC00, 0xD7A3, 2},
                  {0xF900, 0xFAFF, 2},  {0xFE00, 0xFE0F, 0}, {0xFE30, 0xFE6F, 2},
                  {0xFF00, 0xFF60, 2},  {0xFFE0, 0xFFE6, 2}, {0x1F300, 0x1FAFF, 2},
                  {0x20000, 0x3FFFD, 2}};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (point >= blocks[i].first && point <= blocks[i].last)
            return blocks[i].columns;
    return 1;
}

size_t ds_text_plain(char *result, size_t room, const char *text)
{
    size_t used = 0, columns = 0;
    while (*text) {
        uint32_t point;
        const size_t length = character(text, &point);
        const bool kept = length > 0 && shown(point);
        const char *const piece = kept ? text : is_space(*text) ? " " : replacement;
        const size_t bytes = kept ? length : strlen(piece);
        if (used + bytes + 1 > room)
            break;
        memcpy(result + used, piece, bytes);
        used += bytes;
        text += length ? length : 1;
        columns += kept ? columns_of(point) : 1;
    }
    result[used] = '\0';
    return columns;
}

size_t ds_text_columns(const char *text)
{
    size_t columns = 0;
    for (; *text; text++)
        columns += ((unsigned char)*text & 0xC0) != 0x80;
    return columns;
}

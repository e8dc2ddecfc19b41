#include "json.h"

#include "plain.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void append(ds_json *j, const char *text, size_t length)
{
    if (j->used + length + 1 > j->room) {
        const size_t room = 2 * (j->used + length + 1) + 256;
        char *const more = ds_pool_take(j->pool, room);
        if (j->used)
            memcpy(more, j->text, j->used);
        j->text = more;
        j->room = room;
    }
    memcpy(j->text + j->used, text, length);
    j->used += length;
    j->text[j->used] = '\0';
}

void ds_json_raw(ds_json *j, const char *text)
{
    append(j, text, strlen(text));
}

void ds_json_string(ds_json *j, const char *text)
{
    append(j, "\"", 1);
    for (; *text; text++) {
        char code[8];
        const unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            snprintf(code, sizeof code, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            snprintf(code, sizeof code, "\\u%04x", c);
        else
            snprintf(code, sizeof code, "%c", c);
        ds_json_raw(j, code);
    }
    append(j, "\"", 1);
}

void ds_json_number(ds_json *j, double value)
{
    char text[DS_PLAIN_ROOM];
    if (isinf(value)) {
        ds_json_string(j, value > 0 ? "unlimited" : "-unlimited");
        return;
    }
    ds_plain_print(value, text);
    ds_json_raw(j, text);
}

void ds_json_integer(ds_json *j, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    ds_json_raw(j, text);
}

void ds_json_open(ds_json *j, char bracket)
{
    append(j, &bracket, 1);
    j->comma = false;
}

void ds_json_close(ds_json *j, char bracket)
{
    append(j, &bracket, 1);
    j->comma = true;
}

void ds_json_item(ds_json *j)
{
    if (j->comma)
        append(j, ",", 1);
    j->comma = true;
}

void ds_json_key(ds_json *j, const char *key)
{
    ds_json_item(j);
    ds_json_string(j, key);
    append(j, ":", 1);
}

static const char *past_digits(const char *s)
{
    while (isdigit((unsigned char)*s))
        s++;
    return s;
}

/* A number as JSON writes one (RFC 8259, 6). */
static bool is_number(const char *s)
{
    s += *s == '-';
    const char *end = past_digits(s);
    if (end == s || (*s == '0' && end > s + 1))
        return false;
    if (*end == '.') {
        s = end + 1;
        if ((end = past_digits(s)) == s)
            return false;
    }
    if (*end == 'e' || *end == 'E') {
        s = end + 1 + (end[1] == '+' || end[1] == '-');
        if ((end = past_digits(s)) == s)
            return false;
    }
    return *end == '\0';
}

static void scalar(ds_json *j, const ds_node *node)
{
    const char *const s = node->scalar;
    if (!node->quoted && (!*s || strcmp(s, "~") == 0))
        ds_json_raw(j, "null");
    else if (!node->quoted && (is_number(s) || strcmp(s, "true") == 0 || strcmp(s, "false") == 0 ||
                               strcmp(s, "null") == 0))
        ds_json_raw(j, s);
    else
        ds_json_string(j, s);
}

void ds_json_node(ds_json *j, const ds_node *node)
{
    if (node->shape == DS_SCALAR) {
        scalar(j, node);
        j->comma = true;
        return;
    }
    const bool map = node->shape == DS_MAPPING;
    ds_json_open(j, map ? '{' : '[');
    for (uint32_t i = 0; i < node->count; i++) {
        if (map)
            ds_json_key(j, node->key[i]->scalar);
        else
            ds_json_item(j);
        ds_json_node(j, node->item[i]);
    }
    ds_json_close(j, map ? '}' : ']');
}

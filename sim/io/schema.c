/*
 * JSON Schema (draft 2020-12) of scenarios, printed from the parameter tables, for editors. A
 * scenario may say less than it must in all, since includes say the rest: so nothing is required,
 * and a choice without its tag fits any alternative that has its keys.
 */
#include "fallback.h"
#include "json.h"
#include "plain.h"
#include "sweep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct printer {
    ds_json j;
    ds_binder b;
    const ds_model *model;
} printer;

static void table_properties(printer *s, const ds_param *table, bool *open_ended);

static void text_at(printer *s, const char *key, const char *text)
{
    ds_json_key(&s->j, key);
    ds_json_string(&s->j, text);
}

static void raw_at(printer *s, const char *key, const char *json)
{
    ds_json_key(&s->j, key);
    ds_json_raw(&s->j, json);
}

static void open_at(printer *s, const char *key, char bracket)
{
    ds_json_key(&s->j, key);
    ds_json_open(&s->j, bracket);
}

static void open_item(printer *s)
{
    ds_json_item(&s->j);
    ds_json_open(&s->j, '{');
}

static void close(printer *s, char bracket)
{
    ds_json_close(&s->j, bracket);
}

static void describe(printer *s, const ds_param *p)
{
    const bool unitless = !p->unit || strcmp(p->unit, "1") == 0 || p->kind == DS_CHOICE;
    const char *text = p->doc ? p->doc : "";
    if (!unitless)
        text = ds_pool_print(s->j.pool, "%s (%s)", text, p->unit);
    if (p->source)
        text = ds_pool_print(s->j.pool, "%s. Default from: %s", text, p->source);
    text_at(s, "description", text);
}

static void bound(printer *s, const char *key, double value)
{
    if (!isfinite(value))
        return;
    ds_json_key(&s->j, key);
    ds_json_number(&s->j, value);
}

/* A bare number in the table's unit, or text with a unit. */
static void number_forms(printer *s, const ds_param *p)
{
    open_at(s, "anyOf", '[');
    open_item(s);
    text_at(s, "type", ds_param_whole(p) ? "integer" : "number");
    bound(s, "minimum", p->min);
    bound(s, "maximum", p->max);
    close(s, '}');
    ds_json_item(&s->j);
    if (isnan(p->fallback))
        ds_json_raw(&s->j, "{\"type\":\"null\"},");
    ds_json_raw(&s->j, p->unlimited ? "{\"const\":\"unlimited\"},{\"type\":\"string\"}"
                                    : "{\"type\":\"string\"}");
    close(s, ']');
}

static void words(printer *s, const char *const *word)
{
    open_at(s, "enum", '[');
    for (; *word; word++) {
        ds_json_item(&s->j);
        ds_json_string(&s->j, *word);
    }
    close(s, ']');
}

static void numbers(printer *s, const ds_param *p)
{
    open_at(s, "anyOf", '[');
    open_item(s);
    text_at(s, "type", "array");
    raw_at(s, "minItems", "1");
    open_at(s, "items", '{');
    number_forms(s, p);
    close(s, '}');
    close(s, '}');
    open_item(s);
    number_forms(s, p);
    close(s, '}');
    close(s, ']');
}

#define FILE_KEYS                                                                        \
    "\"file\":{\"type\":\"string\",\"description\":\"a CSV file beside the scenario\"}," \
    "\"column\":{\"type\":\"string\",\"description\":\"its column of values\"}"

static void path(printer *s, const ds_param *p)
{
    open_at(s, "anyOf", '[');
    ds_json_item(&s->j);
    ds_json_raw(&s->j, "{\"type\":[\"string\",\"null\"]}");
    open_item(s);
    text_at(s, "type", "object");
    open_at(s, "properties", '{');
    ds_json_raw(&s->j, FILE_KEYS
                ",\"gaps\":{\"type\":\"boolean\",\"description\":\"rows may be missing\"}");
    s->j.comma = true;
    open_at(s, "interpolation", '{');
    text_at(s, "description", "the value between two rows");
    words(s, ds_between_words);
    text_at(s, "default", ds_between_words[(int)p->fallback]);
    close(s, '}');
    close(s, '}');
    raw_at(s, "additionalProperties", "false");
    close(s, '}');
    close(s, ']');
}

static void column(printer *s)
{
    raw_at(s, "anyOf",
           "[{\"type\":[\"string\",\"null\"]},{\"type\":\"object\",\"properties\":{" FILE_KEYS
           "},\"additionalProperties\":false}]");
}

/* Nested keys of the model, and dotted paths. */
/* Keys of the model, nested, and dotted paths. */
static void keys_and_paths(printer *s, bool fixed)
{
    open_at(s, "properties", '{');
    for (const ds_param *p = s->model->params; p->name; p++) {
        if (p->fixed && !fixed)
            continue;
        open_at(s, p->name, '{');
        text_at(s, "$ref",
                ds_pool_print(s->j.pool, "#/$defs/%s/properties/%s", s->model->name, p->name));
        close(s, '}');
    }
    close(s, '}');
    raw_at(s, "patternProperties", "{\"[.]\":{}}");
    raw_at(s, "additionalProperties", "false");
}

static void changes(printer *s)
{
    raw_at(s, "type", "\"object\"");
    raw_at(s, "minProperties", "1");
    keys_and_paths(s, false);
}

static void object(printer *s, const ds_param *table)
{
    bool open_ended = false;
    text_at(s, "type", "object");
    open_at(s, "properties", '{');
    table_properties(s, table, &open_ended);
    close(s, '}');
    raw_at(s, "additionalProperties", open_ended ? "true" : "false");
}

static void tag(printer *s, const ds_param *choice, const ds_alternative *as)
{
    open_at(s, choice->tag, '{');
    text_at(s, "const", as->name);
    close(s, '}');
}

/* An alternative, with the keys of one form of a choice that stands in it, if one does. */
static void alternative(printer *s, const ds_param *choice, const ds_alternative *as,
                        const ds_param *merged, const ds_alternative *inner)
{
    bool open_ended = as->outside != NULL;
    open_item(s);
    text_at(s, "description", as->doc ? as->doc : as->name);
    text_at(s, "type", "object");
    open_at(s, "properties", '{');
    tag(s, choice, as);
    table_properties(s, as->params, &open_ended);
    if (inner) {
        open_ended = false;
        tag(s, merged, inner);
        table_properties(s, inner->params, &open_ended);
    }
    close(s, '}');
    raw_at(s, "additionalProperties", open_ended ? "true" : "false");
    close(s, '}');
}

static const ds_param *find_merged(const ds_param *table)
{
    for (const ds_param *p = table; p && p->name; p++)
        if (p->merged)
            return p;
    return NULL;
}

static void choice(printer *s, const ds_param *p)
{
    open_at(s, "anyOf", '[');
    for (const ds_alternative *const *a = p->alternatives; *a; a++) {
        const ds_param *const merged = find_merged((*a)->params);
        if (!merged)
            alternative(s, p, *a, NULL, NULL);
        for (const ds_alternative *const *i = merged ? merged->alternatives : NULL; i && *i; i++)
            alternative(s, p, *a, merged, *i);
    }
    if (p->unlimited) {
        ds_json_item(&s->j);
        ds_json_raw(&s->j, "{\"const\":\"unlimited\"}");
    }
    close(s, ']');
}

static void list(printer *s, const ds_param *p)
{
    text_at(s, "type", "array");
    bound(s, "minItems", p->min);
    bound(s, "maxItems", p->max);
    open_at(s, "items", '{');
    object(s, p->table);
    close(s, '}');
}

/* Entries; null takes out one that an include has. */
static void map(printer *s, const ds_param *p)
{
    text_at(s, "type", "object");
    open_at(s, "additionalProperties", '{');
    open_at(s, "anyOf", '[');
    open_item(s);
    object(s, p->table + 1);
    close(s, '}');
    ds_json_item(&s->j);
    ds_json_raw(&s->j, "{\"type\":\"null\"}");
    close(s, ']');
    close(s, '}');
}

static void fallback(printer *s, const ds_param *p)
{
    ds_node *node;
    if (p->required || p->kind == DS_GROUP || p->merged || isnan(p->fallback))
        return;
    if (p->kind == DS_NUMBER || p->kind == DS_INTEGER) {
        ds_json_key(&s->j, "default");
        ds_json_number(&s->j, p->fallback);
    } else if (p->kind == DS_SWITCH) {
        raw_at(s, "default", p->fallback != 0 ? "true" : "false");
    } else if (ds_fallback(&s->b, p, &node) && node) {
        ds_json_key(&s->j, "default");
        ds_json_node(&s->j, node);
    }
}

static void value(printer *s, const ds_param *p)
{
    switch (p->kind) {
    case DS_NUMBER:
    case DS_INTEGER:
        number_forms(s, p);
        break;
    case DS_SWITCH:
        text_at(s, "type", "boolean");
        break;
    case DS_WORD:
        words(s, p->words);
        break;
    case DS_NUMBERS:
        numbers(s, p);
        break;
    case DS_GROUP:
        object(s, p->table);
        break;
    case DS_LIST:
        list(s, p);
        break;
    case DS_MAP:
        map(s, p);
        break;
    case DS_CHOICE:
        choice(s, p);
        break;
    case DS_PATH:
        path(s, p);
        break;
    case DS_COLUMN:
        column(s);
        break;
    case DS_CHANGES:
        changes(s);
        break;
    case DS_DATE:
        text_at(s, "type", "string");
        text_at(s, "pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?$");
        break;
    case DS_TEXT: /* of what is read as a quantity, a number will do */
        raw_at(s, "type", "[\"string\",\"number\"]");
        break;
    }
}

static void table_properties(printer *s, const ds_param *table, bool *open_ended)
{
    for (const ds_param *p = table; p && p->name; p++) {
        if (p->merged) {
            *open_ended = true;
            continue;
        }
        open_at(s, p->name, '{');
        describe(s, p);
        value(s, p);
        fallback(s, p);
        close(s, '}');
    }
}

/* ---- keys that no table binds ---- */

static void output(printer *s, const ds_param *p)
{
    text_at(s, "type", "object");
    open_at(s, "properties", '{');
    open_at(s, "paths", '{');
    describe(s, &p->table[0]);
    value(s, &p->table[0]);
    fallback(s, &p->table[0]);
    close(s, '}');
    open_at(s, "metrics", '{');
    describe(s, &p->table[1]);
    text_at(s, "type", "array");
    open_at(s, "items", '{');
    open_at(s, "enum", '[');
    for (const ds_metric *m = s->model->metrics; m->name; m++) {
        ds_json_item(&s->j);
        ds_json_string(&s->j, m->name);
    }
    close(s, ']');
    close(s, '}');
    close(s, '}');
    close(s, '}');
    raw_at(s, "additionalProperties", "false");
}

static void variants(printer *s)
{
    text_at(s, "type", "object");
    open_at(s, "additionalProperties", '{');
    raw_at(s, "type", "[\"object\",\"null\"]");
    keys_and_paths(s, true);
    close(s, '}');
}

#define AXIS                                                                               \
    "{\"anyOf\":[{\"type\":\"array\",\"minItems\":1},{\"type\":\"object\",\"properties\":" \
    "{\"from\":{},\"to\":{},\"steps\":{\"type\":\"integer\"},\"by\":{},\"scale\":"         \
    "{\"enum\":[\"linear\",\"log\"]}},\"required\":[\"from\",\"to\"],"                     \
    "\"additionalProperties\":false}]}"

/* A design with its words; all other keys are paths. */
static void design(printer *s, const ds_alternative *as)
{
    bool open_ended = false;
    open_item(s);
    text_at(s, "description", as->doc);
    text_at(s, "type", "object");
    open_at(s, "properties", '{');
    open_at(s, "design", '{');
    text_at(s, "const", as->name);
    close(s, '}');
    table_properties(s, as->params, &open_ended);
    close(s, '}');
    raw_at(s, "additionalProperties", AXIS);
    close(s, '}');
}

static void sweep(printer *s)
{
    open_at(s, "anyOf", '[');
    for (const ds_alternative *const *a = ds_designs; *a; a++)
        design(s, *a);
    close(s, ']');
}

/* What a search may change, and its words. */
static void search(printer *s, const ds_param *p)
{
    bool open_ended = false;
    text_at(s, "type", "object");
    open_at(s, "properties", '{');
    open_at(s, "vary", '{');
    describe(s, p->table);
    text_at(s, "type", "object");
    raw_at(s, "additionalProperties", "{\"anyOf\":[{\"type\":\"null\"}," AXIS "]}");
    close(s, '}');
    table_properties(s, p->table + 1, &open_ended);
    close(s, '}');
    raw_at(s, "additionalProperties", "false");
}

static void common_value(printer *s, const ds_param *p)
{
    if (strcmp(p->name, "model") == 0)
        text_at(s, "const", s->model->name);
    else if (strcmp(p->name, "output") == 0)
        output(s, p);
    else if (strcmp(p->name, "variants") == 0)
        variants(s);
    else if (strcmp(p->name, "branch") == 0)
        raw_at(s, "properties",
               "{\"at\":{},\"variants\":{\"type\":\"object\"}},\"required\":[\"at\","
               "\"variants\"],\"additionalProperties\":false");
    else if (strcmp(p->name, "include") == 0)
        raw_at(s, "anyOf",
               "[{\"type\":\"string\"},{\"type\":\"array\",\"items\":{\"type\":\"string\"}}]");
    else if (strcmp(p->name, "sweep") == 0)
        sweep(s);
    else if (ds_param_find(ds_search_table, p->name))
        search(s, p);
    else
        value(s, p);
}

static void model_schema(printer *s)
{
    ds_param common[DS_COMMON_ROOM];
    bool open_ended = false;
    ds_common_table(s->model, common);
    open_item(s);
    text_at(s, "title", s->model->name);
    text_at(s, "description", s->model->doc);
    text_at(s, "type", "object");
    open_at(s, "properties", '{');
    for (const ds_param *p = common; p->name; p++) {
        open_at(s, p->name, '{');
        describe(s, p);
        common_value(s, p);
        if (strcmp(p->name, "seed") != 0) /* it is drawn */
            fallback(s, p);
        close(s, '}');
    }
    table_properties(s, s->model->params, &open_ended);
    close(s, '}');
    raw_at(s, "additionalProperties", open_ended ? "true" : "false");
    close(s, '}');
}

static void print(printer *s, const ds_model *const *models)
{
    ds_json_open(&s->j, '{');
    text_at(s, "$schema", "https://json-schema.org/draft/2020-12/schema");
    text_at(s, "title", "diemsim scenario");
    open_at(s, "anyOf", '[');
    for (const ds_model *const *m = models; *m; m++) {
        s->model = *m;
        model_schema(s);
    }
    close(s, ']');
    open_at(s, "$defs", '{');
    for (const ds_model *const *m = models; *m; m++) {
        s->model = *m;
        open_at(s, (*m)->name, '{');
        object(s, (*m)->params);
        close(s, '}');
    }
    close(s, '}');
    close(s, '}');
}

bool ds_schema_print(const ds_model *const *models, void *file, ds_status *st)
{
    ds_pool pool = {0};
    printer s = {.j = {.pool = &pool}, .b = {.pool = &pool, .st = st}};
    const ds_plain plain = ds_plain_begin();
    print(&s, models);
    ds_plain_end(plain);
    const bool fine = st->code == DS_OK && fputs(s.j.text, file) >= 0 && fputc('\n', file) != EOF;
    ds_pool_free(&pool);
    return fine || ds_fail(st, DS_E_IO, "cannot write the schema");
}

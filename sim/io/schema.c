/* JSON Schema (draft 2020-12) of scenarios, printed from the parameter tables, for editors. */
#include "json.h"
#include "scenario.h"
#include "scenario_rest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void table_schema(ds_json *j, const ds_param *table, const ds_param *more, const char *tag,
                         const char *name);

static void describe(ds_json *j, const ds_param *p)
{
    const bool unitless = !p->unit || strcmp(p->unit, "1") == 0;
    const char *text = p->doc ? p->doc : "";
    if (!unitless)
        text = ds_pool_print(j->pool, "%s (%s)", text, p->unit);
    if (p->source)
        text = ds_pool_print(j->pool, "%s. Default from: %s", text, p->source);
    ds_json_key(j, "description");
    ds_json_string(j, text);
}

static void type(ds_json *j, const char *name)
{
    ds_json_key(j, "type");
    ds_json_string(j, name);
}

static void bound(ds_json *j, const char *key, double value)
{
    if (!isfinite(value))
        return;
    ds_json_key(j, key);
    ds_json_number(j, value);
}

/* A bare number in the table's unit, or text with a unit. */
static void number_schema(ds_json *j, const ds_param *p)
{
    ds_json_key(j, "oneOf");
    ds_json_open(j, '[');
    ds_json_item(j);
    ds_json_open(j, '{');
    type(j, p->kind == DS_INTEGER ? "integer" : "number");
    bound(j, "minimum", p->min);
    bound(j, "maximum", p->max);
    ds_json_close(j, '}');
    ds_json_item(j);
    ds_json_open(j, '{');
    type(j, "string");
    ds_json_close(j, '}');
    ds_json_close(j, ']');
}

static void words_schema(ds_json *j, const char *const *words)
{
    ds_json_key(j, "enum");
    ds_json_open(j, '[');
    for (; *words; words++) {
        ds_json_item(j);
        ds_json_string(j, *words);
    }
    ds_json_close(j, ']');
}

static void choice_schema(ds_json *j, const ds_param *p)
{
    ds_json_key(j, "anyOf");
    ds_json_open(j, '[');
    for (const ds_alternative *const *a = p->alternatives; *a; a++) {
        ds_json_item(j);
        ds_json_open(j, '{');
        ds_json_key(j, "description");
        ds_json_string(j, (*a)->doc);
        table_schema(j, (*a)->params, NULL, p->tag, (*a)->name);
        ds_json_close(j, '}');
    }
    if (p->unlimited) {
        ds_json_item(j);
        ds_json_raw(j, "{\"const\":\"unlimited\"}");
    }
    ds_json_close(j, ']');
}

static void inner_schema(ds_json *j, const char *key, const ds_param *table)
{
    ds_json_key(j, key);
    ds_json_open(j, '{');
    table_schema(j, table, NULL, NULL, NULL);
    ds_json_close(j, '}');
}

static void fallback(ds_json *j, const ds_param *p)
{
    if (p->required || (p->kind != DS_NUMBER && p->kind != DS_INTEGER))
        return;
    ds_json_key(j, "default");
    ds_json_number(j, p->fallback);
}

static void param_schema(ds_json *j, const ds_param *p)
{
    ds_json_open(j, '{');
    describe(j, p);
    switch (p->kind) {
    case DS_NUMBER:
    case DS_INTEGER:
        number_schema(j, p);
        fallback(j, p);
        break;
    case DS_SWITCH:
        type(j, "boolean");
        break;
    case DS_WORD:
        words_schema(j, p->words);
        break;
    case DS_NUMBERS:
        ds_json_key(j, "type");
        ds_json_raw(j, "[\"array\",\"number\"]");
        break;
    case DS_GROUP:
        table_schema(j, p->table, NULL, NULL, NULL);
        break;
    case DS_LIST:
        type(j, "array");
        inner_schema(j, "items", p->table);
        break;
    case DS_MAP:
        type(j, "object");
        inner_schema(j, "additionalProperties", p->table + 1);
        break;
    case DS_CHOICE:
        choice_schema(j, p);
        break;
    case DS_PATH:
        ds_json_key(j, "type");
        ds_json_raw(j, "[\"string\",\"object\"]");
        break;
    case DS_TEXT:
    case DS_DATE:
        type(j, "string");
        break;
    }
    ds_json_close(j, '}');
}

static void properties(ds_json *j, const ds_param *table, bool *open_ended)
{
    for (const ds_param *p = table; p && p->name; p++) {
        if (p->merged) {
            *open_ended = true; /* the nested choice's keys stand here too */
            continue;
        }
        ds_json_key(j, p->name);
        param_schema(j, p);
        j->comma = true;
    }
}

static void table_schema(ds_json *j, const ds_param *table, const ds_param *more, const char *tag,
                         const char *name)
{
    bool open_ended = false;
    type(j, "object");
    ds_json_key(j, "properties");
    ds_json_open(j, '{');
    if (tag) {
        ds_json_key(j, tag);
        ds_json_open(j, '{');
        ds_json_key(j, "const");
        ds_json_string(j, name);
        ds_json_close(j, '}');
    }
    properties(j, table, &open_ended);
    properties(j, more, &open_ended);
    ds_json_close(j, '}');
    ds_json_key(j, "additionalProperties");
    ds_json_raw(j, open_ended ? "true" : "false");
    j->comma = true;
}

static void model_schema(ds_json *j, const ds_model *model)
{
    ds_param common[DS_COMMON_ROOM];
    ds_common_table(model, common);
    ds_json_open(j, '{');
    ds_json_key(j, "title");
    ds_json_string(j, model->name);
    ds_json_key(j, "description");
    ds_json_string(j, model->doc);
    table_schema(j, common, model->params, NULL, NULL);
    ds_json_close(j, '}');
}

bool ds_schema_print(const ds_model *const *models, void *file, ds_status *st)
{
    ds_pool pool = {0};
    ds_json j = {.pool = &pool};
    ds_json_open(&j, '{');
    ds_json_key(&j, "$schema");
    ds_json_string(&j, "https://json-schema.org/draft/2020-12/schema");
    ds_json_key(&j, "title");
    ds_json_string(&j, "diemsim scenario");
    ds_json_key(&j, "anyOf");
    ds_json_open(&j, '[');
    for (; *models; models++) {
        ds_json_item(&j);
        model_schema(&j, *models);
    }
    ds_json_close(&j, ']');
    ds_json_close(&j, '}');
    const bool fine = fputs(j.text, file) >= 0 && fputc('\n', file) != EOF;
    ds_pool_free(&pool);
    return fine || ds_fail(st, DS_E_IO, "cannot write the schema");
}

#include "manual.h"

#include "plain.h"
#include "scenario_rest.h"
#include "sweep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { KEY = 160, CHOICES = 32 };

typedef struct printer {
    FILE *out;
    const ds_param *choice[CHOICES]; /* whose alternatives are printed behind the rest */
    uint32_t choices;
    bool unsourced; /* keys of the language, which nobody estimates */
} printer;

static void rows(printer *m, const char *prefix, const ds_param *table, bool fixed);

/* ---- cells ---- */

/* A bar would end the cell. */
static void put_text(printer *m, const char *text)
{
    for (; *text; text++)
        fprintf(m->out, *text == '|' ? "\\%c" : "%c", *text == '\n' ? ' ' : *text);
}

/* The lines of a default, each as code. */
static void put_lines(printer *m, const char *text)
{
    for (bool first = true; *text; first = false) {
        const size_t length = strcspn(text, "\n");
        fprintf(m->out, "%s`%.*s`", first ? "" : "<br>", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void put_number(printer *m, double value)
{
    if (isinf(value))
        fputs(value > 0 ? "unlimited" : "-unlimited", m->out);
    else
        fprintf(m->out, "%.10g", value);
}

static bool is_number(const ds_param *p)
{
    return p->kind == DS_NUMBER || p->kind == DS_INTEGER;
}

static void put_default(printer *m, const ds_param *p)
{
    if (p->required) {
        fputs("must be said", m->out);
    } else if (is_number(p) && !isnan(p->fallback)) {
        put_number(m, p->fallback);
        if (isfinite(p->fallback) && strcmp(p->unit, "1") != 0)
            fprintf(m->out, " %s", p->unit);
    } else if (p->kind == DS_SWITCH) {
        fputs(p->fallback != 0 ? "true" : "false", m->out);
    } else if (!is_number(p) && p->text && *p->text) {
        put_lines(m, p->text);
    } else {
        fputs("none", m->out);
    }
}

static void put_words(printer *m, const char *const *word)
{
    for (; *word; word++)
        fprintf(m->out, "%s%s", *word, word[1] ? ", " : "");
}

static void put_range(printer *m, const ds_param *p)
{
    if (is_number(p) || p->kind == DS_NUMBERS) {
        put_number(m, p->min);
        fputs(" to ", m->out);
        put_number(m, p->unlimited ? INFINITY : p->max);
    } else if (p->kind == DS_WORD) {
        put_words(m, p->words);
    } else if ((p->kind == DS_LIST || p->kind == DS_MAP) && p->table) {
        fprintf(m->out, "%.10g to %.10g entries", p->min, p->max);
    } else if (p->kind == DS_CHOICE) {
        for (const ds_alternative *const *a = p->alternatives; *a; a++)
            fprintf(m->out, "%s%s", (*a)->name, a[1] ? ", " : "");
    }
}

/* What has a default has it from somewhere; where no source is known, it is assumed. */
static void put_source(printer *m, const ds_param *p)
{
    if (p->source)
        put_text(m, p->source);
    else if (p->text || p->kind == DS_SWITCH ||
             (is_number(p) && !p->required && !isnan(p->fallback)))
        fputs("(A)", m->out);
}

static void row(printer *m, const char *key, const ds_param *p, bool fixed)
{
    fprintf(m->out, "| `%s`%s | ", key, fixed || p->fixed ? " °" : "");
    put_default(m, p);
    fputs(" | ", m->out);
    put_range(m, p);
    fputs(" | ", m->out);
    put_text(m, p->doc ? p->doc : "");
    if (!m->unsourced) {
        fputs(" | ", m->out);
        put_source(m, p);
    }
    fputs(" |\n", m->out);
}

/* ---- tables ---- */

static void remember(printer *m, const ds_param *p)
{
    for (uint32_t i = 0; i < m->choices; i++)
        if (m->choice[i]->alternatives == p->alternatives)
            return;
    if (m->choices < CHOICES)
        m->choice[m->choices++] = p;
}

static void below(printer *m, const char *key, const ds_param *p, bool fixed)
{
    char name[KEY];
    if (p->kind == DS_GROUP) {
        rows(m, key, p->table, fixed || p->fixed);
        return;
    }
    row(m, key, p, fixed);
    if (p->kind == DS_CHOICE)
        remember(m, p);
    if ((p->kind != DS_LIST && p->kind != DS_MAP) || !p->table)
        return;
    snprintf(name, sizeof name, "%.100s.%s", key, p->kind == DS_MAP ? "NAME" : "N");
    /* The first member of a map's struct is its name, which stands as the key. */
    rows(m, name, p->kind == DS_MAP ? p->table + 1 : p->table, fixed || p->fixed);
}

static void rows(printer *m, const char *prefix, const ds_param *table, bool fixed)
{
    char key[KEY];
    for (const ds_param *p = table; p && p->name; p++) {
        const char *const name = p->merged ? p->tag : p->name;
        snprintf(key, sizeof key, "%.90s%s%.60s", prefix, *prefix ? "." : "", name);
        below(m, key, p, fixed);
    }
}

static void heads(printer *m)
{
    fputs(m->unsourced ? "\n| key | default | range | meaning |\n|---|---|---|---|\n"
                       : "\n| key | default | range | meaning | source |\n|---|---|---|---|---|\n",
          m->out);
}

static void alternative(printer *m, const char *tag, const ds_alternative *a)
{
    fprintf(m->out, "\n`%s: %s`: ", tag, a->name);
    put_text(m, a->doc ? a->doc : "");
    if (a->source) {
        fputs(" Source: ", m->out);
        put_text(m, a->source);
        fputc('.', m->out);
    }
    fputc('\n', m->out);
    if (!a->params || !a->params->name)
        return;
    heads(m);
    rows(m, "", a->params, false);
}

/* Alternatives may bring choices of their own: they come behind. */
static void alternatives(printer *m)
{
    for (uint32_t i = 0; i < m->choices; i++) {
        const ds_param *const p = m->choice[i];
        fprintf(m->out, "\n#### `%s`, as in `%s`\n", p->tag, p->name);
        for (const ds_alternative *const *a = p->alternatives; *a; a++)
            alternative(m, p->tag, *a);
    }
}

bool ds_manual_common(const ds_model *model, void *file, ds_status *st)
{
    printer m = {.out = file, .unsourced = true};
    ds_param table[DS_COMMON_ROOM];
    const ds_param design = {.name = "sweep", .tag = "design", .alternatives = ds_designs};
    const ds_plain plain = ds_plain_begin();
    ds_common_table(model, table);
    for (ds_param *p = table; p->name; p++) {
        if (strcmp(p->name, "variants") == 0)
            p->table = NULL; /* what a variant changes is any key */
        if (strcmp(p->name, "seed") == 0)
            p->fallback = NAN; /* it is drawn */
    }
    fputs("#### every model: keys that are the same for all\n", m.out);
    heads(&m);
    rows(&m, "", table, false);
    remember(&m, &design);
    alternatives(&m);
    ds_plain_end(plain);
    return !ferror(m.out) || ds_fail(st, DS_E_IO, "cannot write the keys");
}

bool ds_manual_print(const ds_model *model, void *file, ds_status *st)
{
    printer m = {.out = file};
    const ds_plain plain = ds_plain_begin();
    for (const ds_param *p = model->params; p->name; p++) {
        fprintf(m.out, "%s#### %s: ", p == model->params ? "" : "\n", p->name);
        put_text(&m, p->doc);
        fputc('\n', m.out);
        heads(&m);
        below(&m, p->name, p, p->fixed);
    }
    alternatives(&m);
    ds_plain_end(plain);
    return !ferror(m.out) || ds_fail(st, DS_E_IO, "cannot write the parameters");
}

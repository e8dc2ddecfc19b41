#include "heat.h"

#include "number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- axes ---- */

/* A result whose points vary in two numbers, and in names only where there is one of them. */
bool ds_heat_fits(const ds_result_info *about)
{
    return about->coordinates == 2 && about->coordinate[0].number && about->coordinate[1].number;
}

static bool read_axis(const ds_coordinate *c, size_t points, ds_heat_axis *axis, ds_status *st)
{
    *axis = (ds_heat_axis){.path = c->path, .unit = c->unit};
    axis->value = malloc(points * sizeof *axis->value);
    if (!axis->value)
        return ds_fail(st, DS_E_SYSTEM, "no memory for an axis of %zu points", points);
    memcpy(axis->value, c->number, points * sizeof *axis->value);
    const size_t sorted = ds_sort(axis->value, points);
    for (size_t i = 0; i < sorted; i++)
        if (axis->count == 0 || axis->value[i] != axis->value[axis->count - 1])
            axis->value[axis->count++] = axis->value[i];
    return true;
}

static size_t place_on(const ds_heat_axis *axis, double value)
{
    for (size_t i = 0; i < axis->count; i++)
        if (axis->value[i] == value)
            return i;
    return SIZE_MAX;
}

/* ---- cells ---- */

static bool worse(const ds_fared *a, const ds_fared *b)
{
    static const int rank[] = {[DS_FATE_FAIL] = 0, [DS_FATE_UNDECIDED] = 1, [DS_FATE_PASS] = 2};
    if (a->fate != b->fate)
        return rank[a->fate] < rank[b->fate];
    return a->share.value - a->threshold->share < b->share.value - b->threshold->share;
}

typedef struct painter {
    ds_result *result;
    const ds_threshold *thresholds;
    size_t count;
    double level;
    double *values;
    bool *finished;
} painter;

static bool judge_point(const painter *p, size_t point, ds_fared *worst, ds_status *st)
{
    const ds_result_info *const about = ds_result_about(p->result);
    for (size_t t = 0; t < p->count; t++) {
        ds_fared fared;
        const ds_evidence evidence = {p->values, p->finished, about->replicas, about->group,
                                      p->level};
        if (!ds_threshold_values(p->result, &p->thresholds[t], point, p->values, p->finished, st) ||
            !ds_threshold_judge(&p->thresholds[t], &evidence, &fared, st))
            return false;
        if (t == 0 || worse(&fared, worst))
            *worst = fared;
    }
    return true;
}

static bool paint(const painter *p, ds_heat *heat, ds_status *st)
{
    const ds_result_info *const about = ds_result_about(p->result);
    for (size_t i = 0; i < heat->x.count * heat->y.count; i++)
        heat->cell[i].share = ds_estimate_none(p->level, 0);
    for (size_t point = 0; point < about->points; point++) {
        const size_t x = place_on(&heat->x, about->coordinate[0].number[point]);
        const size_t y = place_on(&heat->y, about->coordinate[1].number[point]);
        if (x == SIZE_MAX || y == SIZE_MAX)
            return ds_fail(st, DS_E_DATA, "point %zu has no place in the design", point);
        if (!judge_point(p, point, &heat->cell[y * heat->x.count + x], st))
            return false;
    }
    return true;
}

bool ds_heat_of(ds_result *result, const ds_threshold *thresholds, size_t count, double level,
                ds_heat *heat, ds_status *st)
{
    const ds_result_info *const about = ds_result_about(result);
    *heat = (ds_heat){0};
    if (!ds_heat_fits(about) || count == 0)
        return ds_fail(st, DS_E_DATA, "a heat map needs %s",
                       count ? "a design of two parameters that are numbers"
                             : "a threshold to look at");
    painter p = {.result = result, .thresholds = thresholds, .count = count, .level = level};
    p.values = malloc(about->replicas * sizeof *p.values);
    p.finished = malloc(about->replicas * sizeof *p.finished);
    bool ok = (p.values && p.finished) ||
              ds_fail(st, DS_E_SYSTEM, "no memory for %zu replicas", about->replicas);
    ok = ok && read_axis(&about->coordinate[0], about->points, &heat->x, st) &&
         read_axis(&about->coordinate[1], about->points, &heat->y, st);
    if (ok && !(heat->cell = calloc(heat->x.count * heat->y.count + 1, sizeof *heat->cell)))
        ok = ds_fail(st, DS_E_SYSTEM, "no memory for a map of %zu by %zu", heat->x.count,
                     heat->y.count);
    ok = ok && paint(&p, heat, st);
    free(p.values);
    free(p.finished);
    return ok;
}

void ds_heat_free(ds_heat *heat)
{
    free(heat->x.value);
    free(heat->y.value);
    free(heat->cell);
    *heat = (ds_heat){0};
}

/* ---- tables ---- */

static const char *const marks[] = {
    [DS_FATE_UNDECIDED] = "?", [DS_FATE_PASS] = " ", [DS_FATE_FAIL] = "x"};

static const ds_table_column list_columns[] = {
    {"x", NULL, NULL, true},          {"y", NULL, NULL, true},
    {"threshold", NULL, NULL, false}, {"share", NULL, NULL, true},
    {"low", NULL, NULL, true},        {"high", NULL, NULL, true},
    {"replicas", NULL, NULL, true},   {"asked", NULL, NULL, true},
    {"verdict", NULL, NULL, false},   {0},
};

void ds_heat_list(const ds_heat *heat, ds_table *table)
{
    ds_table_begin(table, "map", NULL, list_columns);
    for (size_t i = 0; i < heat->x.count * heat->y.count; i++) {
        const ds_fared *const f = &heat->cell[i];
        if (!f->threshold)
            continue;
        ds_table_number(table, heat->x.value[i % heat->x.count], 6);
        ds_table_number(table, heat->y.value[i / heat->x.count], 6);
        ds_table_text(table, f->threshold->name);
        ds_table_number(table, f->share.value, 6);
        ds_table_number(table, f->share.interval.low, 6);
        ds_table_number(table, f->share.interval.high, 6);
        ds_table_number(table, (double)f->share.count, 6);
        ds_table_number(table, f->threshold->share, 6);
        ds_table_text(table, ds_fate_words[f->fate]);
    }
}

static void put_number(FILE *out, double value, int width)
{
    char text[DS_NUMBER_ROOM];
    fprintf(out, "%*s", width, ds_number(text, value, 4));
}

static void put_cell(FILE *out, const ds_fared *f, int width)
{
    if (!f->threshold)
        fprintf(out, "%*s  ", width - 2, "");
    else
        fprintf(out, "%*.0f%% %s", width - 3, 100 * f->share.value, marks[f->fate]);
}

void ds_heat_draw(FILE *out, const ds_heat *heat)
{
    enum { WIDTH = 10 };
    for (size_t y = heat->y.count; y-- > 0;) {
        put_number(out, heat->y.value[y], WIDTH);
        for (size_t x = 0; x < heat->x.count; x++)
            put_cell(out, &heat->cell[y * heat->x.count + x], WIDTH);
        fputc('\n', out);
    }
    fprintf(out, "%*s", WIDTH, "");
    for (size_t x = 0; x < heat->x.count; x++) {
        put_number(out, heat->x.value[x], WIDTH - 2);
        fputs("  ", out);
    }
    fputc('\n', out);
}

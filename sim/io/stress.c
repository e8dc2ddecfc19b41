#include "stress.h"

#include "complain.h"
#include "merge.h"
#include "plain.h"
#include "quantity.h"
#include "scenario_rest.h"
#include "suite.h"
#include "yaml.h"

#include "sim/core/nearest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char calm[] = "calm";

/* What is laid over a scenario, and where it will be looked for. */
typedef struct ds_laid {
    size_t count;           /* of mappings: of a suite one a preset, else one */
    const ds_node **struck; /* names to what strikes, as laid */
} ds_laid;

typedef struct layer {
    ds_scenario *s;
    ds_scenario_rest *r;
    const ds_stress_request *q;
    const ds_strikes *model;
    ds_suite suite;
    ds_stress *made;
    ds_laid *laid;
    ds_status *st;
} layer;

/* ---- what is refused ---- */

static bool check_scenario(const layer *l)
{
    static const char *const taken[] = {"variants", "sweep", "branch", "splitting"};
    if (!l->model)
        return ds_fail(l->st, DS_E_DATA,
                       "the model '%s' knows nothing that strikes it from outside, so there is no "
                       "stress test of it",
                       l->s->model->name);
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        const ds_node *key = NULL;
        if (ds_node_get(l->r->base, taken[i], &key))
            return ds_complain(l->st, key,
                               "a stress test takes one setting, and this scenario has '%s': write "
                               "the one that is meant into a file of its own",
                               taken[i]);
    }
    return true;
}

/* ---- entries ---- */

static bool is_null(const ds_node *node)
{
    return node->shape != DS_MAPPING;
}

static ds_node *mapping_at(const layer *l, const ds_node *at)
{
    return ds_node_new(&l->r->pool, DS_MAPPING, at->from, at->line, at->column);
}

static const ds_node *own(const layer *l)
{
    return ds_node_get(l->r->base, l->model->map, NULL);
}

/* A name that the scenario has too is another thing here. */
static ds_node *key_for(const layer *l, const ds_node *key)
{
    const ds_node *const mine = own(l);
    if (!mine || !ds_node_get(mine, key->scalar, NULL))
        return ds_node_scalar(&l->r->pool, key, key->scalar);
    return ds_node_scalar(&l->r->pool, key, ds_pool_print(&l->r->pool, "stress-%s", key->scalar));
}

static const char *word_of(const ds_node *entry, const char *key)
{
    const ds_node *const said = ds_node_get(entry, key, NULL);
    return said && said->shape == DS_SCALAR ? said->scalar : NULL;
}

static double number_of(const ds_node *entry, const char *key, const char *unit, double otherwise)
{
    char why[200];
    double value;
    const char *const text = word_of(entry, key);
    return text && ds_quantity_read(text, unit, &value, why, sizeof why) ? value : otherwise;
}

/* Numbered as the model does; -1: not a kind, which binding will say. */
static int kind_number(const layer *l, const char *word)
{
    const ds_param *const map = ds_param_find(l->s->model->params, l->model->map);
    const ds_param *const kind = ds_param_find(map->table, l->model->kind);
    for (int i = 0; word && kind->words[i]; i++)
        if (strcmp(kind->words[i], word) == 0)
            return i;
    return -1;
}

static double within(const layer *l, const ds_node *entry, double depth)
{
    const int kind = kind_number(l, word_of(entry, l->model->kind));
    return kind < 0 ? depth : l->model->within(kind, depth);
}

/* Where `near` stands; as a person would write it, since it is in labels. */
static ds_node *number_node(const layer *l, const ds_node *near, double value)
{
    char text[DS_PLAIN_ROOM];
    ds_plain_print(value, text);
    return ds_node_scalar(&l->r->pool, near, ds_pool_print(&l->r->pool, "%s", text));
}

static ds_node *at_depth(const layer *l, const ds_node *entry, double depth)
{
    ds_node *const made = ds_node_without(&l->r->pool, entry, l->model->depth);
    ds_node_add(&l->r->pool, made, ds_node_scalar(&l->r->pool, entry, l->model->depth),
                number_node(l, entry, depth));
    return made;
}

/* {shocks: struck} */
static ds_node *around(const layer *l, ds_node *struck)
{
    ds_node *const over = mapping_at(l, struck);
    ds_node_add(&l->r->pool, over, ds_node_scalar(&l->r->pool, struck, l->model->map), struck);
    return over;
}

static void lay(const layer *l, ds_node *over)
{
    const ds_param *const tables[2] = {l->r->common_table, l->s->model->params};
    l->r->base = ds_merge(&l->r->binder, tables, l->r->base, over);
}

/* ---- a suite ---- */

static ds_node *struck_of(const layer *l, const ds_node *strikes)
{
    ds_node *const struck = mapping_at(l, strikes);
    for (uint32_t i = 0; i < strikes->count; i++)
        if (!is_null(strikes->item[i]))
            ds_node_add(&l->r->pool, struck, key_for(l, strikes->key[i]), strikes->item[i]);
    return struck;
}

static bool lay_suite(layer *l)
{
    ds_pool *const pool = &l->r->pool;
    const size_t count = l->suite.count;
    ds_node *const variants = mapping_at(l, l->r->base), *const over = mapping_at(l, variants);
    const char **const name = ds_pool_take(pool, count * sizeof *name);
    const char **const title = ds_pool_take(pool, count * sizeof *title);
    l->laid->struck = ds_pool_take(pool, count * sizeof *l->laid->struck);
    l->laid->count = count;
    ds_node_add(pool, variants, ds_node_scalar(pool, variants, calm), mapping_at(l, variants));
    for (size_t i = 0; i < count; i++) {
        const ds_preset *const p = &l->suite.preset[i];
        if (strcmp(p->name, calm) == 0)
            return ds_complain(l->st, p->at, "'%s' is the name of the run without presets", calm);
        ds_node *const struck = struck_of(l, p->strikes);
        ds_node_add(pool, variants, ds_node_scalar(pool, p->at, p->name), around(l, struck));
        l->laid->struck[i] = struck;
        name[i] = p->name;
        title[i] = p->title;
    }
    ds_node_add(pool, over, ds_node_scalar(pool, over, "variants"), variants);
    l->made->presets = count;
    l->made->preset = name;
    l->made->title = title;
    lay(l, over);
    return true;
}

/* ---- one preset, or one kind ---- */

static const ds_node *alone(const layer *l, ds_node *key, ds_node *item)
{
    ds_node *const one = mapping_at(l, item);
    ds_node_add(&l->r->pool, one, key, item);
    return one;
}

static const ds_node *of_preset(const layer *l)
{
    for (size_t i = 0; i < l->suite.count; i++)
        if (strcmp(l->suite.preset[i].name, l->q->which) == 0) {
            l->made->which = l->suite.preset[i].name;
            return struck_of(l, l->suite.preset[i].strikes);
        }
    return NULL;
}

/* Where in a preset the kind is; its count: nowhere. */
static uint32_t place_of_kind(const layer *l, const ds_node *strikes)
{
    uint32_t k = 0;
    for (; k < strikes->count; k++) {
        const char *const kind = word_of(strikes->item[k], l->model->kind);
        if (kind && strcmp(kind, l->q->which) == 0)
            break;
    }
    return k;
}

/* Of the preset that strikes in the fewest ways. */
static const ds_node *of_kind(const layer *l)
{
    const ds_preset *best = NULL;
    for (size_t i = 0; i < l->suite.count; i++) {
        const ds_preset *const p = &l->suite.preset[i];
        if (place_of_kind(l, p->strikes) < p->strikes->count &&
            (!best || p->strikes->count < best->strikes->count))
            best = p;
    }
    if (!best)
        return NULL;
    const uint32_t k = place_of_kind(l, best->strikes);
    l->made->which = ds_pool_print(&l->r->pool, "%s, as in %s", l->q->which, best->name);
    return alone(l, key_for(l, best->strikes->key[k]), best->strikes->item[k]);
}

static const ds_node *of_scenario(const layer *l)
{
    const ds_node *const mine = own(l);
    const ds_node *key = NULL;
    ds_node *const item = mine ? ds_node_get(mine, l->q->which, &key) : NULL;
    if (!item || is_null(item))
        return NULL;
    l->made->which = ds_escape(&l->r->pool, l->q->which);
    return alone(l, ds_node_scalar(&l->r->pool, key, key->scalar), item);
}

static bool refuse_which(const layer *l)
{
    const char *const word = l->q->which;
    const ds_param *const map = ds_param_find(l->s->model->params, l->model->map);
    const char *const *kind = ds_param_find(map->table, l->model->kind)->words;
    const char *const quoted = ds_quote(&l->r->pool, word);
    ds_nearest nearest = ds_nearest_to(word);
    const char *all = NULL;
    for (; *kind; kind++) {
        ds_nearest_try(&nearest, *kind);
        all = all ? ds_pool_print(&l->r->pool, "%s, %s", all, *kind) : *kind;
        if (strcmp(*kind, word) == 0)
            return ds_fail(l->st, DS_E_USAGE,
                           "no preset of '%s' has anything of the kind '%s', of which an example "
                           "is needed",
                           l->suite.name, quoted);
    }
    for (size_t i = 0; i < l->suite.count; i++)
        ds_nearest_try(&nearest, l->suite.preset[i].name);
    return ds_fail(l->st, DS_E_USAGE,
                   "'%s' is no kind, no preset, and nothing that the scenario has%s; kinds are "
                   "%s",
                   quoted, ds_nearest_or(&nearest, ""), all);
}

static bool find_which(const layer *l, const ds_node **struck)
{
    *struck = of_preset(l);
    *struck = *struck ? *struck : of_scenario(l);
    *struck = *struck ? *struck : of_kind(l);
    if (!*struck)
        return refuse_which(l);
    const ds_node *const first = (*struck)->item[0];
    const double said = number_of(first, l->model->depth, "1", 1);
    l->made->count = (*struck)->count;
    l->made->deepest = (*struck)->count > 1 ? 1 : within(l, first, said < 0 ? -1 : 1);
    return true;
}

static void keep(const layer *l, const ds_node *struck)
{
    l->laid->struck = ds_pool_take(&l->r->pool, sizeof *l->laid->struck);
    l->laid->struck[0] = struck;
    l->laid->count = 1;
}

static bool lay_depth(layer *l)
{
    const ds_node *found;
    if (!find_which(l, &found))
        return false;
    ds_node *const struck = mapping_at(l, found);
    for (uint32_t i = 0; i < found->count; i++) {
        const double own_depth = number_of(found->item[i], l->model->depth, "1", 1);
        const double depth =
            found->count == 1 ? l->q->depth : within(l, found->item[i], l->q->depth * own_depth);
        ds_node_add(&l->r->pool, struck, found->key[i], at_depth(l, found->item[i], depth));
    }
    keep(l, struck);
    lay(l, around(l, struck));
    return true;
}

/* ---- a map ---- */

static const char *length_key(const layer *l, const ds_node *entry)
{
    for (const char *const *key = l->model->lengths; *key; key++)
        if (ds_node_get(entry, *key, NULL))
            return *key;
    return l->model->lengths[0];
}

static ds_node *list_of(const layer *l, const double *value, size_t count)
{
    ds_node *const list = ds_node_new(&l->r->pool, DS_SEQUENCE, l->r->base->from, 1, 1);
    for (size_t i = 0; i < count; i++)
        ds_node_add(
            &l->r->pool, list, NULL,
            ds_node_scalar(&l->r->pool, list, ds_pool_print(&l->r->pool, "%.3g", value[i])));
    return list;
}

/* In one unit, whatever each is said in, so that they are numbers of one axis. */
static bool in_unit(const layer *l, const char *option, const char *unit, ds_node *list)
{
    char why[200] = "must be a number";
    double value;
    for (uint32_t i = 0; i < list->count; i++) {
        const ds_node *const said = list->item[i];
        if (said->shape != DS_SCALAR ||
            !ds_quantity_read(said->scalar, unit, &value, why, sizeof why))
            return ds_fail(l->st, DS_E_USAGE, "'%s' has '%s': %s", option,
                           said->shape == DS_SCALAR ? ds_quote(&l->r->pool, said->scalar) : "[]",
                           why);
        list->item[i] = number_node(l, said, value);
    }
    return true;
}

static bool said_list(const layer *l, const char *option, const char *said, const char *unit,
                      ds_node **list)
{
    ds_text *const text = ds_pool_take(&l->r->pool, sizeof *text);
    char *const whole = ds_pool_print(&l->r->pool, "[%s]", said);
    *text = (ds_text){.name = option, .folder = ".", .text = whole, .size = strlen(whole)};
    return ds_yaml_parse(&l->r->pool, text, list, l->st) && in_unit(l, option, unit, *list);
}

static ds_node *some_depths(const layer *l)
{
    enum { DEPTHS = 6 };
    double value[DEPTHS];
    for (int i = 0; i < DEPTHS; i++)
        value[i] = l->made->deepest * (i + 1) / DEPTHS;
    return list_of(l, value, DEPTHS);
}

static double left_after(const layer *l, const ds_node *entry)
{
    const ds_frame *const f = &l->s->frame;
    double at = number_of(entry, l->model->at, l->s->model->time_unit, 0);
    const char *const date = word_of(entry, l->model->at);
    if (date && ds_date_read(date, &at))
        at = ds_date_since(at, f->start);
    return fmax(f->horizon - at, 0);
}

/* Around the preset's own length; of what lasts for ever, parts of the time that is left. */
static ds_node *some_lengths(const layer *l, const ds_node *entry)
{
    enum { LENGTHS = 4 };
    const double left = left_after(l, entry);
    const double whole =
        fmin(number_of(entry, l->made->length, l->s->model->time_unit, left / 2), left / 2);
    const double value[LENGTHS] = {whole / 4, whole / 2, whole, 2 * whole};
    return list_of(l, value, LENGTHS);
}

static bool lay_map(layer *l)
{
    ds_pool *const pool = &l->r->pool;
    const ds_node *found;
    ds_node *depths, *lengths;
    if (!find_which(l, &found))
        return false;
    if (found->count > 1)
        return ds_fail(l->st, DS_E_USAGE,
                       "'%s' strikes in %u ways, and a map has the depth and length of one: name "
                       "a kind",
                       l->made->which, found->count);
    const ds_node *const entry = found->item[0];
    if (left_after(l, entry) <= 0)
        return ds_complain(l->st, entry,
                           "'%s' strikes after the scenario has ended, at %.10g: nothing would be "
                           "tested",
                           ds_quote(pool, found->key[0]->scalar), l->s->frame.horizon);
    l->made->length = length_key(l, entry);
    depths = some_depths(l);
    lengths = some_lengths(l, entry);
    if ((l->q->depths && !said_list(l, "--depths", l->q->depths, "1", &depths)) ||
        (l->q->lengths &&
         !said_list(l, "--durations", l->q->lengths, l->s->model->time_unit, &lengths)))
        return false;
    ds_node *const struck = mapping_at(l, found), *const sweep = mapping_at(l, found);
    ds_node_add(pool, struck, found->key[0], found->item[0]);
    ds_node *const over = around(l, struck);
    const char *const name = found->key[0]->scalar;
    ds_node_add(
        pool, sweep,
        ds_node_scalar(pool, entry,
                       ds_pool_print(pool, "%s.%s.%s", l->model->map, name, l->model->depth)),
        depths);
    ds_node_add(
        pool, sweep,
        ds_node_scalar(pool, entry,
                       ds_pool_print(pool, "%s.%s.%s", l->model->map, name, l->made->length)),
        lengths);
    ds_node_add(pool, over, ds_node_scalar(pool, entry, "sweep"), sweep);
    keep(l, struck);
    lay(l, over);
    return true;
}

/* ---- all of it ---- */

/* What is judged is stored, and so is what it is judged by. */
static void store_thresholds(ds_scenario *s)
{
    const size_t count = ds_metric_count(s->model->metrics);
    bool *const recorded = ds_pool_take(&s->rest->pool, count + 1);
    memcpy(recorded, s->recorded, count);
    for (size_t i = 0; i < s->thresholds.count; i++)
        if (!s->thresholds.threshold[i].outcome)
            recorded[s->thresholds.threshold[i].number] = true;
    s->recorded = recorded;
    s->thresholds.said = true;
}

bool ds_stress_lay(ds_scenario *s, const ds_stress_request *request, ds_status *st)
{
    ds_scenario_rest *const r = s->rest;
    layer l = {.s = s, .r = r, .q = request, .model = s->model->strikes, .st = st};
    r->binder.st = st;
    l.made = ds_pool_take(&r->pool, sizeof *l.made);
    l.laid = ds_pool_take(&r->pool, sizeof *l.laid);
    if (!check_scenario(&l) ||
        !ds_suite_read(&r->binder, request->suite, l.model->map, &l.suite, st))
        return false;
    l.made->suite = ds_escape(&r->pool, l.suite.name);
    l.made->file = l.suite.file;
    l.made->files = l.suite.files;
    s->stress = l.made;
    r->laid = l.laid;
    store_thresholds(s);
    switch (request->use) {
    case DS_STRESS_SUITE:
        return lay_suite(&l);
    case DS_STRESS_DEPTH:
        return lay_depth(&l);
    case DS_STRESS_MAP:
        return lay_map(&l);
    }
    return false;
}

/* ---- when it strikes ---- */

static bool check_moment(const ds_scenario *s, const ds_node *key, const ds_node *entry,
                         const void *config, ds_status *st)
{
    const ds_param *const map = ds_param_find(s->model->params, s->model->strikes->map);
    const size_t offset = ds_param_find(map->table, s->model->strikes->at)->offset;
    ds_list list;
    memcpy(&list, (const char *)config + map->offset, sizeof list);
    for (uint32_t i = 0; i < list.count; i++) {
        const char *const item = (const char *)list.items + i * map->size;
        const char *name;
        double at;
        memcpy(&name, item, sizeof name);
        memcpy(&at, item + offset, sizeof at);
        if (strcmp(name, key->scalar) == 0 && at >= s->frame.horizon)
            return ds_complain(st, entry,
                               "'%s' strikes at %.10g, and the scenario ends at %.10g: nothing "
                               "would be tested",
                               ds_quote(&s->rest->pool, name), at, s->frame.horizon);
    }
    return true;
}

bool ds_stress_check(ds_scenario *s, ds_status *st)
{
    const ds_laid *const laid = s->rest->laid;
    for (size_t i = 0; laid && i < laid->count; i++) {
        const void *config;
        const size_t point = laid->count > 1 ? i + 1 : s->points - 1;
        if (!ds_scenario_config(s, point, &config, st))
            return false;
        for (uint32_t k = 0; k < laid->struck[i]->count; k++)
            if (!check_moment(s, laid->struck[i]->key[k], laid->struck[i]->item[k], config, st))
                return false;
    }
    return true;
}

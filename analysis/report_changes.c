#include "report_parts.h"
#include "sim/io/json.h"
#include "sim/io/plain.h"
#include "sim/io/yaml.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PATHS = 2000, SHOWN = 30, COLUMNS = 6, PATH = 200, VALUE = 120, CELL = 300, BEFORE = 40 };

static const char branch_key[] = "branch";

/* The dotted paths at which cases differ, and what each says there. */
typedef struct changes {
    const ds_report *r;
    const char *path[PATHS];
    size_t count, more;
} changes;

bool ds_report_resolve(ds_report *r, ds_status *st)
{
    r->resolved = ds_pool_take(r->pool, r->request->count * sizeof(ds_node *));
    for (size_t i = 0; i < r->request->count; i++) {
        const ds_result_info *const about = ds_result_about(r->request->results[i]);
        ds_text *const text = ds_pool_take(r->pool, sizeof *text);
        *text = (ds_text){.name = "the resolved scenario",
                          .text = about->resolved,
                          .size = strlen(about->resolved)};
        if (!ds_yaml_parse(r->pool, text, &r->resolved[i], st))
            return false;
    }
    return true;
}

/* All of what a node says. */
static const char *whole(const ds_report *r, const ds_node *node)
{
    ds_json j = {.pool = r->pool};
    if (!node)
        return "–";
    if (node->shape == DS_SCALAR)
        return node->scalar;
    ds_json_node(&j, node);
    return j.text;
}

/* `room`: at most CELL. */
static const char *cut_to(const ds_report *r, const char *text, size_t room)
{
    char cut[CELL];
    (void)ds_text_plain(cut, room - 4, text);
    return ds_pool_print(r->pool, "%s%s", cut, strlen(text) > strlen(cut) ? " …" : "");
}

const char *ds_report_value(const ds_report *r, const ds_node *node)
{
    const char *const text = whole(r, node);
    return node && node->shape != DS_SCALAR ? cut_to(r, text, VALUE) : text;
}

/* The node at a dotted path; the longest key goes first, since names may have dots. */
static const ds_node *at_path(const ds_node *from, const char *path)
{
    for (size_t n = strlen(path); from && from->shape == DS_MAPPING && n > 0; n--) {
        if (path[n] && path[n] != '.')
            continue;
        char key[PATH];
        if (n >= sizeof key)
            continue;
        memcpy(key, path, n);
        key[n] = '\0';
        const ds_node *const item = ds_node_get(from, key, NULL);
        if (item)
            return path[n] ? at_path(item, path + n + 1) : item;
    }
    return NULL;
}

static bool is_known(const changes *c, const char *path)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->path[i], path) == 0)
            return true;
    return false;
}

static size_t result_of(const ds_report *r, const ds_case *c)
{
    size_t i = 0;
    while (i + 1 < r->request->count && r->request->results[i] != c->result)
        i++;
    return i;
}

/* What is written under the name that a case has in a coordinate; NULL: it has none. */
static const ds_node *named(const ds_case *c, const char *coordinate, const ds_node *names)
{
    const ds_result_info *const about = c->about;
    for (size_t i = 0; names && i < about->coordinates; i++)
        if (strcmp(about->coordinate[i].path, coordinate) == 0 && about->coordinate[i].text)
            return ds_node_get(names, about->coordinate[i].text[c->point], NULL);
    return NULL;
}

/* What the variant of a case writes; NULL: the case is no variant. */
static const ds_node *variant_of(const ds_report *r, const ds_case *c)
{
    return named(c, "variant", ds_node_get(r->resolved[result_of(r, c)], "variants", NULL));
}

/* What changes on the way in the future of a case; NULL: it is none. */
static const ds_node *future_of(const ds_report *r, const ds_case *c)
{
    const ds_node *const branch = ds_node_get(r->resolved[result_of(r, c)], branch_key, NULL);
    return named(c, branch_key, branch ? ds_node_get(branch, "variants", NULL) : NULL);
}

/* Of a path of a future the path of what it changes; NULL: it is none. */
static const char *in_future(const char *path)
{
    const size_t n = strlen(branch_key);
    return strncmp(path, branch_key, n) == 0 && path[n] == '.' ? path + n + 1 : NULL;
}

/* Whether a rule was swapped on the way to a path: then the base's parameters are of another. */
static bool swapped(const ds_node *variant, const ds_node *base, const char *path)
{
    char up[PATH];
    snprintf(up, sizeof up, "%.*s", PATH - 8, path);
    for (char *dot; (dot = strrchr(up, '.')) != NULL;) {
        snprintf(dot, sizeof up - (size_t)(dot - up), ".use");
        const ds_node *const own = at_path(variant, up), *const was = at_path(base, up);
        if (own && was && own->shape == DS_SCALAR && strcmp(own->scalar, was->scalar) != 0)
            return true;
        *dot = '\0';
    }
    return false;
}

const ds_node *ds_report_said(const ds_report *r, const ds_case *c, const char *path)
{
    const ds_node *const base = r->resolved[result_of(r, c)], *const own = variant_of(r, c);
    const ds_node *const said = own ? at_path(own, path) : NULL;
    if (said)
        return said;
    return own && swapped(own, base, path) ? NULL : at_path(base, path);
}

static const char *coordinate_text(const ds_report *r, const ds_case *c, const char *path)
{
    for (size_t i = 0; i < c->about->coordinates; i++) {
        const ds_coordinate *const k = &c->about->coordinate[i];
        if (strcmp(k->path, path) != 0)
            continue;
        if (!k->number)
            return k->text[c->point];
        const bool unit = k->unit && strcmp(k->unit, "1") != 0;
        char number[DS_PLAIN_ROOM];
        ds_plain_print(k->number[c->point], number);
        return ds_pool_print(r->pool, "%s%s%s", number, unit ? " " : "", unit ? k->unit : "");
    }
    return NULL;
}

/* Whether actions of governance change a case on the way. */
static bool is_governed(const ds_report *r, const ds_case *c)
{
    const char *const key = r->model ? r->model->actions : NULL;
    const ds_node *const actions = key ? ds_report_said(r, c, key) : NULL;
    return actions && actions->count > 0;
}

/* Whether what a case says at a path is no more what holds in its future: then a rule was swapped,
 * or what governance did until then would have to be known. */
static bool is_past(const ds_report *r, const ds_case *c, const char *path)
{
    const ds_node *const then = future_of(r, c);
    return is_governed(r, c) || (then && swapped(then, r->resolved[result_of(r, c)], path));
}

/* What is set by an action of governance, or in a future, is a parameter. */
static const char *parameter_of(const ds_report *r, const char *path)
{
    static const char set[] = ".set.";
    const char *const actions = r->model ? r->model->actions : NULL;
    const size_t n = actions ? strlen(actions) : 0;
    const char *const is_set =
        n && strncmp(path, actions, n) == 0 && path[n] == '.' ? strstr(path + n, set) : NULL;
    const char *const on_the_way = in_future(path);
    return is_set ? is_set + strlen(set) : on_the_way ? on_the_way : path;
}

/* All of what a case says at a path. A future that does not change it leaves what was before. */
static const char *text_at(const ds_report *r, const ds_case *c, const char *whole_path)
{
    const char *const on_the_way = in_future(whole_path);
    const char *const path = on_the_way ? on_the_way : whole_path;
    const ds_node *const changed = on_the_way ? at_path(future_of(r, c), path) : NULL;
    if (on_the_way && !changed && is_past(r, c, path))
        return "–";
    const char *const swept = changed ? NULL : coordinate_text(r, c, path);
    const ds_node *const said = changed ? changed : ds_report_said(r, c, path);
    const ds_param *const p = ds_report_param(r, c, path);
    if (swept || (!said && !p))
        return swept ? swept : "–";
    const char *const value = said ? whole(r, said) : ds_report_default(r, p);
    char *end;
    const bool bare = isfinite(strtod(value, &end)) && *value && !*end; /* no date, no word */
    const ds_param *const set = p ? p : ds_report_param(r, c, parameter_of(r, whole_path));
    const char *const unit = bare && set ? ds_report_unit(set) : "";
    return *value ? ds_pool_print(r->pool, "%s%s%s", value, *unit ? " " : "", unit) : "–";
}

static const char *meaning_of_branch(const ds_report *r)
{
    const ds_node *const branch = ds_node_get(r->resolved[0], branch_key, NULL);
    const ds_node *const at = branch ? ds_node_get(branch, "at", NULL) : NULL;
    return at ? ds_pool_print(r->pool, "what changes on the way, at %s", whole(r, at)) : "";
}

/* What the parameter means, in the first case that has it. */
static const char *meaning(const ds_report *r, const char *whole_path)
{
    const char *const path = parameter_of(r, whole_path);
    if (strcmp(path, branch_key) == 0)
        return meaning_of_branch(r);
    for (size_t i = 0; i < r->count; i++) {
        const ds_param *const p = ds_report_param(r, &r->cases[i], path);
        if (p && p->doc)
            return cut_to(r, p->doc, VALUE);
    }
    return "";
}

static bool differs(const ds_report *r, const char *path)
{
    const char *const first = text_at(r, &r->cases[0], path);
    for (size_t i = 1; i < r->count; i++)
        if (strcmp(first, text_at(r, &r->cases[i], path)) != 0)
            return true;
    return false;
}

/* What tells runs apart, not rules. */
static bool is_housekeeping(const char *path)
{
    static const char *const names[] = {"title", "description", "output",    "variants",
                                        "sweep", "branch",      "objective", "thresholds",
                                        "until", "replicas",    "seed"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const size_t n = strlen(names[i]);
        if (strncmp(path, names[i], n) == 0 && (!path[n] || path[n] == '.'))
            return true;
    }
    return false;
}

/* Every leaf below a node at which cases differ. */
static void gather(changes *c, const ds_node *node, const char *path)
{
    if (node->shape != DS_MAPPING || node->count == 0) {
        if (*path && c->count < PATHS && differs(c->r, path) && !is_known(c, path))
            c->path[c->count++] = path;
        return;
    }
    for (uint32_t i = 0; i < node->count; i++)
        if (*path || !is_housekeeping(node->key[i]->scalar))
            gather(
                c, node->item[i],
                ds_pool_print(c->r->pool, "%s%s%s", path, *path ? "." : "", node->key[i]->scalar));
}

bool ds_report_rules_change(const ds_report *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const ds_node *const then = future_of(r, &r->cases[i]);
        if ((then && then->count) || is_governed(r, &r->cases[i]))
            return true;
    }
    return false;
}

static void find_changes(changes *c)
{
    const ds_report *const r = c->r;
    for (size_t i = 0; i < r->count; i++) {
        const ds_node *const own = variant_of(r, &r->cases[i]);
        if (own)
            gather(c, own, "");
    }
    for (size_t i = 0; i < r->cases[0].about->coordinates; i++)
        if (strcmp(r->cases[0].about->coordinate[i].path, "variant") != 0 && c->count < PATHS &&
            differs(r, r->cases[0].about->coordinate[i].path))
            c->path[c->count++] = r->cases[0].about->coordinate[i].path;
    for (size_t i = 0; i < r->count; i++) {
        const ds_node *const then = future_of(r, &r->cases[i]);
        if (then && then->count)
            gather(c, then, branch_key);
    }
    for (size_t i = 0; r->request->count > 1 && i < r->request->count; i++)
        gather(c, r->resolved[i], "");
    c->more = c->count > SHOWN ? c->count - SHOWN : 0;
    c->count -= c->more;
}

/* How far all cases say the same at a path. */
static size_t in_common(const ds_report *r, const char *path)
{
    const char *const first = text_at(r, &r->cases[0], path);
    size_t same = strlen(first);
    for (size_t i = 1; i < r->count; i++) {
        const char *const text = text_at(r, &r->cases[i], path);
        size_t n = 0;
        while (n < same && text[n] == first[n])
            n++;
        same = n;
    }
    return same;
}

/* What a case says at a path, in a cell: of a long text the part in which cases differ. */
static const char *cell_at(const ds_report *r, const ds_case *c, const char *path)
{
    const char *const text = text_at(r, c, path);
    size_t from = in_common(r, path);
    if (strlen(text) < CELL)
        return text;
    if (from < CELL / 2)
        return cut_to(r, text, CELL);
    for (from -= BEFORE; from > 0 && ((unsigned char)text[from] & 0xC0) == 0x80;)
        from--;
    return ds_pool_print(r->pool, "… %s", cut_to(r, text + from, CELL));
}

static void say_more(const ds_report *r, size_t more)
{
    if (more)
        ds_page_note(&r->page, "note", "And %zu more parameter%s.", more,
                     more == 1 ? " that differs" : "s that differ");
}

static void put_side_by_side(const changes *c)
{
    const ds_report *const r = c->r;
    const size_t columns = r->count + 2;
    const char *heads[COLUMNS + 2] = {"parameter"};
    for (size_t i = 0; i < r->count; i++) {
        const char *const role = i ? "proposed" : "current", *const label = r->cases[i].label;
        heads[1 + i] =
            strcmp(role, label) == 0 ? role : ds_pool_print(r->pool, "%s: %s", role, label);
    }
    heads[columns - 1] = "meaning";
    ds_page_table(&r->page, columns, columns, heads);
    for (size_t p = 0; p < c->count; p++) {
        const char *cells[COLUMNS + 2] = {c->path[p]};
        cells[columns - 1] = meaning(r, c->path[p]);
        for (size_t i = 0; i < r->count; i++)
            cells[1 + i] = cell_at(r, &r->cases[i], c->path[p]);
        ds_page_row(&r->page, columns, columns, cells);
    }
    ds_page_table_end(&r->page);
}

/* Of more cases than a table has room for side by side: a case a row. */
static void put_by_case(const changes *c)
{
    const ds_report *const r = c->r;
    const size_t paths = c->count < COLUMNS ? c->count : COLUMNS;
    const char *heads[COLUMNS + 1] = {"case"};
    for (size_t p = 0; p < paths; p++)
        heads[1 + p] = c->path[p];
    ds_page_table(&r->page, paths + 1, paths + 1, heads);
    for (size_t i = 0; i < r->count; i++) {
        const char *cells[COLUMNS + 1] = {r->cases[i].label};
        for (size_t p = 0; p < paths; p++)
            cells[1 + p] = cell_at(r, &r->cases[i], c->path[p]);
        ds_page_row(&r->page, paths + 1, paths + 1, cells);
    }
    ds_page_table_end(&r->page);
    ds_page_items(&r->page, true);
    for (size_t p = 0; p < paths; p++)
        if (*meaning(r, c->path[p]))
            ds_page_item(&r->page, "%s: %s.", c->path[p], meaning(r, c->path[p]));
    ds_page_items(&r->page, false);
    say_more(r, c->count + c->more - paths);
}

/* The different texts of a coordinate, as far as there is room. */
static const char *distinct(const ds_report *r, const ds_coordinate *k, size_t points)
{
    const char *list = k->text[0], *seen[COLUMNS] = {k->text[0]};
    size_t count = 1;
    for (size_t i = 1; i < points; i++) {
        size_t known = 0;
        while (known < count && strcmp(seen[known], k->text[i]) != 0)
            known++;
        if (known < count)
            continue;
        if (count == COLUMNS)
            return ds_pool_print(r->pool, "%s, …", list);
        seen[count++] = k->text[i];
        list = ds_pool_print(r->pool, "%s, %.80s", list, k->text[i]);
    }
    return list;
}

static const char *range(const ds_report *r, const ds_coordinate *k, size_t points)
{
    double least = k->number[0], most = k->number[0];
    for (size_t i = 1; i < points; i++) {
        least = fmin(least, k->number[i]);
        most = fmax(most, k->number[i]);
    }
    const bool unit = k->unit && strcmp(k->unit, "1") != 0;
    return ds_pool_print(r->pool, "%.6g to %.6g%s%s", least, most, unit ? " " : "",
                         unit ? k->unit : "");
}

static const char *meaning_along(const ds_report *r, const ds_coordinate *k)
{
    const char *const known = meaning(r, k->path);
    return *known || !k->doc || strcmp(k->doc, k->path) == 0 ? known : k->doc;
}

/* Of many cases: between what each parameter varies. */
static void put_ranges(const ds_report *r)
{
    static const char *const heads[] = {"parameter", "varies over", "meaning"};
    const ds_result_info *const about = r->cases[0].about;
    if (about->points != r->count || about->coordinates == 0)
        return;
    ds_page_table(&r->page, 3, 3, heads);
    for (size_t i = 0; i < about->coordinates; i++) {
        const ds_coordinate *const k = &about->coordinate[i];
        const char *const cells[] = {k->path,
                                     k->number ? range(r, k, r->count) : distinct(r, k, r->count),
                                     meaning_along(r, k)};
        ds_page_row(&r->page, 3, 3, cells);
    }
    ds_page_table_end(&r->page);
}

void ds_report_changes(const ds_report *r)
{
    changes c = {.r = r};
    if (r->count > 1 && r->count <= DS_CASES_FULL)
        find_changes(&c);
    if (r->count > COLUMNS) {
        if (c.count)
            put_by_case(&c);
        else
            put_ranges(r);
        return;
    }
    if (c.count)
        put_side_by_side(&c);
    say_more(r, c.more);
}

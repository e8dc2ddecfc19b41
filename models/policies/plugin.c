#include "plugin.h"

#include "ds_policy.h"
#include "sim/core/arithmetic.h"
#include "sim/core/letters.h"
#include "view.h"

#include <assert.h>
#include <dlfcn.h>
#include <elf.h>
#include <fenv.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PARAMS_MOST = 100, MEMORY_MOST = 1000 };

typedef struct loaded {
    ds_policy policy; /* first */
    const ds_plugin *plugin;
} loaded;

typedef struct room {
    const ds_plugin *plugin;
    double memory[];
} room;

static_assert(sizeof(room) + MEMORY_MOST * sizeof(double) <= DS_LASTING_ROOM,
              "a plugin's room can be copied");

/* ---- arithmetic ---- */

/* After every call: what a plugin changes must not reach the next event, or another replica. */
static bool left_plain(const room *r, const ds_view *now)
{
    if (DS_LIKELY(ds_arithmetic_is_plain()))
        return true;
    ds_arithmetic_reset();
    return ds_fail(now->st, DS_E_POLICY, "plugin '%.60s' changes how this program rounds numbers",
                   r->plugin->name);
}

/* ---- answers ---- */

#define SAME(member)                                                             \
    static_assert(offsetof(ds_plugin_view, member) == offsetof(ds_view, member), \
                  "a view and a plugin's view begin alike");
SAME(time)
SAME(diem_supply)
SAME(vvv_supply)
SAME(utilization)
SAME(vvv_price)
SAME(revenue)
SAME(outflow)
SAME(vvv_burned)
#undef SAME

static ds_plugin_view seen(const ds_view *now)
{
    ds_plugin_view view;
    memcpy(&view, now, sizeof view);
    return view;
}

/* The numbers behind the file's name. */
static const double *numbers(const void *params)
{
    return (const double *)(const void *)((const char *)params + sizeof(const char *));
}

static double finite_text(double value)
{
    return isnan(value) ? (double)NAN : value; /* a NaN's sign says nothing */
}

/* No more DIEM where there is no answer. */
static double rate(const void *params, const ds_view *now, double supply)
{
    room *const r = now->room;
    const ds_plugin_view view = seen(now);
    const double rate = r->plugin->rate(numbers(params), &view, r->memory, supply);
    if (!left_plain(r, now))
        return INFINITY;
    if (DS_LIKELY(rate > 0))
        return rate;
    (void)ds_fail(now->st, DS_E_POLICY,
                  "plugin '%.60s': 'rate' gave %g VVV/DIEM at supply %.10g, must be above 0",
                  r->plugin->name, finite_text(rate), supply);
    return INFINITY;
}

static double step(const void *params, const ds_view *now, double supply)
{
    room *const r = now->room;
    const ds_plugin_view view = seen(now);
    const double end = r->plugin->step(numbers(params), &view, r->memory, supply);
    if (!left_plain(r, now))
        return INFINITY;
    if (DS_LIKELY(end > supply))
        return end;
    (void)ds_fail(now->st, DS_E_POLICY,
                  "plugin '%.60s': 'step' gave %.10g, must be above the supply %.10g",
                  r->plugin->name, finite_text(end), supply);
    return INFINITY;
}

static void split(const void *params, const ds_view *now, double share[DS_PARTIES])
{
    static_assert((int)DS_SHARES == (int)DS_PARTIES && (int)DS_SHARE_BURN == (int)DS_BURN,
                  "shares have one order");
    room *const r = now->room;
    const ds_plugin_view view = seen(now);
    for (int i = 0; i < DS_PARTIES; i++)
        share[i] = NAN;
    r->plugin->split(numbers(params), &view, r->memory, share);
    (void)left_plain(r, now);
}

static double answer(const void *params, const ds_view *now)
{
    room *const r = now->room;
    const ds_plugin_view view = seen(now);
    const double value = r->plugin->answer(numbers(params), &view, r->memory);
    return left_plain(r, now) ? value : (double)NAN;
}

static double changes(const void *params, const ds_view *now)
{
    room *const r = now->room;
    const ds_plugin_view view = seen(now);
    const double date = r->plugin->changes(numbers(params), &view, r->memory);
    return left_plain(r, now) ? date : (double)NAN;
}

static bool open(const ds_policy *self, const void *params, void *at, ds_status *st)
{
    room *const r = at;
    (void)params, (void)st;
    r->plugin = ((const loaded *)self)->plugin;
    memset(r->memory, 0, r->plugin->memory * sizeof *r->memory);
    return true;
}

/* ---- loading ---- */

/* The loader maps what the headers say: of a file that was cut off, memory that is not there. */
static bool is_whole(const ds_outside *said, ds_status *st)
{
    Elf64_Ehdr head;
    if (said->size < sizeof head || memcmp(said->text, ELFMAG, SELFMAG) != 0)
        return ds_fail(st, DS_E_POLICY, "%s: is no shared object (ELF)", said->file);
    memcpy(&head, said->text, sizeof head);
    if (head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_type != ET_DYN)
        return ds_fail(st, DS_E_POLICY, "%s: is no shared object of this machine", said->file);
    for (size_t i = 0; i < head.e_phnum; i++) {
        Elf64_Phdr part;
        const uint64_t at = head.e_phoff + i * sizeof part;
        if (at > said->size || said->size - at < sizeof part)
            return ds_fail(st, DS_E_POLICY, "%s: the shared object is cut off", said->file);
        memcpy(&part, said->text + at, sizeof part);
        if (part.p_filesz > said->size || part.p_offset > said->size - part.p_filesz)
            return ds_fail(st, DS_E_POLICY, "%s: the shared object is cut off", said->file);
    }
    return true;
}

void (*ds_plugin_guard)(void);

static void *load(const ds_outside *said, ds_status *st)
{
    fenv_t before;
    if (!is_whole(said, st))
        return NULL;
    if (ds_plugin_guard)
        ds_plugin_guard();
    fegetenv(&before);
    void *const library = dlopen(said->path, RTLD_NOW | RTLD_LOCAL);
    const bool plain = ds_arithmetic_is_plain();
    fesetenv(&before);
    if (!library) {
        (void)ds_fail(st, DS_E_POLICY, "%s: cannot be loaded: %s", said->file, dlerror());
    } else if (!plain) {
        dlclose(library);
        (void)ds_fail(st, DS_E_POLICY,
                      "%s: changes how this program rounds numbers, must be built without "
                      "-ffast-math",
                      said->file);
        return NULL;
    }
    return library;
}

static bool check_params(const ds_plugin *p, const char *file, size_t *count, ds_status *st)
{
    *count = 0;
    for (const ds_plugin_param *q = p->params; q && q->name; q++, ++*count) {
        if (*count == PARAMS_MOST)
            return ds_fail(st, DS_E_POLICY, "%s: more than %d parameters", file, PARAMS_MOST);
        if (!ds_outside_name(q->name))
            return ds_fail(st, DS_E_POLICY,
                           "%s: parameter '%.60s' must have a name of letters, digits and _, not "
                           "'use' or 'file'",
                           file, q->name);
        for (const ds_plugin_param *other = p->params; other < q; other++)
            if (strcmp(other->name, q->name) == 0)
                return ds_fail(st, DS_E_POLICY, "%s: two parameters '%.60s'", file, q->name);
        if (!(q->min <= q->value && q->value <= q->max && isfinite(q->value)))
            return ds_fail(st, DS_E_POLICY,
                           "%s: parameter '%.60s' has the default %g, must lie in [%g, %g]", file,
                           q->name, q->value, q->min, q->max);
    }
    return true;
}

static bool answers(const ds_plugin *p, ds_rule slot)
{
    if (slot == DS_RULE_MINT)
        return p->rate != NULL;
    return slot == DS_RULE_FEE_SPLIT ? p->split != NULL : p->answer != NULL;
}

static bool check_export(const ds_plugin *p, ds_rule slot, const char *file, ds_status *st)
{
    const char *const wanted = ds_policy_slots[slot].name;
    if (!p)
        return ds_fail(st, DS_E_POLICY,
                       "%s: exports no symbol 'ds_plugin_export', which ds_policy.h describes",
                       file);
    if (p->abi != DS_PLUGIN_ABI)
        return ds_fail(st, DS_E_POLICY, "%s: has interface version %u, this program has %u", file,
                       p->abi, DS_PLUGIN_ABI);
    if (p->size != sizeof *p)
        return ds_fail(st, DS_E_POLICY, "%s: its struct ds_plugin has %u bytes, must have %zu",
                       file, p->size, sizeof *p);
    if (!p->slot || !p->name || !p->doc)
        return ds_fail(st, DS_E_POLICY, "%s: must say its 'slot', 'name' and 'doc'", file);
    if (strcmp(p->slot, wanted) != 0)
        return ds_fail(st, DS_E_POLICY, "%s: is a policy of the slot '%.60s', not of '%s'", file,
                       p->slot, wanted);
    if (!answers(p, slot))
        return ds_fail(st, DS_E_POLICY, "%s: lacks the function of its slot '%s'", file, wanted);
    if (p->memory > MEMORY_MOST)
        return ds_fail(st, DS_E_POLICY, "%s: wants to keep %u numbers, must be at most %d", file,
                       p->memory, MEMORY_MOST);
    return true;
}

#define FILE_PARAM                                                                            \
    {                                                                                         \
        .name = "file", .kind = DS_TEXT, .unit = "1", .required = true,                       \
        .doc = "the shared object, in the scenario's folder or below it, which declares the " \
               "other parameters",                                                            \
    }
static const ds_param always[] = {FILE_PARAM, {0}};

/* A copy that a terminal may see; NULL of NULL. */
static const char *shown(const ds_outside *said, const char *text)
{
    if (!text)
        return NULL;
    const size_t size = strlen(text) + 1;
    char *const copy = memcpy(said->take(said->memory, size), text, size);
    ds_make_plain(copy);
    return copy;
}

static ds_param *table_of(const ds_plugin *p, size_t count, const ds_outside *said)
{
    ds_param *const table = said->take(said->memory, (count + 2) * sizeof *table);
    table[0] = always[0];
    for (size_t i = 0; i < count; i++) {
        const ds_plugin_param *const q = &p->params[i];
        table[i + 1] = (ds_param){.name = q->name,
                                  .kind = DS_NUMBER,
                                  .offset = sizeof(const char *) + i * sizeof(double),
                                  .unit = q->unit ? shown(said, q->unit) : "1",
                                  .fallback = q->value,
                                  .min = q->min,
                                  .max = q->max,
                                  .doc = q->doc ? shown(said, q->doc) : "declared by the plugin"};
    }
    return table;
}

static void bind(ds_policy *policy, const ds_plugin *p, ds_rule slot)
{
    policy->room = sizeof(room) + p->memory * sizeof(double);
    policy->open = open;
    policy->lasting = true;
    if (slot == DS_RULE_MINT) {
        policy->rate = rate;
        policy->step = p->step ? step : NULL;
    } else if (slot == DS_RULE_FEE_SPLIT) {
        policy->split = split;
    } else if (slot == DS_RULE_EMISSION) {
        policy->emission = answer;
        policy->emission_changes = p->changes ? changes : NULL;
    } else if (slot == DS_RULE_BUYBACK) {
        policy->spend = answer;
    } else {
        policy->price = answer;
    }
}

/* The library stays for good: the scenario's tables point into it. */
static const ds_alternative *make(const ds_alternative *self, const ds_outside *said, ds_status *st)
{
    const ds_policy *const general = (const ds_policy *)(const void *)self;
    const ds_rule slot = (ds_rule)(general - ds_plugin_policies);
    void *const library = load(said, st);
    size_t count;
    if (!library)
        return NULL;
    const ds_plugin *const p = dlsym(library, "ds_plugin_export");
    if (!check_export(p, slot, said->file, st) || !check_params(p, said->file, &count, st))
        return NULL;
    loaded *const made = said->take(said->memory, sizeof *made);
    made->plugin = p;
    made->policy.as = (ds_alternative){
        .name = self->name,
        .doc = shown(said, p->doc),
        .source = shown(said, p->source),
        .params = table_of(p, count, said),
        .params_size = sizeof(const char *) + count * sizeof(double),
    };
    bind(&made->policy, p, slot);
    return &made->policy.as;
}

#define PLUGIN(slot)                                                                              \
    [slot] = {.as = {.name = "plugin",                                                            \
                     .doc = "A shared object that was written with ds_policy.h. It declares its " \
                            "parameters itself: 'diemsim policies FILE.so' prints them.",         \
                     .params = always,                                                            \
                     .params_size = sizeof(const char *),                                         \
                     .outside = make,                                                             \
                     .native = true}}
const ds_policy ds_plugin_policies[DS_RULES] = {
    PLUGIN(DS_RULE_MINT),    PLUGIN(DS_RULE_FEE_SPLIT), PLUGIN(DS_RULE_EMISSION),
    PLUGIN(DS_RULE_BUYBACK), PLUGIN(DS_RULE_PRICING),
};

#include "sandbox.h"

#include "heap.h"
#include "lengths.h"
#include "lists.h"
#include "sim/core/letters.h"
#include "view.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE = 600, BYTES_A_STEP = 64 };
/* As much work, for each letter, as copying so many bytes. */
enum { PARSING = 64, COMPARING = 2048 };

/* A string cannot be longer: instructions that compare two take time for every byte. */
enum { TEXT_MOST = 4096 };

struct ds_sandbox {
    ds_heap heap;
    lua_State *L;
    char name[96];
    const ds_view *now;
    int64_t fuel;                       /* bytes that the call under way may still ask for */
    int function[DS_SANDBOX_FUNCTIONS]; /* stack places; 0: none */
    const char *function_name[DS_SANDBOX_FUNCTIONS];
};

/* What stays on the stack, from below. */
enum { THE_TABLE = 1, PARAMS, NOW };

/* ---- bounds ---- */

/* Once a call has had its share every further instruction fails: no pcall can go on. */
static void over(lua_State *L, lua_Debug *ar)
{
    lua_sethook(L, over, LUA_MASKCOUNT, 1);
    lua_getinfo(L, "Sl", ar);
    lua_pushfstring(L, "%s:%d: is still at work after all the steps that a call has", ar->short_src,
                    ar->currentline);
    lua_error(L);
}

/* Bytes asked for are work too: one instruction can copy a long string. */
void ds_sandbox_burn(ds_sandbox *box, size_t size)
{
    box->fuel -= (int64_t)(size < SIZE_MAX / 4 ? size : 0);
    if (box->fuel < 0 && box->L)
        lua_sethook(box->L, over, LUA_MASKCOUNT, 1);
}

static void *allocate(void *self, void *piece, size_t old, size_t size)
{
    ds_sandbox *const box = self;
    if (size == 0) {
        if (piece)
            ds_heap_give(&box->heap, piece, old);
        return NULL;
    }
    ds_sandbox_burn(box, size);
    /* Of a new object Lua says the type where the old size would be. */
    if (!piece && old == LUA_TSTRING && size > TEXT_MOST)
        return NULL;
    return piece ? ds_heap_resize(&box->heap, piece, old, size) : ds_heap_take(&box->heap, size);
}

static void give_budget(ds_sandbox *box, int steps)
{
    box->fuel = (int64_t)steps * BYTES_A_STEP;
    lua_sethook(box->L, over, LUA_MASKCOUNT, steps);
}

/* ---- failures ---- */

static void printable(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

static bool say(const ds_sandbox *box, const char *message, ds_status *st)
{
    char text[MESSAGE];
    const size_t length = strlen(box->name);
    const bool placed = strncmp(message, box->name, length) == 0 && message[length] == ':';
    snprintf(text, sizeof text, "%s%s%s", placed ? "" : box->name, placed ? "" : ": ", message);
    printable(text);
    return ds_fail(st, DS_E_POLICY, "%s", text);
}

/* The error value on top of the stack. */
static bool failed(ds_sandbox *box, int result, ds_status *st)
{
    lua_State *const L = box->L;
    char text[MESSAGE];
    if (result == LUA_ERRMEM)
        snprintf(text, sizeof text, "out of memory: a script has %d bytes, and a text %d",
                 DS_SANDBOX_ROOM, TEXT_MOST);
    else if (lua_type(L, -1) == LUA_TSTRING)
        snprintf(text, sizeof text, "%s", lua_tostring(L, -1));
    else
        snprintf(text, sizeof text, "error() with a %s, must be text", luaL_typename(L, -1));
    return say(box, text, st);
}

/* A C function that gets a pointer, and the value at a place of the stack, where errors can be
 * caught. */
static bool protected(ds_sandbox *box, lua_CFunction work, void *with, int place, ds_status *st)
{
    lua_State *const L = box->L;
    give_budget(box, DS_SANDBOX_FIRST_STEPS);
    lua_pushcfunction(L, work);
    lua_pushlightuserdata(L, with);
    if (place)
        lua_pushvalue(L, place);
    const int result = lua_pcall(L, place ? 2 : 1, LUA_MULTRET, 0);
    return result == LUA_OK || failed(box, result, st);
}

/* ---- what a script sees ---- */

/* A float whatever comes in: Lua's own would make integers, which wrap. */
static int whole(lua_State *L)
{
    lua_pushnumber(L, floor(luaL_checknumber(L, 1)));
    return 1;
}

static int to_number(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TSTRING)
        ds_sandbox_burn(ds_lua_owner(L), lua_rawlen(L, 1) * PARSING);
    return ds_lua_pass_on(L);
}

/* Of a name at 2. */
static int no_member(lua_State *L)
{
    ds_nearest meant = ds_nearest_to(lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "");
    char members[DS_VIEW_NAMES];
    ds_sandbox_burn(ds_lua_owner(L), lua_rawlen(L, 2) * COMPARING);
    ds_view_try(&meant);
    ds_view_list(members);
    return luaL_error(L, "'now' has no such member%s it has: %s", ds_nearest_or(&meant, ","),
                      members);
}

/* now.name: a misspelt name is an error, not a nil. */
static int see(lua_State *L)
{
    const ds_sandbox *const box = lua_touserdata(L, lua_upvalueindex(2));
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
    const ds_view_field *const field = lua_touserdata(L, -1);
    if (!field)
        return no_member(L);
    lua_pushnumber(L, box->now ? ds_view_value(box->now, field) : (lua_Number)NAN);
    return 1;
}

static int look_only(lua_State *L)
{
    return luaL_error(L, "'now' cannot be changed");
}

/* Copies the named members of the table on top of the stack to the one below. */
static void pick(lua_State *L, const char *const *names)
{
    for (; *names; names++) {
        lua_getfield(L, -1, *names);
        lua_setfield(L, -3, *names);
    }
}

/* Not here, on purpose: what tells addresses or an order made of them (tostring, next, pairs), the
 * clock (sort takes its pivots from it), chance, files, code from elsewhere, string patterns (one
 * may run for ever in one instruction), metatables (hooks are off in finalizers). */
static void open_names(lua_State *L, ds_sandbox *box)
{
    static const char *const base[] = {"assert", "error", "ipairs", "pcall",
                                       "select", "type",  NULL};
    static const char *const math[] = {
        "abs",  "acos", "asin", "atan", "ceil",       "cos",  "deg",  "exp", "floor",
        "fmod", "huge", "log",  "max",  "maxinteger", "min",  "modf", "pi",  "mininteger",
        "rad",  "sin",  "sqrt", "tan",  "tointeger",  "type", "ult",  NULL};
    static const char *const common[] = {"exp", "log", "sqrt", "min", "max", "abs", NULL};
    lua_newtable(L);
    luaL_requiref(L, "_G", luaopen_base, 0);
    pick(L, base);
    ds_lua_wrap(L, box, "tonumber", to_number);
    luaL_requiref(L, "math", luaopen_math, 0);
    lua_remove(L, -2);
    pick(L, common);
    lua_newtable(L);
    lua_insert(L, -2);
    pick(L, math);
    lua_pop(L, 1);
    lua_setfield(L, -2, "math");
    lua_newtable(L);
    luaL_requiref(L, "table", luaopen_table, 0);
    ds_lists_open(L, box);
    lua_pop(L, 1);
    lua_setfield(L, -2, "table");
    lua_pushcfunction(L, whole);
    lua_setfield(L, -2, "floor");
}

static void open_now(lua_State *L, ds_sandbox *box)
{
    (void)lua_newuserdatauv(L, 1, 0);
    lua_newtable(L);
    lua_newtable(L);
    for (const ds_view_field *f = ds_view_fields; f->name; f++) {
        lua_pushlightuserdata(L, (void *)(uintptr_t)f);
        lua_setfield(L, -2, f->name);
    }
    lua_pushlightuserdata(L, box);
    lua_pushcclosure(L, see, 2);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, look_only);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
}

typedef struct opening {
    ds_sandbox *box;
    const ds_lua_chunk *chunk;
} opening;

/* Editors of some systems begin a text with this mark of UTF-8, which Lua does not know. */
static size_t mark_of(const ds_lua_chunk *chunk)
{
    return chunk->size >= 3 && memcmp(chunk->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static const char *read_piece(lua_State *L, void *text, size_t *size)
{
    (void)L;
    return ds_lua_text_piece(text, size);
}

/* Leaves the compiled chunk, the table of parameters, what is seen, and what the chunk is called
 * with. */
static int prepare(lua_State *L)
{
    const opening *const o = lua_touserdata(L, 1);
    char name[sizeof o->box->name + 1];
    open_names(L, o->box);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    snprintf(name, sizeof name, "@%s", o->box->name);
    const char *const end = o->chunk->text + o->chunk->size;
    ds_lua_text text = {o->chunk->text + mark_of(o->chunk), end, false};
    if (lua_load(L, read_piece, &text, name, "t") != LUA_OK)
        return lua_error(L);
    lua_newtable(L);
    open_now(L, o->box);
    ds_length_open(L);
    return 4;
}

static bool run_chunk(ds_sandbox *box, ds_status *st)
{
    lua_State *const L = box->L;
    give_budget(box, DS_SANDBOX_FIRST_STEPS);
    lua_pushvalue(L, THE_TABLE);
    lua_insert(L, -2);
    const int result = lua_pcall(L, 1, 1, 0);
    if (result != LUA_OK)
        return failed(box, result, st);
    if (!lua_istable(L, -1))
        return say(box, "must end with 'return {...}', the table that describes the policy", st);
    lua_replace(L, THE_TABLE);
    return true;
}

/* The end of a long path says more than its beginning. */
static void call_it(ds_sandbox *box, const char *name)
{
    /* Lua itself shows no more of a chunk's name. */
    const size_t most = LUA_IDSIZE - 2, length = strlen(name);
    snprintf(box->name, sizeof box->name, "%s", length > most ? name + length - most : name);
    printable(box->name);
}

bool ds_sandbox_open(ds_sandbox **out, void *room, const ds_lua_chunk *chunk, ds_status *st)
{
    ds_sandbox *const box = *out = room;
    const size_t own = (sizeof *box + DS_HEAP_GRAIN - 1) / DS_HEAP_GRAIN * DS_HEAP_GRAIN;
    memset(box, 0, sizeof *box);
    call_it(box, chunk->name);
    ds_heap_open(&box->heap, (char *)room + own, DS_SANDBOX_ROOM - own);
    if (chunk->size > DS_SANDBOX_TEXT)
        return ds_fail(st, DS_E_POLICY, "%s: %zu bytes, a script must have at most %d", box->name,
                       chunk->size, DS_SANDBOX_TEXT);
    lua_State *const L = lua_newstate(allocate, box);
    if (!L)
        return ds_fail(st, DS_E_BUG, "the room of a script holds no interpreter");
    box->L = L;
    opening o = {box, chunk};
    return protected(box, prepare, &o, 0, st) && run_chunk(box, st);
}

/* ---- declarations ---- */

/* A copy that a terminal may see. */
static const char *keep(const ds_declarations *d, const char *text)
{
    const size_t size = strlen(text) + 1;
    char *const copy = memcpy(d->take(d->memory, size), text, size);
    ds_make_plain(copy);
    return copy;
}

/* The text at a key of the table on top of the stack, or NULL. */
static const char *text_at(lua_State *L, const ds_declarations *d, const char *key,
                           const char *whose)
{
    const int type = lua_getfield(L, -1, key);
    if (type != LUA_TSTRING && type != LUA_TNIL)
        luaL_error(L, "'%s' of %s must be text", key, whose);
    const char *const text = type == LUA_TSTRING ? keep(d, lua_tostring(L, -1)) : NULL;
    lua_pop(L, 1);
    return text;
}

static double number_at(lua_State *L, const char *key, double otherwise, const char *whose)
{
    const int type = key ? lua_getfield(L, -1, key) : lua_rawgeti(L, -1, 1);
    if (type != LUA_TNUMBER && !(type == LUA_TNIL && key))
        luaL_error(L, "%s of parameter '%s' must be a number", key ? key : "the default, first,",
                   whose);
    const double value = type == LUA_TNUMBER ? lua_tonumber(L, -1) : otherwise;
    lua_pop(L, 1);
    return value;
}

static void check_declaration_keys(lua_State *L, const char *name)
{
    static const char *const known[] = {"unit", "min", "max", "doc", "source"};
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        bool found = lua_type(L, -2) == LUA_TNUMBER && lua_tonumber(L, -2) == 1;
        for (size_t i = 0; !found && i < sizeof known / sizeof known[0]; i++)
            found = lua_type(L, -2) == LUA_TSTRING && strcmp(lua_tostring(L, -2), known[i]) == 0;
        if (!found)
            luaL_error(L,
                       "parameter '%s' says more than {default, unit=, min=, max=, doc=, "
                       "source=}",
                       name);
    }
}

/* The number or table on top of the stack. */
static void declare(lua_State *L, const ds_declarations *d, ds_param *p)
{
    if (lua_type(L, -1) == LUA_TNUMBER) {
        p->fallback = lua_tonumber(L, -1);
    } else if (lua_istable(L, -1)) {
        const char *const whose = lua_pushfstring(L, "parameter '%s'", p->name);
        lua_insert(L, -2);
        check_declaration_keys(L, p->name);
        p->fallback = number_at(L, NULL, 0, p->name);
        p->min = number_at(L, "min", p->min, p->name);
        p->max = number_at(L, "max", p->max, p->name);
        const char *const unit = text_at(L, d, "unit", whose), *const doc =
                                                                   text_at(L, d, "doc", whose);
        p->unit = unit ? unit : p->unit;
        p->doc = doc ? doc : p->doc;
        p->source = text_at(L, d, "source", whose);
        lua_remove(L, -2);
    } else {
        luaL_error(L, "parameter '%s' must be a number, or {default, unit=, min=, max=, doc=}",
                   p->name);
    }
    if (!(p->min <= p->fallback && p->fallback <= p->max && isfinite(p->fallback)))
        luaL_error(L, "parameter '%s' has the default %f, must lie in [%f, %f]", p->name,
                   p->fallback, p->min, p->max);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const ds_param *)a)->name, ((const ds_param *)b)->name);
}

static void name_all(lua_State *L, ds_declarations *d, ds_param *p)
{
    for (lua_pushnil(L); lua_next(L, -2); p++) {
        if (lua_type(L, -2) != LUA_TSTRING || !ds_outside_name(lua_tostring(L, -2)))
            luaL_error(L, "'params' must map names of letters, digits and _ to declarations; "
                          "'use' and 'file' are taken");
        *p = (ds_param){.name = keep(d, lua_tostring(L, -2)),
                        .kind = DS_NUMBER,
                        .unit = "1",
                        .min = -1e300,
                        .max = 1e300,
                        .doc = "declared by the script"};
        lua_pop(L, 1);
    }
}

/* In the order of their names: that of Lua hangs on addresses, and so would the first complaint. */
static void declare_all(lua_State *L, ds_declarations *d)
{
    for (lua_pushnil(L); lua_next(L, -2); d->count++)
        lua_pop(L, 1);
    if (d->count > DS_SANDBOX_PARAMS)
        luaL_error(L, "'params' has more than %d entries", DS_SANDBOX_PARAMS);
    d->table = d->take(d->memory, (d->base + d->count + 1) * sizeof *d->table);
    ds_param *const first = d->table + d->base;
    name_all(L, d, first);
    qsort(first, d->count, sizeof *first, by_name);
    for (size_t i = 0; i < d->count; i++) {
        lua_getfield(L, -1, first[i].name);
        declare(L, d, &first[i]);
        lua_pop(L, 1);
        first[i].offset = d->at + i * sizeof(double);
    }
}

static const char *const always[] = {"doc", "source", "params", NULL};

static bool is_member(const ds_declarations *d, const char *name)
{
    for (const char *const *word = always; *word; word++)
        if (strcmp(name, *word) == 0)
            return true;
    for (const char *const *word = d->functions; *word; word++)
        if (strcmp(name, *word) == 0)
            return true;
    return false;
}

static void refuse_member(lua_State *L, const ds_declarations *d, const char *name,
                          const char *list)
{
    ds_nearest meant = ds_nearest_to(name);
    for (const char *const *word = always; *word; word++)
        ds_nearest_try(&meant, *word);
    for (const char *const *word = d->functions; *word; word++)
        ds_nearest_try(&meant, *word);
    luaL_error(L, "the policy has '%s'%s must have no other members than %s", name,
               ds_nearest_or(&meant, ","), list);
}

/* A misspelt 'step' would be a policy without one. Of several the first by name. */
static void check_members(lua_State *L, const ds_declarations *d)
{
    const char *unknown = NULL, *list = "doc, source, params";
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        const char *const name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
        if (!is_member(d, name) && (!unknown || strcmp(name, unknown) < 0))
            unknown = name;
    }
    for (const char *const *word = d->functions; unknown && *word; word++)
        list = lua_pushfstring(L, "%s, %s", list, *word);
    if (unknown && !*unknown)
        luaL_error(L, "the policy has a value without a name");
    if (unknown)
        refuse_member(L, d, unknown, list);
}

static int read_declarations(lua_State *L)
{
    ds_declarations *const d = lua_touserdata(L, 1);
    check_members(L, d);
    d->doc = text_at(L, d, "doc", "the policy");
    d->source = text_at(L, d, "source", "the policy");
    const int type = lua_getfield(L, -1, "params");
    if (type == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
    } else if (type != LUA_TTABLE) {
        return luaL_error(L, "'params' must be a table");
    }
    declare_all(L, d);
    return 0;
}

bool ds_sandbox_declared(ds_sandbox *box, ds_declarations *d, ds_status *st)
{
    return protected(box, read_declarations, d, THE_TABLE, st);
}

/* ---- calls ---- */

static int get_function(lua_State *L)
{
    const char *const name = lua_touserdata(L, 1);
    if (lua_getfield(L, -1, name) != LUA_TFUNCTION && !lua_isnil(L, -1))
        return luaL_error(L, "'%s' must be a function", name);
    return 1;
}

bool ds_sandbox_find(ds_sandbox *box, ds_sandbox_function f, const char *name, ds_status *st)
{
    if (!protected(box, get_function, (void *)(uintptr_t)name, THE_TABLE, st))
        return false;
    if (lua_isnil(box->L, -1)) {
        lua_pop(box->L, 1);
        return false;
    }
    box->function[f] = lua_gettop(box->L);
    box->function_name[f] = name;
    return true;
}

bool ds_sandbox_has(const ds_sandbox *box, ds_sandbox_function f)
{
    return box->function[f] != 0;
}

typedef struct filling {
    const ds_param *table;
    const void *config;
} filling;

static int fill(lua_State *L)
{
    const filling *const f = lua_touserdata(L, 1);
    for (const ds_param *p = f->table; p->name; p++)
        if (p->kind == DS_NUMBER) {
            double value;
            memcpy(&value, (const char *)f->config + p->offset, sizeof value);
            lua_pushnumber(L, value);
            lua_setfield(L, -2, p->name);
        }
    return 0;
}

bool ds_sandbox_fill(ds_sandbox *box, const ds_param *table, const void *config, ds_status *st)
{
    filling f = {table, config};
    return protected(box, fill, &f, PARAMS, st);
}

bool ds_sandbox_refuse(ds_sandbox *box, const ds_question *q, const char *format, ...)
{
    char why[MESSAGE], text[MESSAGE + 200];
    lua_Debug at = {0};
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    lua_pushvalue(box->L, box->function[q->function]);
    lua_getinfo(box->L, ">S", &at);
    snprintf(text, sizeof text, "%s:%d: '%s' gave %s", box->name, at.linedefined,
             box->function_name[q->function], why);
    return say(box, text, q->now->st);
}

static bool take_answers(ds_sandbox *box, const ds_question *q, int base, double *answer)
{
    lua_State *const L = box->L;
    const int given = lua_gettop(L) - base;
    if (given != q->answers)
        return ds_sandbox_refuse(box, q, "%d values, must give %d", given, q->answers);
    for (int i = 0; i < given; i++) {
        if (lua_type(L, base + 1 + i) != LUA_TNUMBER)
            return ds_sandbox_refuse(box, q, "a %s as value %d, must be a number",
                                     luaL_typename(L, base + 1 + i), i + 1);
        answer[i] = lua_tonumber(L, base + 1 + i);
    }
    return true;
}

bool ds_sandbox_ask(ds_sandbox *box, const ds_question *q, double *answer)
{
    lua_State *const L = box->L;
    const int base = lua_gettop(L);
    if (q->now->st->code != DS_OK) /* it failed: it is not asked to fail again, at full length */
        return false;
    box->now = q->now;
    give_budget(box, DS_SANDBOX_STEPS);
    lua_pushvalue(L, box->function[q->function]);
    lua_pushvalue(L, PARAMS);
    lua_pushvalue(L, NOW);
    if (q->supply)
        lua_pushnumber(L, *q->supply);
    const int result = lua_pcall(L, q->supply ? 3 : 2, LUA_MULTRET, 0);
    const bool fine =
        result == LUA_OK ? take_answers(box, q, base, answer) : failed(box, result, q->now->st);
    lua_settop(L, base);
    return fine;
}

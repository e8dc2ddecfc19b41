#include "lists.h"

int ds_lua_pass_on(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

void ds_lua_wrap(lua_State *L, ds_sandbox *box, const char *name, lua_CFunction wrapper)
{
    lua_getfield(L, -1, name);
    lua_pushlightuserdata(L, box);
    lua_pushcclosure(L, wrapper, 2);
    lua_setfield(L, -3, name);
}

ds_sandbox *ds_lua_owner(lua_State *L)
{
    return lua_touserdata(L, lua_upvalueindex(2));
}

/* The length of the list at a place, by its entries alone: of those with holes one that a search
 * from 1 by doubling finds. */
static lua_Integer length_of(lua_State *L, int place)
{
    lua_Integer full = 0, empty = 1;
    while (lua_rawgeti(L, place, empty) != LUA_TNIL && empty < LUA_MAXINTEGER / 2) {
        full = empty;
        empty *= 2;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    while (empty - full > 1) {
        const lua_Integer middle = full + (empty - full) / 2;
        const bool is_empty = lua_rawgeti(L, place, middle) == LUA_TNIL;
        *(is_empty ? &empty : &full) = middle;
        lua_pop(L, 1);
    }
    return full;
}

/* What lengths.h writes for `#`. */
static int length(lua_State *L)
{
    const int type = lua_type(L, 2);
    if (type != LUA_TTABLE && type != LUA_TSTRING)
        return luaL_error(L, "attempt to get length of a %s value", luaL_typename(L, 2));
    lua_pushinteger(L, type == LUA_TTABLE ? length_of(L, 2) : (lua_Integer)lua_rawlen(L, 2));
    return 1;
}

static lua_Integer checked_length(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    return length_of(L, 1);
}

/* insert(t, at, value) and remove(t, at) move what lies behind. */
static int insert(lua_State *L)
{
    const lua_Integer end = checked_length(L) + 1;
    const bool placed = lua_gettop(L) == 3;
    const lua_Integer at = placed ? luaL_checkinteger(L, 2) : end;
    if (!placed && lua_gettop(L) != 2)
        return luaL_error(L, "wrong number of arguments to 'insert'");
    luaL_argcheck(L, at >= 1 && at <= end, 2, "position out of bounds");
    ds_sandbox_burn(ds_lua_owner(L), (size_t)(end - at) * sizeof(double));
    for (lua_Integer i = end; i > at; i--) {
        lua_rawgeti(L, 1, i - 1);
        lua_rawseti(L, 1, i);
    }
    lua_rawseti(L, 1, at);
    return 0;
}

static int delete (lua_State *L)
{
    const lua_Integer end = checked_length(L);
    lua_Integer at = luaL_optinteger(L, 2, end);
    luaL_argcheck(L, at == end || (at >= 1 && at <= end + 1), 2, "position out of bounds");
    ds_sandbox_burn(ds_lua_owner(L), at < end ? (size_t)(end - at) * sizeof(double) : 0);
    for (lua_rawgeti(L, 1, at); at < end; at++) {
        lua_rawgeti(L, 1, at + 1);
        lua_rawseti(L, 1, at);
    }
    lua_pushnil(L);
    lua_rawseti(L, 1, at);
    return 1;
}

/* Says to the end of the list where the argument does not say how far. */
static int pass_on_to_end(lua_State *L, int last)
{
    const lua_Integer end = checked_length(L);
    lua_settop(L, last);
    ds_sandbox_burn(ds_lua_owner(L), (size_t)end * 2 * sizeof(double));
    if (lua_isnil(L, last)) {
        lua_pushinteger(L, end);
        lua_replace(L, last);
    }
    return ds_lua_pass_on(L);
}

static int unpack(lua_State *L)
{
    return pass_on_to_end(L, 3);
}

static int concat(lua_State *L)
{
    return pass_on_to_end(L, 4);
}

void ds_length_open(lua_State *L)
{
    (void)lua_newuserdatauv(L, 1, 0);
    lua_newtable(L);
    lua_pushcfunction(L, length);
    lua_setfield(L, -2, "__pow");
    lua_setmetatable(L, -2);
}

void ds_lists_open(lua_State *L, ds_sandbox *box)
{
    ds_lua_wrap(L, box, "concat", concat);
    ds_lua_wrap(L, box, "insert", insert);
    ds_lua_wrap(L, box, "remove", delete);
    ds_lua_wrap(L, box, "unpack", unpack);
}

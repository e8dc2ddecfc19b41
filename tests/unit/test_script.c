#include "models/policies/script.h"
#include "run.h"
#include "tests/outside.h"

#include <stdio.h>

static const char cubic[] =
    "return {\n"
    "  doc = 'a rule', source = 'a page',\n"
    "  params = { target = {40000, unit = 'DIEM', min = 1, max = 1e12, doc = 'd', source = 's'},\n"
    "             base = {90, unit = 'VVV/DIEM', min = 0}, power = 2 },\n"
    "  rate = function(p, now, supply)\n"
    "    return p.base * exp(p.power * (supply / p.target)^3)\n"
    "  end,\n"
    "}\n";

static void made(ds_asked *a, ds_rule slot, const char *text)
{
    ck_assert_msg(a_script(a, slot, text), "%s", a->st.text);
}

/* A mint rate of one expression. */
static void made_rate(ds_asked *a, const char *expression)
{
    char text[2000];
    snprintf(text, sizeof text, "return { rate = function(p, now, supply)\nreturn %s\nend }",
             expression);
    made(a, DS_RULE_MINT, text);
}

static double rate_at(ds_asked *a, double supply)
{
    return a->policy->rate(a->choice.params, &a->now, supply);
}

/* Not made, with the words. */
static void refused(ds_rule slot, const char *text, const char *words)
{
    ds_asked a;
    ck_assert_msg(!a_script(&a, slot, text), "'%s' is taken", text);
    ck_assert_int_eq(a.st.code, DS_E_POLICY);
    ck_assert_msg(strstr(a.st.text, words) != NULL, "'%s' says: %s", text, a.st.text);
}

/* Made, and no answer for the words. */
static void fails(const char *body, const char *words)
{
    char text[4000];
    ds_asked a;
    snprintf(text, sizeof text, "return { rate = function(p, now, supply)\n%s\nend }", body);
    made(&a, DS_RULE_MINT, text);
    ck_assert_msg(isinf(rate_at(&a, 1)), "'%s' has a rate", body);
    ck_assert_int_eq(a.st.code, DS_E_POLICY);
    ck_assert_msg(strstr(a.st.text, words) != NULL, "'%s' says: %s", body, a.st.text);
}

START_TEST(the_rate_is_the_built_in_one_to_the_last_bit)
{
    ds_asked a;
    made(&a, DS_RULE_MINT, cubic);
    const ds_alternative *const as = ds_alternative_find(ds_mint_policies, "exponential_cubic");
    const double params[] = {90, 2, 40000}; /* base, power, target */
    const ds_policy *const built_in = (const ds_policy *)(const void *)as;
    for (int i = 0; i < 822; i++) {
        const double supply = 97.3 * i;
        const double mine = rate_at(&a, supply);
        const double theirs = built_in->rate(params, &a.now, supply);
        ck_assert_int_eq(memcmp(&mine, &theirs, sizeof mine), 0);
    }
    ck_assert_int_eq(a.st.code, DS_OK);
}
END_TEST

START_TEST(declarations_become_a_table_in_the_order_of_names)
{
    ds_asked a;
    made(&a, DS_RULE_MINT, cubic);
    const ds_param *const table = a.choice.as->params;
    static const char *const names[] = {"file", "base", "power", "target"};
    for (size_t i = 0; i < 4; i++)
        ck_assert_str_eq(table[i].name, names[i]);
    ck_assert_ptr_null(table[4].name);
    ck_assert_str_eq(table[1].unit, "VVV/DIEM");
    ck_assert_double_eq(table[1].fallback, 90);
    ck_assert_double_eq(table[1].min, 0);
    ck_assert_double_eq(table[3].max, 1e12);
    ck_assert_str_eq(table[3].source, "s");
    ck_assert_str_eq(table[2].unit, "1");
    ck_assert_str_eq(a.choice.as->doc, "a rule");
    ck_assert_str_eq(a.choice.as->source, "a page");
    ck_assert_uint_eq(a.choice.as->params_size, sizeof(char *) + 3 * sizeof(double));
}
END_TEST

START_TEST(every_slot_has_its_function)
{
    ds_asked a;
    double share[DS_PARTIES];
    made(&a, DS_RULE_FEE_SPLIT,
         "return {split = function(p, now) return 1 - now.utilization, 0, 0, now.utilization, 0 "
         "end}");
    a.policy->split(a.choice.params, &a.now, share);
    ck_assert_double_eq_tol(share[DS_PROVIDERS], 0.4, 1e-15);
    ck_assert_double_eq_tol(share[DS_TREASURY], 0.6, 1e-15);
    made(&a, DS_RULE_EMISSION,
         "return {emission = function() return 2e6 end, changes = function(p, now) return "
         "now.date + 7 end}");
    ck_assert_double_eq(a.policy->emission(a.choice.params, &a.now), 2e6);
    ck_assert_double_eq(a.policy->emission_changes(a.choice.params, &a.now), 20722);
    made(&a, DS_RULE_BUYBACK, "return {spend = function(p, now) return now.revenue / 10 end}");
    ck_assert_double_eq(a.policy->spend(a.choice.params, &a.now), 3000);
    made(&a, DS_RULE_PRICING, "return {price = function(p, now) return 1.25 end}");
    ck_assert_double_eq(a.policy->price(a.choice.params, &a.now), 1.25);
    made(&a, DS_RULE_MINT,
         "return {rate = function() return 7 end, step = function(p, now, s) return s + 500 end}");
    ck_assert_double_eq(a.policy->step(a.choice.params, &a.now, 250), 750);
    ck_assert_int_eq(a.st.code, DS_OK);
}
END_TEST

/* A walk that stays where it is would never end. */
START_TEST(a_step_leads_on)
{
    ds_asked a;
    made(&a, DS_RULE_MINT,
         "return {rate = function() return 7 end, step = function(p, now, s) return s end}");
    ck_assert(isinf(a.policy->step(a.choice.params, &a.now, 250)));
    ck_assert_int_eq(a.st.code, DS_E_POLICY);
    ck_assert_ptr_nonnull(strstr(a.st.text, "250, must be above the supply 250"));
}
END_TEST

START_TEST(a_rate_may_end)
{
    ds_asked a;
    made_rate(&a, "supply < 100 and 5 or math.huge");
    ck_assert_double_eq(rate_at(&a, 99), 5);
    ck_assert(isinf(rate_at(&a, 100)));
    ck_assert_int_eq(a.st.code, DS_OK);
}
END_TEST

START_TEST(what_a_script_remembers_ends_with_the_replica)
{
    ds_asked a;
    made(&a, DS_RULE_MINT, "local n = 0\nreturn {rate = function() n = n + 1 return n end}");
    for (int replica = 0; replica < 3; replica++) {
        ck_assert(a.policy->open(a.policy, a.choice.params, a.room, &a.st));
        for (int i = 1; i <= 5; i++)
            ck_assert_double_eq(rate_at(&a, 1), i);
    }
}
END_TEST

/* 10,000 calls that leave garbage behind. */
START_TEST(garbage_does_not_add_up)
{
    ds_asked a;
    made_rate(&a, "#('x' .. supply .. table.concat({supply, supply}, ','))");
    for (int i = 0; i < 10000; i++)
        ck_assert_double_gt(rate_at(&a, i + 0.125), 0);
    ck_assert_int_eq(a.st.code, DS_OK);
}
END_TEST

START_TEST(what_is_not_for_scripts_is_not_there)
{
    static const char *const names[] = {"print",
                                        "require",
                                        "dofile",
                                        "load",
                                        "loadfile",
                                        "loadstring",
                                        "collectgarbage",
                                        "tostring",
                                        "next",
                                        "pairs",
                                        "rawget",
                                        "rawset",
                                        "rawequal",
                                        "rawlen",
                                        "setmetatable",
                                        "getmetatable",
                                        "xpcall",
                                        "_G",
                                        "os",
                                        "io",
                                        "debug",
                                        "string",
                                        "coroutine",
                                        "package",
                                        "utf8",
                                        "math.random",
                                        "table.sort",
                                        "math.randomseed",
                                        "table.move",
                                        "table.pack",
                                        "warn"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ds_asked a;
        char text[100];
        snprintf(text, sizeof text, "%s == nil and 1 or 2", names[i]);
        made_rate(&a, text);
        ck_assert_msg(rate_at(&a, 1) == 1, "'%s' is there", names[i]);
    }
}
END_TEST

START_TEST(what_is_for_scripts_works)
{
    ds_asked a;
    made_rate(&a, "exp(0) + log(1) + sqrt(4) + min(3, 2) + max(1, 2) + abs(-1) + floor(1.5)");
    ck_assert_double_eq(rate_at(&a, 1), 9);
    made_rate(&a, "floor(3e9) * floor(3e9) * floor(3e9)"); /* no integers that wrap */
    ck_assert_double_eq(rate_at(&a, 1), 2.7e28);
    made(&a, DS_RULE_MINT,
         "local t = {}\nfor i = 1, 10 do table.insert(t, i) end\ntable.insert(t, 1, 5)\n"
         "table.remove(t)\nlocal s = 0\nfor _, v in ipairs(t) do s = s + v end\n"
         "return {rate = function() return s + select('#', table.unpack(t)) end}");
    ck_assert_double_eq(rate_at(&a, 1), 60);
}
END_TEST

/* Lua's own length of these lists with holes, and what hangs on it, is another in every second
 * interpreter. */
START_TEST(lengths_do_not_hang_on_chance)
{
    static const char text[] =
        "local seed, sum = 12345, 0\n"
        "local function draw(n) seed = (seed * 1103515245 + 12345) % 2147483648\n"
        "  return seed // 65536 % n end\n"
        "for n = 0, 300 do\n"
        "  local t = {}\n"
        "  for i = 1, 12 do\n"
        "    local k = draw(3)\n"
        "    if k == 0 then t['k' .. draw(6)] = i elseif k == 1 then t['k' .. draw(6)] = nil\n"
        "    else t[1 + draw(6)] = i end\n"
        "  end\n"
        "  t[2 + draw(2)] = nil\n"
        "  sum = (sum * 7 + #t) % 1000003\n"
        "  if n % 4 == 0 then table.insert(t, n) elseif n % 4 == 1 then table.remove(t)\n"
        "  elseif n % 4 == 2 then t[1] = #table.concat(t, ',', 1 + #t)\n"
        "  else t[1] = select('#', table.unpack(t)) end\n"
        "  for i = 1, 8 do sum = (sum * 7 + (t[i] or 0)) % 1000003 end\n"
        "end\n"
        "return {rate = function() return 1 + sum end}";
    double first = 0;
    for (int i = 0; i < 30; i++) {
        ds_asked a;
        made(&a, DS_RULE_MINT, text);
        first = i == 0 ? rate_at(&a, 1) : first;
        ck_assert_double_eq(rate_at(&a, 1), first);
    }
}
END_TEST

/* Each is true, and says the same to Lua itself. */
START_TEST(lengths_are_where_lua_has_them)
{
    static const char uses[] =
        "local insert, remove = table.insert, table.remove\n"
        "local function first(t) local x = remove(t, 1) return #t == 2 and t[2] == 7 and x end\n"
        "local function last(t) return remove(t), #t end\n"
        "local function joined(t) insert(t, 'b') insert(t, 1, 'a') insert(t, 3, 'c')\n"
        "  return table.concat(t, '-', 2) == 'b-c' and #{table.unpack(t, 2)} == 2 and\n"
        "    table.concat(t) end\n";
    static const char *const truths[] = {
        "#{} == 0 and #{7} == 1 and #{7, 8, 9} == 3 and #'four' == 4 and #'' == 0",
        "-#{1, 2} == -2 and not #{} == false and (#{1, 2})^2 == 4 and 2^#{1, 2, 3} == 8",
        "2 * #{1, 2} + 1 == 5 and 'a' .. #{1} .. 'b' == 'a1b' and #{1} << 2 == 4 and ~#{} == -1",
        "#('a' .. 'b') == 2 and #({{1, 2}})[1] == 2 and({#{1}, #'ab'})[2] == 2",
        "'#' == '\\x23' and \"#'\" == '#\\'' and [[#]] == '#' and [=[]]#]=] == ']]#'",
        "1 --[[ # ]] + 1 --[==[ ]] # ]==] == 2 -- # ' [[\n and #'\\'#' == 2",
        "select('#', 1, nil, nil) == 3 and select('#', ...) == 0",
        "(function() local t = {} for i = 1, 1000 do t[#t + 1] = i end return #t end)() == 1000",
        "first({5, 6, 7}) == 5 and last({5, 6, 7}) == 7 and last({}) == nil",
        "joined({}) == 'abc'",
    };
    for (size_t i = 0; i < sizeof truths / sizeof truths[0]; i++) {
        ds_asked a;
        char text[1200];
        snprintf(text, sizeof text,
                 "%s local function it(...) return %s end\nlocal is = it()\n"
                 "return { rate = function() return is and 1 or 2 end}",
                 uses, truths[i]);
        made(&a, DS_RULE_MINT, text);
        ck_assert_msg(rate_at(&a, 1) == 1, "%s", truths[i]);
    }
    fails("return #p.nothing", "my.lua:2: attempt to get length of a nil value");
    fails("table.insert({}, 3, 1)", "position out of bounds");
    fails("table.insert({}, 1, 2, 3)", "wrong number of arguments to 'insert'");
    fails("table.remove({1}, 4)", "position out of bounds");
    fails("table.unpack(5)", "table expected, got number");
    refused(DS_RULE_MINT, "return '#", "unfinished string");
    refused(DS_RULE_MINT, "return [==[ # ]=]", "unfinished long string");
    refused(DS_RULE_MINT, "--[[ #", "unfinished long comment");
    refused(DS_RULE_MINT, "return #", "unexpected symbol");
}
END_TEST

START_TEST(errors_say_the_line)
{
    refused(DS_RULE_MINT, "return {\n rate = function() retrun 1 end }", "my.lua:2:");
    refused(DS_RULE_MINT, "local a\n\nlocal b = a.b", "my.lua:3:");
    fails("\nreturn p.base * 2", "my.lua:3: attempt to perform arithmetic on a nil value");
    fails("\n\nerror('no')", "my.lua:4: no");
    fails("error({})", "my.lua: error() with a table, must be text");
    fails("return now.utilisation",
          "my.lua:2: 'now' has no such member, did you mean 'utilization'? it has: time,");
    fails("now.price = 1", "my.lua:2: 'now' cannot be changed");
    fails("error('\\27[31m')", "my.lua:2: ?[31m");
}
END_TEST

START_TEST(answers_that_cannot_be_are_refused)
{
    fails("return 0/0", "my.lua:1: 'rate' gave nan VVV/DIEM at supply 1, must be above 0");
    fails("return -3", "'rate' gave -3 VVV/DIEM");
    fails("return 0", "'rate' gave 0 VVV/DIEM");
    fails("return", "'rate' gave 0 values, must give 1");
    fails("return 1, 2", "'rate' gave 2 values, must give 1");
    fails("return '5'", "'rate' gave a string as value 1");
    fails("return {}", "'rate' gave a table as value 1");
}
END_TEST

static void split_fails(const char *shares, const char *words)
{
    char text[200];
    double share[DS_PARTIES];
    ds_asked a;
    snprintf(text, sizeof text, "return {split = function(p, now) return %s end}", shares);
    made(&a, DS_RULE_FEE_SPLIT, text);
    a.policy->split(a.choice.params, &a.now, share);
    ck_assert_int_eq(a.st.code, DS_E_POLICY);
    ck_assert_msg(strstr(a.st.text, words) != NULL, "'%s' says: %s", shares, a.st.text);
}

START_TEST(shares_must_be_five_and_sum_to_one)
{
    split_fails("0.5, 0.5", "my.lua:1: 'split' gave 2 values, must give 5");
    split_fails("0.2, 0.2, 0.2, 0.2, 0.1, 0.1", "gave 6 values");
    split_fails("0.5, 0.2, 0.2, 0.2, 0", "their sum 1");
    split_fails("1.5, -0.5, 0, 0, 0", "each must be >= 0");
    split_fails("0/0, 1, 0, 0, 0", "each must be >= 0");
    split_fails("1, 0, 0, 0, false", "gave a boolean as value 5");
    split_fails("error('why')", "my.lua:1: why");
}
END_TEST

START_TEST(amounts_must_be_in_range)
{
    ds_asked a;
    made(&a, DS_RULE_EMISSION, "return {emission = function() return -1 end}");
    (void)a.policy->emission(a.choice.params, &a.now);
    ck_assert_ptr_nonnull(strstr(asked_why(&a), "'emission' gave -1 VVV/yr"));
    made(&a, DS_RULE_BUYBACK, "return {spend = function() return 0/0 end}");
    (void)a.policy->spend(a.choice.params, &a.now);
    ck_assert_ptr_nonnull(strstr(asked_why(&a), "'spend' gave nan USD/d"));
    made(&a, DS_RULE_PRICING, "return {price = function() return 0 end}");
    (void)a.policy->price(a.choice.params, &a.now);
    ck_assert_ptr_nonnull(strstr(asked_why(&a), "'price' gave 0 of the list price"));
}
END_TEST

START_TEST(work_is_bounded)
{
    fails("while true do end", "my.lua:2: is still at work");
    fails("while true do pcall(function() while true do end end) end", "is still at work");
    fails("local function f() pcall(f) pcall(f) end f() return 1", "");
    fails("repeat local ok = pcall(error) until false", "is still at work");
    fails("local t = {} for i = 1, 1e4 do t[i] = i end\n"
          "while true do table.insert(t, 1, 1) table.remove(t, 1) end",
          "is still at work");
    fails("local s = ('x') while true do s = 'x' .. supply end", "is still at work");
    refused(DS_RULE_MINT, "while true do end", "my.lua:1: is still at work");
    refused(DS_RULE_MINT,
            "local a = 'x' for i = 1, 11 do a = a .. a end\n"
            "while true do local b = a .. 'y' end",
            "is still at work");
}
END_TEST

/* Single instructions that take time for all that they look at: bounded by the bytes. */
START_TEST(work_of_one_instruction_is_bounded)
{
    fails("local t = {} for i = 1, 8000 do t[i] = i end while true do max(table.unpack(t)) end",
          "is still at work");
    fails("local a = '1' for i = 1, 11 do a = a .. a end while true do tonumber(a) end",
          "is still at work");
    fails("local a = '1' for i = 1, 12 do a = a .. a end while true do tonumber(a) end",
          "a text 4096");
    fails("return #table.concat({'x', 'y'}, '1234567890', 1, 1e9)", "invalid value");
    fails("local t = {} for i = 1, 900 do t[i] = '12345' end return #table.concat(t)",
          "a text 4096");
}
END_TEST

/* The mechanism may ask many times more before it looks at the status. */
START_TEST(what_has_failed_is_not_asked_again)
{
    ds_asked a;
    made_rate(&a, "(function() n = (n or 0) + 1 return n > 1 and n or {} end)()");
    ck_assert(isinf(rate_at(&a, 1)));
    for (int i = 0; i < 5; i++)
        ck_assert(isinf(rate_at(&a, 1)));
    a.st = (ds_status){0};
    ck_assert_double_eq(rate_at(&a, 1), 2);
}
END_TEST

START_TEST(memory_is_bounded)
{
    fails("local t = {} for i = 1, 1e9 do t[i] = i end", "out of memory");
    fails("local s = 'x' while true do s = s .. s end", "out of memory");
    fails("return table.unpack({}, 1, 1e7)", "too many results");
    fails("local function f() return 1 + f() end return f()", "my.lua");
    refused(DS_RULE_MINT, "local t = {} for i = 1, 1e9 do t[i] = {} end", "out of memory");
}
END_TEST

START_TEST(a_script_goes_on_after_a_failure)
{
    ds_asked a;
    made_rate(&a, "supply > 5 and 1 or #{table.unpack({}, 1, 1e7)}");
    ck_assert(isinf(rate_at(&a, 1)));
    ck_assert_int_eq(a.st.code, DS_E_POLICY);
    a.st = (ds_status){0};
    ck_assert_double_eq(rate_at(&a, 6), 1);
    ck_assert_int_eq(a.st.code, DS_OK);
}
END_TEST

START_TEST(texts_that_are_no_policy_are_refused)
{
    static char huge[DS_SANDBOX_TEXT + 2];
    memset(huge, ' ', sizeof huge - 1);
    refused(DS_RULE_MINT, "", "must end with 'return {...}'");
    refused(DS_RULE_MINT, "return 5", "must end with 'return {...}'");
    refused(DS_RULE_MINT, "return {}", "returns no function 'rate', which the slot 'mint'");
    refused(DS_RULE_MINT, "return {rate = 5}", "'rate' must be a function");
    refused(DS_RULE_FEE_SPLIT, cubic, "returns no function 'split'");
    refused(DS_RULE_MINT, "return {rate = function() return 1 end, zip = 1, stpe = 2}",
            "the policy has 'stpe', did you mean 'step'? must have no other members than doc, "
            "source, params, rate, step");
    refused(DS_RULE_MINT, "return {rate = function() return 1 end, 5}", "a value without a name");
    refused(DS_RULE_MINT, "\x1bLua\x54", "binary");
    refused(DS_RULE_MINT, huge, "a script must have at most");
}
END_TEST

static void declaration_refused(const char *params, const char *words)
{
    char text[300];
    snprintf(text, sizeof text, "return {params = %s, rate = function() return 1 end}", params);
    refused(DS_RULE_MINT, text, words);
}

START_TEST(declarations_are_checked)
{
    declaration_refused("5", "'params' must be a table");
    declaration_refused("{5}", "'params' must map names");
    declaration_refused("{['a b'] = 5}", "'params' must map names");
    declaration_refused("{use = 5}", "'use' and 'file' are taken");
    declaration_refused("{a = 'x'}", "parameter 'a' must be a number");
    declaration_refused("{a = {}}", "the default, first, of parameter 'a' must be a number");
    declaration_refused("{a = {'5'}}", "must be a number");
    declaration_refused("{a = {5, min = 6}}", "has the default 5.0, must lie in [6.0");
    declaration_refused("{a = {5, max = 4}}", "has the default 5.0");
    declaration_refused("{a = {0/0}}", "has the default");
    declaration_refused("{a = {5, mni = 4}}", "parameter 'a' says more than");
    declaration_refused("{a = {5, 6}}", "parameter 'a' says more than");
    declaration_refused("{a = {5, unit = 7}}", "'unit' of parameter 'a' must be text");
    declaration_refused("{a = {5, min = 'x'}}", "min of parameter 'a' must be a number");
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {the_rate_is_the_built_in_one_to_the_last_bit, 0},
        {declarations_become_a_table_in_the_order_of_names, 0},
        {every_slot_has_its_function, 0},
        {a_step_leads_on, 0},
        {a_rate_may_end, 0},
        {what_a_script_remembers_ends_with_the_replica, 0},
        {garbage_does_not_add_up, 0},
        {what_is_not_for_scripts_is_not_there, 0},
        {what_is_for_scripts_works, 0},
        {lengths_do_not_hang_on_chance, 0},
        {lengths_are_where_lua_has_them, 0},
        {errors_say_the_line, 0},
        {answers_that_cannot_be_are_refused, 0},
        {shares_must_be_five_and_sum_to_one, 0},
        {amounts_must_be_in_range, 0},
        {work_is_bounded, 0},
        {work_of_one_instruction_is_bounded, 0},
        {what_has_failed_is_not_asked_again, 0},
        {memory_is_bounded, 0},
        {a_script_goes_on_after_a_failure, 0},
        {texts_that_are_no_policy_are_refused, 0},
        {declarations_are_checked, 0},
        {0},
    };
    return ds_run_tests("script", tests, 60);
}

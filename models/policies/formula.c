#include "formula.h"

#include "script.h"
#include "view.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXPRESSIONS_MOST = DS_PARTIES, TEXT_MOST = 4000 };

#define EXPRESSION(name_, text_, required_, doc_)                                                \
    {                                                                                            \
        .name = (name_), .kind = DS_TEXT, .unit = "1", .text = (text_), .required = (required_), \
        .doc = (doc_)                                                                            \
    }
#define SHARE(name, at, who)                                                                  \
    {                                                                                         \
        (name), DS_TEXT, .offset = (at) * sizeof(const char *), .unit = "1", .text = "\"0\"", \
                         .doc = "expression: the share of " who                               \
    }
static const ds_param mint[] = {
    EXPRESSION("rate", NULL, true, "expression: sVVV to lock for one more DIEM at `supply`"),
    {0},
};
static const ds_param fee_split[] = {
    SHARE("providers", 0, "the provider that served"),
    SHARE("stakers", 1, "all staked VVV"),
    SHARE("minters", 2, "locked VVV"),
    SHARE("treasury", 3, "the treasury"),
    SHARE("burn", 4, "what buys VVV and burns it"),
    {0},
};
static const ds_param emission[] = {
    EXPRESSION("emission", NULL, true, "expression: VVV a year of 365 days"),
    {0},
};
static const ds_param buyback[] = {
    EXPRESSION("spend", NULL, true, "expression: USD a day that buys VVV to burn"),
    {0},
};
static const ds_param pricing[] = {
    EXPRESSION("price", NULL, true, "expression: USD charged for a USD at list price"),
    {0},
};

static const struct slot {
    const ds_param *expressions;
    const char *function;
} slots[DS_RULES] = {
    [DS_RULE_MINT] = {mint, "rate"},
    [DS_RULE_FEE_SPLIT] = {fee_split, "split"},
    [DS_RULE_EMISSION] = {emission, "emission"},
    [DS_RULE_BUYBACK] = {buyback, "spend"},
    [DS_RULE_PRICING] = {pricing, "price"},
};

/* ---- one expression to Lua ---- */

typedef struct translator {
    const ds_outside *said;
    const ds_param *expressions; /* their keys are no parameters */
    ds_rule rule;
    bool *used;          /* one a key of the scenario */
    const char *key;     /* of the expression under way */
    char *text;          /* the script so far */
    size_t length, room; /* room: with the NUL */
    ds_status *st;
} translator;

static bool put(translator *t, const char *text, size_t length)
{
    if (length >= t->room - t->length)
        return ds_fail(t->st, DS_E_DATA, "'%s' is too long for a formula", t->key);
    memcpy(t->text + t->length, text, length);
    t->length += length;
    t->text[t->length] = '\0';
    return true;
}

static bool put_text(translator *t, const char *text)
{
    return put(t, text, strlen(text));
}

static bool put_member(translator *t, const char *of, const char *name)
{
    return put_text(t, of) && put_text(t, ".") && put_text(t, name);
}

static bool one_of(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(*list, name) == 0)
            return true;
    return false;
}

static const char *const functions[] = {"exp", "log", "sqrt", "min", "max", "abs", "floor", NULL};

static bool is_function(const char *name)
{
    return one_of(name, functions);
}

static bool is_operator(const char *name)
{
    static const char *const operators[] = {"and", "or", "not", NULL};
    return one_of(name, operators);
}

static bool is_taken(const translator *t, const char *name)
{
    static const char *const words[] = {
        "break", "do",    "else", "elseif", "end",    "false", "for",  "function", "goto",  "if",
        "in",    "local", "nil",  "repeat", "return", "then",  "true", "until",    "while", NULL};
    return is_function(name) || is_operator(name) || one_of(name, words) || ds_view_find(name) ||
           (t->rule == DS_RULE_MINT && strcmp(name, "supply") == 0);
}

static bool is_parameter(const translator *t, const char *key)
{
    return strcmp(key, "use") != 0 && !ds_param_find(t->expressions, key);
}

static bool unknown(const translator *t, const char *name)
{
    ds_nearest meant = ds_nearest_to(name);
    char members[DS_VIEW_NAMES];
    ds_view_list(members);
    ds_view_try(&meant);
    for (const char *const *function = functions; *function; function++)
        ds_nearest_try(&meant, *function);
    if (t->rule == DS_RULE_MINT)
        ds_nearest_try(&meant, "supply");
    for (size_t i = 0; i < t->said->count; i++)
        if (is_parameter(t, t->said->key[i]))
            ds_nearest_try(&meant, t->said->key[i]);
    return ds_fail(t->st, DS_E_DATA,
                   "'%s' names '%s'%s must be a parameter given beside it, %sa member of the "
                   "view (%s) or a function (exp, log, sqrt, min, max, abs, floor)",
                   t->key, name, ds_nearest_or(&meant, ":"),
                   t->rule == DS_RULE_MINT ? "'supply', " : "", members);
}

static bool put_name(translator *t, const char *name)
{
    if (is_function(name) || is_operator(name) ||
        (t->rule == DS_RULE_MINT && strcmp(name, "supply") == 0))
        return put_text(t, name);
    if (ds_view_find(name))
        return put_member(t, "now", name);
    for (size_t i = 0; i < t->said->count; i++)
        if (strcmp(t->said->key[i], name) == 0 && is_parameter(t, name)) {
            t->used[i] = true;
            return put_member(t, "p", name);
        }
    return unknown(t, name);
}

static size_t name_length(const char *at)
{
    size_t n = 0;
    while (isalnum((unsigned char)at[n]) || at[n] == '_')
        n++;
    return n;
}

/* Who knows scripts writes now.utilization and math.exp: the same without what stands before. */
static size_t table_length(const char *at)
{
    const size_t n = name_length(at);
    const bool table =
        (n == 3 && memcmp(at, "now", n) == 0) || (n == 4 && memcmp(at, "math", n) == 0);
    return table && at[n] == '.' && isalpha((unsigned char)at[n + 1]) ? n + 1 : 0;
}

static bool put_of_table(translator *t, bool now, const char *name)
{
    if (now ? ds_view_find(name) != NULL : strcmp(name, "huge") == 0)
        return put_member(t, now ? "now" : "math", name);
    return !now && is_function(name) ? put_text(t, name) : unknown(t, name);
}

/* Length of the name here; 0: it is none. */
static size_t put_word(translator *t, const char *at)
{
    char name[64];
    const size_t table = table_length(at), n = name_length(at + table);
    snprintf(name, sizeof name, "%.*s", (int)n, at + table);
    const bool known = n >= sizeof name ? unknown(t, name)
                       : table          ? put_of_table(t, *at == 'n', name)
                                        : put_name(t, name);
    return known ? table + n : 0;
}

/* Digits with a point and an exponent; a whole number becomes a float, as integers wrap. One that
 * is no number is for Lua to refuse. */
static size_t put_number(translator *t, const char *at, bool *fine)
{
    size_t n = strspn(at, "0123456789.");
    bool whole = memchr(at, '.', n) == NULL;
    if (at[n] == 'e' || at[n] == 'E') {
        const size_t sign = at[n + 1] == '+' || at[n + 1] == '-';
        n += 1 + sign + strspn(at + n + 1 + sign, "0123456789");
        whole = false;
    }
    *fine = isfinite(strtod(at, NULL))
                ? put(t, at, n) && (!whole || put_text(t, ".0"))
                : ds_fail(t->st, DS_E_DATA, "'%s' has the number %.*s, which is too large", t->key,
                          (int)(n < 60 ? n : 60), at);
    return n;
}

/* Lua's for the bits of whole numbers, which wrap, and which a fraction does not have. */
static bool is_foreign(const char *at)
{
    return at[0] == '~' ? at[1] != '=' : strchr("<>", at[0]) && at[1] == at[0];
}

static bool refuse_operator(const translator *t, const char *at)
{
    return ds_fail(t->st, DS_E_DATA,
                   "'%s' has the operator '%.*s', which no formula has: + - * / // ^ %% and < <= > "
                   ">= == ~=",
                   t->key, at[0] == '~' ? 1 : 2, at);
}

static bool translate(translator *t, const char *text)
{
    for (const char *at = text; *at;) {
        const char next = *at;
        if (isalpha((unsigned char)next) || next == '_') {
            const size_t length = put_word(t, at);
            if (length == 0)
                return false;
            at += length;
        } else if (isdigit((unsigned char)next) || (next == '.' && isdigit((unsigned char)at[1]))) {
            bool fine;
            at += put_number(t, at, &fine);
            if (!fine)
                return false;
        } else if (is_foreign(at)) {
            return refuse_operator(t, at);
        } else if (strchr("+-*/^%()<>=~, \t\n", next)) {
            /* Two of `-` in a row begin a comment in Lua. */
            if (!put_text(t, next == '-' ? "- " : next == '\n' ? " " : (char[]){next, '\0'}))
                return false;
            at++;
        } else {
            return ds_fail(t->st, DS_E_DATA,
                           "'%s' has the character '%c', which no formula has: numbers, names, "
                           "+ - * / ^ %% ( ) and comparisons",
                           t->key, isprint((unsigned char)next) ? next : '?');
        }
    }
    return true;
}

/* ---- the script ---- */

/* Lua sees commas as more values, and the end of a formula is where its parentheses close: the
 * text alone and the text in parentheses must both be right. */
static bool check_shape(const translator *t, const char *text)
{
    int depth = 0;
    bool empty = true;
    for (; *text; text++) {
        depth += *text == '(' ? 1 : *text == ')' ? -1 : 0;
        empty = empty && isspace((unsigned char)*text);
        if (depth < 0 || (depth == 0 && *text == ','))
            return ds_fail(t->st, DS_E_DATA, "'%s' must be one expression", t->key);
    }
    return depth == 0 && !empty ? true
                                : ds_fail(t->st, DS_E_DATA,
                                          empty ? "'%s' is empty, must be an expression"
                                                : "'%s' lacks a closing parenthesis",
                                          t->key);
}

static const char *expression_of(const translator *t, const char *name, const char *otherwise)
{
    for (size_t i = 0; i < t->said->count; i++)
        if (strcmp(t->said->key[i], name) == 0)
            return t->said->value[i] ? t->said->value[i] : "";
    return otherwise;
}

static bool write_script(translator *t)
{
    const struct slot *const slot = &slots[t->rule];
    if (!put_text(t, "return {") || !put_text(t, slot->function) ||
        !put_text(t, t->rule == DS_RULE_MINT ? "=function(p,now,supply)return "
                                             : "=function(p,now)return "))
        return false;
    for (const ds_param *p = t->expressions; p->name; p++) {
        const char *const text = expression_of(t, p->name, p->required ? NULL : "0");
        t->key = p->name;
        if (!text)
            return ds_fail(t->st, DS_E_DATA, "'%s' is missing: %s", p->name, p->doc);
        if (!check_shape(t, text) || (p != t->expressions && !put_text(t, ",")) ||
            !put_text(t, "(") || !translate(t, text) || !put_text(t, ")"))
            return false;
    }
    return put_text(t, " end}");
}

/* ---- parameters ---- */

/* The unit that stands beside a number, where it is one of amounts alone: such a unit scales
 * nothing. A time would, and a formula does not say to what. */
static const char *unit_beside(const char *value)
{
    static const char *const scaled[] = {"s",     "min", "h",    "hour",  "hours",
                                         "d",     "day", "days", "wk",    "week",
                                         "weeks", "yr",  "year", "years", NULL};
    const char *const space = value ? strchr(value, ' ') : NULL;
    const char *const text = space ? space + strspn(space, " ") : "";
    for (const char *at = text; *at; at++) {
        char name[8];
        const size_t n = name_length(at);
        snprintf(name, sizeof name, "%.*s", (int)n, at);
        if (*at == '%' || one_of(name, scaled))
            return "1";
        at += n ? n - 1 : 0;
    }
    return *text ? text : "1";
}

static bool add_parameter(const translator *t, size_t which, ds_param *p, size_t offset)
{
    const char *const name = t->said->key[which];
    if (!*name || name_length(name) != strlen(name) || isdigit((unsigned char)*name))
        return ds_fail(t->st, DS_E_DATA, "'%.60s' cannot be a name in a formula", name);
    if (is_taken(t, name))
        return ds_fail(t->st, DS_E_DATA,
                       "'%.60s' is a word of formulas, a parameter must be called otherwise", name);
    *p = (ds_param){.name = name,
                    .kind = DS_NUMBER,
                    .offset = offset,
                    .unit = unit_beside(t->said->value[which]),
                    .min = -1e300,
                    .max = 1e300,
                    .required = true,
                    .doc = "a number of the formula"};
    return true;
}

/* It may have been meant to be an expression that is not said. */
static bool not_named(const translator *t, const char *key)
{
    ds_nearest meant = ds_nearest_to(key);
    for (const ds_param *p = t->expressions; p->name; p++)
        if (!expression_of(t, p->name, NULL))
            ds_nearest_try(&meant, p->name);
    return ds_fail(t->st, DS_E_DATA, "'%.60s' is no name of the formula%s", key,
                   ds_nearest_or(&meant, ""));
}

static bool make_table(const translator *t, ds_alternative *as)
{
    size_t n = ds_param_count(t->expressions), numbers = 0;
    const size_t at = n * sizeof(const char *);
    ds_param *const table =
        t->said->take(t->said->memory, (n + t->said->count + 1) * sizeof *table);
    memcpy(table, t->expressions, n * sizeof *table);
    for (size_t i = 0; i < t->said->count; i++) {
        const char *const key = t->said->key[i];
        if (!is_parameter(t, key))
            continue;
        if (!add_parameter(t, i, &table[n++], at + numbers++ * sizeof(double)))
            return false;
        if (!t->used[i])
            return not_named(t, key);
    }
    as->params = table;
    as->params_size = at + numbers * sizeof(double);
    return true;
}

/* A formula that Lua does not read is refused with the scenario, not by the first replica. */
static bool try_it(ds_script *script, const char *key, ds_status *st)
{
    ds_status inner = {0};
    if (ds_script_try(script, &inner))
        return true;
    const char *const why = strstr(inner.text, ":1: ");
    if (strstr(inner.text, "C stack overflow") || strstr(inner.text, "C levels"))
        return ds_fail(st, DS_E_DATA, "'%s' is nested too deeply for a formula", key);
    return ds_fail(st, DS_E_DATA, "'%s' is no formula: %s", key, why ? why + 4 : inner.text);
}

static const ds_alternative *make(const ds_alternative *self, const ds_outside *said, ds_status *st)
{
    const ds_policy *const general = (const ds_policy *)(const void *)self;
    ds_script *const script = said->take(said->memory, sizeof *script);
    translator t = {.said = said,
                    .rule = (ds_rule)(general - ds_formula_policies),
                    .used = said->take(said->memory, said->count + 1),
                    .room = EXPRESSIONS_MOST * TEXT_MOST,
                    .st = st};
    char text[EXPRESSIONS_MOST * TEXT_MOST];
    t.expressions = slots[t.rule].expressions;
    t.key = t.expressions->name;
    t.text = text;
    script->policy.as = (ds_alternative){.name = self->name, .doc = self->doc};
    if (!write_script(&t) || !make_table(&t, &script->policy.as))
        return NULL;
    char *const name = said->take(said->memory, sizeof "policies." + 16);
    char *const kept = said->take(said->memory, t.length + 1);
    snprintf(name, sizeof "policies." + 16, "policies.%s", ds_policy_slots[t.rule].name);
    memcpy(kept, text, t.length + 1);
    const ds_lua_chunk chunk = {name, kept, t.length};
    ds_script_bind(script, t.rule, &chunk);
    return try_it(script, t.expressions->name, st) ? &script->policy.as : NULL;
}

#define FORMULA(slot, table)                                                                      \
    [slot] = {.as = {.name = "formula",                                                           \
                     .doc = "An expression of numbers that are given beside it by any name, of "  \
                            "what policies see, and of exp, log, sqrt, min, max, abs, floor, ^.", \
                     .params = (table),                                                           \
                     .params_size = sizeof(table) / sizeof(ds_param) * sizeof(const char *),      \
                     .outside = make}}
const ds_policy ds_formula_policies[DS_RULES] = {
    FORMULA(DS_RULE_MINT, mint),         FORMULA(DS_RULE_FEE_SPLIT, fee_split),
    FORMULA(DS_RULE_EMISSION, emission), FORMULA(DS_RULE_BUYBACK, buyback),
    FORMULA(DS_RULE_PRICING, pricing),
};

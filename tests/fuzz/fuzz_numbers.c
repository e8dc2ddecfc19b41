/*
 * Any text as a number, a date or a formula; the first byte says as what. What is read and printed
 * reads as the same again.
 */
#include "models/policies/formula.h"
#include "policy.h"
#include "sim/io/plain.h"
#include "sim/io/quantity.h"

/* ---- a unit, the end of its line, and a number ---- */

static void try_quantity(char *text)
{
    char *const end = strchr(text, '\n');
    char why[160] = "", printed[DS_PLAIN_ROOM];
    double value, again;
    if (!end)
        return;
    *end = '\0';
    if (!ds_quantity_read(end + 1, text, &value, why, sizeof why)) {
        must(*why != '\0', "a refusal says why", end + 1);
        must(strlen(why) + 1 < sizeof why, "a message is not cut short", why);
        return;
    }
    must(isfinite(value), "a number is finite", end + 1);
    ds_plain_print(value, printed);
    must(ds_quantity_read(printed, text, &again, why, sizeof why), why, printed);
    must(same_number(value, again), "a number reads as the same again", printed);
}

static void try_integer(const char *text)
{
    char printed[32], why[160];
    int64_t value, again;
    double number;
    if (!ds_integer_read(text, &value))
        return;
    snprintf(printed, sizeof printed, "%lld", (long long)value);
    must(ds_integer_read(printed, &again) && value == again, "a count reads as the same again",
         printed);
    must(ds_quantity_read(text, "1", &number, why, sizeof why), "a count is a number", text);
    must(number == (double)value, "a count is the same number", text);
}

static void try_date(const char *text)
{
    char printed[40];
    double days, again;
    if (!ds_date_read(text, &days))
        return;
    ds_date_print(days, printed, sizeof printed);
    must(ds_date_read(printed, &again), "a date that is printed is read", printed);
    must(same_number(days, again), "a date reads as the same again", printed);
}

/* ---- a formula ---- */

enum { KEYS = 12 };

/* Lines of key=value; returns how many. */
static size_t cut(char *text, const char *key[KEYS], const char *value[KEYS])
{
    size_t n = 0;
    for (char *line = text; line && n < KEYS; n++) {
        char *const feed = strchr(line, '\n');
        if (feed)
            *feed = '\0';
        char *const equals = strchr(line, '=');
        if (equals)
            *equals = '\0';
        key[n] = line;
        value[n] = equals ? equals + 1 : NULL;
        line = feed ? feed + 1 : NULL;
    }
    return n;
}

static bool answer(ds_rule slot, const ds_outside *said, double *value, ds_status *st)
{
    fuzz_policy f;
    const bool fine = policy_open(&f, &ds_formula_policies[slot], said);
    if (fine)
        *value = policy_ask(&f, slot);
    *st = f.st;
    policy_close(&f);
    return st->code == DS_OK;
}

/* Parentheses take some of the length and of the nesting that a formula may have. */
static bool is_limit(const ds_status *st)
{
    return strstr(st->text, "too long") || strstr(st->text, "too deeply");
}

/* A formula that has an answer is the same in parentheses. */
static void try_formula(ds_rule slot, char *text)
{
    const char *key[KEYS], *value[KEYS];
    double one = 0, other = 0;
    ds_status st = {0};
    ds_outside said = {.key = key, .value = value, .count = cut(text, key, value)};
    if (!answer(slot, &said, &one, &st))
        return;
    char *const inside = malloc((value[0] ? strlen(value[0]) : 0) + 3);
    if (!inside)
        abort();
    sprintf(inside, "(%s)", value[0] ? value[0] : "");
    value[0] = inside;
    if (answer(slot, &said, &other, &st))
        must(same_number(one, other), "a formula in parentheses is the same", inside);
    else
        must(is_limit(&st), "a formula in parentheses is one", st.text);
    free(inside);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    char *const text = text_of(data + 1, size - 1);
    if (data[0] == 'q')
        try_quantity(text);
    else if (data[0] == 'i')
        try_integer(text);
    else if (data[0] == 'd')
        try_date(text);
    else
        try_formula((ds_rule)(data[0] % DS_RULES), text);
    free(text);
    return 0;
}

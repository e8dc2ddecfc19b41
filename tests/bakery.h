/*
 * A small model whose tables have every kind of parameter, for tests of the loader: a bakery.
 */
#ifndef DS_TESTS_BAKERY_H
#define DS_TESTS_BAKERY_H

#include "sim/core/model.h"

#include <math.h>

typedef struct bakery_oven {
    double heat;
    int64_t trays;
    bool gas;
} bakery_oven;

typedef struct bakery_shift {
    double from, pay;
} bakery_shift;

typedef struct bakery_baker {
    const char *name;
    double skill;
    ds_choice pace;
} bakery_baker;

typedef struct bakery_config {
    double flour, price, limit, opened;
    int64_t loaves;
    bool open;
    const char *sign;
    ds_numbers weights;
    int grain;
    bakery_oven oven;
    ds_list shifts, bakers;
    ds_choice recipe, topping, delivery;
    ds_path demand;
    double flour_a_loaf; /* derived */
} bakery_config;

#define P DS_P_NUMBER

/* ---- paces: a choice within a choice, whose keys stand beside it ---- */

typedef struct steady_params {
    double rate;
} steady_params;
typedef struct bursts_params {
    double rate, burst;
} bursts_params;
typedef struct timed_params {
    ds_choice pace;
    double offset;
} timed_params;

static const ds_param steady_table[] = {
    P(steady_params, rate, "loaf/h", 10, 0, 1e6, "loaves an hour", NULL), {0}};
static const ds_param bursts_table[] = {
    P(bursts_params, rate, "loaf/h", 10, 0, 1e6, "loaves an hour", NULL),
    P(bursts_params, burst, "1", 3, 1, 100, "loaves at a time", NULL),
    {0}};

static bool check_bursts(void *params, ds_status *st)
{
    const bursts_params *const p = params;
    return p->burst <= p->rate ||
           ds_fail(st, DS_E_DATA, "'burst' is %g, must be at most 'rate' = %g", p->burst, p->rate);
}

static const ds_alternative steady = {
    .name = "steady", .doc = "Even.", .params = steady_table, .params_size = sizeof(steady_params)};
static const ds_alternative bursts = {.name = "bursts",
                                      .doc = "In batches.",
                                      .params = bursts_table,
                                      .params_size = sizeof(bursts_params),
                                      .check = check_bursts};
static const ds_alternative *const paces[] = {&steady, &bursts, NULL};

static const ds_param timed_table[] = {
    {DS_AT(timed_params, pace), .kind = DS_CHOICE, .unit = "1", .tag = "pace",
     .alternatives = paces, .text = "{pace: steady, rate: 10}", .merged = true,
     .doc = "how it goes"},
    P(timed_params, offset, "h", 0, 0, 24, "after opening", NULL),
    {0}};
static const ds_alternative timed = {.name = "timed",
                                     .doc = "By the clock.",
                                     .params = timed_table,
                                     .params_size = sizeof(timed_params)};
static const ds_param no_table[] = {{0}};
static const ds_alternative never = {
    .name = "never", .doc = "Not at all.", .params = no_table, .params_size = 1};
static const ds_alternative *const deliveries[] = {&timed, &never, NULL};

/* ---- recipes ---- */

typedef struct sour_params {
    double days, salt;
} sour_params;

static const ds_param sour_table[] = {P(sour_params, days, "d", 2, 0.1, 30, "rest", NULL),
                                      P(sour_params, salt, "1", 0.02, 0, 0.1, "salt", NULL),
                                      {0}};
static const ds_param plain_table[] = {P(sour_params, salt, "1", 0.01, 0, 0.1, "salt", NULL), {0}};
static const ds_alternative sour = {.name = "sour",
                                    .doc = "Rests for days.",
                                    .params = sour_table,
                                    .params_size = sizeof(sour_params)};
static const ds_alternative plain = {
    .name = "plain", .doc = "Quick.", .params = plain_table, .params_size = sizeof(sour_params)};
static const ds_alternative *const recipes[] = {&sour, &plain, NULL};

/* ---- the bakery ---- */

static const ds_param oven_table[] = {
    P(bakery_oven, heat, "kelvin", 500, 300, 800, "heat", NULL),
    DS_P_INTEGER(bakery_oven, trays, "1", 4, 1, 9e18, "trays", NULL),
    DS_P_SWITCH(bakery_oven, gas, true, "burns gas"),
    {0}};

static bool check_oven(void *item, ds_status *st)
{
    const bakery_oven *const oven = item;
    return oven->trays != 13 || ds_fail(st, DS_E_DATA, "'trays' is 13, must be a lucky number");
}

static const ds_param shift_table[] = {
    {DS_AT(bakery_shift, from), .kind = DS_DATE, .unit = "1", .required = true, .doc = "begins"},
    P(bakery_shift, pay, "coin/h", 20, 0, 1e6, "pay", NULL),
    {0}};

static const ds_param baker_table[] = {
    {DS_AT(bakery_baker, name), .kind = DS_TEXT, .unit = "1", .doc = "who"},
    P(bakery_baker, skill, "1", 0.5, 0, 1, "share of loaves that rise", NULL),
    DS_P_CHOICE(bakery_baker, pace, "pace", paces, "{pace: steady, rate: 10}", "how fast"),
    {0}};

static const char *const grains[] = {"wheat", "rye", "spelt", NULL};

#define S bakery_config
static const ds_param bakery_params[] = {
    P(S, flour, "kg/d", 100, 0, 1e9, "flour", "the miller"),
    P(S, price, "coin/loaf", 3, 0.01, 1e6, "price", NULL),
    {DS_AT(S, limit), .kind = DS_NUMBER, .unit = "1", .fallback = INFINITY, .min = 0, .max = 1e9,
     .unlimited = true, .doc = "customers"},
    {DS_AT(S, opened), .kind = DS_DATE, .unit = "1", .text = "2020-02-29T06:30", .doc = "opened"},
    DS_P_INTEGER(S, loaves, "1", 50, 0, 1e15, "loaves a day", NULL),
    DS_P_SWITCH(S, open, true, "open"),
    {DS_AT(S, sign), .kind = DS_TEXT, .unit = "1", .text = "Bread", .doc = "over the door"},
    {DS_AT(S, weights), .kind = DS_NUMBERS, .unit = "kg", .min = 0, .max = 100, .text = "[0.5, 1]",
     .doc = "of loaves"},
    DS_P_WORD(S, grain, grains, "wheat", "grain"),
    {DS_AT(S, oven), .kind = DS_GROUP, .unit = "1", .table = oven_table,
     .size = sizeof(bakery_oven), .check = check_oven, .doc = "the oven"},
    {DS_AT(S, shifts), .kind = DS_LIST, .unit = "1", .table = shift_table,
     .size = sizeof(bakery_shift), .min = 0, .max = 5, .doc = "shifts"},
    {DS_AT(S, bakers), .kind = DS_MAP, .unit = "1", .table = baker_table,
     .size = sizeof(bakery_baker), .min = 1, .max = 4, .text = "ann: {skill: 0.9}\nbob: {}\n",
     .doc = "bakers"},
    DS_P_CHOICE(S, recipe, "use", recipes, "{use: sour, days: 3}", "recipe"),
    {DS_AT(S, topping), .kind = DS_CHOICE, .unit = "1", .tag = "use", .alternatives = recipes,
     .unlimited = true, .doc = "what goes on top"},
    DS_P_CHOICE(S, delivery, "by", deliveries, "{by: timed}", "delivery"),
    {DS_AT(S, demand), .kind = DS_PATH, .unit = "coin", .min = 0, .max = 1e6, .doc = "sales"},
    {0}};
#undef S
#undef P

static bool check(void *config, const ds_frame *frame, ds_status *st)
{
    bakery_config *const c = config;
    (void)frame;
    c->flour_a_loaf = c->flour / (double)c->loaves;
    return c->loaves > 0 ||
           ds_fail(st, DS_E_DATA, "'loaves' is 0 with 'oven.trays' = %d", (int)c->oven.trays);
}

static double events(const void *config, const ds_frame *frame)
{
    return (double)((const bakery_config *)config)->loaves * frame->horizon;
}

static const ds_metric metrics[] = {{.name = "sold", .unit = "loaf/d", .doc = "loaves sold"},
                                    {.name = "waste", .unit = "loaf/d", .doc = "loaves left"},
                                    {0}};

static const ds_model bakery_model = {.name = "bakery",
                                      .doc = "A bakery.",
                                      .time_unit = "d",
                                      .dated = true,
                                      .default_observe = 1,
                                      .default_horizon = 365,
                                      .params = bakery_params,
                                      .config_size = sizeof(bakery_config),
                                      .check = check,
                                      .metrics = metrics,
                                      .outcomes = metrics + 2,
                                      .events = events};

/* Nothing that a model need not have. */
static const ds_model bare_model = {.name = "bare",
                                    .doc = "Nothing.",
                                    .time_unit = "1",
                                    .default_observe = INFINITY,
                                    .default_horizon = 10,
                                    .params = no_table,
                                    .config_size = 1,
                                    .metrics = metrics,
                                    .outcomes = metrics + 2};

static const ds_model *const bakery_models[] = {&bakery_model, &bare_model, NULL};

#endif

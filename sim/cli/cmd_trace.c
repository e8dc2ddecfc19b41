#include "cli.h"

#include "sim/core/replica.h"
#include "sim/io/quantity.h"

#include <math.h>
#include <stdlib.h>

enum { LOOKS = 1000 }; /* how often it is looked whether anybody still reads */

/* The shortest decimal that reads back as the same number. */
static void print_number(double value)
{
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    fputs(text, stdout);
}

static void print_event(void *sink, double time, const char *event, uint32_t subject)
{
    const ds_engine *const engine = sink;
    fputs("{\"time\":", stdout);
    print_number(time);
    printf(",\"event\":\"%s\",\"subject\":", event);
    if (subject == DS_NOBODY)
        fputs("null", stdout);
    else
        printf("%u", subject);
    puts(engine->thinned ? ",\"thinned\":true}" : "}");
}

static bool read_until(const ds_args *args, const ds_scenario *s, double *until, ds_status *st)
{
    char why[256];
    *until = s->frame.horizon;
    if (!args->until)
        return true;
    if (!ds_quantity_read(args->until, s->model->time_unit, until, why, sizeof why))
        return ds_fail(st, DS_E_USAGE, "'--until' is '%.60s': %s", args->until, why);
    if (!(*until > 0 && *until <= s->frame.horizon))
        return ds_fail(st, DS_E_USAGE,
                       "'--until' is %g, must lie above 0 and up to the horizon, %g", *until,
                       s->frame.horizon);
    return true;
}

static bool run(ds_replica *replica, uint32_t index, double until, ds_status *st)
{
    bool ok = ds_replica_begin(replica, index);
    for (int i = 1; ok && i <= LOOKS; i++) {
        ok = ds_replica_until(replica, until * i / LOOKS);
        if (ferror(stdout))
            return ds_fail(st, DS_E_IO, "cannot write to standard output");
    }
    if (!ok)
        return ds_fail(st, replica->status.code, "replica %u failed: %s", index,
                       replica->status.text);
    return true;
}

static bool trace(const ds_args *args, ds_scenario *s, ds_status *st)
{
    const void *config;
    ds_replica replica;
    double until;
    if (!read_until(args, s, &until, st) || !ds_scenario_config(s, 0, &config, st) ||
        !ds_replica_open(&replica, s->model, config, &s->frame, st))
        return false;
    ds_engine *const engine = s->model->engine(replica.world);
    engine->trace = print_event;
    engine->sink = engine;
    const bool ok = run(&replica, (uint32_t)args->replica, until, st);
    ds_replica_close(&replica);
    return ok;
}

bool ds_cmd_trace(const ds_args *args, ds_status *st)
{
    ds_scenario scenario;
    const bool ok =
        ds_args_scenario(args, args->operand[0], &scenario, st) && trace(args, &scenario, st);
    ds_scenario_free(&scenario);
    return ok;
}

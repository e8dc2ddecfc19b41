#include "cli.h"

#include "sim/io/nearest.h"

#include <string.h>

static const char exit_codes[] =
    "Exit codes\n"
    "  0   done\n"
    "  64  the command line is wrong\n"
    "  65  a scenario or a result is wrong, or a result differs from what its scenario gives\n"
    "  66  an input cannot be read\n"
    "  69  a library is missing\n"
    "  70  a bug, please report it\n"
    "  71  memory or threads are missing\n"
    "  73  an output cannot be created, exists, or is being written by another run\n"
    "  74  reading or writing failed\n"
    "  75  stopped with its work saved: run the same command to go on\n"
    "  76  a policy from outside misbehaved\n";

const ds_command *ds_command_find(const char *name, ds_status *st)
{
    ds_nearest nearest = ds_nearest_to(name);
    for (const ds_command *c = ds_commands; c->name; c++) {
        if (strcmp(c->name, name) == 0)
            return c;
        ds_nearest_try(&nearest, c->name);
    }
    if (nearest.best)
        ds_fail(st, DS_E_USAGE, "unknown command '%.60s', did you mean '%s'?", name, nearest.best);
    else
        ds_fail(st, DS_E_USAGE, "unknown command '%.60s'; see 'diemsim help'", name);
    return NULL;
}

void ds_help_all(FILE *to)
{
    fputs("diemsim simulates compute-token economies, event by event, in many replicas.\n\n"
          "usage: diemsim COMMAND [ARGUMENTS]\n\n",
          to);
    for (const ds_command *c = ds_commands; c->name; c++)
        fprintf(to, "  %-11s %s\n", c->name, c->doc);
    fprintf(to,
            "\n'diemsim help COMMAND' tells more. A first run:\n\n"
            "  diemsim validate scenarios/quickstart.yaml\n"
            "  diemsim run scenarios/quickstart.yaml -o out/quickstart.h5\n"
            "  diemsim info out/quickstart.h5\n"
            "  diemsim report out/quickstart.h5 -o out/quickstart.html\n\n"
            "Results are netCDF-4 files; in Python: xarray.open_dataset(\"out/quickstart.h5\").\n\n"
            "%s",
            exit_codes);
}

static void print_option(const ds_option *o, FILE *to)
{
    char head[64];
    const char letter[] = {'-', o->letter, ',', ' ', '\0'};
    snprintf(head, sizeof head, "%s--%s%s%s", o->letter ? letter : "    ", o->name,
             o->value ? " " : "", o->value ? o->value : "");
    if (strlen(head) > 26)
        fprintf(to, "  %s\n%30s%s\n", head, "", o->doc);
    else
        fprintf(to, "  %-26s  %s\n", head, o->doc);
}

static void print_usage(const ds_command *c, FILE *to)
{
    fprintf(to, "usage: diemsim %s%s%s", c->name, *c->operands ? " " : "", c->operands);
    for (const ds_option *const *o = c->options; o && *o; o++) {
        const char letter[] = {(*o)->letter, '\0'};
        fprintf(to, " [%s%s%s%s]%s", (*o)->letter ? "-" : "--", (*o)->letter ? letter : (*o)->name,
                (*o)->value ? " " : "", (*o)->value ? (*o)->value : "", (*o)->repeats ? "..." : "");
    }
    fputs("\n", to);
}

void ds_help_command(const ds_command *c, FILE *to)
{
    fprintf(to, "diemsim %s: %s\n\n", c->name, c->doc);
    print_usage(c, to);
    fputs("\n", to);
    for (const ds_option *const *o = c->options; o && *o; o++)
        print_option(*o, to);
    print_option(&ds_option_help, to);
    if (c->help)
        fprintf(to, "\n%s", c->help);
}

bool ds_cmd_help(const ds_args *args, ds_status *st)
{
    if (args->count == 0) {
        ds_help_all(stdout);
        return true;
    }
    const ds_command *const command = ds_command_find(args->operand[0], st);
    if (!command)
        return false;
    ds_help_command(command, stdout);
    return true;
}

#include "pages.h"

#include "sim/core/nearest.h"

#include <string.h>

const ds_exit ds_exits[] = {
    {DS_OK, "done"},
    {DS_E_VERDICT, "done, and what 'stress --check' asks does not hold"},
    {DS_E_USAGE, "the command line is wrong"},
    {DS_E_DATA,
     "a scenario or a result is wrong, or a result differs from what its scenario gives"},
    {DS_E_INPUT, "an input cannot be read"},
    {DS_E_LIBRARY, "a library is missing"},
    {DS_E_BUG, "a bug, please report it"},
    {DS_E_SYSTEM, "memory or threads are missing"},
    {DS_E_CREATE, "an output cannot be created, exists, or is being written by another run"},
    {DS_E_IO, "reading or writing failed"},
    {DS_E_STOPPED, "stopped with its work saved: run the same command to go on"},
    {DS_E_POLICY, "a policy from outside misbehaved"},
    {0},
};

const char ds_first_run[] = "  diemsim validate quickstart\n"
                            "  diemsim run quickstart\n"
                            "  diemsim info out/quickstart.h5\n"
                            "  diemsim report out/quickstart.h5 -o out/quickstart.html\n";

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
            "\n'diemsim help COMMAND' tells more. A first run:\n\n%s\n"
            "Results are netCDF-4 files; in Python: xarray.open_dataset(\"out/quickstart.h5\").\n\n"
            "Exit codes\n",
            ds_first_run);
    for (const ds_exit *e = ds_exits; e->doc; e++)
        fprintf(to, "  %-2d  %s\n", e->code, e->doc);
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
        const bool needed = (*o)->needed;
        fprintf(to, " %s%s%s%s%s%s%s", needed ? "" : "[", (*o)->letter ? "-" : "--",
                (*o)->letter ? letter : (*o)->name, (*o)->value ? " " : "",
                (*o)->value ? (*o)->value : "", needed ? "" : "]", (*o)->repeats ? "..." : "");
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

static bool print_completion(const char *shell, ds_status *st)
{
    if (strcmp(shell, "bash") != 0)
        return ds_fail(st, DS_E_USAGE, "'--completion' is '%.60s', must be bash", shell);
    ds_completion_print(stdout);
    return true;
}

bool ds_cmd_help(const ds_args *args, ds_status *st)
{
    const ds_command *const command = args->count ? ds_command_find(args->operand[0], st) : NULL;
    if (args->count && !command)
        return false;
    if (args->completion)
        return print_completion(args->completion, st);
    if (args->man)
        ds_man_print(command, stdout);
    else if (args->names)
        for (const ds_command *c = ds_commands; c->name; c++)
            puts(c->name);
    else if (command)
        ds_help_command(command, stdout);
    else
        ds_help_all(stdout);
    return true;
}

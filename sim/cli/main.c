#include "cli.h"

#include "sim/run/ensemble_mpi.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPTIONS(...) ((const ds_option *const[]){__VA_ARGS__, NULL})

/* clang-format off */
const ds_command ds_commands[] = {
    {"run", "SCENARIO", "simulate a scenario into a result file",
     "Every replica of every point is simulated once, on all cores. The result is the same bytes\n"
     "whatever the threads. Interrupted by Ctrl-C, SIGTERM or SIGUSR1, a run finishes the replicas\n"
     "in work, saves them in RESULT.h5.shards and leaves with 75; the same command goes on there,\n"
     "also after a crash. A second Ctrl-C stops at once.\n\n"
     "On a cluster: mpirun -n 64 diemsim run ..., or --shard in array jobs; see scenarios/cluster.\n\n"
     "  diemsim run scenarios/quickstart.yaml -o out/quickstart.h5\n"
     "  diemsim run scenarios/venice-2026-09.yaml --set demand.scale=1.3 --replicas 50 --seed 7\n",
     1, 1,
     OPTIONS(&ds_option_result, &ds_option_set, &ds_option_replicas, &ds_option_seed,
             &ds_option_threads, &ds_option_shard, &ds_option_force, &ds_option_quiet), ds_cmd_run},
    {"merge", "PART...", "join the parts of array jobs into one result",
     "Parts are what 'run --shard I/N' writes; I counts from 0 or from 1, as you like. They must be of\n"
     "one scenario, seed, version and build, and all of them there; what is missing is named. The\n"
     "result is the same bytes as that of one run.\n\n"
     "  diemsim run scenarios/quickstart.yaml --shard 1/2 -o out/a.h5\n"
     "  diemsim run scenarios/quickstart.yaml --shard 2/2 -o out/b.h5\n"
     "  diemsim merge out/a.h5 out/b.h5 -o out/quickstart.h5\n",
     1, SIZE_MAX, OPTIONS(&ds_option_merged, &ds_option_plugins, &ds_option_force, &ds_option_quiet),
     ds_cmd_merge},
    {"validate", "SCENARIO...", "check scenarios and say what a run would take",
     "Nothing is written. The time is estimated from the beginning of one replica.\n\n"
     "  diemsim validate scenarios/*.yaml\n",
     1, SIZE_MAX,
     OPTIONS(&ds_option_set, &ds_option_replicas, &ds_option_seed, &ds_option_threads),
     ds_cmd_validate},
    {"info", "RESULT.h5", "a result in the terminal",
     "Each metric's unit, mean and 5, 50 and 95 % over replicas at the end, and its course. Of\n"
     "many points the first eight.\n\n"
     "  diemsim info out/quickstart.h5\n",
     1, 1, OPTIONS(&ds_option_point, &ds_option_all), ds_cmd_info},
    {"report", "RESULT.h5...", "a page about results, to read and pass on",
     "With --observed, what was seen outside the model is drawn as dots, and a table says which of it\n"
     "lies inside the band of nine of ten replicas.\n\n"
     "  diemsim report out/quickstart.h5 -o out/quickstart.html\n"
     "  diemsim report out/venice-history.h5 -o out/history.html \\\n"
     "      --observed scenarios/histories/observations.csv\n",
     1, SIZE_MAX, OPTIONS(&ds_option_report, &ds_option_observed), ds_cmd_report},
    {"verify", "RESULT.h5", "simulate a result again and compare every bit",
     "Uses nothing but the file: its scenario, seed and data. Must be the version that made it.\n"
     "A policy in a shared object is not in the file: --plugins says where it lies, and it must be\n"
     "the very same; it is a program, and is run.\n\n"
     "  diemsim verify out/quickstart.h5 --replicas 4\n",
     1, 1, OPTIONS(&ds_option_verify_replicas, &ds_option_threads, &ds_option_plugins,
                   &ds_option_quiet),
     ds_cmd_verify},
    {"trace", "SCENARIO", "every event of one replica, as JSON lines",
     "Of the first point, where a scenario has several.\n\n"
     "  diemsim trace scenarios/queue/mm1.yaml --until 10\n"
     "  diemsim trace scenarios/quickstart.yaml --until '1 d' | grep mint\n",
     1, 1, OPTIONS(&ds_option_replica, &ds_option_until, &ds_option_set, &ds_option_seed),
     ds_cmd_trace},
    {"policies", "[NAME|FILE.lua|FILE.so]", "list the policies, or describe one",
     "  diemsim policies\n  diemsim policies exponential_cubic\n"
     "  diemsim policies scenarios/policies/cubic.lua\n",
     0, 1, NULL, ds_cmd_policies},
    {"metrics", "", "what a result holds: name, unit, kind and meaning",
     "A state is the value at a time, an average is over the interval that ends there, a flow is\n"
     "the amount in it, a day.\n",
     0, 0, OPTIONS(&ds_option_model), ds_cmd_metrics},
    {"schema", "", "JSON Schema of scenarios, for editors",
     "  diemsim schema > scenario.schema.json\n"
     "and as the first line of a scenario:\n"
     "  # yaml-language-server: $schema=scenario.schema.json\n\n"
     "To read: every parameter with default, range and source, where (A) is an assumption:\n"
     "  diemsim schema --markdown\n",
     0, 0, OPTIONS(&ds_option_markdown, &ds_option_model), ds_cmd_schema},
    {"version", "", "version, build and libraries", NULL, 0, 0, NULL, ds_cmd_version},
    {"help", "[COMMAND]", "this list, or all about one command", NULL, 0, 1, NULL, ds_cmd_help},
    {0},
};
/* clang-format on */

/* A closed descriptor would be given to the next file that is opened, and what is printed would end
 * in a result. Opened for the wrong direction, it fails as a closed one does. */
static void hold_descriptors(void)
{
    for (int file = 0; file <= 2; file++)
        if (fcntl(file, F_GETFD) == -1 && errno == EBADF)
            (void)open("/dev/null", file == 0 ? O_WRONLY : O_RDONLY);
}

/* "name:12:" begins a message that an editor can jump to; nothing is put before it. */
static bool has_place(const char *text)
{
    const char *const end = text + strcspn(text, "\n");
    for (const char *c = strchr(text, ':'); c && c < end; c = strchr(c + 1, ':'))
        if (isdigit((unsigned char)c[1]))
            return c[1 + strspn(c + 1, "0123456789")] == ':';
    return false;
}

void ds_say(const ds_status *st)
{
    fprintf(stderr, "%s%s", has_place(st->text) ? "" : "diemsim: ", st->text);
    if (st->code == DS_E_BUG && st->file) {
        const char *const slash = strrchr(st->file, '/');
        fprintf(stderr, " (%s:%d)", slash ? slash + 1 : st->file, st->line);
    }
    fputs("\n", stderr);
}

static bool run(int argc, char **argv, ds_status *st)
{
    ds_args args = {0};
    if (argc < 2) {
        ds_help_all(stderr);
        return ds_fail(st, DS_E_USAGE, "which command?");
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return ds_cmd_help(&args, st);
    if (strcmp(argv[1], "--version") == 0)
        return ds_cmd_version(&args, st);
    const ds_command *const command = ds_command_find(argv[1], st);
    bool ok = command && ds_args_read(command, argc - 1, argv + 1, &args, st);
    ok = ds_mpi_agree(ok, st) && command;
    if (ok && args.help)
        ds_help_command(command, stdout);
    else
        ok = ok && command->run(&args, st);
    free(args.set);
    return ok;
}

/* A library that gives up, as libgomp does without memory, leaves with 1. */
#ifdef __GLIBC__
static void give_up(int code, void *none)
{
    (void)none;
    if (code == EXIT_FAILURE)
        _Exit(DS_E_SYSTEM);
}
#endif

int main(int argc, char **argv)
{
    ds_status st = {0};
    hold_descriptors();
#ifdef __GLIBC__
    on_exit(give_up, NULL);
#endif
    /* A file that grows beyond its limit is a failed write. */
    signal(SIGXFSZ, SIG_IGN);
    gsl_set_error_handler_off(); /* which would abort; what it gives is checked */
    bool ok = ds_mpi_open(&st) && run(argc, argv, &st);
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout))
        ok = ds_fail(&st, DS_E_IO, "cannot write to standard output%s%s", errno ? ": " : "",
                     errno ? strerror(errno) : "");
    if (!ok && ds_mpi_rank() == 0)
        ds_say(&st);
    ds_mpi_close(st.code);
    return (int)st.code;
}

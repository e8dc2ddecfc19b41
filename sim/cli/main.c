#include "cli.h"

#include "models/policies/plugin.h"
#include "sim/core/arithmetic.h"
#include "sim/run/ensemble_mpi.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <sys/syscall.h>
#endif

#define OPTIONS(...) ((const ds_option *const[]){__VA_ARGS__, NULL})

/* clang-format off */
const ds_command ds_commands[] = {
    {"run", "SCENARIO", "simulate a scenario into a result file",
     "Every replica of every point is simulated once, on all cores. The result is the same bytes\n"
     "whatever the threads. Interrupted by Ctrl-C, SIGTERM, SIGHUP, SIGUSR1 or a limit of processor\n"
     "time, a run finishes the replicas in work, saves them in RESULT.h5.shards and leaves with 75;\n"
     "the same command goes on there, also after a crash. A second Ctrl-C stops at once.\n\n"
     "On a cluster: mpirun -n 64 diemsim run ..., or --shard in array jobs; see scenarios/cluster.\n\n"
     "  diemsim run scenarios/quickstart.yaml -o out/quickstart.h5\n"
     "  diemsim run scenarios/venice-2026-09.yaml --set demand.scale=1.3 --replicas 50 --seed 7\n",
     1, 1,
     OPTIONS(&ds_option_result, &ds_option_set, &ds_option_replicas, &ds_option_seed,
             &ds_option_threads, &ds_option_shard, &ds_option_force, &ds_option_quiet), ds_cmd_run},
    {"merge", "PART...", "join the parts of array jobs into one result",
     "Parts are what 'run --shard I/N' writes; I counts from 0 or from 1, as you like. They must be of\n"
     "one scenario, seed and version (with a plugin, of one build), and all of them there; what is\n"
     "missing is named. The result is the same bytes as that of one run.\n\n"
     "  diemsim run scenarios/quickstart.yaml --shard 1/2 -o out/a.h5\n"
     "  diemsim run scenarios/quickstart.yaml --shard 2/2 -o out/b.h5\n"
     "  diemsim merge out/a.h5 out/b.h5 -o out/quickstart.h5\n",
     1, SIZE_MAX, OPTIONS(&ds_option_merged, &ds_option_plugins, &ds_option_force, &ds_option_quiet),
     ds_cmd_merge},
    {"validate", "SCENARIO...", "check scenarios and say what a run would take",
     "Nothing is written. Events, memory, size and time are those of a pilot, parts of replicas of\n"
     "a few points, and come within a factor of 1.5; the time is that of an idle machine. Where a\n"
     "run would take more than the disk has free, a warning says so.\n\n"
     "  diemsim validate scenarios/*.yaml\n",
     1, SIZE_MAX,
     OPTIONS(&ds_option_set, &ds_option_replicas, &ds_option_seed, &ds_option_threads),
     ds_cmd_validate},
    {"info", "RESULT.h5", "a result in the terminal",
     "Each metric's unit, mean and 5, 50 and 95 % over replicas at the end, and its course. Of\n"
     "many points the first eight; as CSV, all.\n\n"
     "  diemsim info out/quickstart.h5\n"
     "  diemsim info out/quickstart.h5 --csv >quickstart.csv\n",
     1, 1, OPTIONS(&ds_option_point, &ds_option_all, &ds_option_csv), ds_cmd_info},
    {"compare", "RESULT.h5 [RESULT2.h5]", "by what variants differ from a baseline, and how surely",
     "The points of a result, or of two results of one model. Those of one seed met the same random\n"
     "numbers and are compared replica by replica, which takes chance out; others as independent\n"
     "samples. For each variant and metric: both values, the difference with its interval, what it is\n"
     "in words, the probability that a replica is above the baseline's, and p, adjusted for the number\n"
     "of questions. By each 'objective' of the scenario or of the command line there is a verdict:\n"
     "better, worse, no difference shown, or how many more replicas would show one that matters.\n"
     "Names and values are those of 'diemsim info'.\n\n"
     "  diemsim run scenarios/compare/mint-target.yaml -o out/mint-target.h5\n"
     "  diemsim compare out/mint-target.h5\n"
     "  diemsim compare out/mint-target.h5 --metrics apr_staked,diem_supply --over time \\\n"
     "      --objective 'maximise median apr_staked' --objective 'minimise vvv_drawdown'\n"
     "  diemsim compare out/before.h5 out/after.h5 --csv >difference.csv\n",
     1, 2,
     OPTIONS(&ds_option_metrics, &ds_option_over, &ds_option_baseline, &ds_option_variants,
             &ds_option_objective, &ds_option_confidence, &ds_option_adjust, &ds_option_matters,
             &ds_option_csv),
     ds_cmd_compare},
    {"optimise", "SCENARIO", "parameters that serve its objective best, within its thresholds",
     "The scenario says what is sought and what may vary:\n\n"
     "  objective: {stakers: {maximise: apr_staked, statistic: median}}\n"
     "  thresholds: {solvent: {of: ruined, at_most: 0, in: 99 %}}\n"
     "  optimise: {vary: {policies.mint.power: {from: 1, to: 4}}, evaluations: 100}\n\n"
     "Every candidate meets the same random numbers. What is found is held against the scenario as\n"
     "it is on fresh ones, so that luck is not taken for merit; 'optimism' says how much of the gain\n"
     "was luck. With two goals: a front, on which one is bought with the other. Exits with 65 where\n"
     "no candidate meets the thresholds. Begin with few replicas and candidates. A search that is\n"
     "stopped, even by SIGKILL, is gone on with by the same command: out/NAME.optimise.s, or the\n"
     "output's name with .s, has what it has been through.\n\n"
     "  diemsim optimise scenarios/search/buyback.yaml --evaluations 20 --replicas 20\n"
     "  diemsim optimise scenarios/search/buyback.yaml -o out/buyback.h5 && diemsim compare out/buyback.h5\n",
     1, 1,
     OPTIONS(&ds_option_proposal, &ds_option_evaluations, &ds_option_set, &ds_option_replicas,
             &ds_option_seed, &ds_option_threads, &ds_option_confidence, &ds_option_csv,
             &ds_option_force, &ds_option_quiet), ds_cmd_optimise},
    {"calibrate", "SCENARIO", "parameters under which a model gives what was observed",
     "The scenario says what may vary and what was seen:\n\n"
     "  calibrate: {vary: {demand.scale: {from: 0.5, to: 2, scale: log}},\n"
     "              observed: histories/observations.csv, method: abc}\n\n"
     "abc gives a posterior of each parameter under a prior that is even over its range (or its\n"
     "logarithm): particles that come closer to what was seen, population after population, until\n"
     "'simulations' are spent. moments gives a best fit, standard errors and a test of the model;\n"
     "it needs at least as many observations as parameters. Both say which parameters the data do\n"
     "not identify, and how what was seen lies in what the fitted model gives. Stopped, the same\n"
     "command goes on with what is in out/NAME.calibrate.s.\n\n"
     "  diemsim calibrate scenarios/search/queue-rate.yaml\n"
     "  diemsim calibrate scenarios/search/queue-rate.yaml --method moments\n"
     "  diemsim calibrate mine.yaml --observed seen.csv --set calibrate.simulations=5000\n",
     1, 1,
     OPTIONS(&ds_option_fitted, &ds_option_method, &ds_option_set, &ds_option_replicas,
             &ds_option_seed, &ds_option_threads, &ds_option_confidence, &ds_option_csv,
             &ds_option_quiet), ds_cmd_calibrate},
    {"report", "RESULT.h5...", "a page about results, to read and pass on",
     "The first screen has the question, what is proposed, the answer, how sure it is and one picture;\n"
     "below it is everything else. FILE.html is one file with interactive charts that needs no network;\n"
     "FILE.md has pictures beside it, in FILE_files, drawn by gnuplot where that is installed. Several\n"
     "results, or the points of one, are compared; the first is what holds today. A report is replaced\n"
     "by a newer one; any other file only by --force.\n\n"
     "With --observed, what was seen outside the model is drawn as dots, and a table says which of it\n"
     "lies inside the band of nine of ten replicas.\n\n"
     "  diemsim report out/quickstart.h5 -o out/quickstart.html\n"
     "  diemsim report out/fee-split.h5 -o out/fee-split.md --metrics apr_fees,treasury,runway \\\n"
     "      --question 'Should stakers be paid out of fees?'\n"
     "  diemsim report out/venice-history.h5 -o out/history.html \\\n"
     "      --observed scenarios/histories/observations.csv\n",
     1, SIZE_MAX,
     OPTIONS(&ds_option_report, &ds_option_title, &ds_option_question, &ds_option_first,
             &ds_option_observed, &ds_option_force), ds_cmd_report},
    {"stress", "SCENARIO", "a scenario against presets of shocks: what holds, and what breaks it",
     "Runs the scenario as it is (calm) and with each preset of a suite, on the same random numbers, into\n"
     "a result that other commands read. A threshold passes where the 95 % interval of the share of\n"
     "replicas in which it holds is all at or above the share asked, fails where it is all below. Its\n"
     "own thresholds come first, the model's where it has none; see 'thresholds' in scenarios/README.md.\n"
     "A suite is a folder of scenarios with shocks, one of them, or a file of presets by name.\n\n"
     "--break searches for the smallest depth that breaks a threshold: where it surely holds, where it\n"
     "surely does not, together at 95 %. --replicas says how many each depth may take. --map draws the\n"
     "thresholds over depth and duration. WHAT is a preset, a kind of shock, or one of the scenario's.\n"
     "Leaves with 0 when all was looked at, whatever the verdicts; with --check, 1 when one fails.\n\n"
     "  diemsim stress scenarios/quickstart.yaml\n"
     "  diemsim stress scenarios/quickstart.yaml --break price --threshold vvv_falls --range 0..0.99\n"
     "  diemsim stress scenarios/quickstart.yaml --map outage --replicas 100 -o out/map.h5\n",
     1, 1,
     OPTIONS(&ds_option_suite, &ds_option_break, &ds_option_map, &ds_option_threshold,
             &ds_option_range, &ds_option_depths, &ds_option_durations, &ds_option_stress_result,
             &ds_option_set, &ds_option_replicas, &ds_option_seed, &ds_option_threads,
             &ds_option_check, &ds_option_csv, &ds_option_force, &ds_option_quiet),
     ds_cmd_stress},
    {"risk", "RESULT.h5", "what may go wrong, how likely, how soon, how badly",
     "Over the horizon: how likely each bad outcome is and when it comes; value at risk and expected\n"
     "shortfall over replicas; known ways to fail and when they first show; which metric leaves its\n"
     "band first; and what the worst replicas have in common. Signals are held against the first\n"
     "variant, as 'calm' of scenarios/stress.\n\n"
     "  diemsim risk out/demand-collapse.h5\n"
     "  diemsim risk out/demand-collapse.h5 --beyond vvv_drawdown='60 %' --worst apr_staked\n",
     1, 1,
     OPTIONS(&ds_option_level, &ds_option_confidence, &ds_option_beyond, &ds_option_worst,
             &ds_option_calm, &ds_option_point, &ds_option_all, &ds_option_csv),
     ds_cmd_risk},
    {"sensitivity", "RESULT.h5", "which swept parameters a figure depends on",
     "Of a saltelli design: Sobol' indices, the share of a figure's variance that comes from each\n"
     "parameter alone (first) and with all others (total). Of a morris design: how far a parameter\n"
     "moves the figure (mu*) and how unevenly (sigma). Of a grid: shares of the variance over its\n"
     "points. Of lhs and sobol: rank regression, for figures that rise or fall throughout.\n\n"
     "  diemsim run scenarios/sweeps/morris.yaml -o out/morris.h5\n"
     "  diemsim sensitivity out/morris.h5 --of vvv_price --of vvv_drawdown\n",
     1, 1, OPTIONS(&ds_option_of, &ds_option_confidence, &ds_option_all_axes, &ds_option_csv),
     ds_cmd_sensitivity},
    {"verify", "RESULT.h5", "simulate a result again and compare every bit",
     "Uses nothing but the file: its scenario, seed and data. Must be the version that made it.\n"
     "Compares series, outcomes, states and numbers of events of every replica, the summaries over\n"
     "replicas, where 'until' ended the run, and what the file says of its points, times, metrics\n"
     "and itself. With --replicas, summaries are those of the series in the file, and what takes\n"
     "all replicas is not compared: summaries where there are no series, and 'until'.\n"
     "A policy in a shared object is not in the file: --plugins says where it lies, if it is not\n"
     "installed, and it must be the very same; it is a program, and is run.\n\n"
     "  diemsim verify out/quickstart.h5 --replicas 4\n",
     1, 1, OPTIONS(&ds_option_verify_replicas, &ds_option_threads, &ds_option_plugins,
                   &ds_option_quiet),
     ds_cmd_verify},
    {"trace", "SCENARIO", "every event of one replica, as JSON lines",
     "Of the first point, where a scenario has several. The subject is the number, from 0, of who or\n"
     "what acts in its population: a holder, a consumer, a slot, a server, a customer; of an epoch\n"
     "or an hour, which one it is, from 1; null where nobody has a number: traders, jobs that owners\n"
     "of DIEM run on their own credit. A line with \"thinned\":true is a moment that was drawn and\n"
     "at which nothing happens: a failure of a slot that is down, an arrival that bursts left out.\n\n"
     "  diemsim trace scenarios/queue/mm1.yaml --until 10\n"
     "  diemsim trace scenarios/quickstart.yaml --until '1 d' | grep slot_fails\n",
     1, 1, OPTIONS(&ds_option_replica, &ds_option_until, &ds_option_set, &ds_option_seed),
     ds_cmd_trace},
    {"policies", "[NAME|SLOT|FILE.lua|FILE.so]", "list the policies, or describe one",
     "  diemsim policies\n  diemsim policies mint\n  diemsim policies exponential_cubic\n"
     "  diemsim policies scenarios/policies/cubic.lua\n",
     0, 1, NULL, ds_cmd_policies},
    {"metrics", "", "what a result holds: name, unit, kind and meaning",
     "A state is the value at a time, an average is over the interval that ends there, a flow is\n"
     "the amount in it, a day.\n",
     0, 0, OPTIONS(&ds_option_model, &ds_option_csv), ds_cmd_metrics},
    {"schema", "", "JSON Schema of scenarios, for editors",
     "  diemsim schema > scenario.schema.json\n"
     "and as the first line of a scenario:\n"
     "  # yaml-language-server: $schema=scenario.schema.json\n\n"
     "To read: every parameter with default, range and source, where (A) is an assumption:\n"
     "  diemsim schema --markdown\n"
     "and the keys that all models share:\n"
     "  diemsim schema --markdown --model common\n",
     0, 0, OPTIONS(&ds_option_markdown, &ds_option_model), ds_cmd_schema},
    {"version", "", "version, build and libraries",
     "With --selftest, whether this build on this machine computes the numbers that every other\n"
     "does, part by part: 0, or 1 and the digests that differ. It takes a second and writes\n"
     "nothing.\n\n"
     "  diemsim version --selftest\n",
     0, 0, OPTIONS(&ds_option_selftest), ds_cmd_version},
    {"help", "[COMMAND]", "this list, or all about one command",
     "  diemsim help run\n"
     "  diemsim help --man run | man -l -\n"
     "  eval \"$(diemsim help --completion bash)\"\n",
     0, 1, OPTIONS(&ds_option_man, &ds_option_completion, &ds_option_names), ds_cmd_help},
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

/* Of less, a scenario that is searched makes a crash. */
static bool check_stack(ds_status *st)
{
    enum { LEAST = 256 << 10 };
    struct rlimit limit;
    return getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= LEAST ||
           ds_fail(st, DS_E_SYSTEM, "the limit of the stack is %llu kB, must be at least %d kB",
                   (unsigned long long)limit.rlim_cur >> 10, LEAST >> 10);
}

static bool run(int argc, char **argv, ds_status *st)
{
    ds_args args = {0};
    if (argc < 2) {
        ds_help_all(stderr);
        return ds_fail(st, DS_E_USAGE, "missing COMMAND, one of those above");
    }
    const bool help = strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0;
    const char *const name = help                                ? "help"
                             : strcmp(argv[1], "--version") == 0 ? "version"
                                                                 : argv[1];
    const ds_command *const command = ds_command_find(name, st);
    bool ok = command && ds_args_read(command, argc - 1, argv + 1, &args, st);
    ok = ds_mpi_agree(ok, st) && command;
    if (ok && args.help)
        ds_help_command(command, stdout);
    else
        ok = ok && command->run(&args, st);
    free(args.set);
    return ok;
}

/* Whoever ends the program in its place, such as libgomp without memory, or a plugin, must not
 * leave with what here is an answer. */
static bool answered;
static pid_t guarded; /* this process, from when it has a plugin */

static void say(const char *text)
{
    const ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written; /* nobody is left to be told */
}

#ifdef __GLIBC__
static void give_up(int code, void *none)
{
    (void)none;
    if (answered)
        return;
    answered = true;
    say("diemsim: a plugin or a library ended the program, nothing is finished\n");
    _Exit(code == EXIT_FAILURE ? DS_E_SYSTEM : DS_E_POLICY);
}

static void give_up_quickly(void)
{
    give_up(EXIT_SUCCESS, NULL);
}

/* In place of the C library's, for whoever calls it; the C library's exit does not. */
_Noreturn void _exit(int code)
{
    if (guarded == getpid())
        give_up(code, NULL);
    for (;;)
        syscall(SYS_exit_group, code);
}

_Noreturn void _Exit(int code)
{
    _exit(code);
}
#endif

static void on_crash(int number)
{
    (void)number;
    answered = true;
    say("diemsim: a plugin crashed, or made this program crash; what is saved stays saved\n");
    _exit(DS_E_POLICY);
}

/* Only once there is one: the crash of a program without plugins is a bug, and stays one. */
static void guard(void)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    struct sigaction action = {.sa_handler = on_crash};
    sigemptyset(&action.sa_mask);
    guarded = getpid();
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        sigaction(crashes[i], &action, NULL);
}

int main(int argc, char **argv)
{
    ds_status st = {0};
    hold_descriptors();
#ifdef __GLIBC__
    on_exit(give_up, NULL);
    at_quick_exit(give_up_quickly);
#endif
    /* A file that grows beyond its limit is a failed write. */
    signal(SIGXFSZ, SIG_IGN);
    /* Whoever starts this may ignore it, and then nobody learns how a child ended. */
    signal(SIGCHLD, SIG_DFL);
    ds_plugin_guard = guard;
    gsl_set_error_handler_off(); /* which would abort; what it gives is checked */
    bool ok = check_stack(&st) && ds_mpi_open(&st);
    ds_arithmetic_reset(); /* which a library may have changed as it was loaded */
    ok = ok && run(argc, argv, &st);
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout))
        ok = ds_fail(&st, DS_E_IO, "cannot write to standard output%s%s", errno ? ": " : "",
                     errno ? strerror(errno) : "");
    if (!ok && ds_mpi_rank() == 0)
        ds_say(&st);
    ds_mpi_close(st.code);
    answered = true;
    return (int)st.code;
}

/* diemsim-bench [--json] [--check] [--only WORDS]: a table, or JSON; --check asserts the ratios.
 * diemsim-bench --crn [--check]: what common random numbers gain, in a minute or two. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TIMES = 5, ROWS = 64 };

static const double slack = 1.25; /* a shared machine is noisy: only a clear miss fails */

static double seconds(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double ds_cpu_seconds(void)
{
    return seconds(CLOCK_THREAD_CPUTIME_ID);
}

double ds_wall_seconds(void)
{
    return seconds(CLOCK_MONOTONIC);
}

typedef struct figure {
    const ds_row *row;
    double median, least, most;
} figure;

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static figure measure(const ds_row *row)
{
    double value[TIMES];
    for (int i = 0; i < TIMES; i++) {
        const ds_work work = row->run(row->size);
        value[i] = work.seconds / work.events * 1e9;
    }
    qsort(value, TIMES, sizeof value[0], by_value);
    return (figure){row, value[TIMES / 2], value[0], value[TIMES - 1]};
}

/* Over the row it is compared with, least over least, because neighbours on the machine only ever
 * add; 0: not compared, or that row was not run. */
static double ratio(const figure *f, const figure *all, size_t count)
{
    for (size_t i = 0; f->row->against && i < count; i++)
        if (strcmp(all[i].row->name, f->row->against) == 0)
            return f->least / all[i].least;
    return 0;
}

static void print_line(const figure *f, double r)
{
    char goal[32] = "", times[48] = "";
    if (f->row->goal > 0)
        snprintf(goal, sizeof goal, "%.0f", f->row->goal);
    if (r > 0)
        snprintf(times, sizeof times, "%.2f of %s (at most %.2f)", r, f->row->against,
                 f->row->most);
    printf("%-24s %8.2f %-3s %8.2f %8.2f  %6s  %-52s %s\n", f->row->name, f->median, f->row->unit,
           f->least, f->most, goal, times, f->row->bound);
    fflush(stdout);
}

static void print_json(const figure *all, size_t count)
{
    printf("[");
    for (size_t i = 0; i < count; i++)
        printf("%s\n  {\"name\": \"%s\", \"unit\": \"%s\", \"median\": %.6g, \"min\": %.6g, "
               "\"max\": %.6g, "
               "\"goal\": %.6g, \"against\": \"%s\", \"ratio\": %.6g, \"most\": %.6g}",
               i ? "," : "", all[i].row->name, all[i].row->unit, all[i].median, all[i].least,
               all[i].most, all[i].row->goal, all[i].row->against ? all[i].row->against : "",
               ratio(&all[i], all, count), all[i].row->most);
    printf("\n]\n");
}

typedef struct wishes {
    bool json, check, crn;
    const char *only;
} wishes;

static size_t run_rows(const ds_row *rows, const wishes *w, figure *all, size_t count)
{
    for (; rows->name; rows++) {
        if (w->only && !strstr(rows->name, w->only))
            continue;
        all[count] = measure(rows);
        count++;
        if (!w->json)
            print_line(&all[count - 1], ratio(&all[count - 1], all, count));
    }
    return count;
}

int main(int argc, char **argv)
{
    wishes w = {0};
    figure all[ROWS];
    bool missed = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            w.json = true;
        else if (strcmp(argv[i], "--check") == 0)
            w.check = true;
        else if (strcmp(argv[i], "--crn") == 0)
            w.crn = true;
        else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc)
            w.only = argv[++i];
        else
            return fprintf(stderr, "usage: diemsim-bench [--json] [--check] [--only WORDS] | --crn "
                                   "[--check]\n"),
                   64;
    }
    if (w.crn)
        return !ds_crn() && w.check ? 1 : 0;
    if (!w.json)
        printf("%-24s %8s %-3s %8s %8s  %6s  %-52s %s\n", "", "median", "", "least", "most", "goal",
               "ratio", "bound by");
    size_t count = run_rows(ds_core_rows, &w, all, 0);
    count = run_rows(ds_real_rows, &w, all, count);
    count = run_rows(ds_model_rows, &w, all, count);
    count = run_rows(ds_reduce_rows, &w, all, count);
    count = run_rows(ds_splitting_rows, &w, all, count);
    count = run_rows(ds_sampling_rows, &w, all, count);
    count = run_rows(ds_key_rows, &w, all, count);
    count = run_rows(ds_run_rows, &w, all, count);
    if (w.json)
        print_json(all, count);
    for (size_t i = 0; i < count; i++)
        missed = missed || ratio(&all[i], all, count) > all[i].row->most * slack;
    return w.check && missed ? 1 : 0;
}

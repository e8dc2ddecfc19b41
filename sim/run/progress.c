#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const double terminal_gap = 0.1, line_gap = 10;

double ds_wall_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void ds_progress_begin(ds_progress *p, size_t total, bool quiet)
{
    *p = (ds_progress){.total = total, .begun = ds_wall_time(), .quiet = quiet, .terminal = isatty(STDERR_FILENO) == 1};
    p->shown = p->begun;
}

static void print_span(char *text, size_t room, double seconds)
{
    if (seconds < 60)
        snprintf(text, room, "%.0f s", seconds);
    else if (seconds < 3600)
        snprintf(text, room, "%.0f min %02.0f s", seconds / 60 - 0.5, (double)((long)seconds % 60));
    else
        snprintf(text, room, "%ld h %02ld min", (long)seconds / 3600, (long)seconds / 60 % 60);
}

static void draw(ds_progress *p, size_t done, uint64_t events)
{
    char left[64] = "?";
    const double spent = ds_wall_time() - p->begun;
    if (done > 0)
        print_span(left, sizeof left, spent / (double)done * (double)(p->total - done));
    fprintf(stderr, "%s%zu of %zu replicas, %.3g M events/s, %s left%s", p->terminal ? "\r" : "", done, p->total,
            spent > 0 ? (double)events / spent * 1e-6 : 0, left, p->terminal ? "        " : "\n");
    fflush(stderr);
    p->drawn = true;
}

void ds_progress_show(ds_progress *p, size_t done, uint64_t events)
{
    const double now = ds_wall_time();
    if (p->quiet || now - p->shown < (p->terminal ? terminal_gap : line_gap))
        return;
    p->shown = now;
    draw(p, done, events);
}

void ds_progress_end(ds_progress *p, size_t done, uint64_t events)
{
    if (p->quiet || !p->terminal || !p->drawn)
        return;
    draw(p, done, events);
    fputc('\n', stderr);
}

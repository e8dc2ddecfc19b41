#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

double ds_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void print_span(double seconds, char *text, size_t room)
{
    if (!(seconds < 1e9))
        snprintf(text, room, "?");
    else if (seconds < 100)
        snprintf(text, room, "%.0f s", ceil(seconds));
    else if (seconds < 6000)
        snprintf(text, room, "%.0f min", ceil(seconds / 60));
    else
        snprintf(text, room, "%.1f h", seconds / 3600);
}

static void print_line(ds_progress *p)
{
    char left[32];
    const double passed = ds_seconds() - p->begun;
    const double events = (double)atomic_load(&p->events);
    const double share = p->work > 0 ? fmin((double)atomic_load(&p->expected) / p->work, 1) : 0;
    print_span(passed * (1 - share) / share, left, sizeof left);
    const double speed = passed > 0 ? events / passed / 1e6 : 0;
    fprintf(stderr, "%s%llu of %llu replicas, %.*f million events/s, %s left%s",
            p->terminal ? "\r" : "", (unsigned long long)atomic_load(&p->replicas),
            (unsigned long long)p->replicas_all, speed < 10 ? 1 : 0, speed, left,
            p->terminal ? "\x1b[K" : "\n");
    fflush(stderr);
    p->printed = true;
}

/* The next moment to print at. */
static struct timespec later(bool terminal)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += terminal ? 0 : 10;
    at.tv_nsec += terminal ? 100000000 : 0;
    at.tv_sec += at.tv_nsec / 1000000000;
    at.tv_nsec %= 1000000000;
    return at;
}

static void *watch(void *self)
{
    ds_progress *const p = self;
    pthread_mutex_lock(&p->lock);
    while (!p->ending) {
        const struct timespec at = later(p->terminal);
        int waited = 0;
        while (!p->ending && waited == 0)
            waited = pthread_cond_timedwait(&p->end, &p->lock, &at);
        if (!p->ending)
            print_line(p);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

void ds_progress_begin(ds_progress *p, uint64_t done, uint64_t all, double work, bool quiet)
{
    const char *const kind = getenv("TERM");
    pthread_condattr_t monotonic;
    *p = (ds_progress){.replicas = done, .replicas_all = all, .work = work, .begun = ds_seconds()};
    if (quiet)
        return;
    p->terminal = isatty(STDERR_FILENO) && kind && strcmp(kind, "dumb") != 0;
    pthread_mutex_init(&p->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&p->end, &monotonic);
    pthread_condattr_destroy(&monotonic);
    /* Without a thread to spare the run goes on unseen. */
    p->running = pthread_create(&p->thread, NULL, watch, p) == 0;
}

void ds_progress_end(ds_progress *p)
{
    if (!p->running)
        return;
    pthread_mutex_lock(&p->lock);
    p->ending = true;
    pthread_cond_signal(&p->end);
    pthread_mutex_unlock(&p->lock);
    pthread_join(p->thread, NULL);
    pthread_cond_destroy(&p->end);
    pthread_mutex_destroy(&p->lock);
    p->running = false;
    if (p->terminal && p->printed)
        fputs("\r\x1b[K", stderr);
}

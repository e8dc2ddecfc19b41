#include "signals.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

static const int caught[] = {SIGINT, SIGTERM, SIGUSR1, SIGHUP, SIGXCPU};
enum { CAUGHT = sizeof caught / sizeof caught[0] };
static struct sigaction before[CAUGHT], before_size, before_pipe;

/* When the first came, in nanoseconds; 0: none has. */
static _Atomic int64_t asked;

/* Launchers may send a signal to a program and to all of its group, which is one wish. */
static const int64_t same_wish = 100000000;

static void on_signal(int number)
{
    struct timespec now;
    int64_t first = 0;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const int64_t at = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    if (atomic_compare_exchange_strong(&asked, &first, at) || at - first < same_wish)
        return;
    if (number == SIGXCPU) /* one comes every second until the time is up */
        return;
    signal(number, SIG_DFL);
    raise(number); /* comes when this handler returns */
}

void ds_signals_catch(void)
{
    struct sigaction action = {.sa_handler = on_signal}, ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART; /* no write is cut short */
    asked = 0;
    for (size_t i = 0; i < CAUGHT; i++) {
        sigaction(caught[i], &action, &before[i]);
        if (caught[i] == SIGHUP && before[i].sa_handler == SIG_IGN) /* nohup */
            sigaction(SIGHUP, &before[i], NULL);
    }
    /* A file grown too large or a closed pipe is an error of the call, not the end of the program.
     */
    sigaction(SIGXFSZ, &ignore, &before_size);
    sigaction(SIGPIPE, &ignore, &before_pipe);
}

void ds_signals_release(void)
{
    for (size_t i = 0; i < CAUGHT; i++)
        sigaction(caught[i], &before[i], NULL);
    sigaction(SIGXFSZ, &before_size, NULL);
    sigaction(SIGPIPE, &before_pipe, NULL);
}

bool ds_signals_stop(void)
{
    return asked != 0;
}

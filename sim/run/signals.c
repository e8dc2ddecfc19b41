#include "signals.h"

#include <signal.h>
#include <stddef.h>

static const int caught[] = {SIGINT, SIGTERM, SIGUSR1};
enum { CAUGHT = sizeof caught / sizeof caught[0] };
static struct sigaction before[CAUGHT], before_size, before_pipe;
static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1; /* SA_RESETHAND: the next one of the same kind is not caught */
    for (size_t i = 0; i < CAUGHT; i++)
        signal(caught[i], SIG_DFL);
}

void ds_signals_catch(void)
{
    struct sigaction action = {.sa_handler = on_signal}, ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&action.sa_mask);
    action.sa_flags = (int)(SA_RESETHAND | SA_RESTART); /* no write is cut short */
    stop = 0;
    for (size_t i = 0; i < CAUGHT; i++)
        sigaction(caught[i], &action, &before[i]);
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
    return stop != 0;
}

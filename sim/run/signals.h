/*
 * The first SIGINT, SIGTERM, SIGUSR1, SIGHUP (unless it was ignored) or SIGXCPU asks a run to save
 * and stop; one of the first four that comes more than a tenth of a second later ends the program
 * at once, as if it had not been caught.
 */
#ifndef DS_RUN_SIGNALS_H
#define DS_RUN_SIGNALS_H

#include <stdbool.h>

void ds_signals_catch(void);
void ds_signals_release(void); /* as they were before */
bool ds_signals_stop(void);    /* one has come */

#endif

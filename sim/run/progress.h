/* How far a run is: replicas done, events a second, time left. On a terminal one line that is written
 * over; elsewhere a line every ten seconds. Only ever talks to stderr. */
#ifndef DS_RUN_PROGRESS_H
#define DS_RUN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ds_progress {
    size_t total;  /* replicas to simulate now */
    double begun, shown;
    bool quiet, terminal, drawn;
} ds_progress;

double ds_wall_time(void); /* s */
void ds_progress_begin(ds_progress *p, size_t total, bool quiet);
void ds_progress_show(ds_progress *p, size_t done, uint64_t events);
void ds_progress_end(ds_progress *p, size_t done, uint64_t events);

#endif

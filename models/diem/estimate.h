/* How many events a replica takes, about: before anything is laid out. */
#ifndef DS_DIEM_ESTIMATE_H
#define DS_DIEM_ESTIMATE_H

#include "config.h"

/* Of a whole run, under the rules of each stretch between two actions of governance. */
double ds_events_expected(const void *config, const ds_frame *frame);

#endif

/* How long a scenario will take, from its beginning: for whoever decides whether to wait. */
#ifndef DS_CLI_PACE_H
#define DS_CLI_PACE_H

#include "sim/run/plan.h"

/* Events a second of one thread, from the beginning of one replica; NAN: too few to tell. A replica
 * that fails is a failure. */
DS_MUST_CHECK bool ds_pace_measure(const ds_scenario *scenario, const ds_plan *plan, double *speed,
                                   ds_status *st);

enum { DS_PACE_ROOM = 40 };
/* "about 12 min"; NAN: hardly any time. */
const char *ds_pace_words(char text[DS_PACE_ROOM], double seconds);

#endif

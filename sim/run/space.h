/* Whether what a run writes fits on the disk, asked before it begins. Sizes are estimates: how well
 * numbers can be packed shows only when they are there. */
#ifndef DS_RUN_SPACE_H
#define DS_RUN_SPACE_H

#include "plan.h"

enum { DS_SPACE_ROOM = 400 };

/* Bytes of the result, at most, where its series are packed so, as ds_packing_share says it. */
double ds_space_result(const ds_plan *plan, double packing);
/* Bytes of all shards and then the result beside them, or of the shards of one of so many shares
 * and its part; of a run that a rule may stop, at least. */
double ds_space_run(const ds_plan *plan, double packing, size_t shares);

/* Three digits and a unit. */
void ds_space_words(double bytes, char *text, size_t room);

/* Compares with what is free where `output` will be. More than is free is a warning, empty where
 * there is none; so much more that no packing helps is a failure. */
DS_MUST_CHECK bool ds_space_check(double bytes, const char *output, char warning[DS_SPACE_ROOM],
                                  ds_status *st);

#endif

/* What commands that answer from a result have in common. */
#ifndef DS_CLI_ANSWER_H
#define DS_CLI_ANSWER_H

#include "analysis/table.h"
#include "cli.h"

/* What the model's author says of its results; NULL: nothing, or the model is unknown here. */
const ds_guide *ds_guide_of(const char *model);
/* The table for a terminal, or with --csv below a line "# name". */
DS_MUST_CHECK bool ds_answer_table(const ds_args *args, const ds_table *table, ds_status *st);
/* A sentence for each doubt. */
void ds_answer_doubts(const ds_args *args, unsigned doubts);
/* What was run, in two lines. */
void ds_answer_head(const ds_args *args, const ds_result_info *about, double level);

#endif

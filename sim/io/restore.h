/*
 * A scenario from what a run keeps of it, without the files it came from: for results that are
 * simulated again, for parts that are joined, and for processes of a job that share one reading.
 */
#ifndef DS_IO_RESTORE_H
#define DS_IO_RESTORE_H

#include "scenario.h"

typedef struct ds_stored_scenario {
    const char *name;              /* for messages */
    const char *source, *resolved; /* as written; with every default, JSON */
    size_t file_count;
    const char *const *file_names, *const *file_texts;
    const char *natives; /* folder of the programs that it names; NULL: none may be */
    const char *plugins; /* folder of those that are installed; NULL: none are */
} ds_stored_scenario;

/* The texts must live as long as the scenario. */
DS_MUST_CHECK bool ds_scenario_restore(ds_scenario *scenario, const ds_stored_scenario *stored,
                                       const ds_model *const *models, ds_status *st);

#endif

/*
 * Parts of an experiment, made by array jobs, become its result: they are checked to belong
 * together and to be complete, unpacked beside the result, and joined as the shards of a run are.
 */
#ifndef DS_RUN_MERGE_H
#define DS_RUN_MERGE_H

#include "ensemble.h"

typedef struct ds_merge_request {
    const char *const *parts;
    size_t part_count;
    const char *output;
    const char *natives; /* folder of the programs that the scenario names; NULL: none */
    const char *plugins; /* folder of those that are installed; NULL: none are */
    bool force;
    const char *version; /* of this program */
    const ds_model *const *models;
} ds_merge_request;

DS_MUST_CHECK bool ds_merge_parts(const ds_merge_request *request, ds_run_report *report,
                                  ds_status *st);

#endif

/* A scenario that is run into a result file, whatever command asks for it. */
#ifndef DS_CLI_LAUNCH_H
#define DS_CLI_LAUNCH_H

#include "cli.h"

enum { DS_OUTPUT_ROOM = 4096 };

/* The output that is said, or out/NAME<ending>.h5 of a scenario folder/NAME.yaml. */
DS_MUST_CHECK bool ds_output_name(const ds_args *args, const char *ending,
                                  char output[DS_OUTPUT_ROOM], ds_status *st);

/* The same of what a search keeps, NAME.s of an output NAME.h5 or NAME. */
DS_MUST_CHECK bool ds_output_search(const ds_args *args, const char *ending,
                                    char path[DS_OUTPUT_ROOM], ds_status *st);

/* No --force makes an output replace what it is made from. */
DS_MUST_CHECK bool ds_output_spares(const char *output, const char *input, const char *what,
                                    ds_status *st);
/* The same of the files that the scenario reads, and those of a stress test. */
DS_MUST_CHECK bool ds_output_spares_files(const char *output, const ds_scenario *scenario,
                                          ds_status *st);

/* On stderr: that replicas failed, if any did; and that the output is there. */
void ds_output_warn(const ds_run_report *report);
void ds_output_tell(const char *output, const ds_run_report *report);

/* Makes the folder of outputs that are not said. */
DS_MUST_CHECK bool ds_output_folder(ds_status *st);

typedef struct ds_launch {
    const ds_args *args; /* the scenario is the first operand */
    const char *output;
    const ds_stress_request *stress; /* NULL: none */
    size_t shard, shards;            /* see ds_run_request */
    /* What else is asked of the scenario before it runs; NULL: nothing. */
    bool (*check)(const ds_args *args, const ds_scenario *scenario, ds_status *st);
} ds_launch;

/* The scenario with what is laid over it, its seed that of a run that goes on, if there is one. */
DS_MUST_CHECK bool ds_launch_load(const ds_launch *launch, ds_scenario *scenario, ds_status *st);

/* For all processes of a job; in the end one of them says on stderr what came of it. */
DS_MUST_CHECK bool ds_launch_run(const ds_launch *launch, ds_status *st);

#endif

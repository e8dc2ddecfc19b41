/* One reading of a scenario for all processes of a job. */
#ifndef DS_CLI_SHARE_H
#define DS_CLI_SHARE_H

#include "cli.h"

/* Texts that a shared scenario lives on. */
typedef struct ds_shared_text {
    char *bytes;
    const char **names, **texts;
} ds_shared_text;

/* Process 0 has read the scenario; the others, which have not, then have the same. */
DS_MUST_CHECK bool ds_share_scenario(const char *path, ds_scenario *scenario, ds_shared_text *texts,
                                     ds_status *st);
void ds_shared_text_free(ds_shared_text *texts);

#endif

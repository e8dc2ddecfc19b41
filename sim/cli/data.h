/*
 * What came with the program: scenarios, suites of shocks, plugins. It is found from the place of
 * the program itself, in a build folder as after an installation, so that a package works wherever
 * it is unpacked.
 */
#ifndef DS_CLI_DATA_H
#define DS_CLI_DATA_H

#include <limits.h>

enum { DS_DATA_ROOM = PATH_MAX };

/* The real path of what is called `name` there, as "scenarios" or "scenarios/stress", written to
 * `path`; NULL where there is none, or where the name would lead elsewhere. */
const char *ds_data_path(char path[DS_DATA_ROOM], const char *name);

/* The folder where installed plugins lie, for all scenarios; NULL where there is none. */
const char *ds_data_plugins(char path[DS_DATA_ROOM]);

#endif

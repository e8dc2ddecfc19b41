/*
 * Whether this build on this machine computes the numbers that every other does: functions, draws,
 * intervals, and two small scenarios, whose digests are known. They use what most hangs on a build
 * and a machine: elementary functions, every kind of distribution, and formulas, which Lua
 * computes.
 */
#ifndef DS_CLI_SELFTEST_H
#define DS_CLI_SELFTEST_H

#include "sim/core/status.h"

/* Prints a line a part; DS_E_VERDICT where one differs, with the names of all that do. */
DS_MUST_CHECK bool ds_selftest(ds_status *st);

#endif

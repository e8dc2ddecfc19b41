/*
 * Two small scenarios whose numbers are known. They use what most hangs on a build and a machine:
 * elementary functions, every distribution, GSL, and formulas, which Lua computes.
 */
#ifndef DS_CLI_SELFTEST_H
#define DS_CLI_SELFTEST_H

#include "sim/io/digest.h"

/* What the digest must be. It changes with every change of the model that changes numbers, and is
 * then set to what `diemsim version --selftest` says, once tests/matrix.sh finds it the same from
 * all builds. */
extern const char ds_selftest_digest[];

/* Of some of the numbers, simulated here and now. */
DS_MUST_CHECK bool ds_selftest(ds_hex digest, ds_status *st);

#endif

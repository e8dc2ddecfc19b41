/* What must hold of the economy where a scenario does not say; what each outcome is, metrics.c. */
#include "thresholds.h"

#include <math.h>

#define MOST(name_, of_, value, doc_, source_)                                                  \
    {                                                                                           \
        .name = (name_), .of = (of_), .at_least = -INFINITY, .at_most = (value), .share = 0.95, \
        .doc = (doc_), .source = (source_)                                                      \
    }
const ds_threshold ds_diem_thresholds[] = {
    MOST("solvent", "ruined", 0, "the treasury never owes providers", NULL),
    MOST("no_spiral", "death_spiral", 0, "price and stake of VVV do not fall together",
         "as those of LUNA did in May 2022 (Liu, Makarov & Schoar 2023)"),
    MOST("no_run", "run_on_staking", 0, "never a quarter of all stake is unstaking", NULL),
    MOST("vvv_falls", "vvv_drawdown", 0.95, "VVV keeps a twentieth of its highest price", NULL),
    MOST("diem_falls", "diem_drawdown", 0.8, "DIEM keeps a fifth of its highest price", NULL),
    MOST("served", "lost_share", 0.05, "nineteen of twenty jobs are served at the end", NULL),
    MOST("no_bad_debt", "bad_debt_total", 0, "lenders lose nothing", NULL),
    {0},
};

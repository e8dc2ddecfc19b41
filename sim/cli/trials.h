/* What commands that search share: one scenario whose candidates are simulated in memory. */
#ifndef DS_CLI_TRIALS_H
#define DS_CLI_TRIALS_H

#include "cli.h"
#include "sim/run/trial.h"

enum { DS_TRIALS_FIGURES = 4096 };

typedef struct ds_trials {
    const ds_args *args;
    ds_args_words words;
    ds_scenario_request request;
    ds_scenario scenario;
    ds_trial trial;
    ds_trial_figure figure[DS_TRIALS_FIGURES];
    size_t done, planned; /* candidates, for whoever waits, */
    double after;         /* and what follows them, in candidates' worth */
    double begun;
    bool terminal, printed;
} ds_trials;

/* Loads the scenario of the first operand, which must be one setting without a rule that stops it;
 * says which seed was drawn. To be closed whatever happens. */
DS_MUST_CHECK bool ds_trials_open(ds_trials *trials, const ds_args *args, ds_status *st);
void ds_trials_close(ds_trials *trials);

/* Of a metric the value at the end, or its mean over time. */
DS_MUST_CHECK bool ds_trials_add(ds_trials *trials, const ds_trial_figure *figure, ds_status *st);

/* After a candidate, or after many: on a terminal a line that is rewritten, elsewhere how long it
 * will take, once that is known. `best`: NAN: not known. */
void ds_trials_passed(ds_trials *trials, size_t count, double best);
void ds_trials_end(ds_trials *trials);

/* Of the candidates that the scenario refused, and the replicas that failed. */
void ds_trials_warn(const ds_trial_answer *answer, size_t refused);

#endif

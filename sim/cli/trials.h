/*
 * What commands that search share: one scenario whose candidates are simulated in memory. What was
 * simulated is kept in a journal beside where a result goes, so that a search can be stopped: the
 * same command takes the same way, finds there what it has been through, and goes on.
 */
#ifndef DS_CLI_TRIALS_H
#define DS_CLI_TRIALS_H

#include "analysis/table.h"
#include "journal.h"
#include "launch.h"
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
    double begun, said;
    bool terminal, printed, catching;
    ds_journal journal;
    char path[DS_OUTPUT_ROOM];
    size_t calls, resumed;
} ds_trials;

/* Loads the scenario of the first operand, which must be one setting without a rule that stops it;
 * says which seed was drawn. To be closed whatever happens. */
DS_MUST_CHECK bool ds_trials_open(ds_trials *trials, const ds_args *args, ds_status *st);
/* `done`: all that was asked is answered, and the journal has served its purpose. */
void ds_trials_close(ds_trials *trials, bool done);
/* Of a metric the value at the end, or its mean over time. */
DS_MUST_CHECK bool ds_trials_add(ds_trials *trials, const ds_trial_figure *figure, ds_status *st);

/* When all figures are there, and what is planned: opens the journal that `ending` names, says how
 * long all will take, of so many replicas a candidate, and catches signals until ds_trials_done. */
DS_MUST_CHECK bool ds_trials_begin(ds_trials *trials, const char *ending, size_t replicas,
                                   ds_status *st);
/* ds_trial_run, or what it answered before the search was stopped. */
DS_MUST_CHECK bool ds_trials_run(ds_trials *trials, const ds_trial_call *call,
                                 ds_trial_answer *answer, ds_status *st);
/* Nothing more will be simulated. */
void ds_trials_done(ds_trials *trials);

/* After a candidate, or after many: how far it is, on a terminal as a line that is rewritten.
 * `best`: NAN: not known. */
void ds_trials_passed(ds_trials *trials, size_t count, double best);
void ds_trials_end(ds_trials *trials);

/* The table, and an empty line; with --csv below a line "# name". Frees it. */
DS_MUST_CHECK bool ds_trials_table(const ds_trials *trials, ds_table *table, ds_status *st);

/* Of the candidates that the scenario refused, and the replicas that failed. */
void ds_trials_warn(const ds_trial_answer *answer, size_t refused);

#endif

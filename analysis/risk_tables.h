/*
 * Risks as tables. Each is filled point by point: the first column is the point, which is shown
 * only where there are several.
 */
#ifndef DS_ANALYSIS_RISK_TABLES_H
#define DS_ANALYSIS_RISK_TABLES_H

#include "risk.h"
#include "signals.h"

/* `several`: points are shown. Rows beyond `most` are left out; SIZE_MAX: none. */
void ds_chances_begin(ds_table *table, bool several);
void ds_chances_rows(ds_table *table, const ds_case *c, const ds_chances *chances);

void ds_loss_tails_begin(ds_table *table, bool several);
/* `full`: also levels at which neither figure is given. */
void ds_loss_tails_rows(ds_table *table, const ds_case *c, const ds_loss_tails *tails, bool full);
/* Why there is no figure at that level, if it is so of any. */
bool ds_loss_tails_refusal(const ds_loss_tails *tails, double share, char *text, size_t room);

void ds_signs_begin(ds_table *table, bool several);
void ds_signs_rows(ds_table *table, const ds_case *c, const ds_signs *signs);

void ds_signals_begin(ds_table *table, bool several);
void ds_signals_rows(ds_table *table, const ds_case *c, const ds_signals *signals, size_t most);

void ds_worst_begin(ds_table *table, bool several);
void ds_worst_rows(ds_table *table, const ds_case *c, const ds_worst *worst, size_t most);

/* All doubts of what is in them. */
unsigned ds_chances_doubts(const ds_chances *chances);
unsigned ds_loss_tails_doubts(const ds_loss_tails *tails);
unsigned ds_signs_doubts(const ds_signs *signs);
/* Said below a table in which it is so; NULL: all of them could show. */
const char *ds_signs_unseen(const ds_signs *signs);

#endif

/*
 * The compute-token economy as a model: joins the mechanisms' tables, lays a replica out, opens the
 * balances, and owns the regular events (the hour, the epoch at 00:00 UTC).
 */
#ifndef DS_DIEM_ECONOMY_H
#define DS_DIEM_ECONOMY_H

#include "world.h"

/* Providers after scaling; cohort k is agents first[k] .. first[k + 1] - 1. */
uint32_t ds_population(const ds_providers_config *config, uint32_t first[DS_COHORTS + 1]);

/* Relations between parameters of different groups. */
bool ds_diem_check(void *config, const ds_frame *frame, ds_status *st);

/* Every owner's balance against the ledger's buckets: O(population), for tests and a replica's end.
 */
DS_MUST_CHECK bool ds_economy_audit(const ds_world *w, ds_status *st);

#endif

/*
 * The compute market: providers' slots serve one job each at their speed; jobs that find none idle
 * wait first come first served, up to a limit and a patience, and are lost to an outside provider
 * beyond it. Slots fail and are repaired; the job of a failed slot begins again elsewhere.
 */
#ifndef DS_DIEM_COMPUTE_H
#define DS_DIEM_COMPUTE_H

#include "world.h"

enum { DS_LUCK = 2 }; /* random words of a job, which choose its slot */

/* A job of `cost` (list price) from a consumer, or from DS_OWNER: served, queued or lost. */
DS_MUST_CHECK bool ds_job_arrives(ds_world *w, uint32_t consumer, ds_amount cost,
                                  const uint64_t luck[DS_LUCK]);

/* A provider's slots join, once its bond can be posted, or leave the network; jobs in service begin
 * again elsewhere. */
DS_MUST_CHECK bool ds_provider_joins(ds_world *w, uint32_t provider);
DS_MUST_CHECK bool ds_provider_leaves(ds_world *w, uint32_t provider);
/* After a change of the provider's price. */
void ds_provider_priced(ds_world *w, uint32_t provider);

/* The rate of failures, as the config of now says. */
void ds_failures_pace(ds_world *w);
/* When the patience of who waits longest ends, likewise. */
void ds_patience_pace(ds_world *w);

/* A slot, or all of a provider's, is held down as often as it was held and not released; what it
 * serves begins again elsewhere. */
void ds_slot_hold(ds_world *w, uint32_t slot);
void ds_slot_release(ds_world *w, uint32_t slot);
void ds_provider_hold(ds_world *w, uint32_t provider);
void ds_provider_release(ds_world *w, uint32_t provider);

/* Handlers. */
bool ds_job_completes(void *world);
bool ds_slot_fails(void *world);
bool ds_slot_repaired(void *world);
bool ds_patience_ends(void *world);

#endif

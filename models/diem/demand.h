/*
 * When jobs arrive and how large they are. Each consumer cohort, and the owners of DIEM who use
 * their own credit, is a class with a point process of its own; its rate is moved every hour by the
 * hour's profile, growth, price and the scale of the scenario.
 */
#ifndef DS_DIEM_DEMAND_H
#define DS_DIEM_DEMAND_H

#include "world.h"

enum { DS_JOBS_MOST = 10 }; /* times the planned jobs a day of a class; beyond, jobs grow */

void ds_demand_place(ds_world *w, ds_arena *arena);
/* Index and growth at the start; before consumers begin. */
void ds_demand_open(ds_world *w);
void ds_demand_begin(ds_world *w);
/* Before the parameters of growth change: it goes on from where it is. */
void ds_demand_changes(ds_world *w);
/* Rates and draws of the hour that begins now. */
void ds_demand_hour(ds_world *w);
/* Rates under rules that change within the hour, whose draws go on where they are. */
void ds_demand_resets(ds_world *w);
/* Rates from now on, after something that drives them has changed within the hour. */
void ds_demand_moves(ds_world *w);

/* USD/d at list price that a scenario starts with, consumers and owners, at a demand.scale and an
 * index: the mean job's value follows from scale and index 1, so that scaled demand is more jobs,
 * not larger ones. */
double ds_demand_at_start(const ds_diem_config *config, double scale, double index);

/* By how much the spend of a consumer of the cohort is multiplied now, hour and price apart: scale,
 * index and growth. */
double ds_demand_multiplier(const ds_world *w, uint32_t cohort);

/* Demand that is planned for at most, over that at the start: growth's limit, the highest value of
 * the path, consumers who come. Prices can drive it further. */
double ds_demand_most(const ds_diem_config *config, const ds_frame *frame);

/* Handlers: the class is told from the source that fired. */
bool ds_arrival(void *world);
bool ds_phase_changes(void *world);

#endif

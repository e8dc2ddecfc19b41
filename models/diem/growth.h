/*
 * Growth of a population: new holders and new consumers come as a Poisson process whose expected
 * number follows a curve. Rows for all whom a run can bring are there from the start, behind those
 * of the members at the start, and are filled in order; nobody is ever taken out. So who is there
 * at the start has the same row, and the same draws, under any growth.
 */
#ifndef DS_DIEM_GROWTH_H
#define DS_DIEM_GROWTH_H

#include "world.h"

/* Alternatives of the key `curve`: none, logistic, path. */
extern const ds_alternative *const ds_growth_curves[];

/* Expected number at a time over that at the start; a path's may fall, which brings nobody. */
double ds_growth_level(const ds_choice *curve, double start, double days);

/* A population as scenarios describe it, whichever it is. */
typedef struct ds_growing {
    const ds_list *cohorts;
    size_t size, count, growth; /* of a cohort's struct, and offsets in it */
    double scale;
    const ds_choice *common; /* growth of cohorts that say none of their own */
} ds_growing;

ds_growing ds_growing_of(const ds_diem_config *config, ds_crowd_kind kind);

/* The curve that a cohort grows by. */
const ds_choice *ds_growth_curve(const ds_growing *growing, uint32_t cohort);
/* Whether a curve brings anybody. */
bool ds_growth_brings(const ds_choice *curve);

/* Members of a cohort at the start, as a double: a scenario can ask for more than there can be. */
double ds_growth_start(const ds_growing *growing, uint32_t cohort);

/* Rows of a population for a whole run: of those at the start cohort k has first[k] .. first[k + 1]
 * - 1, newcomers stand behind all of them. Counts saturate at 4e9, more than is allowed. */
typedef struct ds_growth_room {
    uint32_t rows;
    uint32_t first[DS_COHORTS + 1];
    uint32_t most[DS_COHORTS]; /* members of a cohort, newcomers included */
} ds_growth_room;

ds_growth_room ds_growth_room_of(const ds_growing *growing, const ds_frame *frame);

/* Largest level that a cohort of a population is expected to reach. */
double ds_growth_most(const ds_growing *growing, const ds_frame *frame);

void ds_growth_place(ds_world *w, ds_arena *arena);
/* Everybody who is there at the start; before any population begins. */
void ds_growth_open(ds_world *w);
void ds_growth_begin(ds_world *w);
/* Rates of arrival until `until`. */
void ds_growth_hour(ds_world *w, double until);

/* Handlers. */
bool ds_holder_arrives(void *world);
bool ds_consumer_arrives(void *world);

#endif

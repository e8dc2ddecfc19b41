/*
 * Holders of VVV: who they are at the start, and what they do at the events of their own clocks. A
 * review is inert with the cohort's inertia; otherwise the holder compares what each option returns
 * a year under its own required return and beliefs, picks one by a logit choice (McFadden 1974),
 * and moves a step of its balance that way.
 */
#ifndef DS_DIEM_HOLDERS_H
#define DS_DIEM_HOLDERS_H

#include "prospect.h"

typedef enum ds_holder_option {
    DS_EXIT, /* unwind, unstake and sell for USD */
    DS_HOLD, /* VVV, liquid */
    DS_JUST_STAKE,
    DS_MINT_SELL,  /* lock, mint, sell the DIEM for VVV and stake that */
    DS_MINT_USE,   /* lock, mint and stake the DIEM for its credit */
    DS_UNWIND,     /* buy or take DIEM, burn it, unlock */
    DS_LEVER,      /* borrow dollars against VVV and buy more */
    DS_LEVER_DIEM, /* lock, mint, and borrow against the DIEM to do more of it */
    DS_HOLDER_OPTIONS,
} ds_holder_option;

/* What all holders see when they compare: annual returns and prices, now. */
typedef struct ds_outlook {
    double apr, locked_apr;   /* of an sVVV, and of a locked one, emission and fees, 1/yr */
    double fees;              /* of that, what fees of the last day pay */
    double proceeds;          /* value of the DIEM that one more locked VVV mints, in VVV */
    double trend, diem_trend; /* log price against its 30-day trend */
    double cooling;           /* unstaking over staked */
    double vvv_price, diem_price;
    double borrow_rate[DS_LEND_MARKETS]; /* 1/yr */
} ds_outlook;

ds_outlook ds_holders_outlook(const ds_world *w);
/* The same under other terms. */
ds_outlook ds_holders_outlook_under(const ds_world *w, const ds_terms *terms);

/* Annual returns of the options for one holder; -INFINITY where it has nothing to do it with. */
void ds_holder_returns(const ds_world *w, const ds_outlook *now, const ds_holder *holder,
                       double value[DS_HOLDER_OPTIONS]);

void ds_holders_place(ds_world *w);
DS_MUST_CHECK bool ds_holders_begin(ds_world *w);
void ds_holders_pace(ds_world *w); /* the rate of reviews, as the config of now says */
/* Somebody new in an empty row, with dollars from outside. */
DS_MUST_CHECK bool ds_holder_joins(ds_world *w, uint32_t who, uint32_t cohort);
bool ds_holder_review(void *world);     /* handlers */
bool ds_new_holder_review(void *world); /* of who came after the start */

/* Share of its credit that an owner of DIEM uses, over the cohorts. */
double ds_owners_use(const ds_holders_config *config);

#endif

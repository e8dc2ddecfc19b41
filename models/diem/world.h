/*
 * One replica of the economy: views over the arena, shared by the mechanisms. `ds_economy` holds
 * the scalars; columns of holders, consumers, providers and slots are plain arrays of structs, one
 * row touched an event. Each mechanism's header says which of these it alone may change.
 */
#ifndef DS_DIEM_WORLD_H
#define DS_DIEM_WORLD_H

#include "config.h"
#include "ledger.h"
#include "risk.h"
#include "rival.h"
#include "shares.h"
#include "sim/core/arrivals.h"
#include "sim/core/clock.h"
#include "sim/core/fenwick.h"
#include "sim/core/members.h"
#include "sim/core/series.h"

/* What a random stream is for. Append only: the number is part of every result. */
typedef enum ds_purpose {
    DS_FOR_POPULATION,
    DS_FOR_PRICE,
    DS_FOR_NOISE_TIMES,
    DS_FOR_NOISE,
    DS_FOR_ARBITRAGE,
    DS_FOR_HOLDER_TIMES,
    DS_FOR_HOLDER,
    DS_FOR_CONSUMER_TIMES,
    DS_FOR_CONSUMER,
    DS_FOR_PROVIDER_TIMES,
    DS_FOR_PROVIDER,
    DS_FOR_ARRIVALS,
    DS_FOR_JOBS,
    DS_FOR_DISPATCH,
    DS_FOR_FAILURES,
    DS_FOR_REPAIRS,
    DS_FOR_REDEMPTION_TIMES,
    DS_FOR_LIQUIDITY,
    DS_FOR_PROVIDER_MOVES,
    DS_FOR_LENDING,
    DS_FOR_SHOCK_TIMES,
    DS_FOR_SHOCK_SIZES,
    DS_FOR_SHOCK_MEMBERS,
    DS_FOR_NEW_HOLDERS,
    DS_FOR_NEW_CONSUMERS,
    DS_FOR_RIVAL,
    DS_FOR_NEW_HOLDER_TIMES,
    DS_FOR_NEW_CONSUMER_TIMES,
    DS_PURPOSES,
} ds_purpose;

/* Sources of events in order of priority at equal times. Each consumer cohort, and the owners of
 * DIEM who use their own credit, adds one arrival and one phase source behind these. */
typedef enum ds_event_source {
    DS_AT_GOVERNANCE,
    DS_AT_EPOCH,
    DS_AT_EMISSION_CHANGE,
    DS_AT_HOUR,
    DS_AT_SHOCK,
    DS_AT_COOLDOWN,
    DS_AT_DIEM_COOLDOWN,
    DS_AT_USER_COOLDOWN,
    DS_AT_COMPLETION,
    DS_AT_REPAIR,
    DS_AT_PATIENCE_END,
    DS_AT_FAILURE,
    DS_AT_HOLDER_REVIEW,
    DS_AT_NEW_HOLDER_REVIEW,
    DS_AT_CONSUMER_REVIEW,
    DS_AT_NEW_CONSUMER_REVIEW,
    DS_AT_PROVIDER_REVIEW,
    DS_AT_NOISE_TRADE,
    DS_AT_ARBITRAGE,
    DS_AT_REDEMPTION,
    DS_AT_LIQUIDITY_REVIEW,
    DS_AT_LIQUIDATION,
    DS_AT_LENDER_REVIEW,
    DS_AT_HOLDER_ARRIVAL,
    DS_AT_CONSUMER_ARRIVAL,
    DS_AT_ARRIVAL, /* + 2 * class, the phase change behind it */
} ds_event_source;

enum { DS_SOURCES_MAX = DS_AT_ARRIVAL + 2 * (DS_COHORTS + 1) };

typedef struct ds_holder {
    ds_amount liquid, staked, locked, cooling; /* VVV; staked excludes locked */
    ds_amount outstanding;                     /* DIEM minted and not burned: the position's debt */
    ds_amount diem, diem_staked, diem_cooling;
    ds_amount usd;
    uint64_t emission_paid, fees_paid, minters_paid; /* per-share indices when last settled */
    float required;                                  /* required return, 1/yr */
    uint32_t rent_day : 24, cohort : 8;              /* epoch when rent was last settled */
} ds_holder;

/* How a consumer pays for what it uses beyond bundled credit. */
typedef enum ds_route {
    DS_ROUTE_PAY,     /* as it goes */
    DS_ROUTE_OWN,     /* DIEM of its own covers its base load */
    DS_ROUTE_RENT,    /* rented DIEM-days do */
    DS_ROUTE_OUTSIDE, /* another provider serves it */
    DS_ROUTES,
} ds_route;

typedef struct ds_consumer {
    ds_amount diem, diem_staked, diem_cooling;
    ds_amount credit_used, bundled_used; /* on day `day` */
    ds_amount rented;                    /* credit it wants to rent, a day */
    ds_amount had;                       /* the same when day `wants` began, if it is that day */
    double spend;                        /* USD/d at list price, before all factors */
    float required;
    uint32_t day : 24, cohort : 4, route : 4;
    uint32_t wants; /* day of the last change of `rented` */
} ds_consumer;

enum { DS_NO_DAY = 0xffffff };

typedef struct ds_provider {
    uint64_t up, idle;   /* one bit a slot */
    ds_amount usd, owed; /* paid out, and owed by the treasury */
    ds_amount bond;      /* VVV */
    double size;         /* of a slot: its speed over the cohort's mean */
    double cost;         /* USD/d a slot */
    double price;        /* asked share of the providers' part, at most 1 */
    double revenue;      /* USD/d, exponentially weighted over 30 days */
    double seen;         /* when `revenue` was last brought forward */
    double earned;       /* USD since then */
    uint32_t first;      /* slots first .. first + slots - 1 */
    uint32_t turns : 24, slots : 8;
    uint8_t cohort, ups, idles; /* bits of `up` and of `idle` */
    bool in;
    uint16_t barred; /* shocks that keep it from coming back */
} ds_provider;

typedef struct ds_slot {
    ds_amount cost; /* of the job in service, list price; 0: none */
    uint32_t provider, consumer;
    float speed;    /* USD/d at list price */
    uint32_t held;  /* shocks that hold it down */
    uint32_t moved; /* jobs that were taken from it */
} ds_slot;

typedef struct ds_job {
    ds_amount cost;
    double since; /* when it began to wait */
    uint32_t consumer;
    uint32_t none; /* 0, where compilers leave what was there: equal jobs are equal bytes */
} ds_job;

#define DS_OWNER DS_NOBODY /* consumer of a job that an owner of DIEM runs on own credit */

/* What locked sVVV kept of its emission until the index stood at `upto`. */
typedef struct ds_keep {
    uint64_t upto;
    double part;
} ds_keep;

/* Holders whose stake lies in one sixteenth of an octave: how many, and what they stake in all. */
typedef struct ds_stake_class {
    int64_t count;
    ds_amount sum;
} ds_stake_class;

enum { DS_STAKE_CLASSES = 64 * 16 };

/* The rental market of DIEM-days (rent.c). */
typedef struct ds_rental {
    double price;        /* USD for a USD of credit; a DIEM-day brings credit of 1 USD, less
                            what shocks take of it */
    double filled, sold; /* parts of what is wanted, and of what is offered */
    double worth;        /* what is let brings today over what is wanted; above 1 it fills all */
    ds_sum wanted;       /* by all consumers */
    ds_amount let;       /* DIEM-days that are rented out today */
    ds_amount staked[DS_COHORTS];  /* DIEM that holders stake, by cohort */
    ds_amount pending[DS_COHORTS]; /* USD, below a tick of the index */
} ds_rental;

typedef struct ds_offered {
    double price;             /* USD at the outside venue */
    double trend, diem_trend; /* log prices, exponentially weighted over 30 days */
    double noise;             /* log deviation that noise traders hold DIEM/VVV at */
    double noise_since;
} ds_offered;

typedef enum ds_pair { DS_PAIR_VVV_USD, DS_PAIR_DIEM_VVV, DS_PAIRS } ds_pair;

/* A pool as its liquidity providers see it: fees as the growth of log sqrt(k) since the start, what
 * they were at the last hour and observation, and, with `markets.liquidity`, memories of 30 days.
 */
typedef struct ds_provided {
    double fees, fees_hour, fees_then;
    double price_then;
    double yield, variance; /* 1/yr */
    double log_price, log_day, log_peak;
} ds_provided;

typedef enum ds_trader { DS_SPECULATORS, DS_HEDGERS, DS_MAKER, DS_TRADERS } ds_trader;

typedef struct ds_margin {
    ds_amount position; /* DIEM, below 0 when short */
    ds_amount margin;   /* USD */
} ds_margin;

/* The perpetual future on DIEM; positions sum to 0. */
typedef struct ds_perpetual {
    ds_margin account[DS_TRADERS];
    double mark;             /* USD */
    double premium, funding; /* log mark over spot; what longs pay for 8 hours */
} ds_perpetual;

/* One borrower's position in a lending market. */
typedef struct ds_loan {
    ds_amount collateral; /* VVV or DIEM */
    ds_amount shares;     /* of the market's debt */
} ds_loan;

/* A lending market. cash + lent = supplied, to the unit. */
typedef struct ds_loan_market {
    ds_amount supplied, lent, cash; /* USD; supplied and lent with interest up to `seen` */
    ds_amount shares;               /* of all loans: a share owes lent / shares */
    double level;                   /* rate at the target utilization, 1/yr */
    double seen;                    /* d */
    double loss;                    /* bad debt over what was supplied, 1/yr, trailing 30 days */
} ds_loan_market;

typedef struct ds_lending {
    ds_loan_market market[DS_LEND_MARKETS];
    double due;                              /* of the next liquidation; INFINITY: none */
    double average, last, averaged;          /* DIEM/VVV as liquidations see it, and when */
    double liquidated_total, bad_debt_total; /* USD, of the whole run */
} ds_lending;

/* Populations whose number can grow (growth.c). */
typedef enum ds_crowd_kind { DS_HOLDERS, DS_CONSUMERS, DS_CROWDS } ds_crowd_kind;

/* Those at the start and those who came later review by clocks of their own, so that who comes
 * changes nobody's reviews. */
typedef enum ds_wave { DS_FIRST, DS_LATER, DS_WAVES } ds_wave;

/* Who of one is there: rows 0 .. all - 1, those at the start by cohort, then newcomers as they
 * came.
 */
typedef struct ds_crowd {
    uint32_t present[DS_COHORTS], all;
    double level[DS_COHORTS]; /* highest that growth has been, over the number at the start */
    double rate[DS_COHORTS];  /* expected arrivals a day, this hour */
} ds_crowd;

/* Sums of the running interval, and of the running day. */
typedef struct ds_flows {
    double demand, served; /* USD at list price */
    double fees_usd, fees_credit, fees_bundled, fees_rented, fees_diem;
    double rent;    /* USD paid by those who rent DIEM */
    double expired; /* USD of credit */
    double paid[DS_PARTIES];
    double jobs, lost;
    double entered, left;                /* providers */
    double deleveraged;                  /* USD */
    double liquidated, seized, bad_debt; /* USD; by liquidators repaid, and got */
    double arrived;                      /* USD that new holders bring */
    double vvv_emitted, vvv_burned, diem_minted, diem_burned, redeemed;
    ds_tally wait;
} ds_flows;

enum { DS_AHEAD = 8 };

typedef struct ds_economy {
    ds_ledger ledger;
    /* staking */
    uint64_t emission_index, fees_index, minters_index;
    ds_amount emission_pending, fees_pending, minters_pending;
    double emission_rate, emission_since, emission_carry; /* VVV/yr, d, 1e-8 VVV */
    ds_keep keep[DS_ACTIONS];                             /* earlier parts that locked sVVV kept */
    uint32_t keeps;
    double protocol_part;    /* of the emission: the treasury's, before stakers share the rest */
    uint32_t emission_close; /* changes of its rate in a row that were all but at once */
    /* policies */
    double memory[DS_RULES][DS_POLICY_MEMORY];
    uint32_t actions_told, actions_done; /* of governance */
    double price;                        /* of compute over list price */
    /* fees and treasury */
    double share[DS_PARTIES];
    double buyback_rate; /* USD/d */
    ds_amount owed;      /* by the treasury to providers */
    uint32_t debtors_head, debtors;
    ds_amount owners_credit_used; /* of the running day */
    double day_credit;            /* USD of credit used in the running day */
    double insolvent_days, insolvent_since;
    ds_rental rent;
    ds_amount unbacked;  /* DIEM issued less redeemed at par: supply less all that is outstanding */
    ds_amount diem_bill; /* USD that consumers owe in DIEM, settled at the epoch */
    /* markets: cached from the reserves */
    double vvv_price, diem_vvv, diem_price;
    ds_offered offered;
    ds_risk risk;
    ds_provided provided[DS_PAIRS];
    ds_perpetual perpetual;
    ds_lending lending;
    /* compute */
    ds_level busy, up, speed, queued, providers_in, cost, diem_credit;
    double slot_costs;    /* of `cost`, before shocks */
    double speed_squares; /* over providers, of what their slots that are up serve */
    uint32_t queue_head, queue_length;
    double wait_seen, lost_seen; /* exponentially weighted over jobs */
    /* demand */
    double served_here;         /* consumers who do not go outside */
    ds_sum spend_by[DS_ROUTES]; /* USD/d that consumers of a route spend, before all factors */
    ds_crowd crowd[DS_CROWDS];
    double pace[DS_WAVES][DS_COHORTS]; /* consumers' reviews a day */
    ds_rival rival;
    double index, growth; /* of demand: the path's value, and what growth adds to it */
    /* Growth's level when its parameters last changed, when that was, and at the path's end. */
    double grown, grown_since, grown_on_path;
    double owner_use;
    double job_weight[DS_COHORTS + 1]; /* worth of a job over the planned one, by class */
    ds_level day_busy, day_up;         /* as busy and up, since the day began */
    double day_demand, day_revenue, day_stakers, day_minters; /* USD, running day */
    double day_burned;                                        /* VVV */
    /* last whole day */
    double utilization_day, demand_day, revenue_day, stakers_day, minters_day, burned_day;
    double net_outflow; /* USD/d of the treasury, trailing 30 days (fees.c) */
    ds_amount treasury_seen;
    uint32_t day, hours;                /* epochs and hours that have begun */
    uint32_t ahead[DS_AHEAD], ahead_at; /* holders who review next, a ring */
    uint64_t seed;                      /* of all randomness from now on */
    uint32_t replica;                   /* its number, on which every draw hangs */
    uint64_t turns[DS_PURPOSES];        /* draws so far that are keyed by their number */
    double observed;                    /* when the running interval began */
    double shocked[DS_SHOCK_FACTORS];   /* what shocks multiply a quantity by */
    uint32_t held;                      /* slots that shocks hold down */
    ds_flows flow;
} ds_economy;

struct ds_world {
    const ds_diem_config *base;   /* at the start */
    const ds_diem_config *config; /* now: governance goes from one to the next */
    const ds_frame *frame;
    ds_engine engine;
    ds_source sources[DS_SOURCES_MAX];
    double first_epoch, first_hour; /* d: 00:00 UTC and the full hour at or after the start */
#ifndef NDEBUG
    ds_source plain[DS_SOURCES_MAX];
#endif

    ds_economy *eco;
    ds_holder *holder;
    ds_consumer *consumer;
    ds_provider *provider;
    ds_slot *slot;
    ds_job *queue;               /* ring */
    uint32_t *debtors;           /* ring of providers the treasury owes, oldest first */
    uint32_t holders, consumers; /* rows: those who are there, and empty ones */
    uint32_t providers, slots, queue_capacity;
    uint32_t holder_first[DS_COHORTS + 1], consumer_first[DS_COHORTS + 1],
        provider_first[DS_COHORTS + 1];
    uint32_t most[DS_CROWDS][DS_COHORTS]; /* members that a cohort has room for */
    uint32_t *late_row[DS_COHORTS]; /* of a cohort's newcomers among consumers, as they came */
    uint32_t *late_place;           /* a consumer's among its cohort, newcomers only */
    bool grows[DS_CROWDS], brings[DS_COHORTS]; /* the latter: consumers of the cohort come */
    ds_shares holdings[DS_COHORTS], spending[DS_COHORTS]; /* by cohort */
    double mean_spend[DS_COHORTS];                        /* USD/d of a consumer at the start */
    double demand_most; /* demand that is planned for at most, over that at the start */
    uint32_t classes;   /* consumer cohorts, and the owners as the last class */

    ds_timers cooldowns, diem_cooldowns, user_cooldowns, completions, repairs;
    ds_timers
        cheapest; /* where jobs go to the cheapest: providers with an idle slot, keyed by price */
    ds_members idle, up;                                         /* slots */
    ds_clock *holder_clock[DS_WAVES], *consumer_clock[DS_WAVES]; /* of reviews */
    ds_clock *provider_clock, *failure_clock, *noise_clock, *arbitrage_clock, *redemption_clock;
    ds_arrivals arrivals[DS_COHORTS + 1];
    ds_fenwick weight[DS_COHORTS]; /* consumers' present job weights, by cohort */
    ds_clock *liquidity_clock, *lender_clock, *arrival_clock[DS_CROWDS];
    /* Borrowers from outside, then holders of the start, those of a cohort from borrower_first,
     * then newcomers from borrower_late. */
    ds_loan *loan[DS_LEND_MARKETS];
    ds_timers health[DS_LEND_MARKETS]; /* loans by collateral over debt shares, least first */
    uint32_t borrower_first[DS_LEND_MARKETS][DS_COHORTS], borrower_late[DS_LEND_MARKETS];
    ds_choice process[DS_COHORTS + 1];
    ds_dist size, repair;
    double job_value;     /* USD of a mean job */
    uint64_t *rent_index; /* [rent_days][DS_COHORTS]: USD a staked DIEM, in 2^-40 */
    uint32_t rent_days;
    bool priced;                           /* at some time jobs go to the cheapest provider */
    size_t rooms_end[DS_ACTIONS + 1];      /* of the arena, behind the rooms of so many actions */
    double gpus[DS_COHORTS], gpus_most;    /* a slot, by provider cohort */
    ds_amount bundled[DS_COHORTS];         /* credit a consumer and day, by cohort */
    double step[DS_COHORTS];               /* part of the way to the wanted DIEM a review goes */
    void *room[DS_RULES];                  /* policies' own, now */
    void *rooms[DS_ACTIONS + 1][DS_RULES]; /* of those at the start and that actions bring */
    ds_rng *rng;                           /* one a purpose that is a plain stream */
    ds_rng *job_rng;                       /* one a class */
    ds_stake_class *stake_class;           /* [DS_STAKE_CLASSES] */
    ds_timers shocks;                      /* when each declared shock next does something */
    struct ds_shock_line *shock_line;
    struct ds_shock *shock;
    char shock_event[64]; /* what a trace calls the latest */
};
typedef struct ds_world ds_world;

enum { DS_TURN_BITS = 4 }; /* blocks that a turn has for itself: 2^4, of two words each */

/* The first block of the next turn of a purpose. A clock that no rule touches takes its turns in
 * the same order under every rule, so what is drawn hangs on who and which turn alone. */
static inline uint64_t ds_turn(ds_world *w, ds_purpose purpose)
{
    return w->eco->turns[purpose]++ << DS_TURN_BITS;
}

/* The stream of a purpose for an agent's turn; it is a turn's own until the next is asked for. */
static inline ds_rng *ds_rng_of_turn(ds_world *w, ds_purpose purpose, uint32_t who, uint64_t turn)
{
    ds_rng *const rng = &w->rng[purpose];
    rng->agent = who;
    ds_rng_seek(rng, turn);
    return rng;
}

/* Multiplies all demand, now. */
static inline double ds_demand_scale(const ds_world *w)
{
    return w->config->demand.scale * w->eco->shocked[DS_SHOCK_DEMAND];
}

/* USD of inference a day that a staked DIEM is a right to, now. */
static inline double ds_diem_credit(const ds_world *w)
{
    return w->eco->shocked[DS_SHOCK_CREDIT];
}

/* USD, few enough that those of what is owned and of what is rented add up in 64 bits. */
static inline ds_amount ds_credit_of(const ds_world *w, ds_amount diem)
{
    const double credit = ds_diem_credit(w);
    if (credit == 1)
        return diem;
    return ds_smaller(ds_amount_of(ds_tokens(diem) * credit), DS_AMOUNT_MAX / 2);
}

/* The row of a consumer at a place in its cohort, and back. */
static inline uint32_t ds_consumer_row(const ds_world *w, uint32_t cohort, uint32_t place)
{
    const uint32_t row = w->consumer_first[cohort] + place, end = w->consumer_first[cohort + 1];
    return DS_LIKELY(row < end) ? row : w->late_row[cohort][row - end];
}

static inline uint32_t ds_consumer_place(const ds_world *w, uint32_t row)
{
    const uint32_t start = w->consumer_first[w->config->consumers.cohorts.count];
    return row < start ? row - w->consumer_first[w->consumer[row].cohort]
                       : w->late_place[row - start];
}

static inline ds_status *ds_world_status(ds_world *w)
{
    return w->engine.status;
}

#endif

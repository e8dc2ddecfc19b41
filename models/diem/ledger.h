/*
 * Who owns what, in double entry. Every asset has a book: one balance a *bucket* (a class of owners
 * or a purpose), and the sums ever minted and burned. All movement goes through the functions
 * below; each checks that the payer has the amount and that nothing overflows, so that at every
 * instant and to the unit: sum of buckets = initial + minted - burned.
 *
 * A bucket of many owners (holders' liquid VVV) also has a balance an owner; a *cell* names both.
 * For a bucket with one owner (the treasury) the cell's `own` is NULL.
 */
#ifndef DS_DIEM_LEDGER_H
#define DS_DIEM_LEDGER_H

#include "amount.h"
#include "sim/core/arena.h"

typedef enum ds_asset { DS_VVV, DS_DIEM, DS_USD, DS_ASSETS } ds_asset;

typedef enum ds_bucket {
    DS_LIQUID,        /* holders: free to spend */
    DS_STAKED,        /* holders: VVV as sVVV, DIEM as credit */
    DS_LOCKED,        /* holders: sVVV locked behind DIEM */
    DS_COOLING,       /* holders: unstaking */
    DS_USERS,         /* consumers: free to spend */
    DS_USERS_STAKED,  /* consumers: DIEM as credit */
    DS_USERS_COOLING, /* consumers: unstaking */
    DS_PAID,          /* providers' earnings */
    DS_PROTOCOL,      /* treasury */
    DS_REWARDS,       /* owed to stakers and minters, not yet claimed; dust stays here */
    DS_BURNING,       /* set aside for buying VVV to burn */
    DS_POOL_VVV_USD,
    DS_POOL_DIEM_VVV,
    DS_VENUE,  /* inventory of the outside venue, the arbitrageur's */
    DS_NOISE,  /* inventory of noise traders */
    DS_TENDER, /* on its way from and to those who pay for inference in DIEM */
    DS_LP,     /* liquidity providers: apart from the pools */
    DS_MARGIN, /* of accounts in the perpetual future */
    DS_MAKING, /* inventory of its market maker */
    DS_BONDS,  /* providers' bonds */

    DS_COLLATERAL,  /* of loans: VVV and DIEM */
    DS_LENDING,     /* USD of the lending markets that is not lent */
    DS_LIQUIDATING, /* with liquidators, on its way to the pools */
    DS_BUCKETS,
} ds_bucket;

typedef struct ds_book {
    ds_amount bucket[DS_BUCKETS];
    ds_amount initial;
    ds_sum minted, burned; /* turnover: dollars come and go many times their stock */
} ds_book;

typedef struct ds_ledger {
    ds_book book[DS_ASSETS];
} ds_ledger;

typedef struct ds_cell {
    ds_amount *own;
    ds_bucket bucket;
} ds_cell;

static inline ds_cell ds_cell_of(ds_bucket bucket, ds_amount *own)
{
    return (ds_cell){own, bucket};
}

/* The balance a cell can spend. */
static inline ds_amount ds_ledger_balance(const ds_ledger *ledger, ds_asset asset, ds_cell cell)
{
    return cell.own ? *cell.own : ledger->book[asset].bucket[cell.bucket];
}

/* Opening balances, before the first event. */
DS_MUST_CHECK bool ds_ledger_open(ds_ledger *ledger, ds_asset asset, ds_cell to, ds_amount amount,
                                  ds_status *st);
/* False, with nothing changed: the payer has less, an amount is negative, or a sum overflows.
 * Callers size what they move first, so a failure here is a bug or a scenario beyond 64 bits. */
DS_MUST_CHECK bool ds_ledger_move(ds_ledger *ledger, ds_asset asset, ds_cell from, ds_cell to,
                                  ds_amount amount, ds_status *st);
DS_MUST_CHECK bool ds_ledger_mint(ds_ledger *ledger, ds_asset asset, ds_cell to, ds_amount amount,
                                  ds_status *st);
DS_MUST_CHECK bool ds_ledger_burn(ds_ledger *ledger, ds_asset asset, ds_cell from, ds_amount amount,
                                  ds_status *st);

/* Buckets against initial + minted - burned, for every asset. */
DS_MUST_CHECK bool ds_ledger_conserved(const ds_ledger *ledger, ds_status *st);

static inline ds_amount ds_ledger_supply(const ds_ledger *ledger, ds_asset asset)
{
    const ds_book *const book = &ledger->book[asset];
    return (ds_amount)(book->initial + book->minted - book->burned);
}

const char *ds_asset_name(ds_asset asset);

#endif

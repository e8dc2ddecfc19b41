#include "ledger.h"

#include <inttypes.h>

const char *ds_asset_name(ds_asset asset)
{
    static const char *const names[] = {"VVV", "DIEM", "USD"};
    return names[asset];
}

/* Adds to a cell, or says that it cannot. Sums are checked before anything is written. */
static bool credit(ds_book *book, ds_cell to, ds_amount amount)
{
    ds_amount bucket, own = 0;
    if (__builtin_add_overflow(book->bucket[to.bucket], amount, &bucket) ||
        (to.own && __builtin_add_overflow(*to.own, amount, &own)))
        return false;
    book->bucket[to.bucket] = bucket;
    if (to.own)
        *to.own = own;
    return true;
}

static bool covers(const ds_ledger *ledger, ds_asset asset, ds_cell from, ds_amount amount)
{
    return amount >= 0 && ds_ledger_balance(ledger, asset, from) >= amount &&
           ledger->book[asset].bucket[from.bucket] >= amount;
}

static void debit(ds_book *book, ds_cell from, ds_amount amount)
{
    book->bucket[from.bucket] -= amount;
    if (from.own)
        *from.own -= amount;
}

static bool refuse(const char *what, ds_asset asset, ds_amount amount, ds_status *st)
{
    return ds_fail(st, DS_E_BUG,
                   "the ledger cannot %s %" PRId64 "e-8 %s: negative, or more than the balance",
                   what, amount, ds_asset_name(asset));
}

/* What fits as a supply fits as a balance: no sum of balances passes it. */
static bool fits(const ds_book *book, ds_amount amount)
{
    return book->initial + book->minted - book->burned + amount <= DS_AMOUNT_MAX;
}

bool ds_ledger_open(ds_ledger *ledger, ds_asset asset, ds_cell to, ds_amount amount, ds_status *st)
{
    ds_book *const book = &ledger->book[asset];
    ds_amount initial;
    if (amount < 0 || __builtin_add_overflow(book->initial, amount, &initial) ||
        !credit(book, to, amount))
        return ds_fail(st, DS_E_DATA,
                       "%.8g %s more at the start would pass the 92,233,720,368 that can exist: "
                       "amounts of 'initial' or 'lending', or depths of pools over their prices, "
                       "are too large",
                       ds_tokens(amount), ds_asset_name(asset));
    book->initial = initial;
    return true;
}

bool ds_ledger_move(ds_ledger *ledger, ds_asset asset, ds_cell from, ds_cell to, ds_amount amount,
                    ds_status *st)
{
    ds_book *const book = &ledger->book[asset];
    if (DS_UNLIKELY(!covers(ledger, asset, from, amount)))
        return refuse("move", asset, amount, st);
    debit(book, from, amount);
    if (DS_LIKELY(credit(book, to, amount)))
        return true;
    (void)credit(book, from, amount); /* gives back what was just taken: cannot fail */
    return refuse("move", asset, amount, st);
}

bool ds_ledger_mint(ds_ledger *ledger, ds_asset asset, ds_cell to, ds_amount amount, ds_status *st)
{
    ds_book *const book = &ledger->book[asset];
    if (amount < 0)
        return refuse("mint", asset, amount, st);
    if (!fits(book, amount) || !credit(book, to, amount))
        return ds_fail(st, DS_E_DATA,
                       "%.8g more %s would pass the 92,233,720,368 that can exist: amounts or "
                       "prices of the scenario are too large",
                       ds_tokens(amount), ds_asset_name(asset));
    book->minted += amount;
    return true;
}

bool ds_ledger_burn(ds_ledger *ledger, ds_asset asset, ds_cell from, ds_amount amount,
                    ds_status *st)
{
    ds_book *const book = &ledger->book[asset];
    if (!covers(ledger, asset, from, amount))
        return refuse("burn", asset, amount, st);
    debit(book, from, amount);
    book->burned += amount;
    return true;
}

bool ds_ledger_conserved(const ds_ledger *ledger, ds_status *st)
{
    for (int asset = 0; asset < DS_ASSETS; asset++) {
        const ds_book *const book = &ledger->book[asset];
        ds_sum sum = 0;
        for (int b = 0; b < DS_BUCKETS; b++)
            sum += book->bucket[b];
        const ds_sum due = (ds_sum)book->initial + book->minted - book->burned;
        if (sum != due)
            return ds_fail(st, DS_E_BUG, "%s is not conserved: buckets differ by %" PRId64 "e-8",
                           ds_asset_name((ds_asset)asset), (int64_t)(sum - due));
    }
    return true;
}

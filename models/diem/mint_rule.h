/*
 * What a mint costs under any mint policy. A smooth rate is integrated from the supply before to
 * the supply after; a stepped one is walked bucket by bucket, so a mint in two parts costs what it
 * costs in one. Pure arithmetic: the ledger is minting.c's.
 */
#ifndef DS_DIEM_MINT_RULE_H
#define DS_DIEM_MINT_RULE_H

#include "amount.h"
#include "models/policies/policy.h"

typedef struct ds_mint_rule {
    const ds_policy *policy;
    const void *params;
    const ds_view *now;
} ds_mint_rule;

/* sVVV to lock for `diem` more DIEM at that supply; INFINITY where the policy mints no more. */
double ds_mint_lock(const ds_mint_rule *rule, double supply, double diem);

/* DIEM that a lock of `vvv` mints, to 1e-12 relative; less than it could pay for at a policy's end.
 */
double ds_mint_out(const ds_mint_rule *rule, double supply, double vvv);

/* The same in units, rounded so that the protocol keeps what is left over: DIEM down, and the lock
 * up (DS_AMOUNT_MAX where there is no such mint). *cost is what the DIEM locks: where a policy
 * ends, less than `lock`. */
ds_amount ds_mint_amount(const ds_mint_rule *rule, ds_amount supply, ds_amount lock,
                         ds_amount *cost);
ds_amount ds_mint_lock_amount(const ds_mint_rule *rule, ds_amount supply, ds_amount diem);

#endif

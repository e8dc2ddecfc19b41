/* Shares of a fee as a scenario writes them, for the fee splits that are made of them. */
#ifndef DS_MODELS_SHARES_H
#define DS_MODELS_SHARES_H

#include "policy.h"

typedef struct ds_shares {
    double providers, stakers, minters, treasury, burn;
} ds_shares;

#define DS_SHARE(field, fallback, doc) DS_P_NUMBER(ds_shares, field, "1", fallback, 0, 1, doc, NULL)
#define DS_SHARES_PARAMS(providers_, stakers_, minters_, treasury_, burn_) \
    DS_SHARE(providers, providers_, "share of the provider that served"),  \
        DS_SHARE(stakers, stakers_, "share of all staked VVV"),            \
        DS_SHARE(minters, minters_, "share of locked VVV"),                \
        DS_SHARE(treasury, treasury_, "share of the treasury"),            \
        DS_SHARE(burn, burn_, "share that buys VVV and burns it")

/* `shares` is a ds_shares, or begins with one. */
bool ds_shares_check(void *shares, ds_status *st);
void ds_shares_put(const ds_shares *shares, double share[DS_PARTIES]);

#endif

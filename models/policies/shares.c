#include "shares.h"

#include <math.h>

bool ds_shares_check(void *shares, ds_status *st)
{
    const ds_shares *const p = shares;
    const double sum = p->providers + p->stakers + p->minters + p->treasury + p->burn;
    if (fabs(sum - 1) <= 1e-12)
        return true;
    return ds_fail(
        st, DS_E_DATA,
        "shares 'providers' + stakers + minters + treasury + burn sum to %.15g, must sum to 1",
        sum);
}

void ds_shares_put(const ds_shares *shares, double share[DS_PARTIES])
{
    share[DS_PROVIDERS] = shares->providers;
    share[DS_STAKERS] = shares->stakers;
    share[DS_MINTERS] = shares->minters;
    share[DS_TREASURY] = shares->treasury;
    share[DS_BURN] = shares->burn;
}

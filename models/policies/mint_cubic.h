/* The exponential-cubic mint rate, which the smooth rule and the contract's table share. */
#ifndef DS_MODELS_MINT_CUBIC_H
#define DS_MODELS_MINT_CUBIC_H

#include "policy.h"

typedef struct ds_cubic_params {
    double base, power, target;
} ds_cubic_params;

extern const ds_param ds_cubic_table[];

/* r(S) = B exp(p (S / T)^3), VVV/DIEM. */
double ds_cubic_rate(const ds_cubic_params *p, double supply);

#define DS_CUBIC_PARAMS(S)                                                                     \
    DS_P_KEPT(S, base, "VVV/DIEM", 90, 1e-6, 1e9, "rate of the first DIEM",                    \
              "protocol documentation, 2025-08-20"),                                           \
        DS_P_KEPT(S, power, "1", 2, 0, 50, "log rise of the rate from supply 0 to the target", \
                  "protocol documentation, 2025-08-20"),                                       \
        DS_P_KEPT(S, target, "DIEM", 40000, 1, 1e12, "target supply",                          \
                  "protocol announcement: 40,000 since 2026-09-14; 38,000 at launch, 2025-08-20")

#endif

#include "mint_cubic.h"

#include "sim/core/real.h"

#include <math.h>

const ds_param ds_cubic_table[] = {DS_CUBIC_PARAMS(ds_cubic_params), {0}};

double ds_cubic_rate(const ds_cubic_params *p, double supply)
{
    /* The same operations as a script's base * exp(power * (supply / target)^3). */
    return p->base * ds_exp(p->power * ds_pow(supply / p->target, 3));
}

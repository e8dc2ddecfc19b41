#include "mint_cubic.h"

#include <math.h>

const ds_param ds_cubic_table[] = {DS_CUBIC_PARAMS(ds_cubic_params), {0}};

double ds_cubic_rate(const ds_cubic_params *p, double supply)
{
    const double x = supply / p->target;
    return p->base * exp(p->power * (x * x * x));
}

#include "alias.h"

void ds_alias_place(ds_alias *a, uint32_t n, ds_arena *arena)
{
    a->n = n;
    a->cell = DS_TAKE(arena, n, ds_alias_cell);
    a->work = DS_TAKE(arena, n, uint32_t);
}

static uint32_t limit_of(double share)
{
    return share >= 1 ? UINT32_MAX : (uint32_t)(share * 0x1p32);
}

/* Small cells stand at the front of `work`, large ones at its back; a large one fills each small.
 */
void ds_alias_build(ds_alias *a, const double *weight)
{
    double sum = 0;
    for (uint32_t i = 0; i < a->n; i++)
        sum += weight[i];
    uint32_t small = 0, large = a->n;
    for (uint32_t i = 0; i < a->n; i++) {
        const bool below = weight[i] * a->n < sum;
        a->work[below ? small++ : --large] = i;
    }
    double left = large < a->n ? weight[a->work[large]] * a->n / sum : 0;
    for (uint32_t s = 0; s < small && large < a->n; s++) {
        const uint32_t i = a->work[s], g = a->work[large];
        const double share = weight[i] * a->n / sum;
        a->cell[i] = (ds_alias_cell){limit_of(share), g};
        left -= 1 - share;
        while (left < 1 && large < a->n) {
            const uint32_t full = a->work[large++];
            const uint32_t next = large < a->n ? a->work[large] : full;
            a->cell[full] = (ds_alias_cell){next == full ? UINT32_MAX : limit_of(left), next};
            if (next != full)
                left += weight[next] * a->n / sum - 1;
        }
    }
    for (; large < a->n; large++)
        a->cell[a->work[large]] = (ds_alias_cell){UINT32_MAX, a->work[large]};
}

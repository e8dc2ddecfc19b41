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

/* Below the mean at the front of `work`, the others at its back; returns where these begin. */
static uint32_t part(ds_alias *a, const double *weight, double sum)
{
    uint32_t small = 0, large = a->n;
    for (uint32_t i = 0; i < a->n; i++) {
        const bool below = weight[i] * a->n < sum;
        a->work[below ? small++ : --large] = i;
    }
    return large;
}

/* A large one fills up the cells of small ones until it is small itself. A cell that nobody fills
 * keeps to its owner: the last giver's, and where rounding made all small or all large. */
void ds_alias_build(ds_alias *a, const double *weight)
{
    double sum = 0;
    for (uint32_t i = 0; i < a->n; i++) {
        sum += weight[i];
        a->cell[i] = (ds_alias_cell){UINT32_MAX, i};
    }
    const uint32_t smalls = part(a, weight, sum);
    if (smalls == a->n)
        return;
    const double scale = a->n / sum;
    uint32_t large = smalls, giver = a->work[large];
    double left = weight[giver] * scale;
    for (uint32_t s = 0; s < smalls; s++) {
        const uint32_t i = a->work[s];
        a->cell[i] = (ds_alias_cell){limit_of(weight[i] * scale), giver};
        left -= 1 - weight[i] * scale;
        while (left < 1 && large + 1 < a->n) {
            const uint32_t next = a->work[++large];
            a->cell[giver] = (ds_alias_cell){limit_of(left), next};
            left += weight[next] * scale - 1;
            giver = next;
        }
    }
}

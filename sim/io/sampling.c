#include "sampling.h"

#include "complain.h"
#include "sim/core/sobol.h"

#include <stdio.h>

static const ds_node *place_of(const ds_node *root, const char *key, const char *otherwise)
{
    const ds_node *const at = ds_node_get(root, key, NULL);
    return at ? at : ds_node_get(root, otherwise, NULL);
}

/* Two numbers of replicas that are possible, below and above; those that are 0 are not. */
static void nearest(char text[60], uint32_t below, uint32_t above)
{
    if (below && above)
        snprintf(text, 60, "%u or %u", below, above);
    else
        snprintf(text, 60, "%u", below ? below : above);
}

static bool check_pairs(const char *key, uint32_t replicas, const ds_node *at, ds_status *st)
{
    char text[60];
    nearest(text, replicas - 1, replicas + 1);
    return replicas % 2 == 0 ||
           ds_complain(st, at,
                       "'%s' is %u, must be even with 'sampling' antithetic, which takes "
                       "pairs: %s",
                       key, replicas, text);
}

static bool check_net(const char *key, uint32_t replicas, const ds_node *at, ds_status *st)
{
    const uint32_t most = (uint32_t)DS_RNG_SCRAMBLES << (DS_SOBOL_BITS - 1);
    uint32_t below = 0, above = DS_RNG_SCRAMBLES;
    char text[60];
    for (; above < replicas && above < most; above *= 2)
        below = above;
    if (above == replicas)
        return true;
    if (above < replicas)
        below = above;
    nearest(text, below, above < replicas ? 0 : above);
    return ds_complain(st, at,
                       "'%s' is %u, must be %d blocks of 1, 2, 4, 8, ... with 'sampling' "
                       "sobol: %s",
                       key, replicas, DS_RNG_SCRAMBLES, text);
}

bool ds_sampling_number(ds_sampling sampling, const char *key, uint32_t replicas, const ds_node *at,
                        ds_status *st)
{
    switch (sampling) {
    case DS_SAMPLING_ANTITHETIC:
        return check_pairs(key, replicas, at, st);
    case DS_SAMPLING_SOBOL:
        return check_net(key, replicas, at, st);
    case DS_SAMPLING_INDEPENDENT:
    default:
        return true;
    }
}

bool ds_sampling_check(const ds_model *model, const ds_frame *frame, const ds_node *root,
                       ds_status *st)
{
    if (frame->sampling == DS_SAMPLING_SOBOL &&
        (model->purposes == 0 || model->purposes > DS_SOBOL_DIMENSIONS))
        return ds_complain(st, place_of(root, "sampling", "replicas"),
                           "'sampling' is sobol, but the model '%s' draws for %u purposes; Sobol' "
                           "points are for 1 to %d",
                           model->name, model->purposes, DS_SOBOL_DIMENSIONS);
    return ds_sampling_number(frame->sampling, "replicas", frame->replicas,
                              place_of(root, "replicas", "sampling"), st);
}

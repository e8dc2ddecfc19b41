/*
 * Asking the policies. They propose numbers; what is asked here is checked here and kept for the
 * mechanisms that apply it. The mint rule alone is asked by minting, at every mint.
 */
#ifndef DS_DIEM_POLICIES_H
#define DS_DIEM_POLICIES_H

#include "world.h"

static inline const ds_choice *ds_rule_choice(const ds_world *w, ds_rule rule)
{
    return &w->config->policies.rule[rule];
}

/* What the policy of a slot looks at, now. */
ds_view ds_rule_view(const ds_world *w, ds_rule rule);

/* The same policy with the same parameters. */
bool ds_policy_stays(const ds_diem_config *now, const ds_diem_config *before, ds_rule rule);

/* Rooms of the policies of a config that are not those of the config before; NULL: there is none.
 */
void ds_policies_place(void *room[DS_RULES], const ds_diem_config *now,
                       const ds_diem_config *before, ds_arena *arena);
/* Rooms are opened, memories begun, everything asked for the first time. */
DS_MUST_CHECK bool ds_policies_begin(ds_world *w);
/* Memories move on by a day, everything is asked again. */
DS_MUST_CHECK bool ds_policies_epoch(ds_world *w);
/* Opens the rooms of the policies that an action brings: when it is announced, so that they can be
 * asked what they would say, and again when it is done. */
DS_MUST_CHECK bool ds_policies_open(ds_world *w, const ds_diem_config *next,
                                    void *const room[DS_RULES]);
/* Behind a change of the config: policies that were swapped in begin, and those that are not as
 * they were are asked. What the others proposed holds until the next epoch. */
DS_MUST_CHECK bool ds_policies_turn(ds_world *w, const ds_diem_config *before);
/* Emission only: at the dates at which its rate jumps. */
DS_MUST_CHECK bool ds_emission_ask(ds_world *w);

#endif

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

/* What the rules of a time pay and ask. */
typedef struct ds_terms {
    double keep;             /* part of its emission that a locked sVVV keeps */
    double emission;         /* VVV/yr, for stakers */
    double mint_rate;        /* VVV/DIEM */
    double stakers, minters; /* USD/d of fees */
} ds_terms;

/* Rooms of the policies of a config that are not those of the config before; NULL: there is none.
 */
void ds_policies_place(void *room[DS_RULES], const ds_diem_config *now,
                       const ds_diem_config *before, ds_arena *arena);
/* Rooms are opened, memories begun, everything asked for the first time. */
DS_MUST_CHECK bool ds_policies_begin(ds_world *w);
/* Memories move on by a day, everything is asked again. */
DS_MUST_CHECK bool ds_policies_epoch(ds_world *w);
/* Proposals for the time from now on. */
DS_MUST_CHECK bool ds_policies_ask(ds_world *w);
/* Policies that an action will bring: their rooms are opened, they can be asked what they would
 * say.
 */
DS_MUST_CHECK bool ds_policies_announce(ds_world *w, const ds_diem_config *next,
                                        const ds_diem_config *before, void *const room[DS_RULES]);
/* Under the config of the latest announced action, at the time it comes; of policies that begin
 * anew until then, as they begin. */
DS_MUST_CHECK bool ds_policies_foresee(ds_world *w, const ds_action *last,
                                       const bool anew[DS_RULES], ds_terms *terms);
/* Whether a slot's policy is another one, whatever the parameters. */
bool ds_policies_differ(const ds_diem_config *a, const ds_diem_config *b, int rule);
/* Behind a change of the config: policies that were swapped in begin, all are asked. */
DS_MUST_CHECK bool ds_policies_turn(ds_world *w, const ds_diem_config *before);
/* Emission only: at the dates at which its rate jumps. */
DS_MUST_CHECK bool ds_emission_ask(ds_world *w);

#endif

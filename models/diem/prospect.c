#include "prospect.h"

#include "minting.h"
#include "policies.h"

/* A room that a question may change. */
typedef union ds_spare {
    ds_wide aligned;
    char bytes[DS_LASTING_ROOM];
} ds_spare;

/* A policy to be asked what it would say. */
typedef struct ds_prospect {
    const ds_diem_config *next;
    const ds_policy *policy;
    const void *params;
    ds_rule rule;
    ds_view view;
    double memory[DS_POLICY_MEMORY];
} ds_prospect;

ds_terms ds_terms_now(const ds_world *w)
{
    return (ds_terms){
        .keep = w->config->staking.locked_keep,
        .emission = w->eco->emission_rate * (1 - w->eco->protocol_part),
        .mint_rate = ds_mint_rate(w),
        .stakers = w->eco->stakers_day,
        .minters = w->eco->minters_day,
    };
}

static void find_room(const ds_world *w, uint32_t actions, ds_prospect *p, ds_spare *spare)
{
    for (uint32_t i = 0; i <= actions; i++)
        if (w->rooms[i][p->rule])
            p->view.room = w->rooms[i][p->rule];
    if (p->policy->lasting)
        p->view.room = memcpy(spare, p->view.room, p->policy->room);
}

/* A policy that is new begins as it would then. What it keeps of a question about then is no memory
 * of now: the room that goes on with it is not the one it is asked with. */
static void look_ahead(const ds_world *w, uint32_t actions, double at, ds_prospect *p,
                       ds_spare *spare)
{
    const ds_choice *const choice = &p->next->policies.rule[p->rule];
    p->policy = ds_policy_of(choice);
    p->params = choice->params;
    p->view = ds_rule_view(w, p->rule);
    p->view.time = at;
    p->view.date = w->frame->start + at;
    find_room(w, actions, p, spare);
    if (choice->as == ds_rule_choice(w, p->rule)->as)
        return;
    memset(p->memory, 0, sizeof p->memory);
    if (p->policy->begin)
        p->policy->begin(p->params, &p->view, p->memory);
    p->view.memory = p->memory;
}

static bool refuse(ds_world *w, const ds_prospect *p, double value, const char *must)
{
    return ds_fail(ds_world_status(w), DS_E_POLICY,
                   "policy '%s.%s' of an announced action proposes %.10g %s",
                   ds_policies_params[p->rule].name, p->policy->as.name, value, must);
}

static bool mint_then(ds_world *w, const ds_prospect *p, ds_terms *terms)
{
    terms->mint_rate = p->policy->rate(p->params, &p->view, p->view.diem_supply);
    return terms->mint_rate > 0 || refuse(w, p, terms->mint_rate, "VVV/DIEM, must be above 0");
}

static bool emission_then(ds_world *w, const ds_prospect *p, ds_terms *terms)
{
    const double rate = p->policy->emission(p->params, &p->view);
    const double part =
        p->policy->protocol_part ? p->policy->protocol_part(p->params, &p->view) : 0;
    terms->emission = rate * (1 - part);
    if (!(rate >= 0 && rate <= 1e12))
        return refuse(w, p, rate, "VVV/yr, must lie in [0, 1e12]");
    return (part >= 0 && part <= 1) ||
           refuse(w, p, part, "of the emission for the protocol, must lie in [0, 1]");
}

/* Fees of the last day, by as much more as the new share is. */
static bool split_then(ds_world *w, const ds_prospect *p, ds_terms *terms)
{
    const ds_economy *const e = w->eco;
    double share[DS_PARTIES], sum = 0;
    p->policy->split(p->params, &p->view, share);
    for (int i = 0; i < DS_PARTIES; i++)
        sum += share[i] >= 0 ? share[i] : NAN;
    const double stakers = share[DS_STAKERS] - e->share[DS_STAKERS];
    const double minters = share[DS_MINTERS] - e->share[DS_MINTERS];
    terms->stakers = fmax(0, e->stakers_day + stakers * e->revenue_day);
    terms->minters = fmax(0, e->minters_day + minters * e->revenue_day);
    return fabs(sum - 1) < 1e-9 || refuse(w, p, sum,
                                          "as the sum of shares, must be 1 of shares "
                                          ">= 0");
}

typedef bool answer(ds_world *w, const ds_prospect *p, ds_terms *terms);

bool ds_terms_then(ds_world *w, const ds_diem_config *next, uint32_t actions, double at,
                   ds_terms *terms)
{
    static const struct {
        ds_rule rule;
        answer *then;
    } asked[] = {{DS_RULE_MINT, mint_then},
                 {DS_RULE_EMISSION, emission_then},
                 {DS_RULE_FEE_SPLIT, split_then}};
    ds_spare spare;
    *terms = ds_terms_now(w);
    terms->keep = next->staking.locked_keep;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        ds_prospect p = {.next = next, .rule = asked[i].rule};
        if (ds_policy_stays(next, w->config, p.rule))
            continue;
        look_ahead(w, actions, at, &p, &spare);
        if (!asked[i].then(w, &p, terms))
            return false;
    }
    return ds_world_status(w)->code == DS_OK;
}

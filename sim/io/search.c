#include "search.h"

#include "complain.h"
#include "sampling.h"
#include "scenario_rest.h"

#include <string.h>

const char *const ds_calibration_methods[] = {"abc", "moments", NULL};

#define VARY(S)                                                                             \
    {                                                                                       \
        .name = "vary", .kind = DS_TEXT, .offset = offsetof(S, vary), .unit = "1",          \
        .doc = "key paths, each with a range {from: ..., to: ...} or a list, as in a sweep" \
    }
static const ds_param optimise_table[] = {
    VARY(ds_optimise),
    DS_P_INTEGER(ds_optimise, evaluations, "1", 100, 1, 1000000,
                 "candidates that are simulated, at most", NULL),
    DS_P_INTEGER(ds_optimise, check, "1", 0, 0, 10000000,
                 "fresh replicas on which the proposal is checked; 0: four times 'replicas'", NULL),
    {0},
};
static const ds_param calibrate_table[] = {
    VARY(ds_calibrate),
    {DS_AT(ds_calibrate, observed), .kind = DS_TEXT, .unit = "1",
     .doc =
         "a CSV file of date,quantity,value, the quantity named as a metric; time,quantity,value "
         "where the model has no dates"},
    DS_P_WORD(ds_calibrate, method, ds_calibration_methods, "abc",
              "abc: a posterior by approximate Bayesian computation (sequential Monte Carlo); "
              "moments: a best fit with standard errors by simulated moments"),
    DS_P_INTEGER(ds_calibrate, particles, "1", 500, 20, 100000, "of the posterior, with abc", NULL),
    DS_P_INTEGER(ds_calibrate, simulations, "1", 20000, 20, 100000000,
                 "replicas that abc simulates, at most", NULL),
    DS_P_INTEGER(ds_calibrate, evaluations, "1", 200, 1, 1000000,
                 "candidates that moments looks through, at most, each in all 'replicas'; "
                 "weights and errors take 3 more, and two a parameter",
                 NULL),
    {0},
};
const ds_param ds_search_table[] = {
    {.name = "optimise",
     .kind = DS_GROUP,
     .unit = "1",
     .table = optimise_table,
     .size = sizeof(ds_optimise),
     .offset = offsetof(ds_search_said, optimise),
     .doc = "what 'diemsim optimise' may change, for the objective"},
    {.name = "calibrate",
     .kind = DS_GROUP,
     .unit = "1",
     .table = calibrate_table,
     .size = sizeof(ds_calibrate),
     .offset = offsetof(ds_search_said, calibrate),
     .doc = "what 'diemsim calibrate' may change, and the observations that it fits"},
    {0},
};

/* A mapping that has something to say. */
static const ds_node *said_at(const ds_node *root, const char *key)
{
    const ds_node *const node = ds_node_get(root, key, NULL);
    return node && node->shape == DS_MAPPING && node->count > 0 ? node : NULL;
}

static bool read_vary(ds_scenario *s, const ds_node *node, ds_vary *vary, ds_status *st)
{
    const ds_node *const mapping = ds_node_get(node, "vary", NULL);
    return !mapping || ds_vary_read(s, mapping, vary, st);
}

/* Fresh replicas are drawn as all are. */
static bool check_fresh(const ds_scenario *s, const ds_node *node, const ds_optimise *o,
                        ds_status *st)
{
    return o->check == 0 || ds_sampling_number(s->frame.sampling, "check", (uint32_t)o->check,
                                               ds_node_get(node, "check", NULL), st);
}

static bool read_observed(ds_scenario *s, const ds_node *node, ds_calibrate *c, ds_status *st)
{
    const ds_node *const file = ds_node_get(node, "observed", NULL);
    const ds_text *text;
    if (!file || !c->observed)
        return true;
    return ds_file_named(&s->rest->files, file, false, &text, st) &&
           ds_observations_parse(&s->rest->pool, text, !s->model->dated, &c->data, st);
}

bool ds_search_read(ds_scenario *s, const ds_node *root, ds_search_said *said, ds_status *st)
{
    const ds_node *const optimise = said_at(root, "optimise");
    const ds_node *const calibrate = said_at(root, "calibrate");
    if (optimise) {
        if (!read_vary(s, optimise, &said->optimise.vary, st) ||
            !check_fresh(s, optimise, &said->optimise, st))
            return false;
        s->optimise = &said->optimise;
    }
    if (calibrate) {
        if (!read_vary(s, calibrate, &said->calibrate.vary, st) ||
            !read_observed(s, calibrate, &said->calibrate, st))
            return false;
        s->calibrate = &said->calibrate;
    }
    return true;
}

bool ds_search_now(ds_scenario *s, ds_status *st)
{
    ds_search_said *const said = &s->rest->common.search;
    return (!s->optimise || ds_vary_now(s, &said->optimise.vary, st)) &&
           (!s->calibrate || ds_vary_now(s, &said->calibrate.vary, st));
}

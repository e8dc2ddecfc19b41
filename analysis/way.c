#include "way.h"

#include "sim/core/real.h"
#include "sim/io/sweep.h"
#include "sim/io/yaml.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const ds_node *ds_way_sweep(const ds_result_info *about, ds_pool *pool)
{
    ds_status st = {0};
    ds_node *root = NULL;
    const ds_text text = {
        .name = "scenario", .text = about->resolved, .size = strlen(about->resolved)};
    if (!ds_yaml_parse(pool, &text, &root, &st) || root->shape != DS_MAPPING)
        return NULL;
    const ds_node *const sweep = ds_node_get(root, "sweep", NULL);
    return sweep && sweep->shape == DS_MAPPING ? sweep : NULL;
}

/* The number that a scalar begins with. */
static double number_at(const ds_node *node)
{
    return node && node->shape == DS_SCALAR ? strtod(node->scalar, NULL) : NAN;
}

double ds_way_levels(const ds_node *sweep)
{
    const ds_alternative *const morris = ds_alternative_find(ds_designs, "morris");
    const ds_param *const param = morris ? ds_param_find(morris->params, "levels") : NULL;
    const double said = sweep ? number_at(ds_node_get(sweep, "levels", NULL)) : NAN;
    const double levels = isnan(said) && param ? param->fallback : said;
    return levels >= 2 ? levels : 4;
}

/* How far along a list a number stands; NAN: nowhere. */
static double along_list(const ds_node *list, double number)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (fabs(number_at(list->item[i]) - number) <= 1e-9 * fabs(number))
            return list->count > 1 ? (double)i / (list->count - 1) : 0;
    return NAN;
}

/* The same along a range, the last of whose values need not be its end. */
static double along_range(const ds_node *range, double number)
{
    const ds_node *const scale = ds_node_get(range, "scale", NULL);
    const double from = number_at(ds_node_get(range, "from", NULL));
    const double by = number_at(ds_node_get(range, "by", NULL));
    double to = number_at(ds_node_get(range, "to", NULL));
    if (by > 0)
        to = from + by * floor((to - from) / by + 1e-9);
    if (scale && scale->shape == DS_SCALAR && strcmp(scale->scalar, "log") == 0)
        return ds_log(number / from) / ds_log(to / from);
    return (number - from) / (to - from);
}

double ds_way_of(const ds_coordinate *c, const ds_node *said, const size_t move[2], double step)
{
    double at[2] = {NAN, NAN};
    if (!c->number)
        return 1;
    for (int i = 0; said && i < 2; i++)
        at[i] = said->shape == DS_SEQUENCE  ? along_list(said, c->number[move[i]])
                : said->shape == DS_MAPPING ? along_range(said, c->number[move[i]])
                                            : NAN;
    const double part = fabs(at[1] - at[0]);
    return part > 1e-6 && isfinite(part) && fabs(part - step) > 1e-6 ? part : step;
}

#include "compare.h"

#include "compare_parts.h"
#include "family.h"

#include <math.h>
#include <stdlib.h>

const char *const ds_adjustment_words[] = {"holm", "bh", "none", NULL};

/* ---- the family ---- */

/* Where every pair is of equals no data could show a difference, whichever of the two each value is
 * said to come from: such a question does not count (Tarone 1990). */
static bool adjust(ds_comparison *c, ds_status *st)
{
    double *const p = calloc(c->rows + 1, sizeof *p);
    bool ok = p || ds_fail(st, DS_E_SYSTEM, "no memory for %zu questions", c->rows);
    for (size_t i = 0; ok && i < c->rows; i++) {
        p[i] = c->row[i].same ? NAN : c->row[i].p;
        c->family += isnan(p[i]) ? 0 : 1;
    }
    if (ok && c->adjust == DS_ADJUST_HOLM)
        ok = ds_holm(p, c->rows, p, st);
    else if (ok && c->adjust == DS_ADJUST_BH)
        ok = ds_benjamini_hochberg(p, c->rows, p, st);
    for (size_t i = 0; ok && i < c->rows; i++)
        c->row[i].adjusted = c->row[i].same ? c->row[i].p : p[i];
    free(p);
    return ok;
}

/* Of the interval of one question, so that the family's intervals hold what compare.h says. */
static double level_of_one(const ds_comparison *c)
{
    const double miss = 1 - c->level, questions = c->family > 0 ? (double)c->family : 1;
    double shown = 0;
    if (c->adjust == DS_ADJUST_NONE)
        return c->level;
    for (size_t i = 0; i < c->rows; i++)
        shown += c->row[i].adjusted < miss;
    return 1 - miss * (c->adjust == DS_ADJUST_BH ? fmax(shown, 1) : 1) / questions;
}

static bool answer(ds_comparison *c, const ds_compare_values *values, ds_status *st)
{
    for (size_t v = 0; v < c->variants; v++)
        for (size_t q = 0; q < c->questions && v != c->baseline; q++) {
            ds_compared *const row = &c->row[c->rows++];
            *row = (ds_compared){.variant = v, .question = q};
            if (!ds_compare_ask(row, c, values, c->level, st))
                return false;
        }
    if (!adjust(c, st))
        return false;
    const double level = level_of_one(c);
    for (size_t i = 0; i < c->rows; i++)
        if (!ds_compare_conclude(&c->row[i], c, values, level, st))
            return false;
    return true;
}

bool ds_compare(ds_comparison *c, const ds_compare_request *request, ds_status *st)
{
    ds_compare_values values = {0};
    *c = (ds_comparison){.level = request->level > 0 ? request->level : 0.95,
                         .matters = request->matters > 0 ? request->matters : 0.01,
                         .adjust = request->adjust};
    bool ok = ds_compare_choose(c, request, st);
    if (ok)
        c->row = ds_pool_take(&c->pool, (c->variants - 1) * c->questions * sizeof *c->row);
    ok = ok && ds_compare_read(&values, c, st) && answer(c, &values, st);
    ds_compare_values_free(&values);
    if (ok)
        ds_compare_note(c);
    else
        ds_comparison_free(c);
    return ok;
}

void ds_comparison_free(ds_comparison *comparison)
{
    ds_pool_free(&comparison->pool);
    *comparison = (ds_comparison){0};
}

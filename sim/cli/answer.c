#include "answer.h"

#include "analysis/doubt.h"
#include "analysis/text.h"
#include "models/models.h"

#include <string.h>

const ds_guide *ds_guide_of(const char *model)
{
    for (const ds_model *const *m = ds_models; *m; m++)
        if (strcmp((*m)->name, model) == 0)
            return (*m)->guide;
    return NULL;
}

bool ds_answer_table(const ds_args *args, const ds_table *table, ds_status *st)
{
    if (args->csv)
        printf("# %s\r\n", table->name);
    else
        putchar('\n');
    return ds_table_print(stdout, table, args->csv ? DS_TABLE_CSV : DS_TABLE_PLAIN, st);
}

void ds_answer_doubts(const ds_args *args, unsigned doubts)
{
    for (unsigned i = 0; !args->csv && i < DS_DOUBTS; i++)
        if (doubts & (1U << i))
            printf("note: %s\n", ds_doubt_text((ds_doubt)(1U << i)));
}

void ds_answer_head(const ds_args *args, const ds_result_info *about, double level)
{
    if (args->csv)
        return;
    ds_text_put(stdout, about->title && *about->title ? about->title : "untitled", DS_MARKUP_PLAIN);
    printf("\n%zu point%s of %zu replica%s; intervals hold with %g %%\n", about->points,
           about->points == 1 ? "" : "s", about->replicas, about->replicas == 1 ? "" : "s",
           100 * level);
    if (about->failed > 0)
        printf("%zu of %zu replicas failed and are left out; 'diemsim info' says why\n",
               about->failed, about->points * about->replicas);
}

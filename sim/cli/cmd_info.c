#include "analysis/info.h"
#include "cli.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS = 100, POINTS_SHOWN = 8 };

static size_t terminal_columns(bool terminal)
{
    struct winsize size;
    if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 60)
        return size.ws_col;
    return COLUMNS;
}

static bool choose(const ds_args *args, const ds_result_info *about, ds_info_request *q,
                   ds_status *st)
{
    q->count =
        args->all || args->csv || about->points < POINTS_SHOWN ? about->points : POINTS_SHOWN;
    if (!args->has_point)
        return true;
    if (args->point >= about->points)
        return ds_fail(
            st, DS_E_USAGE, "'--point' is %llu, the result has %zu point%s, counted from 0",
            (unsigned long long)args->point, about->points, about->points == 1 ? "" : "s");
    q->first = (size_t)args->point;
    q->count = 1;
    return true;
}

bool ds_cmd_info(const ds_args *args, ds_status *st)
{
    ds_result *result;
    if (!ds_result_open(&result, args->operand[0], st))
        return false;
    const ds_result_info *const about = ds_result_about(result);
    const bool terminal = isatty(STDOUT_FILENO);
    const char *const plain = getenv("NO_COLOR");
    ds_info_request request = {.result = result,
                               .columns = terminal_columns(terminal),
                               .colour = terminal && !(plain && *plain)};
    const bool ok = choose(args, about, &request, st) &&
                    (args->csv ? ds_info_csv : ds_info_print)(stdout, &request, st);
    if (ok && !args->csv && !args->has_point && request.count < about->points)
        printf("\nthe first %zu of %zu points; --all or --point N shows others\n", request.count,
               about->points);
    ds_result_close(result);
    return ok;
}

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

bool ds_cmd_info(const ds_args *args, ds_status *st)
{
    ds_result *result;
    if (!ds_result_open(&result, args->operand[0], st))
        return false;
    const size_t points = ds_result_about(result)->points;
    const bool terminal = isatty(STDOUT_FILENO);
    const char *const plain = getenv("NO_COLOR");
    const ds_info_request request = {.result = result,
                                     .count = points < POINTS_SHOWN ? points : POINTS_SHOWN,
                                     .columns = terminal_columns(terminal),
                                     .colour = terminal && !(plain && *plain)};
    const bool ok = ds_info_print(stdout, &request, st);
    ds_result_close(result);
    return ok;
}

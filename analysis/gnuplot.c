#include "chart.h"

#include "sim/io/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Runs gnuplot from file to file: no pipe that could break, no name that would have to be quoted.
 * Returns what posix_spawnp does. */
static int run(int script, int picture, int *status)
{
    char name[] = "gnuplot", options[] = "-";
    char *const words[] = {name, options, NULL};
    posix_spawn_file_actions_t files;
    pid_t child;
    int error = posix_spawn_file_actions_init(&files);
    if (error)
        return error;
    error = posix_spawn_file_actions_adddup2(&files, script, STDIN_FILENO);
    if (!error)
        error = posix_spawn_file_actions_adddup2(&files, picture, STDOUT_FILENO);
    if (!error)
        error = posix_spawnp(&child, name, &files, NULL, words, environ);
    posix_spawn_file_actions_destroy(&files);
    while (!error && waitpid(child, status, 0) < 0)
        if (errno != EINTR)
            return errno;
    return error;
}

static bool run_into(FILE *script, const char *path, bool *drawn, ds_status *st)
{
    int status = 0;
    struct stat about;
    const int picture = ds_file_create(path, O_WRONLY);
    if (picture < 0)
        return ds_fail(st, DS_E_CREATE, "cannot create '%s': %s", path, strerror(errno));
    const int error = run(fileno(script), picture, &status);
    const bool some = !error && fstat(picture, &about) == 0 && about.st_size > 0;
    const bool closed = close(picture) == 0;
    /* Where there is no posix_spawnp of its own, the child says so. */
    const bool absent = error == ENOENT || (WIFEXITED(status) && WEXITSTATUS(status) == 127);
    *drawn = some && closed && status == 0;
    if (!*drawn)
        unlink(path);
    if (*drawn || absent)
        return true;
    return ds_fail(st, DS_E_IO, "gnuplot could not draw '%s'%s%s", path, error ? ": " : "",
                   error ? strerror(error) : "");
}

bool ds_chart_draw(const ds_chart *chart, const char *path, bool *drawn, ds_status *st)
{
    *drawn = false;
    FILE *const script = tmpfile();
    if (!script)
        return ds_fail(st, DS_E_CREATE, "cannot create a temporary file: %s", strerror(errno));
    ds_chart_script(script, chart);
    bool ok = fflush(script) == 0 && !ferror(script) && fseek(script, 0, SEEK_SET) == 0;
    if (!ok)
        ds_fail(st, DS_E_IO, "cannot write a temporary file: %s", strerror(errno));
    ok = ok && run_into(script, path, drawn, st);
    fclose(script);
    return ok;
}

#include "data.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool own_folder(char folder[DS_DATA_ROOM])
{
    const ssize_t length = readlink("/proc/self/exe", folder, DS_DATA_ROOM - 1);
    if (length <= 0)
        return false;
    folder[length] = '\0';
    char *const slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
    return slash != NULL;
}

static const char *find(char path[DS_DATA_ROOM], const char *folder, const char *name)
{
    char own[DS_DATA_ROOM], wanted[3 * DS_DATA_ROOM];
    if (!own_folder(own) || strlen(name) >= DS_DATA_ROOM || strstr(name, ".."))
        return NULL;
    snprintf(wanted, sizeof wanted, "%s/%s/%s", own, folder, name);
    return realpath(wanted, path);
}

const char *ds_data_path(char path[DS_DATA_ROOM], const char *name)
{
    const char *const built = find(path, "share/diemsim", name);
    return built ? built : find(path, DIEMSIM_DATA, name);
}

const char *ds_data_plugins(char path[DS_DATA_ROOM])
{
    return find(path, DIEMSIM_PLUGINS, "");
}

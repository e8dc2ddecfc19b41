#include "data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Below the program's own folder: of a build first, then as it is installed. */
static const char *const data_folders[] = {"share/diemsim", DIEMSIM_DATA};
static const char *const plugin_folders[] = {"plugins", DIEMSIM_PLUGINS};

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

static bool find(char path[DS_DATA_ROOM], const char *const folders[2], const char *name)
{
    char own[DS_DATA_ROOM], wanted[3 * DS_DATA_ROOM];
    if (!own_folder(own) || strlen(name) >= DS_DATA_ROOM || strstr(name, ".."))
        return false;
    for (int i = 0; i < 2; i++) {
        snprintf(wanted, sizeof wanted, "%s/%s/%s", own, folders[i], name);
        if (realpath(wanted, path))
            return true;
    }
    return false;
}

bool ds_data_path(char path[DS_DATA_ROOM], const char *name)
{
    return find(path, data_folders, name);
}

bool ds_data_plugins(char path[DS_DATA_ROOM])
{
    return find(path, plugin_folders, "");
}

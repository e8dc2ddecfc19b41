/* A filter for HDF5 that leaves a mark as soon as anybody loads it. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) static void mark(void)
{
    const char *const path = getenv("MARK");
    const int file = path ? open(path, O_WRONLY | O_CREAT, 0666) : -1;
    if (file >= 0)
        close(file);
}

/* Gives a fuzz target the files of a corpus, where there is no libFuzzer: feed FOLDER... */
#include "fuzz.h"

#include <dirent.h>

static void feed_file(const char *path)
{
    FILE *const file = fopen(path, "rb");
    must(file && fseek(file, 0, SEEK_END) == 0, "a corpus is read", path);
    const size_t size = (size_t)ftell(file);
    uint8_t *const bytes = malloc(size); /* no byte more, so that reading on is found */
    rewind(file);
    must(fread(bytes, 1, size, file) == size, "a corpus is read", path);
    fclose(file);
    (void)LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
}

static size_t feed_folder(const char *folder)
{
    char path[4096];
    size_t count = 0;
    DIR *const dir = opendir(folder);
    must(dir != NULL, "a corpus is a folder", folder);
    for (const struct dirent *d; (d = readdir(dir)) != NULL;) {
        if (d->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, d->d_name);
        fprintf(stderr, "%s\n", path); /* the last one is the one that failed */
        feed_file(path);
        count++;
    }
    closedir(dir);
    return count;
}

int main(int argc, char **argv)
{
    size_t count = 0;
    for (int i = 1; i < argc; i++)
        count += feed_folder(argv[i]);
    must(count > 0, "a corpus has files", argc > 1 ? argv[1] : "");
    printf("%zu files\n", count);
    return 0;
}

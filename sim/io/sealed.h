/*
 * Sealed files: whole or not there. A file is made under another name, ends with a seal (a line of
 * 64 characters that holds the digest of every byte before it), is read back and checked, synced,
 * and only then given its name. HDF5 does not mind bytes after its own end, so a sealed HDF5 file
 * opens everywhere; `head -c -64 FILE | xxh128sum` computes the digest outside.
 */
#ifndef DS_IO_SEALED_H
#define DS_IO_SEALED_H

#include "digest.h"

enum { DS_SEAL = 64 };

/* DS_E_IO where the system says that there is no space, whatever was tried; else `otherwise`. */
ds_code ds_file_code(int error, ds_code otherwise);

/* The seal of a digest; no NUL at its end. */
void ds_seal_print(const ds_hex digest, char seal[DS_SEAL]);

/* Opens a new file, in place of whatever has the name: what is left of an earlier one, but also a
 * link to elsewhere or a pipe. -1: errno says why not. */
int ds_file_create(const char *path, int flags);
/* Writes bytes to a file that is made so. */
DS_MUST_CHECK bool ds_file_write(const char *path, const void *bytes, size_t size, ds_status *st);
/* Adds the seal to a file that is otherwise complete. */
DS_MUST_CHECK bool ds_file_seal(const char *path, ds_status *st);
/* Opens a regular file that is whole, by its seal; *size is without it. -1: it is not. */
int ds_file_open(const char *path, size_t *size, ds_status *st);
/* Checks that a regular file is whole, by its seal. */
DS_MUST_CHECK bool ds_file_check(const char *path, ds_status *st);
/* Reads and checks a whole file, seal left out, into a block for free(). Missing: *bytes is NULL.
 */
DS_MUST_CHECK bool ds_file_load(const char *path, char **bytes, size_t *size, ds_status *st);
/* Syncs a file, gives it its name in the same folder, and syncs the folder. Where that fails, what
 * had the name before has it still. */
DS_MUST_CHECK bool ds_file_publish(const char *part, const char *path, ds_status *st);
/* Syncs a folder's list of names. */
DS_MUST_CHECK bool ds_folder_sync(const char *path, ds_status *st);

#endif

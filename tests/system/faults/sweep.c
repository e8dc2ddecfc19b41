/*
 * Runs a command again and again, each time with another call that fails (fail.c), and looks at
 * what it leaves:
 *
 *   sweep FAIL.so KIND once|on TRIES SEED [-o FILE REFERENCE PREVIOUS] [-k SHARDS] [-p] [-r]
 *         [-w] -- COMMAND...
 *
 * Of the calls of a kind that the command makes, as many as TRIES fail, evenly spaced and from
 * another one by another SEED; 0: each of them. It must never end by a signal, hang, or leave with
 * a code that is not one of the program's; with 0 it has written what it writes in peace: to
 * standard output with -p, to FILE with -o. Else FILE is as it was before: a copy of PREVIOUS, or
 * not there where that is '-'; nothing lies beside it but its shards, which with -k are a copy of
 * SHARDS at first; with -r the command goes on in peace to the same FILE; with -w FILE may also be
 * whole, of a command that goes on to say something about it. Prints how often it ended how.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS = 20, CODES = 256, HUNG = 200, DIED = 201, SAID = 4096 };

typedef struct sweep {
    const char *shim, *kind, *how;
    long tries, seed;
    const char *output, *reference, *previous, *shards; /* NULL: none is looked at */
    bool prints, goes_on, may_be_whole;
    char **command;
    char *printed; /* what it prints in peace */
    size_t printed_size;
    long tried, ended[CODES];
    long bad;
} sweep;

static char *slurp(const char *path, size_t *size)
{
    FILE *const file = fopen(path, "rb");
    *size = 0;
    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *const bytes = calloc(*size + 1, 1);
    if (!bytes || fread(bytes, 1, *size, file) != *size)
        exit(2);
    fclose(file);
    return bytes;
}

static void spill(const char *path, const char *bytes, size_t size)
{
    FILE *const file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

static bool same(const char *a, const char *b)
{
    size_t n, m;
    char *const x = slurp(a, &n), *const y = slurp(b, &m);
    const bool equal = x && y && n == m && memcmp(x, y, n) == 0;
    free(x);
    free(y);
    return equal;
}

static void order(const char *command)
{
    if (system(command) != 0)
        exit(2);
}

static void prepare(const sweep *s)
{
    char command[512];
    size_t size;
    if (!s->output)
        return;
    snprintf(command, sizeof command, "rm -rf '%s.shards' '%s.part'", s->output, s->output);
    order(command);
    if (s->shards) {
        snprintf(command, sizeof command, "cp -a '%s' '%s.shards'", s->shards, s->output);
        order(command);
    }
    if (strcmp(s->previous, "-") == 0) {
        unlink(s->output);
        return;
    }
    char *const bytes = slurp(s->previous, &size);
    spill(s->output, bytes, size);
    free(bytes);
}

static void point(int descriptor, const char *path)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file < 0 || dup2(file, descriptor) < 0)
        _exit(2);
    close(file);
}

static void execute(const sweep *s, const char *fail, const char *count)
{
    point(1, "sweep.out");
    point(2, "sweep.err");
    close(0);
    (void)!open("/dev/null", O_RDONLY);
    setenv("LD_PRELOAD", s->shim, 1);
    setenv("FAIL", fail, 1);
    if (count)
        setenv("FAIL_COUNT", count, 1);
    setpgid(0, 0);
    execvp(s->command[0], s->command);
    _exit(2);
}

/* How a child ended: its code, DIED or HUNG. */
static int await(pid_t child)
{
    const struct timespec moment = {0, 1000000};
    const time_t begun = time(NULL);
    int state;
    while (waitpid(child, &state, WNOHANG) == 0) {
        if (time(NULL) - begun > SECONDS) {
            kill(-child, SIGKILL);
            waitpid(child, &state, 0);
            return HUNG;
        }
        nanosleep(&moment, NULL);
    }
    return WIFEXITED(state) ? WEXITSTATUS(state) : DIED;
}

static int run(const sweep *s, const char *fail, const char *count)
{
    const pid_t child = fork();
    if (child == 0)
        execute(s, fail, count);
    if (child < 0) {
        perror("fork");
        exit(2);
    }
    return await(child);
}

/* Calls of the kind that the command makes in peace. */
static long measure(sweep *s)
{
    size_t size;
    long calls = -1;
    prepare(s);
    if (run(s, "none:0:once", "sweep.count") != 0)
        return -1;
    char *const text = slurp("sweep.count", &size);
    char *const line = text ? strstr(text, s->kind) : NULL;
    if (line)
        calls = strtol(line + strlen(s->kind), NULL, 10);
    free(text);
    s->printed = slurp("sweep.out", &s->printed_size);
    return calls;
}

static bool has_part(const sweep *s)
{
    char path[512];
    struct stat about;
    snprintf(path, sizeof path, "%s.part", s->output);
    return lstat(path, &about) == 0;
}

/* What is wrong with how it ended; NULL: nothing. */
static const char *judge(const sweep *s, int code, const char *said)
{
    const bool known = code == 0 || (code >= 64 && code <= 76 && code != 70);
    if (!known)
        return code == HUNG ? "it hung" : code == DIED ? "it died by a signal" : "an unknown code";
    if (code != 0 && !*said)
        return "it failed without a word";
    if (code == 0 && s->output && !same(s->output, s->reference))
        return "another file, with 0";
    if (code != 0 && s->may_be_whole && same(s->output, s->reference))
        return NULL;
    if (code != 0 && s->output && strcmp(s->previous, "-") == 0 && access(s->output, F_OK) == 0)
        return "a file, although it failed";
    if (code != 0 && s->output && strcmp(s->previous, "-") != 0 && !same(s->output, s->previous))
        return "the file before it is gone or changed";
    return s->output && has_part(s) ? "half a file is left" : NULL;
}

/* The same command in peace, with what the other has left. */
static const char *go_on(const sweep *s)
{
    if (run(s, "none:0:once", NULL) != 0)
        return "the next run fails";
    return same(s->output, s->reference) ? NULL : "the next run makes another file";
}

static bool prints_the_same(const sweep *s)
{
    size_t size;
    char *const printed = slurp("sweep.out", &size);
    const bool equal = printed && size == s->printed_size && memcmp(printed, s->printed, size) == 0;
    free(printed);
    return equal;
}

static void try(sweep *s, long number)
{
    char fail[64];
    size_t size;
    snprintf(fail, sizeof fail, "%s:%ld:%s", s->kind, number, s->how);
    prepare(s);
    const int code = run(s, fail, NULL);
    char *const said = slurp("sweep.err", &size);
    const char *wrong = judge(s, code, said ? said : "");
    if (!wrong && code == 0 && s->prints && !prints_the_same(s))
        wrong = "another text, with 0";
    if (!wrong && code != 0 && s->goes_on)
        wrong = go_on(s);
    s->tried++;
    s->ended[code]++;
    if (wrong) {
        s->bad++;
        printf("FAIL=%s: %s (%d): %.200s\n", fail, wrong, code, said ? said : "");
    }
    free(said);
}

static int usage(void)
{
    fputs("sweep FAIL.so KIND once|on TRIES SEED [-o FILE REFERENCE PREVIOUS] [-k SHARDS] [-p] "
          "[-r] [-w] -- COMMAND...\n",
          stderr);
    return 2;
}

static bool read_options(sweep *s, char **argument)
{
    for (; *argument && strcmp(*argument, "--") != 0; argument++) {
        if (strcmp(*argument, "-p") == 0) {
            s->prints = true;
        } else if (strcmp(*argument, "-r") == 0) {
            s->goes_on = true;
        } else if (strcmp(*argument, "-w") == 0) {
            s->may_be_whole = true;
        } else if (strcmp(*argument, "-k") == 0 && argument[1]) {
            s->shards = *++argument;
        } else if (strcmp(*argument, "-o") == 0 && argument[1] && argument[2] && argument[3]) {
            s->output = *++argument;
            s->reference = *++argument;
            s->previous = *++argument;
        } else {
            return false;
        }
    }
    s->command = *argument ? argument + 1 : NULL;
    return s->command && *s->command;
}

int main(int argc, char **argv)
{
    sweep s = {0};
    if (argc < 8)
        return usage();
    s.shim = argv[1];
    s.kind = argv[2];
    s.how = argv[3];
    s.tries = strtol(argv[4], NULL, 10);
    s.seed = strtol(argv[5], NULL, 10);
    if (s.tries < 0 || s.seed < 0 || !read_options(&s, argv + 6))
        return usage();
    const long calls = measure(&s);
    if (calls < 0) {
        puts("the command fails by itself");
        return 1;
    }
    const long step = s.tries > 0 && calls > s.tries ? calls / s.tries : 1;
    for (long number = 1 + s.seed % step; number <= calls; number += step)
        try(&s, number);
    printf("%s %s, %ld of %ld:", s.kind, s.how, s.tried, calls);
    for (int code = 0; code < CODES; code++)
        if (s.ended[code])
            printf(" %ld x %d", s.ended[code], code);
    printf("%s\n", s.tried ? "" : " none");
    free(s.printed);
    return s.bad > 0;
}

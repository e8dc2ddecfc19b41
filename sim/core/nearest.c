#include "nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 64, BEGINNING = 4 };

ds_nearest ds_nearest_to(const char *word)
{
    /* At most a third of the letters may be wrong, and one always. */
    return (ds_nearest){.word = word, .distance = strlen(word) / 3 + 2};
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static int fold(char c)
{
    return c == '-' ? '_' : (tolower)((unsigned char)c); /* the macro is long */
}

/* Optimal string alignment distance (Damerau 1964), letter case free. */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t row[3][LONGEST + 1];
    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *const now = row[i % 3], *const last = row[(i + 2) % 3],
                      *const before = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            const int x = fold(a[i - 1]), y = fold(b[j - 1]);
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == fold(b[j - 2]) && y == fold(a[i - 2]))
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return row[n % 3][m];
}

/* The first letters of a word are as good as one letter wrong. */
static bool begins(const char *candidate, const char *word, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (fold(candidate[i]) != fold(word[i]))
            return false;
    return length >= BEGINNING;
}

static void note(ds_nearest *nearest, const char *candidate)
{
    const size_t room = sizeof nearest->all, at = nearest->length;
    if (at >= room)
        return;
    const int more = snprintf(nearest->all + at, room - at, "%s%s", at ? ", " : "", candidate);
    nearest->length += (size_t)more;
    if (nearest->length >= room)
        nearest->all[0] = '\0';
}

void ds_nearest_try(ds_nearest *nearest, const char *candidate)
{
    note(nearest, candidate);
    const size_t n = strlen(nearest->word), m = strlen(candidate);
    if (n > LONGEST || m > LONGEST)
        return;
    const bool begun = n < m && begins(candidate, nearest->word, n);
    const size_t d = begun ? 1 : distance(nearest->word, n, candidate, m);
    if (d < nearest->distance) {
        nearest->distance = d;
        nearest->best = candidate;
    }
}

const char *ds_nearest_or(ds_nearest *nearest, const char *otherwise)
{
    if (!nearest->best)
        return otherwise;
    snprintf(nearest->hint, sizeof nearest->hint, ", did you mean '%s'?", nearest->best);
    return nearest->hint;
}

/* Results and parts that somebody made to do harm, with a good seal where they like: refused with
 * 65 or read, in less than a second, and nothing worse. HOSTILE=all takes longer. */
#include "read_everything.h"
#include "store_sample.h"

#include "sim/io/part.h"
#include "sim/io/sealed.h"

#include <fcntl.h>
#include <time.h>

/* Sanitizers take their time. */
#ifdef __SANITIZE_ADDRESS__
enum { SHARE = 8 };
#else
enum { SHARE = 1 };
#endif

static uint64_t random_state = 20261128;

static size_t below(size_t limit)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(random_state >> 33) % limit;
}

static bool all(void)
{
    const char *const wish = getenv("HOSTILE");
    return wish && strcmp(wish, "all") == 0;
}

/* What was refused and what was read, and the longest that one took. */
typedef struct tally {
    size_t refused, read;
    double longest;
} tally;

typedef bool reader(const char *path, ds_status *st);

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void meet(const char *path, reader *read, tally *t)
{
    ds_status st = {0};
    const double begun = now();
    if (read(path, &st)) {
        ck_assert_int_eq(st.code, DS_OK);
        t->read++;
    } else {
        ck_assert_msg(st.code == DS_E_DATA, "%d %s", st.code, st.text);
        t->refused++;
    }
    const double took = now() - begun;
    t->longest = took > t->longest ? took : t->longest;
}

static void tell(const char *what, const tally *t)
{
    printf("%s: %zu refused, %zu read, at most %.3f s\n", what, t->refused, t->read, t->longest);
    ck_assert_msg(t->longest < 1, "%s took %g s", what, t->longest);
}

/* A file that stays as it is but for what is patched, and its seal. */
static void seal(const char *path, const char *bytes, size_t size)
{
    ds_status st = {0};
    spill(path, bytes, size);
    ok(ds_file_seal(path, &st), &st);
}

static void put(int file, const char *bytes, size_t size, size_t at)
{
    ck_assert_int_eq(pwrite(file, bytes, size, (off_t)at), (ssize_t)size);
}

/* Meets the file with some of its bytes as they are in memory, which have a good seal or none. */
static void patch(const char *bytes, size_t size, size_t at, size_t length, bool sealed)
{
    ds_hex digest;
    char line[DS_SEAL];
    const int file = open(other, O_WRONLY);
    ck_assert_int_ge(file, 0);
    put(file, bytes + at, length, at);
    if (sealed) {
        ds_digest_of(bytes, size, digest);
        ds_seal_print(digest, line);
        put(file, line, sizeof line, size);
    }
    close(file);
}

static bool read_part(const char *path, ds_status *st)
{
    ds_part_head head;
    bool found[64] = {false};
    const bool done =
        ds_part_read(path, &head, st) && ds_part_unpack(path, other_shards, found, 4, st);
    ds_part_forget(&head);
    return done;
}

/* A small file of a kind, without its seal. */
static char *make(bool part, size_t *size)
{
    ds_experiment x = sample();
    const ds_part share = {.folder = shards, .shard = 0, .shards = 2};
    ds_status st = {0};
    make_result(&x, result);
    if (part)
        ok(ds_part_write(&share, &x, result, &st), &st);
    char *const bytes = slurp(result, size);
    *size -= DS_SEAL;
    return bytes;
}

static void hostile_files(bool part, const char *what, void (*spoil)(char *, size_t, reader *))
{
    size_t size;
    tally t = {0};
    reader *const read = part ? read_part : read_everything;
    char *const bytes = make(part, &size);
    seal(other, bytes, size);
    meet(other, read, &t);
    ck_assert_msg(t.read == 1, "%s cannot be read at all", what);
    spoil(bytes, size, read);
    free(bytes);
}

static void cut(char *bytes, size_t size, reader *read)
{
    tally t = {0}, sealed = {0};
    for (size_t length = 0; length < size; length += 512) {
        spill(other, bytes, length);
        meet(other, read, &t);
        seal(other, bytes, length);
        meet(other, read, &sealed);
    }
    tell("cut at every 512 bytes", &t);
    tell("the same with a new seal", &sealed);
    ck_assert_uint_eq(t.read + sealed.read, 0);
}

/* A file under attack: bytes of it are changed, met, and changed back. */
typedef struct attack {
    char *bytes;
    size_t size;
    reader *read;
    bool sealed; /* anew after each change */
    tally tally;
} attack;

static void change(attack *a, size_t at, const void *to, size_t length)
{
    char kept[256];
    memcpy(kept, a->bytes + at, length);
    memcpy(a->bytes + at, to, length);
    patch(a->bytes, a->size, at, length, a->sealed);
    meet(other, a->read, &a->tally);
    memcpy(a->bytes + at, kept, length);
    patch(a->bytes, a->size, at, length, false);
}

/* One byte in the file is another. */
static void flip(char *bytes, size_t size, reader *read)
{
    attack plain = {bytes, size, read, false, {0}}, sealed = {bytes, size, read, true, {0}};
    for (size_t i = 0; i < 10000 / SHARE; i++) {
        const size_t at = below(size);
        const char byte = (char)(bytes[at] ^ (char)(1 + below(255)));
        if (i % 10 == 0)
            change(&plain, at, &byte, 1);
        change(&sealed, at, &byte, 1);
        if (i % 10 == 9)
            seal(other, bytes, size);
    }
    tell("one byte is another", &plain.tally);
    tell("the same with a new seal", &sealed.tally);
    ck_assert_uint_eq(plain.tally.read, 0);
    ck_assert_uint_gt(sealed.tally.refused, 5000 / SHARE / 10);
}

/* Numbers of 1 to 8 bytes become what a careless reader trips over. */
static void trip(char *bytes, size_t size, reader *read)
{
    attack a = {bytes, size, read, true, {0}};
    const uint64_t numbers[] = {
        0,         1,          UINT64_MAX, INT64_MAX, UINT32_MAX,
        INT32_MAX, UINT16_MAX, size,       size - 1,  1000000000000000000,
    };
    const size_t count = sizeof numbers / sizeof *numbers, step = all() ? 1 : 97 * SHARE;
    for (size_t i = below(step); i < size * count; i += step) {
        const size_t at = i / count, most = size - at < 8 ? size - at : 8;
        const size_t width = (size_t)1 << below(4);
        change(&a, at, &numbers[i % count], width < most ? width : most);
    }
    tell("a number is another", &a.tally);
}

/* Pieces of the file take the place of others. */
static void shuffle(char *bytes, size_t size, reader *read)
{
    attack a = {bytes, size, read, true, {0}};
    char piece[256];
    for (size_t i = 0; i < (all() ? 100000 : 3000 / SHARE); i++) {
        const size_t length = 1 + below(sizeof piece);
        memcpy(piece, bytes + below(size - length), length);
        change(&a, below(size - length), piece, length);
    }
    tell("a piece is another", &a.tally);
}

static bool is_head(const char *bytes)
{
    static const char *const words[] = {"OHDR", "OCHK", "TREE", "GCOL"};
    for (size_t w = 0; w < sizeof words / sizeof *words; w++)
        if (memcmp(bytes, words[w], 4) == 0)
            return true;
    return false;
}

/* Places of eight bytes that hold the address of something. */
static size_t find_addresses(const char *bytes, size_t size, const size_t *heads, size_t count,
                             size_t *places, size_t most)
{
    size_t found = 0;
    for (size_t i = 0; i + 8 < size && found < most; i++) {
        uint64_t number;
        memcpy(&number, bytes + i, sizeof number);
        for (size_t h = 0; h < count; h++)
            if (number == heads[h]) {
                places[found++] = i;
                break;
            }
    }
    return found;
}

/* Addresses lead to everything that has one: there are cycles too. */
static void lead_astray(char *bytes, size_t size, reader *read)
{
    attack a = {bytes, size, read, true, {0}};
    size_t heads[2000], places[4000], count = 0;
    for (size_t i = 0; i + 4 < size && count < 2000; i++)
        if (is_head(bytes + i))
            heads[count++] = i;
    const size_t found = find_addresses(bytes, size, heads, count, places, 4000);
    ck_assert_uint_gt(found, 20);
    const size_t step = all() ? 1 : 1 + found * count * SHARE / 4000;
    for (size_t i = below(step); i < found * count; i += step) {
        const uint64_t target = heads[i % count];
        change(&a, places[i / count], &target, sizeof target);
    }
    tell("an address is another", &a.tally);
}

static const struct {
    const char *name;
    void (*spoil)(char *, size_t, reader *);
} kinds[] = {{"cut", cut},
             {"flip", flip},
             {"trip", trip},
             {"shuffle", shuffle},
             {"lead astray", lead_astray}};

START_TEST(a_hostile_file_is_refused_or_read)
{
    const size_t kind = (size_t)_i / 2;
    hostile_files(_i % 2, kinds[kind].name, kinds[kind].spoil);
}
END_TEST

int main(void)
{
    Suite *const suite = suite_create("hostile");
    TCase *const t = tcase_create("hostile");
    tcase_set_timeout(t, 3600);
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_loop_test(t, a_hostile_file_is_refused_or_read, 0, 2 * sizeof kinds / sizeof *kinds);
    suite_add_tcase(suite, t);
    SRunner *const runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int bad = srunner_ntests_failed(runner);
    srunner_free(runner);
    return bad != 0;
}

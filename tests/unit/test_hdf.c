/* Bytes of strangers' files: what lies in them, and what is cut from them. */
#include "run.h"

#include "sim/io/hdf_inside.h"

START_TEST(what_lies_in_a_file_ends_in_it)
{
    static const struct {
        uint64_t address, size;
        bool inside;
    } cases[] = {{0, 100, true},
                 {100, 0, true},
                 {99, 1, true},
                 {0, 101, false},
                 {99, 2, false},
                 {101, 0, false},
                 {UINT64_MAX, 2, false},
                 {50, UINT64_MAX - 40, false},
                 {UINT64_MAX, UINT64_MAX, false}};
    const ds_hdf file = {.end = 100};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_int_eq(ds_hdf_lies_in(&file, cases[i].address, cases[i].size), cases[i].inside);
}
END_TEST

START_TEST(numbers_are_taken_least_byte_first_until_there_are_no_more)
{
    const unsigned char bytes[] = {1, 2, 3, 0xff, 0xff};
    ds_hdf_bytes b = {bytes, sizeof bytes, false};
    ck_assert_uint_eq(ds_hdf_take(&b, 2), 0x0201);
    ck_assert_uint_eq(ds_hdf_take(&b, 1), 3);
    const ds_hdf_bytes rest = ds_hdf_cut(&b, 2);
    ck_assert(!rest.bad && rest.left == 2 && rest.at == bytes + 3);
    ck_assert(!b.bad && b.left == 0);
    ck_assert_uint_eq(ds_hdf_take(&b, 1), 0);
    ck_assert(b.bad);
    ck_assert_uint_eq(ds_hdf_take(&b, 0), 0); /* once it is bad it stays so */
    ck_assert(b.bad);
    ds_hdf_bytes again = {bytes, sizeof bytes, false};
    const ds_hdf_bytes much = ds_hdf_cut(&again, SIZE_MAX);
    ck_assert(much.bad && much.left == 0 && again.bad);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{what_lies_in_a_file_ends_in_it, 0},
                             {numbers_are_taken_least_byte_first_until_there_are_no_more, 0},
                             {0}};
    return ds_run_tests("hdf", tests, 10);
}

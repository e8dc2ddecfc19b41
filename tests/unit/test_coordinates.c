/* What varies, in a result and back. */
#include "store_sample.h"

#include "sim/io/sealed.h"

/* HDF5 1.10 leaks a little of every damaged header; what we leak has our functions on top. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5\n";
}

static const double rates[POINTS] = {0.1, 1e300};
static const char *const words[POINTS] = {"constant", "größer\n"};
static const ds_coordinate varied[] = {
    {.name = "variant", .path = "variant", .doc = "name of the variant", .text = words},
    {.name = "a_b.rate", .path = "a/b.rate", .unit = "VVV/d", .doc = "how much", .number = rates}};

static ds_experiment designed(void)
{
    ds_experiment x = sample();
    x.design = "lhs";
    x.coordinates = 2;
    x.coordinate = varied;
    return x;
}

START_TEST(coordinates_are_read_back)
{
    const ds_experiment x = designed();
    make_result(&x, result);
    ds_result *r = open_result(result);
    const ds_result_info *const info = ds_result_about(r);
    ck_assert_str_eq(info->design, "lhs");
    ck_assert_uint_eq(info->coordinates, 2);
    const ds_coordinate *c = info->coordinate;
    ck_assert_str_eq(c[0].name, "variant");
    ck_assert(!c[0].number && !c[0].unit);
    ck_assert_str_eq(c[0].text[0], words[0]);
    ck_assert_str_eq(c[0].text[1], words[1]);
    ck_assert_str_eq(c[1].name, "a_b.rate");
    ck_assert_str_eq(c[1].path, "a/b.rate");
    ck_assert_str_eq(c[1].unit, "VVV/d");
    ck_assert_str_eq(c[1].doc, "how much");
    ck_assert_ptr_null(c[1].text);
    for (size_t i = 0; i < POINTS; i++)
        ck_assert_double_eq(c[1].number[i], rates[i]);
    ck_assert_uint_eq(info->variables, 3);
    ds_result_close(r);
}
END_TEST

START_TEST(where_nothing_varies_there_is_no_design)
{
    const ds_experiment x = sample();
    make_result(&x, result);
    ds_result *r = open_result(result);
    ck_assert_ptr_null(ds_result_about(r)->design);
    ck_assert_uint_eq(ds_result_about(r)->coordinates, 0);
    ds_result_close(r);
}
END_TEST

START_TEST(equal_designs_make_equal_bytes)
{
    const ds_experiment x = designed();
    make_result(&x, result);
    make_result(&x, other);
    assert_same_files(result, other);
}
END_TEST

/* A strange design must not crash or hang the reader; what it accepts it can show. */
START_TEST(a_garbled_design_is_survived)
{
    const ds_experiment x = designed();
    size_t size;
    make_result(&x, result);
    char *const bytes = slurp(result, &size);
    uint32_t random = 11;
    for (size_t i = 0; i < 300; i++) {
        ds_result *r;
        ds_status st = {0};
        random = random * 1664525u + 1013904223u;
        const size_t at = random % (size - DS_SEAL);
        const char kept = bytes[at];
        bytes[at] = (char)(random >> 24);
        spill(other, bytes, size - DS_SEAL);
        bytes[at] = kept;
        ok(ds_file_seal(other, &st), &st);
        if (!ds_result_open(&r, other, &st)) {
            ck_assert_msg(st.code == DS_E_DATA, "%d %s", st.code, st.text);
            continue;
        }
        const ds_result_info *const info = ds_result_about(r);
        for (size_t c = 0; c < info->coordinates; c++)
            ck_assert(!info->coordinate[c].number == !!info->coordinate[c].text);
        ds_result_close(r);
    }
    free(bytes);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {coordinates_are_read_back,
                                  where_nothing_varies_there_is_no_design,
                                  equal_designs_make_equal_bytes, a_garbled_design_is_survived};
    return run_suite("coordinates", tests, sizeof tests / sizeof *tests);
}

/* Texts from outside: what is UTF-8, and what of it may be shown. */
#include "run.h"

#include "sim/core/letters.h"
#include "sim/core/status.h"

#include <string.h>

static const struct {
    const char *text;
    size_t length;
} characters[] = {
    {"a", 1},
    {"\n", 1},
    {"\xc3\xb6", 2},
    {"\xe2\x82\xac", 3},
    {"\xf0\x9f\x8d\x9e", 4},
    {"\xf4\x8f\xbf\xbf", 4},
    {"", 0},
    {"\x80", 0},
    {"\xc0\xaf", 0},
    {"\xc1\xbf", 0},
    {"\xe0\x9f\xbf", 0}, /* longer than it needs to be */
    {"\xed\xa0\x80", 0}, /* half of a pair of UTF-16 */
    {"\xf0\x8f\xbf\xbf", 0},
    {"\xf4\x90\x80\x80", 0}, /* behind the last one */
    {"\xf5\x80\x80\x80", 0},
    {"\xc3", 0},
    {"\xe2\x82", 0},
    {"\xe2\x82z", 0},
};

START_TEST(a_character_is_as_long_as_rfc_3629_says)
{
    ck_assert_uint_eq(ds_character(characters[_i].text, strlen(characters[_i].text)),
                      characters[_i].length);
}
END_TEST

static const struct {
    const char *said, *kept;
} messages[] = {
    {"größer: 5 €\n    ^\tx", "größer: 5 €\n    ^\tx"},
    {"a\x1b[31mred", "a?[31mred"},
    {"\r\x07\x7f", "???"},
    {"\xc2\x9b"
     "31m",
     "??31m"}, /* a control character of two bytes */
    {"\xe2\x80\xae"
     "abc",
     "???abc"}, /* turns the direction */
    /* Lines, paragraphs and what turns: U+2028 to U+202E, U+2066 to U+2069, and their neighbours.
     */
    {"\xe2\x80\xa7\xe2\x80\xa8", "\xe2\x80\xa7???"},
    {"\xe2\x80\xae\xe2\x80\xaf", "???\xe2\x80\xaf"},
    {"\xe2\x81\xa5\xe2\x81\xa6", "\xe2\x81\xa5???"},
    {"\xe2\x81\xa9\xe2\x81\xaa", "???\xe2\x81\xaa"},
    {"\xc2\x9f\xc2\xa0\x1f\x20\x7e", "??\xc2\xa0?\x20\x7e"},
    /* Marks of a direction, U+200E, U+200F, U+061C, and what has no width: U+200B, U+2060 to
     * U+2064, U+FEFF; joiners are of words. */
    {"\xe2\x80\x8a\xe2\x80\x8b\xe2\x80\x8c", "\xe2\x80\x8a???\xe2\x80\x8c"},
    {"\xe2\x80\x8d\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\x90", "\xe2\x80\x8d??????\xe2\x80\x90"},
    {"\xd8\x9b\xd8\x9c\xd8\x9d", "\xd8\x9b??\xd8\x9d"},
    {"\xe2\x81\x9f\xe2\x81\xa0\xe2\x81\xa4\xe2\x81\xa5", "\xe2\x81\x9f??????\xe2\x81\xa5"},
    {"\xef\xbb\xbe\xef\xbb\xbf", "\xef\xbb\xbe???"},
    {"cut \xe2\x82", "cut ??"},
    {"\xff", "?"},
};

START_TEST(a_failure_commands_no_terminal)
{
    ds_status st = {0};
    ck_assert(!ds_fail(&st, DS_E_DATA, "%s", messages[_i].said));
    ck_assert_str_eq(st.text, messages[_i].kept);
}
END_TEST

START_TEST(a_long_failure_is_not_cut_within_a_character)
{
    char said[2 * DS_STATUS_TEXT + 2];
    ds_status st = {0};
    for (size_t i = 0; i < DS_STATUS_TEXT; i++)
        memcpy(said + 2 * i, "\xc3\xb6", 3);
    ck_assert(!ds_fail(&st, DS_E_DATA, "%s", said));
    ck_assert_uint_eq(strlen(st.text), DS_STATUS_TEXT - 1);
    ck_assert_str_eq(st.text + DS_STATUS_TEXT - 4, "\xc3\xb6?");
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_character_is_as_long_as_rfc_3629_says, sizeof characters / sizeof *characters},
        {a_failure_commands_no_terminal, sizeof messages / sizeof *messages},
        {a_long_failure_is_not_cut_within_a_character, 0},
        {0},
    };
    return ds_run_tests("letters", tests, 30);
}

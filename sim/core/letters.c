#include "letters.h"

#include <string.h>

static size_t sequence_length(unsigned char c)
{
    return c < 0x80                ? 1
           : c >= 0xc2 && c < 0xe0 ? 2
           : c >= 0xe0 && c < 0xf0 ? 3
           : c >= 0xf0 && c < 0xf5 ? 4
                                   : 0;
}

size_t ds_character(const char *text, size_t size)
{
    const unsigned char *const s = (const unsigned char *)text;
    const size_t length = size ? sequence_length(s[0]) : 0;
    if (length == 0 || length > size)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    const bool overlong = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90);
    const bool surrogate = s[0] == 0xed && s[1] >= 0xa0;
    const bool beyond = s[0] == 0xf4 && s[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

/* U+2028 to U+202E, U+2066 to U+2069, U+200E, U+200F, U+061C. */
static bool turns(const unsigned char *s, size_t length)
{
    if (length == 2)
        return s[0] == 0xd8 && s[1] == 0x9c;
    if (length != 3 || s[0] != 0xe2)
        return false;
    return s[1] == 0x80 ? (s[2] >= 0xa8 && s[2] <= 0xae) || s[2] == 0x8e || s[2] == 0x8f
                        : s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9;
}

/* U+200B, U+2060 to U+2064, and U+FEFF, a byte order mark. */
static bool unseen(const unsigned char *s, size_t length)
{
    if (length != 3)
        return false;
    return memcmp(s, "\xe2\x80\x8b", 3) == 0 || memcmp(s, "\xef\xbb\xbf", 3) == 0 ||
           (s[0] == 0xe2 && s[1] == 0x81 && s[2] >= 0xa0 && s[2] <= 0xa4);
}

bool ds_shown(const char *character, size_t length)
{
    const unsigned char *const s = (const unsigned char *)character;
    if (length == 1)
        return s[0] >= 0x20 && s[0] != 0x7f;
    if (length == 2 && s[0] == 0xc2)
        return s[1] >= 0xa0;
    return length > 0 && !turns(s, length) && !unseen(s, length);
}

void ds_make_plain(char *text)
{
    const size_t size = strlen(text);
    for (size_t i = 0; i < size;) {
        const size_t length = ds_character(text + i, size - i);
        if (ds_shown(text + i, length) || text[i] == '\n' || text[i] == '\t') {
            i += length;
            continue;
        }
        for (size_t end = i + (length ? length : 1); i < end; i++)
            text[i] = '?';
    }
}

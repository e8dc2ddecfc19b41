#include "exact.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

enum { FRACTION = 52, EXPONENT = 0x7ff };

void ds_exact_free(ds_exact *sum)
{
    free(sum->word);
    *sum = (ds_exact){0};
}

void ds_exact_clear(ds_exact *sum)
{
    if (sum->count)
        memset(sum->word, 0, sum->count * sizeof *sum->word);
}

/* Makes the words from..to part of the sum. */
static bool cover(ds_exact *sum, unsigned from, unsigned to)
{
    const unsigned end = (unsigned)sum->low + sum->count;
    const unsigned low = sum->count && sum->low < from ? sum->low : from;
    const unsigned high = sum->count && end > to + 1 ? end : to + 1;
    uint64_t *const word = malloc((high - low) * sizeof *word);
    if (!word)
        return false;
    const unsigned shift = sum->count ? sum->low - low : 0;
    const bool negative = sum->count && sum->word[sum->count - 1] >> 63;
    memset(word, 0, shift * sizeof *word);
    if (sum->count)
        memcpy(word + shift, sum->word, sum->count * sizeof *word);
    for (unsigned i = shift + sum->count; i < high - low; i++)
        word[i] = negative ? UINT64_MAX : 0;
    free(sum->word);
    *sum = (ds_exact){word, (uint16_t)low, (uint16_t)(high - low)};
    return true;
}

/* Words of a term, the first of weight 2^(64 at). With the word above its last, which the sum has,
 * there is room for more than DS_EXACT_MOST such terms. */
static bool add_words(ds_exact *sum, unsigned at, const uint64_t *term, unsigned words,
                      bool negative)
{
    while (words && !term[words - 1])
        words--;
    if (at < sum->low || at + words + 1 > (unsigned)sum->low + sum->count)
        if (!cover(sum, at, at + words))
            return false;
    uint64_t *const to = sum->word + (at - sum->low);
    const unsigned room = (unsigned)(sum->count - (at - sum->low));
    const uint64_t flip = negative ? UINT64_MAX : 0;
    uint64_t carry = negative;
    for (unsigned i = 0; i < room; i++) {
        if (i >= words && carry == negative) /* what is left would add nothing */
            break;
        const wide s = (wide)to[i] + ((i < words ? term[i] : 0) ^ flip) + carry;
        to[i] = (uint64_t)s;
        carry = (uint64_t)(s >> 64);
    }
    return true;
}

/* value = *mantissa * 2^*shift units, *mantissa odd; the value is not 0. */
static void take_apart(double value, uint64_t *mantissa, unsigned *shift)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    const unsigned exponent = bits >> FRACTION & EXPONENT;
    uint64_t m = bits & ((UINT64_C(1) << FRACTION) - 1);
    if (exponent)
        m |= UINT64_C(1) << FRACTION;
    const unsigned zeros = (unsigned)__builtin_ctzll(m);
    *mantissa = m >> zeros;
    *shift = (exponent ? exponent - 1 : 0) + zeros;
}

bool ds_exact_add(ds_exact *sum, double value)
{
    uint64_t m;
    unsigned shift;
    if (value == 0)
        return true;
    take_apart(value, &m, &shift);
    const wide s = (wide)m << shift % 64;
    const uint64_t term[] = {(uint64_t)s, (uint64_t)(s >> 64)};
    return add_words(sum, shift / 64, term, 2, value < 0);
}

bool ds_exact_add_square(ds_exact *sum, double value)
{
    uint64_t m;
    unsigned shift;
    if (value == 0)
        return true;
    take_apart(value, &m, &shift);
    const wide square = (wide)m * m;
    const unsigned bits = 2 * shift % 64;
    const wide low = (wide)(uint64_t)square << bits;
    const wide high = ((square >> 64) << bits) + (low >> 64);
    const uint64_t term[] = {(uint64_t)low, (uint64_t)high, (uint64_t)(high >> 64)};
    return add_words(sum, 2 * shift / 64, term, 3, false);
}

/* Room for n^2 times a sum of squares and the words that a quotient is extended by. */
enum { NATURAL = 80, EXTRA = 3 };

typedef struct natural {
    uint64_t word[NATURAL];
    unsigned count; /* the words from here on are zero */
} natural;

/* The magnitude of a sum, raised by a number of words; true when the sum is negative. */
static bool natural_of(const ds_exact *sum, unsigned raise, natural *out)
{
    memset(out->word, 0, sizeof out->word);
    out->count = raise + sum->low + sum->count;
    const bool negative = sum->count && sum->word[sum->count - 1] >> 63;
    uint64_t carry = negative;
    for (unsigned i = 0; i < sum->count; i++) {
        const uint64_t w = (negative ? ~sum->word[i] : sum->word[i]) + carry;
        carry = carry && w == 0;
        out->word[raise + sum->low + i] = w;
    }
    while (out->count && !out->word[out->count - 1])
        out->count--;
    return negative;
}

static void multiply(natural *a, uint64_t by)
{
    uint64_t carry = 0;
    for (unsigned i = 0; i < a->count; i++) {
        const wide p = (wide)a->word[i] * by + carry;
        a->word[i] = (uint64_t)p;
        carry = (uint64_t)(p >> 64);
    }
    if (carry)
        a->word[a->count++] = carry;
}

static void square(const natural *a, natural *out)
{
    memset(out->word, 0, sizeof out->word);
    out->count = 2 * a->count;
    for (unsigned i = 0; i < a->count; i++) {
        uint64_t carry = 0;
        if (!a->word[i])
            continue;
        for (unsigned j = 0; j < a->count; j++) {
            const wide p = (wide)a->word[i] * a->word[j] + out->word[i + j] + carry;
            out->word[i + j] = (uint64_t)p;
            carry = (uint64_t)(p >> 64);
        }
        out->word[i + a->count] = carry;
    }
}

/* a -= b; false: b is more than a. */
static bool subtract(natural *a, const natural *b)
{
    const unsigned count = a->count > b->count ? a->count : b->count;
    uint64_t borrow = 0;
    for (unsigned i = 0; i < count; i++) {
        const wide d = (wide)a->word[i] - b->word[i] - borrow;
        a->word[i] = (uint64_t)d;
        borrow = (uint64_t)(d >> 64) & 1;
    }
    a->count = count;
    return !borrow;
}

/* a /= by, rounded down. */
static void divide(natural *a, uint64_t by)
{
    uint64_t rest = 0;
    for (unsigned i = a->count; i-- > 0;) {
        const wide d = (wide)rest << 64 | a->word[i];
        a->word[i] = (uint64_t)(d / by);
        rest = (uint64_t)(d % by);
    }
}

static bool bit(const natural *a, unsigned at)
{
    return a->word[at / 64] >> at % 64 & 1;
}

static bool any_below(const natural *a, unsigned end)
{
    for (unsigned i = 0; i < end / 64; i++)
        if (a->word[i])
            return true;
    return a->word[end / 64] & ((UINT64_C(1) << end % 64) - 1);
}

static unsigned length(const natural *a)
{
    unsigned i = a->count;
    while (i && !a->word[i - 1])
        i--;
    return i ? i * 64 - (unsigned)__builtin_clzll(a->word[i - 1]) : 0;
}

/* The nearest integer of at most 53 bits, ties to even, times 2^*at, a multiple of 2^lowest. What a
 * division dropped matters to no tie: a sum of units over d that is not half of a unit is off it by
 * at least 1 / (2 d), and words for that many bits were put below the unit. */
static double round_off(const natural *a, unsigned lowest, unsigned *at)
{
    const unsigned bits = length(a);
    *at = bits > lowest + DBL_MANT_DIG ? bits - DBL_MANT_DIG : lowest;
    const unsigned word = *at / 64, low = *at % 64;
    uint64_t m = a->word[word] >> low;
    if (low && word + 1 < NATURAL)
        m |= a->word[word + 1] << (64 - low);
    const bool half = *at && bit(a, *at - 1);
    if (half && (any_below(a, *at - 1) || (m & 1)))
        m++;
    return (double)m;
}

double ds_exact_mean(const ds_exact *sum, uint64_t n)
{
    natural a;
    unsigned at;
    if (n == 0)
        return NAN;
    const bool negative = natural_of(sum, 1, &a);
    divide(&a, n);
    const double m = round_off(&a, 64, &at);
    const double mean = ldexp(m, (int)at - 64 + DS_EXACT_UNIT);
    return negative && mean != 0 ? -mean : mean;
}

/* n Q - S^2 over n (n - 1), EXTRA words further up; false: there is none. */
static bool spread(const ds_exact *sum, const ds_exact *squares, uint64_t n, natural *out)
{
    natural s, s2;
    if (n < 2)
        return false;
    natural_of(sum, 0, &s);
    square(&s, &s2);
    natural_of(squares, 0, out);
    multiply(out, n);
    if (!subtract(out, &s2))
        return false;
    memmove(out->word + EXTRA, out->word, (NATURAL - EXTRA) * sizeof *out->word);
    memset(out->word, 0, EXTRA * sizeof *out->word);
    out->count += EXTRA;
    return true;
}

double ds_exact_variance(const ds_exact *sum, const ds_exact *squares, uint64_t n)
{
    natural a;
    unsigned at;
    if (!spread(sum, squares, n, &a))
        return NAN;
    const int unit = DS_EXACT_SQUARE_UNIT - 64 * EXTRA;
    divide(&a, n);
    divide(&a, n - 1);
    const double m = round_off(&a, (unsigned)(DS_EXACT_UNIT - unit), &at);
    return ldexp(m, (int)at + unit);
}

double ds_exact_error(const ds_exact *sum, const ds_exact *squares, uint64_t n)
{
    natural a;
    unsigned at;
    if (!spread(sum, squares, n, &a))
        return NAN;
    divide(&a, n);
    divide(&a, n - 1);
    divide(&a, n);
    const double m = round_off(&a, 0, &at); /* of few bits, a tie may be rounded otherwise */
    const int exponent = (int)at + DS_EXACT_SQUARE_UNIT - 64 * EXTRA;
    return exponent % 2 ? ldexp(sqrt(2 * m), (exponent - 1) / 2) : ldexp(sqrt(m), exponent / 2);
}

void ds_exact_magnitude(const ds_exact *sum, ds_magnitude *out)
{
    natural a;
    out->negative = natural_of(sum, 0, &a);
    size_t end = a.count * 8, low = 0;
    while (low < end && !(a.word[low / 8] >> 8 * (low % 8) & 0xff))
        low++;
    while (end > low && !(a.word[(end - 1) / 8] >> 8 * ((end - 1) % 8) & 0xff))
        end--;
    out->low = end > low ? low : 0;
    out->count = end - low;
    for (size_t i = low; i < end; i++)
        out->bytes[i - low] = (uint8_t)(a.word[i / 8] >> 8 * (i % 8));
}

bool ds_exact_add_magnitude(ds_exact *sum, const ds_magnitude *term)
{
    uint64_t word[NATURAL] = {0};
    if (!term->count)
        return true;
    for (size_t i = 0; i < term->count; i++) {
        const size_t at = term->low % 8 + i;
        word[at / 8] |= (uint64_t)term->bytes[i] << 8 * (at % 8);
    }
    const size_t words = (term->low % 8 + term->count + 7) / 8;
    return add_words(sum, (unsigned)(term->low / 8), word, (unsigned)words, term->negative);
}

size_t ds_exact_bytes(const ds_exact *sum)
{
    return sum->count * sizeof *sum->word;
}

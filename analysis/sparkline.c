#include "sparkline.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void ds_condense(const double *values, size_t count, double *means, size_t columns)
{
    for (size_t c = 0; c < columns; c++) {
        double sum = 0;
        size_t n = 0;
        for (size_t i = c * count / columns; i < (c + 1) * count / columns; i++)
            if (isfinite(values[i])) {
                sum += values[i];
                n++;
            }
        means[c] = n ? sum / (double)n : NAN;
    }
}

/* What differs by rounding only is flat. */
static int height(double value, double low, double high)
{
    const double span = high - low, least = 1e-10 * fmax(fabs(low), fabs(high));
    return span > least ? (int)fmin(7, 8 * ((value - low) / span)) : 3;
}

char *ds_sparkline(char text[DS_SPARKLINE_ROOM], const double *values, size_t count, size_t width)
{
    static const char blocks[8][4] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    double means[DS_SPARKLINE_MOST], low = INFINITY, high = -INFINITY;
    width = width < count ? width : count;
    width = width < DS_SPARKLINE_MOST ? width : DS_SPARKLINE_MOST;
    ds_condense(values, count, means, width);
    for (size_t c = 0; c < width; c++) {
        low = fmin(low, means[c]);
        high = fmax(high, means[c]);
    }
    char *end = text;
    for (size_t c = 0; c < width; c++) {
        const char *const block = isnan(means[c]) ? " " : blocks[height(means[c], low, high)];
        const size_t length = strlen(block);
        memcpy(end, block, length);
        end += length;
    }
    *end = '\0';
    return text;
}

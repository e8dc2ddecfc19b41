#include "factorial.h"

#include <math.h>
#include <stdbool.h>

static size_t points_of(const size_t *count, size_t axes)
{
    size_t points = 1;
    for (size_t i = 0; i < axes; i++)
        points *= count[i];
    return points;
}

/* Mean square of the means over all points that share a value of the axis. */
static double alone(const double *output, size_t points, size_t count, size_t stride, double mean)
{
    double squares = 0;
    for (size_t level = 0; level < count; level++) {
        double sum = 0, n = 0;
        for (size_t p = 0; p < points; p++)
            if (p / stride % count == level) {
                sum += output[p] - mean;
                n++;
            }
        squares += sum * sum / n;
    }
    return squares / (double)points;
}

/* Mean square about the mean of the line along the axis. */
static double within_lines(const double *output, size_t points, size_t count, size_t stride)
{
    double squares = 0;
    for (size_t p = 0; p < points; p++) {
        const double *const line = output + (p - p / stride % count * stride);
        double sum = 0;
        for (size_t level = 0; level < count; level++)
            sum += line[level * stride] - output[p];
        squares += sum * sum / ((double)count * (double)count);
    }
    return squares / (double)points;
}

void ds_factorial_of(const double *output, const size_t *count, size_t axes, double *first,
                     double *total, double *mean, double *variance)
{
    const size_t points = points_of(count, axes);
    double sum = 0, squares = 0;
    for (size_t p = 0; p < points; p++)
        sum += output[p];
    *mean = sum / (double)points;
    for (size_t p = 0; p < points; p++)
        squares += (output[p] - *mean) * (output[p] - *mean);
    *variance = squares / (double)points;
    size_t stride = points;
    for (size_t i = 0; i < axes; i++) {
        stride /= count[i] > 0 ? count[i] : 1;
        const bool varies = *variance > 1e-28 * *mean * *mean;
        first[i] = varies ? alone(output, points, count[i], stride, *mean) / *variance : NAN;
        total[i] = varies ? within_lines(output, points, count[i], stride) / *variance : NAN;
    }
}

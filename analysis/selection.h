/*
 * Which of several variants is best, and how many replicas it takes to say so: the constants of
 * ranking-and-selection procedures, and how a budget is best spread. Variants are independent of
 * each other unless it says otherwise.
 */
#ifndef DS_ANALYSIS_SELECTION_H
#define DS_ANALYSIS_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

/* Dudewicz & Dalal (1975): h1 for `variants` of which each has `first` replicas to begin with; the
 * best is chosen with probability `correct` when it is better by the difference that matters. */
double ds_dudewicz_dalal(size_t variants, size_t first, double correct);

/* Rinott (1978): h of the procedure that needs no weights. */
double ds_rinott(size_t variants, size_t first, double correct);

/* Replicas that such a procedure gives a variant: at least `first`, and (h sd / difference)^2. */
size_t ds_selection_replicas(double h, double sd, double difference, size_t first);

/* Kim & Nelson (2001), fully sequential, also on common random numbers, with c = 1: eta, and the
 * squared constant h^2 = 2 eta (first - 1), with which variants are dropped. */
typedef struct ds_kim_nelson {
    double eta, square;
} ds_kim_nelson;
ds_kim_nelson ds_kim_nelson_of(size_t variants, size_t first, double correct);

/* Whether a variant whose sum over `replicas` is behind another's by `behind` is dropped; sd: of
 * their difference in the first stage. */
bool ds_kim_nelson_drops(ds_kim_nelson constants, double behind, double sd, double difference,
                         size_t replicas);

/* Shares of a budget that make a right choice likeliest (Chen, Lin, Yücesan & Chick 2000); smaller
 * means are better. Where another mean equals the best one, both get all between them. */
void ds_ocba(const double *mean, const double *sd, size_t variants, double *share);

#endif

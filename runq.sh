cd /tmp/wt/stopping; gcc -O2 -fopenmp -I. /tmp/stop/quant.c -o /tmp/stop/quant build/libds_core.a -lgsl -lgslcblas -lm

/* Runs a model on a device, row by row of made images, and prints the largest result of each.
 *
 *     cc run.c -I ../include -L ../../../target/release -leie -o run
 *     ./run model:?pes=16 ../../../models/lenet-300-100.eie 3
 */
#include "eie.h"
#include <stdio.h>
#include <stdlib.h>

static int fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, eie_last_error());
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: %s URI MODEL ROWS\n", argv[0]);
        return 2;
    }
    struct eie_session *session = NULL;
    if (eie_open(argv[1], &session) != EIE_STATUS_OK) {
        return fail("open");
    }
    if (eie_load(session, argv[2]) != EIE_STATUS_OK) {
        int code = fail("load");
        eie_close(&session);
        return code;
    }
    size_t inputs = eie_inputs(session), outputs = eie_outputs(session), rows = (size_t)atoi(argv[3]);
    float *x = calloc(rows * inputs, sizeof *x), *y = calloc(rows * outputs, sizeof *y);
    if (!x || !y) {
        return 1;
    }
    /* Something like an image: values from 0 to 1, most of them 0. */
    for (size_t k = 0; k < rows * inputs; k++) {
        x[k] = k % 5 == 0 ? (float)(k * 7 % 255) / 255.0f : 0.0f;
    }
    int code = 0;
    if (eie_run_f32(session, x, rows * inputs, y, rows * outputs) != EIE_STATUS_OK) {
        code = fail("run");
    }
    for (size_t row = 0; !code && row < rows; row++) {
        size_t best = 0;
        for (size_t k = 1; k < outputs; k++) {
            best = y[row * outputs + k] > y[row * outputs + best] ? k : best;
        }
        printf("%zu %.6f\n", best, (double)y[row * outputs + best]);
    }
    free(x);
    free(y);
    eie_close(&session);
    return code;
}

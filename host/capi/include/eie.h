/* OpenEIE: offload the layers of a compressed network to a device. Made from src/lib.rs. */

#ifndef EIE_H
#define EIE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// How a call ended.
enum eie_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // It is done.
  EIE_STATUS_OK = 0,
  // A pointer is null, or not aligned.
  EIE_STATUS_POINTER = 1,
  // A text is not UTF-8.
  EIE_STATUS_TEXT = 2,
  // A length is not that of whole rows, or there is not room for exactly the results.
  EIE_STATUS_SIZE = 3,
  // The file cannot be read, or is not a model.
  EIE_STATUS_FILE = 4,
  // The device cannot be opened, or the model not be run on it.
  EIE_STATUS_OPEN = 5,
  // No model is loaded.
  EIE_STATUS_NO_MODEL = 6,
  // The run failed; the session can be used again.
  EIE_STATUS_RUN = 7,
  // A defect of the driver.
  EIE_STATUS_DEFECT = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum eie_status eie_status;
#else
typedef int32_t eie_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// A device, and a model when one is loaded.
struct eie_session;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Opens a device by its address, for instance `model:?pes=16` or `uart:/dev/ttyUSB0?baud=3000000`. `*out` is the
// session, or null after an error.
//
// # Safety
// `address` is null or a text that ends with a zero; `out` is null or points to a pointer.
eie_status eie_open(const char *address,
                    struct eie_session **out);

// Loads a model from an `.eie` file, in place of the one before.
//
// # Safety
// `session` is null or an open session; `path` is null or a text that ends with a zero.
eie_status eie_load(const struct eie_session *session, const char *path);

// Values of a row of the input; 0 if no model is loaded.
//
// # Safety
// `session` is null or an open session.
size_t eie_inputs(const struct eie_session *session);

// Values of a row of the output; 0 if no model is loaded.
//
// # Safety
// `session` is null or an open session.
size_t eie_outputs(const struct eie_session *session);

// Runs rows of real numbers, one after the other in `x`; their results are put into `y` in the same order. `x_len` is
// a multiple of `eie_inputs`, `y_len` as many times `eie_outputs`.
//
// # Safety
// `session` is null or an open session; `x` and `y` are null or have as many values as their lengths say, and do not
// overlap.
eie_status eie_run_f32(const struct eie_session *session,
                       const float *x,
                       size_t x_len,
                       float *y,
                       size_t y_len);

// Runs rows of activations in units of the model's scales. Otherwise as `eie_run_f32`.
//
// # Safety
// As `eie_run_f32`.
eie_status eie_run_i16(const struct eie_session *session,
                       const int16_t *x,
                       size_t x_len,
                       int16_t *y,
                       size_t y_len);

// What was wrong with this thread's last call: a sentence, empty if nothing was. It holds until the next call.
const char *eie_last_error(void);

// Closes a session, and sets the pointer to it to null; nothing if that is null already.
//
// # Safety
// `session` is null, or points to null or to an open session that nobody else uses.
eie_status eie_close(struct eie_session **session);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* EIE_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long the body of a uwsgi request is: CONTENT_LENGTH, from the variables of its block. It is
 * absent or empty where there is none. Source: nginx passes it empty with GET (uwsgi_params).
 */
#ifndef CORE_UWSGI_LENGTH_H
#define CORE_UWSGI_LENGTH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/slice.h"

/*
 * *length in bytes, 0: no body. false: it is not a number of digits, is longer than a file can
 * be, or there are two that differ.
 */
bool uwsgi_length_read(struct slice block, uint64_t *length);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers of DNS, as the resolver process sends them, become changes of the queue: one for all
 * that has come until its turn. Nothing of it is written to a file, and the base stays as it is.
 */
#ifndef PROCESS_NAMES_H
#define PROCESS_NAMES_H

#include <stdbool.h>

#include "core/slice.h"

/* MESSAGE_NAMES. false: it is not valid. */
bool names_take(struct slice message);

#endif

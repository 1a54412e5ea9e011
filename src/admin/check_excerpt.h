/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes of a backend's answer in a sentence: quoted, printable ASCII, and not too long. */
#ifndef ADMIN_CHECK_EXCERPT_H
#define ADMIN_CHECK_EXCERPT_H

#include "core/slice.h"

#define CHECK_EXCERPT 56

/* Prints "the beginning..." with its quotes into buf; returns buf. */
const char *check_excerpt(struct slice bytes, char buf[CHECK_EXCERPT]);

#endif

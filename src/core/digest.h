/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Digests of signatures by their names, as OpenSSL knows them: "SHA1", "SHA256". For the check of
 * a configuration, and for what opens a digest later: both accept the same names.
 */
#ifndef CORE_DIGEST_H
#define CORE_DIGEST_H

#include <stdbool.h>

#include "core/base.h"

/* false: OpenSSL has none with this name, or none that signatures are made with. */
bool digest_exists(const char *name) MUST_CHECK;

#endif

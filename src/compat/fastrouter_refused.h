/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options of uWSGI that `heddle fastrouter` refuses, each with what to do about it: those that
 * come later, those of an application, and those that heddle has another way for.
 */
#ifndef COMPAT_FASTROUTER_REFUSED_H
#define COMPAT_FASTROUTER_REFUSED_H

#include "core/slice.h"

/* A sentence that may follow "name: ". NULL: it is no option of uWSGI that is known here. */
const char *fastrouter_refused_why(struct slice name);

#endif

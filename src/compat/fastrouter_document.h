/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the options of `heddle fastrouter` mean, as heddle.yaml: one service of the uwsgi protocol.
 * Looks up users, groups and the names of addresses to listen on; opens nothing.
 */
#ifndef COMPAT_FASTROUTER_DOCUMENT_H
#define COMPAT_FASTROUTER_DOCUMENT_H

#include "core/base.h"

struct fastrouter_options;
struct text;

/*
 * Appends the document. What uWSGI would have ignored is told, and so is what cannot be; then
 * options->status is the exit status: 1 an address or a user that is not there, 2 the rest.
 */
void fastrouter_document_put(struct fastrouter_options *options, struct text *yaml);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* A text in the document that `heddle fastrouter` makes of its options. */
#ifndef COMPAT_FASTROUTER_STRING_H
#define COMPAT_FASTROUTER_STRING_H

struct text;

/* Appends the text quoted, with its dollar signs doubled, between two others. */
void fastrouter_string(struct text *yaml, const char *before, const char *text,
			      const char *behind);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the targets of libFuzzer share. A target owns LLVMFuzzerTestOneInput(): it gets one input,
 * and ends the process when a property does not hold. Built by auto/fuzz.
 */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property of the tested code. What does not hold is a finding, with the input kept. */
#define HOLDS(property)                                                                            \
	do {                                                                                       \
		if (!(property)) {                                                                 \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__,          \
				#property);                                                        \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

#endif

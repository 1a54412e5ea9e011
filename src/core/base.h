/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The few words that every file may use: attributes, array sizes, and the way
 * from an embedded member back to its owner. No types, no state.
 */
#ifndef CORE_BASE_H
#define CORE_BASE_H

#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN __attribute__((noreturn))

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif

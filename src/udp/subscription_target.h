/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a subscription server announces its keys to: addresses, and names that DNS resolves. */
#ifndef UDP_SUBSCRIPTION_TARGET_H
#define UDP_SUBSCRIPTION_TARGET_H

#include <stdbool.h>

#include "core/addr.h"
#include "core/base.h"

struct subscription_target;

/* From the text of the configuration: endpoints separated by blanks. NULL: there is none. */
struct subscription_target *subscription_target_open(const char *list);
void subscription_target_close(struct subscription_target **targets);
/* The n-th address of all of them together. false: there are no more. */
bool subscription_target_address(const struct subscription_target *targets, unsigned n,
				 struct addr *addr) MUST_CHECK;

#endif

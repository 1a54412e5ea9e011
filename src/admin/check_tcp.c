/* SPDX-License-Identifier: BSD-2-Clause */
/* The check that connects and closes. */
#include <stddef.h>

#include "admin/check_kind.h"

extern const struct check_kind check_tcp;

const struct check_kind check_tcp = {
	.name = "tcp",
	.connects_only = true,
};

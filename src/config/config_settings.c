/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings: the root of all objects, there once. */
#include "config/config_parts.h"

const struct object_kind config_settings_kind = {
	.name = "settings",
	.plural = "settings",
	.conf = &config_settings_section,
	.told = TOLD_ALL,
	.resources = true,
	.check_system = config_deep_settings,
};

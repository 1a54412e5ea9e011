/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_logs.h"

/* FNV-1a over what makes a target; every process comes to the same number. */
uint64_t config_logs_id(const struct log_target *target)
{
	const char *path = target->to == LOG_TO_FILE ? target->path : "";
	uint64_t h = 14695981039346656037u;

	if (target->to == LOG_TO_NONE)
		return 0;
	h = (h ^ (uint64_t)target->to) * 1099511628211u;
	if (target->to == LOG_TO_SYSLOG)
		h = (h ^ (uint64_t)target->facility) * 1099511628211u;
	for (; *path != '\0'; path++)
		h = (h ^ (unsigned char)*path) * 1099511628211u;
	return h != 0 ? h : 1;
}

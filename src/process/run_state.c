/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/run_state.h"

#include <stdio.h>
#include <string.h>

/* Third field of /proc/PID/stat, behind a name that may hold anything; '?' where there is none. */
static char state_of(pid_t pid)
{
	char path[64], line[512];
	const char *end = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return '?';
	if (fgets(line, sizeof(line), f) != NULL)
		end = strrchr(line, ')');
	fclose(f);
	return end != NULL && end[1] == ' ' ? end[2] : '?';
}

bool run_state_stopped(pid_t pid)
{
	return state_of(pid) == 'T';
}

bool run_state_traced(pid_t pid)
{
	char path[64], line[256];
	bool found = false;
	long tracer = 0;
	FILE *f;

	if (state_of(pid) == 't')
		return true;
	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	while (!found && fgets(line, sizeof(line), f) != NULL)
		found = sscanf(line, "TracerPid: %ld", &tracer) == 1;
	fclose(f);
	return tracer != 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `workers: auto`: how many processors there are for us. Containers limit by
 * quota and not by count: the smallest quota on the way up the cgroup tree,
 * rounded up, bounds what the affinity mask says.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_SCHED_GETAFFINITY
#include <sched.h>
#endif

#include "config/config_types.h"

static uint32_t affinity(void)
{
#ifdef HAVE_SCHED_GETAFFINITY
	cpu_set_t set;

	/* It fails on machines with more than 1024 processors: those are counted below. */
	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		return (uint32_t)CPU_COUNT(&set);
#endif
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 ? (uint32_t)n : 1;
}

static bool read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return false;
	bool ok = fgets(line, (int)size, file) != NULL;

	fclose(file);
	return ok;
}

/* The smaller of `cpus` and quota / period, rounded up. */
static uint32_t bound(uint32_t cpus, long long quota, long long period)
{
	if (quota <= 0 || period <= 0)
		return cpus;
	long long wanted = (quota - 1) / period + 1;

	return wanted < cpus ? (uint32_t)wanted : cpus;
}

static uint32_t bound_v2(uint32_t cpus, const char *folder)
{
	char path[PATH_MAX + 32], line[128];
	long long quota, period;

	snprintf(path, sizeof(path), "%s/cpu.max", folder);
	if (!read_line(path, line, sizeof(line)) || sscanf(line, "%lld %lld", &quota, &period) != 2)
		return cpus; /* "max 100000": no quota */
	return bound(cpus, quota, period);
}

static uint32_t bound_v1(uint32_t cpus, const char *folder)
{
	char path[PATH_MAX + 32], line[128];
	long long quota, period;

	snprintf(path, sizeof(path), "%s/cpu.cfs_quota_us", folder);
	if (!read_line(path, line, sizeof(line)) || sscanf(line, "%lld", &quota) != 1)
		return cpus;
	snprintf(path, sizeof(path), "%s/cpu.cfs_period_us", folder);
	if (!read_line(path, line, sizeof(line)) || sscanf(line, "%lld", &period) != 1)
		return cpus;
	return bound(cpus, quota, period);
}

/* Every folder from the group up to the root of its tree. */
static uint32_t bound_tree(uint32_t cpus, const char *top, char *group, bool v2)
{
	char folder[PATH_MAX];

	for (;;) {
		int len = snprintf(folder, sizeof(folder), "%s%s", top, group);

		if (len > 0 && (size_t)len < sizeof(folder))
			cpus = v2 ? bound_v2(cpus, folder) : bound_v1(cpus, folder);
		char *slash = strrchr(group, '/');

		if (slash == NULL)
			return cpus;
		*slash = '\0';
	}
}

static bool has_cpu_controller(char *controllers)
{
	for (char *save, *name = strtok_r(controllers, ",", &save); name != NULL;
	     name = strtok_r(NULL, ",", &save))
		if (strcmp(name, "cpu") == 0)
			return true;
	return false;
}

/* "0::/user.slice" is v2, "4:cpu,cpuacct:/docker/1f" is v1. */
static uint32_t bound_line(uint32_t cpus, const char *root, char *line)
{
	char *first = strchr(line, ':');
	char *second = first != NULL ? strchr(first + 1, ':') : NULL;
	char top[PATH_MAX];

	if (second == NULL)
		return cpus;
	*second = '\0';
	char *group = second + 1;

	group[strcspn(group, "\n")] = '\0';
	bool v2 = first[1] == '\0';

	if (!v2 && !has_cpu_controller(first + 1))
		return cpus;
	snprintf(top, sizeof(top), v2 ? "%s/sys/fs/cgroup" : "%s/sys/fs/cgroup/cpu", root);
	return bound_tree(cpus, top, group, v2);
}

uint32_t config_cpus_quota(const char *root, uint32_t cpus)
{
	char path[PATH_MAX + 32], line[PATH_MAX];

	snprintf(path, sizeof(path), "%s/proc/self/cgroup", root);
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return cpus > 0 ? cpus : 1;
	while (fgets(line, sizeof(line), file) != NULL)
		cpus = bound_line(cpus, root, line);
	fclose(file);
	return cpus > 0 ? cpus : 1;
}

uint32_t config_cpus(void)
{
	return config_cpus_quota("", affinity());
}

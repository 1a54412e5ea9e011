/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/process_usage.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROC_PATH 64

static FILE *open_proc(uint32_t pid, const char *name)
{
	char path[PROC_PATH];

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/%s", pid, name);
	return fopen(path, "re");
}

/* The first line that `fmt` (with one SCNd64) matches. */
static bool scan(FILE *f, const char *fmt, int64_t *value)
{
	char line[512];

	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, fmt, value) == 1)
			return true;
	}
	return false;
}

static int64_t read_value(uint32_t pid, const char *name, const char *fmt)
{
	FILE *f = open_proc(pid, name);
	int64_t value = -1;

	if (f == NULL)
		return -1;
	if (!scan(f, fmt, &value))
		value = -1;
	fclose(f);
	return value;
}

static double read_cpu(uint32_t pid)
{
	FILE *f = open_proc(pid, "stat");
	char line[1024];
	uint64_t user, system;
	const char *end;
	double seconds = -1;

	if (f == NULL)
		return -1;
	/* the name before it may contain blanks and brackets */
	if (fgets(line, sizeof(line), f) != NULL && (end = strrchr(line, ')')) != NULL &&
	    sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64,
		   &user, &system) == 2)
		seconds = (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
	fclose(f);
	return seconds;
}

static int64_t read_memory(uint32_t pid)
{
	int64_t kilobytes = read_value(pid, "smaps_rollup", "Pss: %" SCNd64 " kB");
	int64_t pages;

	if (kilobytes >= 0)
		return kilobytes * 1024;
	pages = read_value(pid, "statm", "%*d %" SCNd64);
	return pages < 0 ? -1 : pages * sysconf(_SC_PAGESIZE);
}

static int64_t count_fds(uint32_t pid)
{
	char path[PROC_PATH];
	const struct dirent *entry;
	struct stat status;
	int64_t n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/fd", pid);
	/* Linux 6.2 and later tell the number as the size; elsewhere it is 0 */
	if (stat(path, &status) == 0 && status.st_size > 0)
		return status.st_size;
	dir = opendir(path);
	if (dir == NULL)
		return -1;
	while ((entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(dir);
	/* without the descriptor by which this folder is read */
	return (uint32_t)getpid() == pid ? n - 1 : n;
}

void process_usage_read(struct process_usage *usage, uint32_t pid)
{
	usage->cpu_seconds = read_cpu(pid);
	usage->memory_bytes = read_memory(pid);
	usage->fds = count_fds(pid);
	usage->fds_limit = read_value(pid, "limits", "Max open files %" SCNd64);
}

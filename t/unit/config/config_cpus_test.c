/* SPDX-License-Identifier: BSD-2-Clause */
/* `workers: auto` in a container: a system root of our own with its cgroup files. */
#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config/config_types.h"

Suite *config_cpus_suite(void);

static char root[64];

static void setup(void)
{
	snprintf(root, sizeof(root), "/tmp/heddle-unit-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
}

static void teardown(void)
{
	char command[PATH_MAX];

	snprintf(command, sizeof(command), "rm -r %s", root);
	ck_assert_int_eq(system(command), 0);
}

static void put(const char *path, const char *text)
{
	char command[PATH_MAX];

	snprintf(command, sizeof(command), "mkdir -p $(dirname %s%s) && printf %%b '%s' > %s%s",
		 root, path, text, root, path);
	ck_assert_int_eq(system(command), 0);
}

START_TEST(without_cgroups_every_processor_counts)
{
	ck_assert_uint_eq(config_cpus_quota(root, 8), 8);
	ck_assert_uint_eq(config_cpus_quota(root, 0), 1);
	ck_assert_uint_ge(config_cpus(), 1);
}
END_TEST

START_TEST(a_quota_is_rounded_up)
{
	put("/proc/self/cgroup", "0::/a/b\\n");
	put("/sys/fs/cgroup/a/b/cpu.max", "250000 100000\\n");
	ck_assert_uint_eq(config_cpus_quota(root, 8), 3);
	put("/sys/fs/cgroup/a/b/cpu.max", "300000 100000\\n");
	ck_assert_uint_eq(config_cpus_quota(root, 8), 3);
	put("/sys/fs/cgroup/a/b/cpu.max", "1000 100000\\n");
	ck_assert_uint_eq(config_cpus_quota(root, 8), 1);
	put("/sys/fs/cgroup/a/b/cpu.max", "max 100000\\n");
	ck_assert_uint_eq(config_cpus_quota(root, 8), 8);
}
END_TEST

START_TEST(the_groups_around_it_count_too)
{
	put("/proc/self/cgroup", "0::/a/b\\n");
	put("/sys/fs/cgroup/a/b/cpu.max", "max 100000\\n");
	put("/sys/fs/cgroup/a/cpu.max", "200000 100000\\n");
	ck_assert_uint_eq(config_cpus_quota(root, 8), 2);
	put("/sys/fs/cgroup/cpu.max", "100000 100000\\n");
	ck_assert_uint_eq(config_cpus_quota(root, 8), 1);
}
END_TEST

START_TEST(the_older_cgroups)
{
	put("/proc/self/cgroup", "5:memory:/m\\n4:cpu,cpuacct:/docker/1f\\n");
	put("/sys/fs/cgroup/cpu/docker/1f/cpu.cfs_quota_us", "150000\\n");
	put("/sys/fs/cgroup/cpu/docker/1f/cpu.cfs_period_us", "100000\\n");
	ck_assert_uint_eq(config_cpus_quota(root, 8), 2);
	put("/sys/fs/cgroup/cpu/docker/1f/cpu.cfs_quota_us", "-1\\n");
	ck_assert_uint_eq(config_cpus_quota(root, 8), 8);
}
END_TEST

START_TEST(odd_files_change_nothing)
{
	put("/proc/self/cgroup", "\\nx\\n0:\\n0::/a\\n:::\\n");
	put("/sys/fs/cgroup/a/cpu.max", "what 0\\n");
	put("/sys/fs/cgroup/cpu.max", "5 0\\n");
	ck_assert_uint_eq(config_cpus_quota(root, 4), 4);
}
END_TEST

Suite *config_cpus_suite(void)
{
	Suite *suite = suite_create("config_cpus");
	TCase *tests = tcase_create("cpus");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, without_cgroups_every_processor_counts);
	tcase_add_test(tests, a_quota_is_rounded_up);
	tcase_add_test(tests, the_groups_around_it_count_too);
	tcase_add_test(tests, the_older_cgroups);
	tcase_add_test(tests, odd_files_change_nothing);
	suite_add_tcase(suite, tests);
	return suite;
}

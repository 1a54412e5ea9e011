/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs every suite under t/unit. A suite is found by its file: NAME_test.c
 * defines NAME_suite(). Output is TAP on stdout; CK_RUN_SUITE=NAME runs one,
 * CK_FORK=no keeps everything in one process for a debugger or a sanitizer.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define SUITE(name) Suite *name##_suite(void);
#include "suites.h"
#undef SUITE

static Suite *(*const suites[])(void) = {
#define SUITE(name) name##_suite,
#include "suites.h"
#undef SUITE
	NULL,
};

int main(void)
{
	SRunner *runner = srunner_create(NULL);
	int      failed;

	for (size_t i = 0; suites[i]; i++)
		srunner_add_suite(runner, suites[i]());
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line of `heddle fastrouter`, as uWSGI reads one: --name VALUE, --name=VALUE, the
 * letters that some options have, ini files anywhere between them.
 */
#ifndef COMPAT_FASTROUTER_ARGUMENTS_H
#define COMPAT_FASTROUTER_ARGUMENTS_H

struct fastrouter_options;

/*
 * Reads all of argv but its first word, and the ini files that it names. Everything that is
 * refused is told, not the first alone; options->status says whether something was: 1 a file
 * cannot be read, 2 the rest.
 */
void fastrouter_arguments_read(struct fastrouter_options *options, int argc, char **argv);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* A visit to the strings of a struct: to copy them, or to move what they point to. */
#ifndef CONFIG_CONF_VISIT_H
#define CONFIG_CONF_VISIT_H

/* Called with each string that a struct owns: it may put another pointer there. */
struct conf_strings {
	void (*each)(const char **string, void *arg);
	void  *arg;
};

#endif

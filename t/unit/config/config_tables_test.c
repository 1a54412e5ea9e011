/* SPDX-License-Identifier: BSD-2-Clause */
/* heddle.yaml(5) against the tables: every directive, its help, its default, when it applies. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_rows.h"
#include "config/config_types.h"
#include "core/text.h"

Suite *config_tables_suite(void);

static struct text manual; /* the page with every line end as a blank */

static void setup(void)
{
	FILE *file = fopen("man/heddle.yaml.5", "r");
	int c;

	ck_assert_msg(file != NULL, "the tests run in the folder of the sources");
	text_init(&manual);
	while ((c = fgetc(file)) != EOF)
		text_putc(&manual, c == '\n' ? ' ' : (char)c);
	fclose(file);
}

static void teardown(void)
{
	text_close(&manual);
}

static const struct {
	const struct conf_section *section;	/* NULL: that of a kind of check */
	const char *title; /* in the page */
} sections[] = {
	{ &config_settings_section, ".Ss Top level " },
	{ &config_log_section, ".Ss log " },
	{ &config_access_log_section, ".Ss access_log " },
	{ &config_admin_section, ".Ss admin " },
	{ &config_admin_listen_section, ".Ss An admin listener " },
	{ &config_admin_tls_section, ".Ss admin tls " },
	{ &config_service_section, ".Ss A service " },
	{ &config_listen_section, ".Ss A listener " },
	{ &config_fastrouter_stats_section, ".Ss A stats address " },
	{ &config_backend_section, ".Ss A backend " },
	{ &config_passive_section, ".Ss passive " },
	{ &config_check_section, ".Ss check " },
	{ NULL, ".Ss http check " },
	{ NULL, ".Ss expect check " },
	{ &config_keepalive_section, ".Ss keepalive " },
	{ &config_fanout_section, ".Ss A fan-out " },
	{ &config_fanout_listen_section, ".Ss A fan-out listener " },
	{ &config_target_section, ".Ss A target " },
	{ &config_subscription_section, ".Ss A subscription server " },
	{ &config_subscription_sign_section, ".Ss Signed announcements " },
	{ &config_subscription_credentials_section, ".Ss Credentials of senders " },
	{ &config_subscription_node_section, ".Ss A static node " },
	{ &config_shuttle_section, ".Ss shuttle " },
};

/* That of a kind of check by the word in its title. */
static const struct conf_section *section_at(int i)
{
	const char *word = sections[i].title + strlen(".Ss "), *name, *aliases;
	int row = 0;

	if (sections[i].section != NULL)
		return sections[i].section;
	while ((name = config_checks.names.name((size_t)row, &aliases)) != NULL &&
	       strncmp(word, name, strlen(name)) != 0)
		row++;
	ck_assert_msg(name != NULL, "%s", word);
	return config_checks.section(row);
}

/* A copy of what stands from `begin` to the next `end`. */
static char *part(const char *begin, const char *end)
{
	const char *stop = strstr(begin + 1, end);

	return strndup(begin, stop != NULL ? (size_t)(stop - begin) : strlen(begin));
}

/* The word stands by itself: not in the middle of another. */
static bool has_word(const char *entry, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(entry, word); at != NULL; at = strstr(at + 1, word)) {
		if (strchr(" (:", at[-1]) != NULL && strchr(" ,:;.)", at[len]) != NULL)
			return true;
	}
	return false;
}

static void check_words(const char *entry, const struct directive *d)
{
	const struct conf_word *words = d->extra;

	if (d->type != &conf_word && d->type != &conf_words)
		return;
	for (; words->name != NULL; words++)
		ck_assert_msg(words->value == CONF_LATER || has_word(entry, words->name),
			      "%s: the word %s is not in the manual", d->name, words->name);
}

static void check_aliases(const char *entry, const struct directive *d)
{
	char all[80], *next = NULL;

	snprintf(all, sizeof(all), "%s", d->aliases != NULL ? d->aliases : "");
	for (char *one = strtok_r(all, " ", &next); one != NULL; one = strtok_r(NULL, " ", &next))
		ck_assert_msg(has_word(entry, one), "%s: the old word %s is not in the manual",
			      d->name, one);
}

static void check_directive(const char *chapter, const struct directive *d)
{
	char item[80], initial[80];

	snprintf(item, sizeof(item), ".It Ic %s : ", d->name);
	const char *found = strstr(chapter, item);

	ck_assert_msg(found != NULL, "%s is not in the manual", d->name);
	char *entry = part(found, ".It Ic ");

	ck_assert_msg(strstr(entry, d->help) != NULL, "%s: the manual should say: %s", d->name,
		      d->help);
	snprintf(initial, sizeof(initial), "Default: .Cm %s .",
		 d->initial != NULL ? d->initial : "");
	if (d->initial == NULL)
		ck_assert_msg(strstr(entry, "Default:") == NULL, "%s has no default", d->name);
	else if (strcmp(d->name, "pid_file") != 0) /* its folder is chosen by configure */
		ck_assert_msg(strstr(entry, initial) != NULL, "%s: %s", d->name, initial);
	ck_assert_msg((strstr(entry, "Needs a restart.") != NULL) ==
			      (d->applies == APPLIES_RESTART),
		      "%s: when it applies", d->name);
	check_words(entry, d);
	check_aliases(entry, d);
	free(entry);
}

START_TEST(every_directive_is_in_the_manual)
{
	const char *begin = strstr(text_cstr(&manual), sections[_i].title);

	ck_assert_msg(begin != NULL, "%s", sections[_i].title);
	char *chapter = part(begin, ".Ss ");

	for (const struct directive *d = section_at(_i)->rows; d->name != NULL; d++)
		if (d->type != &conf_later)
			check_directive(chapter, d);
	free(chapter);
}
END_TEST

START_TEST(the_manual_has_no_other_directives)
{
	const char *begin = strstr(text_cstr(&manual), sections[_i].title);
	char *chapter = part(begin, ".Ss ");

	for (const char *at = strstr(chapter, ".It Ic "); at != NULL;
	     at = strstr(at + 1, ".It Ic ")) {
		char name[80] = "";

		sscanf(at, ".It Ic %79[a-z_0-9]", name);
		const struct directive *d = conf_find(section_at(_i), name);

		ck_assert_msg(d != NULL && d->type != &conf_later, "%s", name);
	}
	free(chapter);
}
END_TEST

Suite *config_tables_suite(void)
{
	Suite *suite = suite_create("config_tables");
	TCase *tests = tcase_create("manual");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, every_directive_is_in_the_manual, 0, COUNT(sections));
	tcase_add_loop_test(tests, the_manual_has_no_other_directives, 0, COUNT(sections));
	suite_add_tcase(suite, tests);
	return suite;
}

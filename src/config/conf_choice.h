/* SPDX-License-Identifier: BSD-2-Clause */
/* For conf.c and conf_blocks.c: a directive has chosen which others there are; see conf_own(). */
#ifndef CONFIG_CONF_CHOICE_H
#define CONFIG_CONF_CHOICE_H

struct conf_place;
struct conf_section;

/* The choice was `before` so far. If it is another one, its directives get their defaults. */
void conf_chosen(const struct conf_section *section, const struct conf_section *before,
		 const struct conf_place *place, void *section_struct);

#endif

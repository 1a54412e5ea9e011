/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/conf_place.h"

#include "core/text.h"

struct conf_place conf_place_key(const struct conf_place *outer, const char *name)
{
	return (struct conf_place){ outer, name, 0, outer->arena, outer->errors };
}

struct conf_place conf_place_item(const struct conf_place *outer, size_t index)
{
	return (struct conf_place){ outer, NULL, index, outer->arena, outer->errors };
}

void conf_place_print(const struct conf_place *place, struct text *out)
{
	if (place->outer != NULL)
		conf_place_print(place->outer, out);
	if (place->name != NULL && place->name[0] != '\0')
		text_printf(out, "%s%s", out->len > 0 ? "." : "", place->name);
	else if (place->name == NULL)
		text_printf(out, "[%zu]", place->index);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/uwsgi_address.h"

#include <string.h>

#include "core/text.h"

#define DIGITS "0123456789"

/* "@name" and, with a backslash and a zero, "\0name". NULL: neither. */
static const char *abstract_name(const char *text)
{
	if (text[0] == '@')
		return text + 1;
	return strncmp(text, "\\0", 2) == 0 ? text + 2 : NULL;
}

static enum uwsgi_address bad(const char *reason, const char **why)
{
	*why = reason;
	return UWSGI_ADDRESS_BAD;
}

static enum uwsgi_address local(const char *text, const char *folder, struct text *out,
				const char **why)
{
	const char *name = abstract_name(text);

	if (text[0] == '\0')
		return bad("there is no address", why);
	if (name != NULL) {
		text_printf(out, "@%s", name);
		return *name != '\0' ? UWSGI_ADDRESS_ABSTRACT : bad("there is no name", why);
	}
	text_printf(out, "%s%s%s", text[0] != '/' ? folder : "", text[0] != '/' ? "/" : "", text);
	return UWSGI_ADDRESS_UNIX;
}

/* Whether the text is nothing but digits, and at least one. */
static bool is_number(const char *text)
{
	return text[0] != '\0' && text[strspn(text, DIGITS)] == '\0';
}

enum uwsgi_address uwsgi_address_listen(const char *text, const char *folder, struct text *out,
					const char **why)
{
	const char *colon = strrchr(text, ':');

	if (text[0] == '=') {
		text_puts(out, text + 1);
		return is_number(text + 1) ? UWSGI_ADDRESS_SHARED :
			bad("write =N, with the number of a --shared-socket", why);
	}
	if (strncmp(text, "fd://", 5) == 0) {
		text_printf(out, "fd:%s", text + 5);
		return is_number(text + 5) ? UWSGI_ADDRESS_FD :
			bad("write fd://N, with the number of a descriptor", why);
	}
	if (colon == NULL || abstract_name(text) != NULL)
		return local(text, folder, out, why);
	if (!is_number(colon + 1))
		return bad("there is no port behind the last colon", why);
	text_printf(out, "%s%s", colon == text ? "0.0.0.0" : "", text);
	return UWSGI_ADDRESS_TCP;
}

enum uwsgi_address uwsgi_address_node(const char *text, const char *folder, struct text *out,
				      bool *cut, const char **why)
{
	const char *bracket = text[0] == '[' ? strchr(text, ']') : NULL;
	const char *colon = strchr(bracket != NULL ? bracket : text, ':');

	*cut = false;
	if (colon == NULL || abstract_name(text) != NULL)
		return local(text, folder, out, why);
	size_t digits = strspn(colon + 1, DIGITS);

	if (digits == 0)
		return bad("there is no port behind the first colon", why);
	*cut = colon[1 + digits] != '\0';
	text_puts(out, colon == text ? "127.0.0.1" : "");
	text_append(out, text, (size_t)(colon - text) + 1 + digits);
	return UWSGI_ADDRESS_TCP;
}

/* A colon makes an address of TCP out of anything; "%s" alone may be replaced by any address. */
static bool is_relative(const char *text)
{
	return text[0] != '\0' && text[0] != '/' && abstract_name(text) == NULL &&
	       strchr(text, ':') == NULL && strncmp(text, "%s", 2) != 0;
}

static void put_doubled(const char *text, struct text *out)
{
	for (; *text != '\0'; text++)
		text_printf(out, "%s%c", *text == '%' ? "%" : "", *text);
}

/* uWSGI puts no slash between base and key. */
bool uwsgi_address_base(const char *text, const char *folder, struct text *out)
{
	const char *name = abstract_name(text);
	size_t len = strlen(text);
	bool relative = is_relative(text);

	if (len > 0 && text[len - 1] == '/' && name == NULL && strchr(text, ':') == NULL) {
		text_printf(out, "%s%s%s", relative ? folder : "", relative ? "/" : "", text);
		return true;
	}
	if (relative) {
		put_doubled(folder, out);
		text_putc(out, '/');
	}
	text_puts(out, name != NULL ? "@" : "");
	put_doubled(name != NULL ? name : text, out);
	text_puts(out, "%s");
	return false;
}

void uwsgi_address_pattern(const char *text, const char *folder, struct text *out, bool *dropped)
{
	const char *name = abstract_name(text);

	*dropped = false;
	if (is_relative(text)) {
		put_doubled(folder, out);
		text_putc(out, '/');
	}
	if (name != NULL) {
		text_putc(out, '@');
		text = name;
	}
	for (; *text != '\0'; text++) {
		if (*text != '%')
			text_putc(out, *text);
		else if (text[1] == 's')
			text_puts(out, "%s");
		else if (text[1] == '%' || text[1] == '(' || text[1] == '\0')
			text_puts(out, text[1] == '(' ? "%%(" : "%%");
		else
			*dropped = true;
		text += *text == '%' && text[1] != '\0';
	}
}

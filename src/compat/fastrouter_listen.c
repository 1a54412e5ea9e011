/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/fastrouter_listen.h"

#include <string.h>
#include <sys/stat.h>

#include "compat/fastrouter_options.h"
#include "compat/fastrouter_string.h"
#include "compat/program.h"
#include "compat/resolve.h"
#include "compat/uwsgi_address.h"
#include "core/stderr.h"
#include "core/units.h"

static const char dashes[] = "--";

static mode_t mode_by_umask(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0777 & ~mask;
}

/* The bits of a new socket: three octal digits, or 666, or what umask leaves. */
static mode_t socket_mode(struct fastrouter_options *o)
{
	const char *digits = o->chmod_socket;

	if (digits == NULL)
		return mode_by_umask();
	if (digits[0] == '\0' || strcmp(digits, "1") == 0)
		return 0666;
	if (strlen(digits) == 4 && digits[0] == '0')
		digits++;
	if (strlen(digits) != 3 || strspn(digits, "01234567") != 3) {
		fastrouter_options_wrong(o, dashes, slice_of("chmod-socket"),
					 "%.80s is not a mode such as 660", digits);
		return 0;
	}
	return (mode_t)((digits[0] - '0') << 6 | (digits[1] - '0') << 3 | (digits[2] - '0'));
}

/* The address behind "=N"; NULL, and told: there is none. */
static const char *shared(struct fastrouter_options *o, const char *number)
{
	uint64_t n;

	if (number_parse(slice_of(number), &n) && n < o->shared.count &&
	    o->shared.items[n][0] != '=')
		return o->shared.items[n];
	fastrouter_options_wrong(o, dashes, slice_of("fastrouter"),
				 "=%.80s: there is no --shared-socket of this number", number);
	return NULL;
}

/* false, and told: a name that nobody knows; or any port, of which uWSGI does not say which. */
static bool resolve(struct fastrouter_options *o, const char *option, const char *address,
		    struct resolved *resolved)
{
	const char *why;

	if (resolve_listen(address, resolved, &why)) {
		if (strcmp(strrchr(resolved->text, ':'), ":0") != 0)
			return true;
		fastrouter_options_wrong(o, dashes, slice_of(option), "%.80s: needs a port from 1 "
					 "to 65535: port 0 is one that nobody knows", address);
		return false;
	}
	stderr_printf("fastrouter: bind(): %.200s: %s\n", address, why);
	if (o->status == COMPAT_GO_ON)
		o->status = 1;
	return false;
}

static void put_inet(struct fastrouter_options *o, const char *option, const char *address,
		     struct text *yaml)
{
	struct resolved resolved;

	if (!resolve(o, option, address, &resolved))
		return;
	fastrouter_string(yaml, "      - ", resolved.text, "");
	text_printf(yaml, "%s%s\n", resolved.named ? "  # " : "", resolved.named ? address : "");
}

/* Who opens a unix socket owns it: web servers and instances of that user use it. */
static void put_owner(const struct fastrouter_options *o, mode_t mode, struct text *yaml)
{
	text_printf(yaml, ", mode: \"%04o\"", (unsigned)mode);
	if (o->socket_user != NULL)
		fastrouter_string(yaml, ", user: ", o->socket_user, "");
	if (o->socket_group != NULL)
		fastrouter_string(yaml, ", group: ", o->socket_group, "");
}

static void put_unix(const struct fastrouter_options *o, const char *path, mode_t mode,
		     struct text *yaml)
{
	fastrouter_string(yaml, "      - {address: ", path, "");
	put_owner(o, mode, yaml);
	text_puts(yaml, "}\n");
}

void fastrouter_listen_put(struct fastrouter_options *o, const char *given, const char *folder,
			   struct text *yaml)
{
	struct text address;
	const char *why = NULL;

	text_init(&address);
	switch (uwsgi_address_listen(given, folder, &address, &why)) {
	case UWSGI_ADDRESS_BAD:
		fastrouter_options_wrong(o, dashes, slice_of("fastrouter"), "%.80s: %s", given,
					 why);
		break;
	case UWSGI_ADDRESS_TCP:
		put_inet(o, "fastrouter", text_cstr(&address), yaml);
		break;
	case UWSGI_ADDRESS_UNIX:
		put_unix(o, text_cstr(&address), socket_mode(o), yaml);
		break;
	case UWSGI_ADDRESS_ABSTRACT:
	case UWSGI_ADDRESS_FD:
		fastrouter_string(yaml, "      - ", text_cstr(&address), "\n");
		break;
	case UWSGI_ADDRESS_SHARED:
		given = shared(o, text_cstr(&address));
		if (given != NULL)
			fastrouter_listen_put(o, given, folder, yaml);
		break;
	}
	text_close(&address);
}

void fastrouter_listen_put_server(struct fastrouter_options *o, const char *given,
				  const char *folder, struct text *yaml)
{
	struct text address;
	const char *why = "only streams can be inherited: write host:port or a path";

	text_init(&address);
	switch (uwsgi_address_listen(given, folder, &address, &why)) {
	case UWSGI_ADDRESS_TCP:
		put_inet(o, "fastrouter-subscription-server", text_cstr(&address),
			 yaml);
		break;
	case UWSGI_ADDRESS_UNIX:
		put_unix(o, text_cstr(&address), mode_by_umask(), yaml);
		break;
	case UWSGI_ADDRESS_ABSTRACT:
		fastrouter_string(yaml, "      - ", text_cstr(&address), "\n");
		break;
	case UWSGI_ADDRESS_BAD:
	case UWSGI_ADDRESS_FD:
	case UWSGI_ADDRESS_SHARED:
		fastrouter_options_wrong(o, dashes, slice_of("fastrouter-subscription-server"),
					 "%.80s: %s", given, why);
		break;
	}
	text_close(&address);
}

static void put_stats(struct fastrouter_options *o, const char *address, bool is_path,
		      struct text *yaml)
{
	fastrouter_string(yaml, "    fastrouter_stats: {address: ", address, "");
	if (is_path)
		put_owner(o, socket_mode(o), yaml);
	text_printf(yaml, "%s%s}\n", o->stats_http ? ", http: on" : "",
		    o->stats_minified ? ", minified: on" : "");
}

void fastrouter_listen_put_stats(struct fastrouter_options *o, const char *folder,
				 struct text *yaml)
{
	const char *why = "write host:port, a path or @name";
	struct resolved resolved;
	struct text address;

	text_init(&address);
	switch (uwsgi_address_listen(o->stats, folder, &address, &why)) {
	case UWSGI_ADDRESS_TCP:
		if (resolve(o, "fastrouter-stats", text_cstr(&address), &resolved))
			put_stats(o, resolved.text, false, yaml);
		break;
	case UWSGI_ADDRESS_UNIX:
	case UWSGI_ADDRESS_ABSTRACT:
		put_stats(o, text_cstr(&address), text_cstr(&address)[0] == '/', yaml);
		break;
	case UWSGI_ADDRESS_BAD:
	case UWSGI_ADDRESS_FD:
	case UWSGI_ADDRESS_SHARED:
		fastrouter_options_wrong(o, dashes, slice_of("fastrouter-stats"), "%.80s: %s",
					 o->stats, why);
		break;
	}
	text_close(&address);
}

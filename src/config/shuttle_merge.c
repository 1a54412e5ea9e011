/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/shuttle_merge.h"

#include "core/base.h"

static bool is_given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static bool has(const struct shuttle_settings *s, unsigned number)
{
	return (s->given & 1U << number) != 0;
}

static void set(struct shuttle_settings *s, unsigned number, uint64_t value)
{
	s->number[number] = value;
	s->given |= 1U << number;
}

/* 0 of a timeout is no timeout in readme; 0 of rise and fall means nothing anywhere. */
static bool counts(const struct shuttle_settings *s, unsigned number, enum shuttle_dialect dialect)
{
	bool zero = dialect != SHUTTLE_V01 && number != SHUTTLE_RISE && number != SHUTTLE_FALL;

	return has(s, number) && (s->number[number] != 0 || zero);
}

void shuttle_merge_backend(struct shuttle_backend *backend)
{
	if (backend->weight == 0)
		backend->weight = 1;
	if (backend->address == NULL)
		backend->address = "";
	if (backend->check_address == NULL)
		backend->check_address = "";
	if (!is_given(backend->name))
		backend->name = backend->address;
}

void shuttle_merge_service(struct shuttle_service *now, const struct shuttle_service *body,
			   enum shuttle_dialect dialect)
{
	if (is_given(body->address))
		now->address = body->address;
	if (is_given(body->network))
		now->network = body->network;
	if (is_given(body->settings.balance))
		now->settings.balance = body->settings.balance;
	for (unsigned i = 0; i < SHUTTLE_NUMBERS; i++) {
		if (counts(&body->settings, i, dialect))
			set(&now->settings, i, body->settings.number[i]);
	}
	now->settings.https_redirect = body->settings.https_redirect;
	now->maintenance_mode = body->maintenance_mode;
	if (body->virtual_hosts != NULL)
		now->virtual_hosts = body->virtual_hosts;
	if (body->error_pages != NULL)
		now->error_pages = body->error_pages;
	if (!body->backends_said)
		return;
	now->backends = body->backends;
	now->backend_count = body->backend_count;
	now->backends_said = true;
	for (size_t i = 0; i < now->backend_count; i++)
		shuttle_merge_backend(&now->backends[i]);
}

void shuttle_merge_globals(struct shuttle_settings *now, const struct shuttle_settings *body)
{
	if (is_given(body->balance))
		now->balance = body->balance;
	for (unsigned i = 0; i < SHUTTLE_NUMBERS; i++) {
		if (has(body, i) && body->number[i] != 0)
			set(now, i, body->number[i]);
	}
}

void shuttle_merge_initial(struct shuttle_service *service,
			   const struct shuttle_settings *globals, enum shuttle_dialect dialect)
{
	static const uint64_t initial[SHUTTLE_NUMBERS] = {
		[SHUTTLE_CHECK_INTERVAL] = SHUTTLE_INTERVAL_INITIAL,
		[SHUTTLE_FALL] = SHUTTLE_FALL_INITIAL,
		[SHUTTLE_RISE] = SHUTTLE_RISE_INITIAL,
	};
	struct shuttle_settings *s = &service->settings;

	if (!is_given(s->balance))
		s->balance = is_given(globals->balance) ? globals->balance : SHUTTLE_BALANCE;
	for (unsigned i = 0; i < SHUTTLE_NUMBERS; i++) {
		if (counts(s, i, dialect))
			continue;
		if (has(globals, i) && globals->number[i] != 0)
			set(s, i, globals->number[i]);
		else if (initial[i] != 0)
			set(s, i, initial[i]);
	}
	if (!is_given(service->network))
		service->network = SHUTTLE_NETWORK;
	if (service->address == NULL)
		service->address = "";
	for (size_t i = 0; i < service->backend_count; i++)
		shuttle_merge_backend(&service->backends[i]);
}

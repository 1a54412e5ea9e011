/* SPDX-License-Identifier: BSD-2-Clause */
/* A configuration that inputs are applied to. */
#ifndef FUZZ_BASE_H
#define FUZZ_BASE_H

#include "config/config.h"
#include "config/config_load.h"
#include "core/arena.h"
#include "core/conf_errors.h"
#include "target.h"

/* Never freed: one for the whole run. */
static inline const struct config *base_config(void)
{
	static const char file[] =
		"pid_file: /run/heddle/heddle.pid\n"
		"log: {to: /var/log/heddle.log}\n"
		"defaults: {connect_timeout: 3s}\n"
		"services:\n"
		"  web:\n"
		"    listen: ['127.0.0.1:1', {address: 'unix:/run/web.sock', mode: 0660}]\n"
		"    balance: least_connections\n"
		"    check: {type: tcp, interval: 5s, rise: 2, fall: 3}\n"
		"    access_log: {to: /var/log/web.log, format: json}\n"
		"    backends:\n"
		"      one: 10.0.0.1:80\n"
		"      two: {address: '10.0.0.2:80', weight: 2, check: {port: 81}}\n"
		"  other: {listen: '127.0.0.1:2', passive: off, backends: ['10.0.0.9:80']}\n"
		"  router:\n"
		"    protocol: uwsgi\n"
		"    listen: '127.0.0.1:3'\n"
		"    routes: [{subscriptions: apps}]\n"
		"subscriptions:\n"
		"  apps:\n"
		"    listen: '127.0.0.1:4'\n"
		"    regexp: on\n"
		"    keys:\n"
		"      example.com:8000: ['10.0.0.9:3031', {address: '10.0.0.8:3031', backup: 1}]\n"
		"      '~^a+': 10.0.0.7:3031\n";
	const struct config_source source = { .text = slice_of(file) };
	static struct arena *arena;
	static struct conf_errors errors;
	static struct config *config;

	if (config == NULL) {
		arena = arena_new();
		conf_errors_init(&errors, arena);
		struct config_file *loaded = config_load(&source, false, &errors);

		HOLDS(loaded != NULL);
		config = config_new(loaded);
		HOLDS(config != NULL);
	}
	return config;
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/start_report.h"

#include <errno.h>
#include <string.h>

#include "config/config.h"
#include "core/conf_errors.h"
#include "core/log.h"
#include "core/stderr.h"
#include "core/text.h"
#include "process/master_log.h"
#include "process/master_options.h"

bool start_report_failure(struct conf_errors *errors, const char *path, const char *why)
{
	conf_fail(errors, CONF_ERROR, NULL, path, "%s", why);
	return false;
}

bool start_report_call(struct conf_errors *errors, const char *call)
{
	conf_fail(errors, CONF_ERROR, NULL, "", "%s: %s", call, strerror(errno));
	return false;
}

/* As the old program did: behind its first lines, in its log. */
static void log_listen_failure(const struct master_options *options, const struct config *config,
			       const struct conf_errors *errors)
{
	master_log_open(config->settings);
	master_log_lines(options->compat->begin);
	for (size_t i = 0; i < errors->count; i++)
		log_write(LEVEL_ERROR, "%s%s", options->compat->listen_failure,
			  errors->list[i].message);
	log_set_sink(NULL);
}

/* An old program has its own words for the failure that people look for. */
void start_report(const struct master_options *options, const struct config *config,
		  const struct conf_errors *errors, bool listening)
{
	bool old = options->compat != NULL && options->compat->listen_failure != NULL;
	struct text text;

	if (old && listening)
		log_listen_failure(options, config, errors);
	if (old && listening && config->settings->log.to.to == LOG_TO_STDERR)
		return;
	text_init(&text);
	if (old) {
		for (size_t i = 0; i < errors->count; i++)
			text_printf(&text, "%s%s%s\n", listening ? "" : log_ident(),
				    listening ? options->compat->listen_failure : ": ",
				    errors->list[i].message);
	} else {
		conf_errors_print(errors, &text);
		text_printf(&text, "heddle: %u error%s in %s; nothing was started\n",
			    errors->errors, errors->errors == 1 ? "" : "s",
			    options->source.file != NULL ? options->source.file
							: "the command line");
	}
	stderr_print(text_slice(&text));
	text_close(&text);
}

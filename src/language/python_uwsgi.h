/* SPDX-License-Identifier: BSD-2-Clause */
/* The module uwsgi: functions of uWSGI that use the caches, with the same arguments and results. */
#ifndef LANGUAGE_PYTHON_UWSGI_H
#define LANGUAGE_PYTHON_UWSGI_H

struct _object;	/* PyObject */
struct language_host;

void python_uwsgi_open(const struct language_host *given);
/* What initializes the module. */
struct _object *python_uwsgi_new(void);

#endif

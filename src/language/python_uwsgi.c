/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/python_uwsgi.h"

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "language/language.h"

static const struct language_host *host;

void python_uwsgi_open(const struct language_host *given)
{
	host = given;
}

static PyObject *call_cache(struct language_cache *request, PyObject *on_ok)
{
	struct slice value = { "", 0 };
	struct language_error e = { .line = 0 };
	enum language_cache_result result;

	Py_BEGIN_ALLOW_THREADS
	result = host->cache(request, &value, &e);
	Py_END_ALLOW_THREADS
	switch (result) {
	case LANGUAGE_CACHE_ERROR:
		PyErr_SetString(PyExc_OSError, e.text);
		return NULL;
	case LANGUAGE_CACHE_NO:
		Py_RETURN_NONE;
	case LANGUAGE_CACHE_OK:
		break;
	}
	if (on_ok == NULL)
		return PyBytes_FromStringAndSize(value.data, (Py_ssize_t)value.len);
	Py_INCREF(on_ok);
	return on_ok;
}

static struct slice slice_from(const Py_buffer *b)
{
	return (struct slice){ b->buf != NULL ? b->buf : "",
			       b->buf != NULL ? (size_t)b->len : 0 };
}

static PyObject *cache_by_key(PyObject *args, const char *command, const char *format,
			      PyObject *on_ok)
{
	Py_buffer key = { 0 }, cache = { 0 };
	struct language_cache request = { .command = command };
	PyObject *result;

	if (!PyArg_ParseTuple(args, format, &key, &cache))
		return NULL;
	request.key = slice_from(&key);
	request.cache = slice_from(&cache);
	result = call_cache(&request, on_ok);
	PyBuffer_Release(&key);
	PyBuffer_Release(&cache);
	return result;
}

static PyObject *cache_store(PyObject *args, const char *command, const char *format)
{
	Py_buffer key = { 0 }, value = { 0 }, cache = { 0 };
	unsigned long expires = 0;
	struct language_cache request = { .command = command };
	PyObject *result;

	if (!PyArg_ParseTuple(args, format, &key, &value, &expires, &cache))
		return NULL;
	request.key = slice_from(&key);
	request.value = slice_from(&value);
	request.expires = expires;
	request.cache = slice_from(&cache);
	result = call_cache(&request, Py_True);
	PyBuffer_Release(&key);
	PyBuffer_Release(&value);
	PyBuffer_Release(&cache);
	return result;
}

static PyObject *cache_get(PyObject *self, PyObject *args)
{
	(void)self;
	return cache_by_key(args, "get", "s*|s*:cache_get", NULL);
}

static PyObject *cache_exists(PyObject *self, PyObject *args)
{
	(void)self;
	return cache_by_key(args, "exists", "s*|s*:cache_exists", Py_True);
}

static PyObject *cache_del(PyObject *self, PyObject *args)
{
	(void)self;
	return cache_by_key(args, "del", "s*|s*:cache_del", Py_True);
}

static PyObject *cache_set(PyObject *self, PyObject *args)
{
	(void)self;
	return cache_store(args, "set", "s*s*|ks*:cache_set");
}

static PyObject *cache_update(PyObject *self, PyObject *args)
{
	(void)self;
	return cache_store(args, "update", "s*s*|ks*:cache_update");
}

static PyObject *cache_clear(PyObject *self, PyObject *args)
{
	Py_buffer cache = { 0 };
	struct language_cache request = { .command = "clear" };
	PyObject *result;

	(void)self;
	if (!PyArg_ParseTuple(args, "|s*:cache_clear", &cache))
		return NULL;
	request.cache = slice_from(&cache);
	result = call_cache(&request, Py_True);
	PyBuffer_Release(&cache);
	return result;
}

static PyMethodDef methods[] = {
	{ "cache_get", cache_get, METH_VARARGS, NULL },
	{ "cache_set", cache_set, METH_VARARGS, NULL },
	{ "cache_update", cache_update, METH_VARARGS, NULL },
	{ "cache_exists", cache_exists, METH_VARARGS, NULL },
	{ "cache_del", cache_del, METH_VARARGS, NULL },
	{ "cache_clear", cache_clear, METH_VARARGS, NULL },
	{ NULL, NULL, 0, NULL },
};

static struct PyModuleDef uwsgi_module = {
	PyModuleDef_HEAD_INIT, .m_name = "uwsgi", .m_size = -1, .m_methods = methods,
};

PyObject *python_uwsgi_new(void)
{
	return PyModule_Create(&uwsgi_module);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/python_error.h"

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdarg.h>
#include <stdio.h>

#include "language/language.h"

void python_error_set(struct language_error *e, unsigned line, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, args);
	va_end(args);
	for (char *c = e->text; *c != '\0'; c++) {
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	}
	e->line = line;
}

/* "ValueError: no such site" */
static void describe(PyObject *type, PyObject *value, struct language_error *e)
{
	PyObject *text = value != NULL ? PyObject_Str(value) : NULL;
	const char *words = text != NULL ? PyUnicode_AsUTF8(text) : NULL;
	const char *name = type != NULL ? ((PyTypeObject *)type)->tp_name : "error";

	python_error_set(e, e->line, words != NULL && *words != '\0' ? "%s: %s" : "%s", name,
	    words != NULL ? words : "");
	Py_XDECREF(text);
	PyErr_Clear();
}

static unsigned attribute_line(PyObject *value, const char *name)
{
	PyObject *line = PyObject_GetAttrString(value, name);
	long n = line != NULL && PyLong_Check(line) ? PyLong_AsLong(line) : 0;

	Py_XDECREF(line);
	PyErr_Clear();
	return n > 0 ? (unsigned)n : 0;
}


/* Takes the exception that there is; its traceback goes to standard error if `print`. */
void python_error_take(struct language_error *e, bool print)
{
	PyObject *type, *value, *trace;

	PyErr_Fetch(&type, &value, &trace);
	PyErr_NormalizeException(&type, &value, &trace);
	if (trace != NULL)
		(void)PyException_SetTraceback(value, trace);
	e->line = 0;
	if (type != NULL && PyErr_GivenExceptionMatches(type, PyExc_SyntaxError))
		e->line = attribute_line(value, "lineno");
	else if (trace != NULL)
		e->line = attribute_line(trace, "tb_lineno");	/* the outermost: the script's */
	if (type != NULL && PyErr_GivenExceptionMatches(type, PyExc_SystemExit)) {
		python_error_set(e, e->line, "called sys.exit()");
		print = false;
	} else if (type != NULL && PyErr_GivenExceptionMatches(type, PyExc_SyntaxError)) {
		PyObject *what = PyObject_GetAttrString(value, "msg");
		const char *text = what != NULL ? PyUnicode_AsUTF8(what) : NULL;

		python_error_set(e, e->line, "%s: %s", ((PyTypeObject *)type)->tp_name,
		    text != NULL ? text : "invalid syntax");
		Py_XDECREF(what);
		PyErr_Clear();
	} else {
		describe(type, value, e);
	}
	if (print && type != NULL)
		PyErr_Display(type, value, trace);
	Py_XDECREF(type);
	Py_XDECREF(value);
	Py_XDECREF(trace);
}

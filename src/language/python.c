/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scripts in Python 3. A key is a string that bytes are equal to as well: scripts were written for
 * Python 2, where there is one kind of string, and for uWSGI with Python 3, which gives them bytes.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdio.h>

#include "language/language.h"
#include "language/python_error.h"
#include "language/python_uwsgi.h"

static PyObject *function, *key_type;
static PyThreadState *released;

static const char prelude[] =
	"class Key(str):\n"
	"    __slots__ = ()\n"
	"    def _raw(self):\n"
	"        return str.encode(self, 'utf-8', 'surrogateescape')\n"
	"    def __eq__(self, other):\n"
	"        if isinstance(other, (bytes, bytearray)):\n"
	"            return self._raw() == other\n"
	"        return str.__eq__(self, other)\n"
	"    def __ne__(self, other):\n"
	"        return not self == other\n"
	"    __hash__ = str.__hash__\n"
	"    def __bytes__(self):\n"
	"        return self._raw()\n"
	"    def decode(self, encoding='utf-8', errors='strict'):\n"
	"        return self._raw().decode(encoding, errors)\n";

/* The bytes of the file, which has so many; NULL: it cannot be read. */
static PyObject *read_bytes(FILE *f, struct language_error *e)
{
	long size = fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
	PyObject *bytes = size >= 0 ? PyBytes_FromStringAndSize(NULL, size) : NULL;

	rewind(f);
	if (bytes == NULL || fread(PyBytes_AS_STRING(bytes), 1, (size_t)size, f) != (size_t)size) {
		Py_CLEAR(bytes);
		PyErr_Clear();
		python_error_set(e, 0, "cannot be read");
	}
	return bytes;
}

static PyObject *read_file(const char *file, struct language_error *e)
{
	FILE *f = fopen(file, "rb");
	PyObject *bytes;

	if (f == NULL) {
		python_error_set(e, 0, "%s", strerror(errno));
		return NULL;
	}
	bytes = read_bytes(f, e);
	fclose(f);
	return bytes;
}

static PyObject *compile_file(const char *file, struct language_error *e)
{
	PyObject *source = read_file(file, e), *code;

	if (source == NULL)
		return NULL;
	if (memchr(PyBytes_AS_STRING(source), '\0', (size_t)PyBytes_GET_SIZE(source)) != NULL) {
		python_error_set(e, 0, "is no script: it has a NUL byte");
		Py_DECREF(source);
		return NULL;
	}
	code = Py_CompileString(PyBytes_AS_STRING(source), file, Py_file_input);
	Py_DECREF(source);
	if (code == NULL)
		python_error_take(e, false);
	return code;
}

/* Something at the top of the file has that name, or may bring it by "import *". */
static bool has_name(PyObject *code, const char *name)
{
	PyObject *names = PyObject_GetAttrString(code, "co_names");
	bool found = names == NULL;

	for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names); i++) {
		const char *have = PyUnicode_AsUTF8(PyTuple_GET_ITEM(names, i));

		found = found || (have != NULL && strcmp(have, name) == 0);
	}
	Py_XDECREF(names);
	PyErr_Clear();
	return found;
}

static bool brings_all(const char *file)
{
	FILE *f = fopen(file, "r");
	char line[512];
	bool found = false;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		found = found || strstr(line, "import *") != NULL || strstr(line, "globals()");
	if (f != NULL)
		fclose(f);
	return found;
}

static bool start_python(bool isolated, const char *file, struct language_error *e)
{
	PyConfig config;
	PyStatus status;

	if (isolated)
		PyConfig_InitIsolatedConfig(&config);
	else
		PyConfig_InitPythonConfig(&config);
	config.install_signal_handlers = 0;
	config.parse_argv = 0;
	config.site_import = !isolated;
	config.write_bytecode = isolated ? 0 : config.write_bytecode;
	config.buffered_stdio = 0;	/* one that is killed leaves nothing behind */
	status = PyConfig_SetBytesString(&config, &config.program_name, "python3");
	if (!PyStatus_Exception(status))
		status = PyConfig_SetBytesArgv(&config, 1, (char *const[]){ (char *)file });
	if (!PyStatus_Exception(status))
		status = Py_InitializeFromConfig(&config);
	PyConfig_Clear(&config);
	if (PyStatus_Exception(status))
		python_error_set(e, 0, "Python does not start: %s",
		    status.err_msg != NULL ? status.err_msg : "it says not why");
	return !PyStatus_Exception(status);
}

static bool check(const struct language_script *script, struct language_error *e)
{
	PyObject *code;
	bool ok;

	if (!start_python(true, script->file, e))
		return false;
	code = compile_file(script->file, e);
	if (code == NULL)
		return false;
	ok = script->function == NULL || has_name(code, script->function) ||
	     brings_all(script->file);
	if (!ok)
		python_error_set(e, 0, "has no function %s", script->function);
	Py_DECREF(code);
	return ok;
}

/* What the script imports may lie beside it. */
static void add_folder(const char *file)
{
	const char *slash = strrchr(file, '/');
	PyObject *path = PySys_GetObject("path"), *folder;

	if (slash == NULL || path == NULL)
		return;
	folder = PyUnicode_DecodeFSDefaultAndSize(file, slash == file ? 1 : slash - file);
	if (folder != NULL)
		(void)PyList_Insert(path, 0, folder);
	Py_XDECREF(folder);
}

static bool make_key_type(void)
{
	PyObject *module = PyImport_AddModule("heddle"), *done;
	PyObject *names = module != NULL ? PyModule_GetDict(module) : NULL;

	if (names == NULL)
		return false;
	(void)PyDict_SetItemString(names, "__builtins__", PyEval_GetBuiltins());
	done = PyRun_String(prelude, Py_file_input, names, names);
	Py_XDECREF(done);
	key_type = PyDict_GetItemString(names, "Key");
	Py_XINCREF(key_type);
	return key_type != NULL;
}

/* As uWSGI does it, the module is called uwsgi_fastrouter, whatever the file is called. */
static PyObject *run_script(const char *file, struct language_error *e)
{
	PyObject *code = compile_file(file, e), *module;

	if (code == NULL)
		return NULL;
	module = PyImport_ExecCodeModuleEx("uwsgi_fastrouter", code, file);
	Py_DECREF(code);
	if (module == NULL)
		python_error_take(e, true);
	return module;
}

static bool load(const struct language_script *script, const struct language_host *given,
		 struct language_error *e)
{
	PyObject *module;

	python_uwsgi_open(given);
	if (PyImport_AppendInittab("uwsgi", python_uwsgi_new) != 0 ||
	    !start_python(false, script->file, e))
		return false;
	add_folder(script->file);
	if (!make_key_type()) {
		python_error_take(e, true);
		return false;
	}
	module = run_script(script->file, e);
	if (module == NULL || script->function == NULL)
		return module != NULL;
	function = PyObject_GetAttrString(module, script->function);
	PyErr_Clear();
	if (function == NULL)
		python_error_set(e, 0, "has no function %s", script->function);
	else if (!PyCallable_Check(function))
		python_error_set(e, 0, "%s is no function", script->function);
	return function != NULL && PyCallable_Check(function);
}

static enum language_result fail(struct language_answer *out, const struct language_error *e)
{
	int len = e->line != 0
		? snprintf(out->text, sizeof(out->text), "line %u: %s", e->line, e->text)
		: snprintf(out->text, sizeof(out->text), "%s", e->text);

	out->len = (size_t)len;
	return LANGUAGE_FAILED;
}

/* The bytes of a result; NULL: it is neither a string nor bytes. */
static PyObject *bytes_of(PyObject *result, struct language_error *e)
{
	PyObject *bytes;

	if (PyBytes_Check(result)) {
		Py_INCREF(result);
		return result;
	}
	if (!PyUnicode_Check(result)) {
		python_error_set(e, 0, "has returned %s, not an address", Py_TYPE(result)->tp_name);
		return NULL;
	}
	bytes = PyUnicode_AsEncodedString(result, "utf-8", "surrogateescape");
	if (bytes == NULL)
		python_error_take(e, false);
	return bytes;
}

static enum language_result take_result(PyObject *result, struct language_answer *out)
{
	struct language_error e = { .line = 0 };
	PyObject *bytes = bytes_of(result, &e);
	size_t len = bytes != NULL ? (size_t)PyBytes_GET_SIZE(bytes) : 0;

	if (bytes != NULL && len < sizeof(out->text)) {
		memcpy(out->text, PyBytes_AS_STRING(bytes), len);
		out->len = len;
	} else if (bytes != NULL) {
		python_error_set(&e, 0, "has returned %zu bytes, which is no address", len);
	}
	Py_XDECREF(bytes);
	if (e.text[0] != '\0')
		return fail(out, &e);
	return len != 0 ? LANGUAGE_FOUND : LANGUAGE_UNKNOWN;
}

static PyObject *call_function(struct slice key)
{
	PyObject *text = PyUnicode_DecodeUTF8(key.data, (Py_ssize_t)key.len, "surrogateescape");
	PyObject *own = text != NULL ? PyObject_CallOneArg(key_type, text) : NULL;
	PyObject *result = own != NULL ? PyObject_CallOneArg(function, own) : NULL;

	Py_XDECREF(own);
	Py_XDECREF(text);
	return result;
}

static enum language_result call(struct slice key, struct language_answer *out)
{
	struct language_error e = { .line = 0 };
	PyObject *result = call_function(key);
	enum language_result answer;

	if (result == NULL) {
		python_error_take(&e, true);
		return fail(out, &e);
	}
	answer = result == Py_None ? LANGUAGE_UNKNOWN : take_result(result, out);
	Py_DECREF(result);
	return answer;
}

static void release(void)
{
	released = PyEval_SaveThread();
}

static void acquire(void)
{
	PyEval_RestoreThread(released);
}

extern const struct language heddle_language __attribute__((visibility("default")));
const struct language heddle_language = {
	.version = LANGUAGE_VERSION,
	.check = check,
	.load = load,
	.call = call,
	.release = release,
	.acquire = acquire,
};

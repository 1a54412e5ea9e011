/* SPDX-License-Identifier: BSD-2-Clause */
/* Scripts in Lua 5.4. A key and an answer are strings, which may hold any bytes. */
#include "language/language.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static lua_State *lua;
static const struct language_host *host;

static void put_error(struct language_error *e, const char *fmt, ...) PRINTF(2, 3);

static void put_error(struct language_error *e, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, args);
	va_end(args);
	for (char *c = e->text; *c != '\0'; c++) {
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	}
}

/* "FILE:LINE: what" at the top of the stack, which is taken off. Nothing of a script is called. */
static void take_error(struct language_error *e, const char *file)
{
	bool is_text = lua_type(lua, -1) == LUA_TSTRING;
	const char *text = is_text ? lua_tostring(lua, -1) : luaL_typename(lua, -1);
	size_t len = strlen(file);
	unsigned long line = 0;

	if (strncmp(text, file, len) == 0 && text[len] == ':') {
		char *end;

		line = strtoul(text + len + 1, &end, 10);
		if (*end == ':')
			text = end + 1 + (end[1] == ' ');
	}
	e->line = (unsigned)line;
	put_error(e, "%s", text);
	lua_pop(lua, 1);
}

/* The name of a chunk: '@' says that it is a file, which is shown as it is. */
static bool compile(const char *file, struct language_error *e)
{
	lua = luaL_newstate();
	if (lua == NULL) {
		put_error(e, "no memory for Lua");
		return false;
	}
	if (luaL_loadfilex(lua, file, "t") == LUA_OK)
		return true;
	take_error(e, lua_tostring(lua, -1) != NULL ? file : "");
	return false;
}

/* Lua says only at run time what is a function: the word has to be there. */
static bool mentions(const char *file, const char *word)
{
	FILE *f = fopen(file, "r");
	char line[4096];
	bool found = f == NULL;

	while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL)
		found = strstr(line, word) != NULL || strstr(line, "require") != NULL;
	if (f != NULL)
		fclose(f);
	return found;
}

static bool check(const struct language_script *script, struct language_error *e)
{
	if (!compile(script->file, e))
		return false;
	if (script->function == NULL || mentions(script->file, script->function))
		return true;
	put_error(e, "has no function %s", script->function);
	return false;
}

static struct slice argument(lua_State *l, int at)
{
	struct slice s = { "", 0 };

	if (!lua_isnoneornil(l, at))
		s.data = luaL_checklstring(l, at, &s.len);
	return s;
}

static int call_cache(lua_State *l, struct language_cache *request, bool gets)
{
	struct slice value = { "", 0 };
	struct language_error e = { .line = 0 };

	switch (host->cache(request, &value, &e)) {
	case LANGUAGE_CACHE_ERROR:
		return luaL_error(l, "%s", e.text);
	case LANGUAGE_CACHE_NO:
		lua_pushnil(l);
		return 1;
	case LANGUAGE_CACHE_OK:
		break;
	}
	if (gets)
		lua_pushlstring(l, value.data, value.len);
	else
		lua_pushboolean(l, 1);
	return 1;
}

static int by_key(lua_State *l, const char *command)
{
	struct language_cache request = { .command = command };

	(void)luaL_checkstring(l, 1);
	request.key = argument(l, 1);
	request.cache = argument(l, 2);
	return call_cache(l, &request, strcmp(command, "get") == 0);
}

static int store(lua_State *l, const char *command)
{
	struct language_cache request = { .command = command };
	lua_Integer expires = luaL_optinteger(l, 3, 0);

	(void)luaL_checkstring(l, 1);
	(void)luaL_checkstring(l, 2);
	request.key = argument(l, 1);
	request.value = argument(l, 2);
	request.expires = expires > 0 ? (unsigned long)expires : 0;
	request.cache = argument(l, 4);
	return call_cache(l, &request, false);
}

static int cache_get(lua_State *l)
{
	return by_key(l, "get");
}

static int cache_exists(lua_State *l)
{
	return by_key(l, "exists");
}

static int cache_del(lua_State *l)
{
	return by_key(l, "del");
}

static int cache_set(lua_State *l)
{
	return store(l, "set");
}

static int cache_update(lua_State *l)
{
	return store(l, "update");
}

static int cache_clear(lua_State *l)
{
	struct language_cache request = { .command = "clear", .cache = argument(l, 1) };

	return call_cache(l, &request, false);
}

static const luaL_Reg functions[] = {
	{ "cache_get", cache_get }, { "cache_set", cache_set },
	{ "cache_update", cache_update }, { "cache_exists", cache_exists },
	{ "cache_del", cache_del }, { "cache_clear", cache_clear }, { NULL, NULL },
};

/* os.exit() would take the process with it, and the calls of others. */
static int refuse_exit(lua_State *l)
{
	return luaL_error(l, "called os.exit()");
}

static void prepare(const char *file)
{
	const char *slash = strrchr(file, '/');

	luaL_openlibs(lua);
	luaL_newlib(lua, functions);
	lua_setglobal(lua, "uwsgi");
	lua_getglobal(lua, "os");
	lua_pushcfunction(lua, refuse_exit);
	lua_setfield(lua, -2, "exit");
	lua_pop(lua, 1);
	/* what the script requires may lie beside it */
	lua_getglobal(lua, "package");
	lua_getfield(lua, -1, "path");
	lua_pushlstring(lua, file, slash != NULL ? (size_t)(slash - file) : 0);
	lua_pushfstring(lua, "%s/?.lua;%s", lua_tostring(lua, -1), lua_tostring(lua, -2));
	lua_setfield(lua, -4, "path");
	lua_pop(lua, 3);
	setvbuf(stdout, NULL, _IONBF, 0);
}

static const char *script_file, *function;

/* The message with a traceback on standard error; the message is the result. */
static int on_error(lua_State *l)
{
	const char *text = lua_type(l, 1) == LUA_TSTRING ? lua_tostring(l, 1)
							 : luaL_tolstring(l, 1, NULL);

	luaL_traceback(l, l, text, 1);
	fprintf(stderr, "%s\n", lua_tostring(l, -1));
	lua_pop(l, 1);
	return 1;
}

static bool load(const struct language_script *script, const struct language_host *given,
		 struct language_error *e)
{
	host = given;
	script_file = script->file;
	function = script->function;
	if (!compile(script->file, e))
		return false;
	prepare(script->file);
	lua_pushcfunction(lua, on_error);
	lua_insert(lua, 1);
	if (lua_pcall(lua, 0, 0, 1) != LUA_OK) {
		take_error(e, script->file);
		return false;
	}
	if (function == NULL)
		return true;
	if (lua_getglobal(lua, function) != LUA_TFUNCTION) {
		put_error(e, lua_isnil(lua, -1) ? "has no function %s" : "%s is no function",
			  function);
		return false;
	}
	lua_pop(lua, 1);
	return true;
}

static enum language_result fail(struct language_answer *out, const struct language_error *e)
{
	int len = e->line != 0
		? snprintf(out->text, sizeof(out->text), "line %u: %s", e->line, e->text)
		: snprintf(out->text, sizeof(out->text), "%s", e->text);

	out->len = (size_t)len;
	return LANGUAGE_FAILED;
}

static enum language_result take_result(struct language_answer *out)
{
	struct language_error e = { .line = 0 };
	size_t len = 0;
	const char *text;

	if (lua_isnil(lua, -1))
		return LANGUAGE_UNKNOWN;
	if (lua_type(lua, -1) != LUA_TSTRING) {
		put_error(&e, "has returned %s, not an address", luaL_typename(lua, -1));
		return fail(out, &e);
	}
	text = lua_tolstring(lua, -1, &len);
	if (len >= sizeof(out->text)) {
		put_error(&e, "has returned %zu bytes, which is no address", len);
		return fail(out, &e);
	}
	memcpy(out->text, text, len);
	out->len = len;
	return len != 0 ? LANGUAGE_FOUND : LANGUAGE_UNKNOWN;
}

static enum language_result call(struct slice key, struct language_answer *out)
{
	struct language_error e = { .line = 0 };
	enum language_result result;

	lua_settop(lua, 1);	/* on_error */
	lua_getglobal(lua, function);
	lua_pushlstring(lua, key.data, key.len);
	if (lua_pcall(lua, 1, 1, 1) != LUA_OK) {
		take_error(&e, script_file);
		result = fail(out, &e);
	} else {
		result = take_result(out);
	}
	lua_settop(lua, 1);
	return result;
}

extern const struct language heddle_language __attribute__((visibility("default")));
const struct language heddle_language = {
	.version = LANGUAGE_VERSION,
	.check = check,
	.load = load,
	.call = call,
};

/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "daemon/operation_path.h"

static struct arena arena;

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static void
operation_at_finds_by_method_and_path(void **state)
{
	(void)state;
	static const struct {
		const char *method, *path, *name, *args;
	} cases[] = {
		{ "GET", "/users", "user.list", "{}" },
		{ "POST", "/users", "user.add", "{}" },
		{ "GET", "/users/a@b", "user.show", "{\"address\":\"a@b\"}" },
		{ "PUT", "/users/a@b/password", "user.password", "{\"address\":\"a@b\"}" },
		{ "PUT", "/users/a@b", NULL, "DELETE, GET" },
		{ "DELETE", "/users", NULL, "POST, GET" },
		{ "GET", "/users/a@b/c", NULL, NULL },
		{ "GET", "/users/", NULL, NULL },
		{ "GET", "/user", NULL, NULL },
		{ "GET", "/usersx", NULL, NULL },
		{ "GET", "", NULL, NULL },
		{ "GET", "/", NULL, NULL },
		{ "GET", "/{address}", NULL, NULL },
		{ "DELETE", "/sessions/a@b", "session.close", "{\"address\":\"a@b\"}" },
		{ "DELETE", "/sessions/a@b/c/d", "session.close", "{\"address\":\"a@b/c/d\"}" },
		{ "PUT", "/rosters/a@b/c@d", "roster.set",
		    "{\"address\":\"a@b\",\"contact\":\"c@d\"}" },
		{ "POST", "/rosters/a@b/friends", "roster.befriend", "{\"address\":\"a@b\"}" },
		{ "PUT", "/groups/h/g/members/a@b", "group.join",
		    "{\"host\":\"h\",\"group\":\"g\",\"address\":\"a@b\"}" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *args = json_object();
		struct str methods;
		const struct operation *op = operation_at(str_from_c(cases[i].method),
		    str_from_c(cases[i].path), args, &arena, &methods);
		char *text = json_dumps(args, JSON_COMPACT);

		if (cases[i].name) {
			assert_non_null(op);
			assert_string_equal(op->name, cases[i].name);
			assert_string_equal(text, cases[i].args);
		} else {
			assert_null(op);
			if (cases[i].args)
				assert_str(methods, cases[i].args);
			else
				assert_null(methods.at);
		}
		free(text);
		json_decref(args);
	}
}

static const struct operation *
named(const char *name)
{
	for (size_t i = 0; i < operations_all.count; i++)
		if (strcmp(operations_all.at[i]->name, name) == 0)
			return operations_all.at[i];
	return NULL;
}

static void
queries_are_read_by_the_table(void **state)
{
	(void)state;
	static const struct {
		const char *operation, *query, *args; /* NULL: refused */
	} cases[] = {
		{ "user.list", "", "{}" },
		{ "user.list", "limit=5", "{\"limit\":5}" },
		{ "user.list", "limit=5&host=a%2Eb", "{\"limit\":5,\"host\":\"a.b\"}" },
		{ "user.list", "&limit=5&", "{\"limit\":5}" },
		{ "user.list", "limit=x", "{\"limit\":\"x\"}" },
		{ "user.list", "limit=99999999999999999999",
		    "{\"limit\":\"99999999999999999999\"}" },
		{ "user.list", "after=a+b%2B", "{\"after\":\"a b+\"}" },
		{ "user.list", "after", "{\"after\":\"\"}" },
		{ "user.list", "limit=5&limit=6", NULL },
		{ "user.list", "limits=5", NULL },
		{ "user.list", "after=%", NULL },
		{ "user.list", "after=%4", NULL },
		{ "user.list", "after=%zz", NULL },
		{ "user.list", "after=%ff", NULL },
		{ "token.add", "scope=a,b&scope=c", "{\"scope\":[\"a\",\"b\",\"c\"]}" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *args = json_object();
		struct str reason;
		enum status s = operation_read_query(named(cases[i].operation),
		    str_from_c(cases[i].query), args, &arena, &reason);
		char *text = json_dumps(args, JSON_COMPACT);

		assert_int_equal(s, cases[i].args ? OK : E_INVALID);
		if (cases[i].args)
			assert_string_equal(text, cases[i].args);
		free(text);
		json_decref(args);
	}
}

/* Whatever the command line asks for arrives as it was meant. */
static void
targets_are_read_as_they_were_written(void **state)
{
	(void)state;
	static const struct {
		const char *operation, *args, *target;
	} cases[] = {
		{ "user.list", "{}", "/users" },
		{ "user.list", "{\"limit\":5,\"host\":\"a b\"}", "/users?limit=5&host=a%20b" },
		{ "user.show", "{\"address\":\"a%&b@c\"}", "/users/a%25%26b@c" },
		{ "session.close", "{\"address\":\"a@b/c d/e\",\"reason\":\"x=y&z\"}",
		    "/sessions/a@b/c%20d/e?reason=x%3Dy%26z" },
		{ "user.password", "{\"address\":\"a@b\",\"password\":\"secret\"}",
		    "/users/a@b/password" },
		{ "roster.set", "{\"address\":\"a@b\",\"contact\":\"\xc3\xbc@d\"}",
		    "/rosters/a@b/%C3%BC@d" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *args = json_loads(cases[i].args, 0, NULL);

		assert_str(
		    operation_target(named(cases[i].operation), args, &arena), cases[i].target);
		json_decref(args);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    operation_at_finds_by_method_and_path, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    queries_are_read_by_the_table, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    targets_are_read_as_they_were_written, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "ctl/arguments.h"

struct general {
	struct str data;
	bool json;
	struct str_list set;
};

struct add {
	struct str address, password;
	uint32_t limit;
	bool force;
};

struct allow {
	uint32_t scopes;
};

static const struct option general_table[] = {
	{ "data", STRING, FIELD(general, data), "here", NULL, NULL, "Where." },
	{ "json", BOOL, FIELD(general, json), "no", NULL, NULL, "JSON." },
	{ "set", STRINGS, FIELD(general, set), "", NULL, NULL, "Settings." },
};

static const struct command commands[] = {
	{ .name = "serve", .doc = "Serves." },
	{ .name = "user add",
	    .doc = "Adds.",
	    .conf_size = sizeof(struct add),
	    .options = LIST(struct option,
		{ "address", STRING, FIELD(add, address), NULL, "1", NULL, "Whom." },
		{ "password", SECRET, FIELD(add, password), NULL, "1", NULL, "Secret." },
		{ "max_limit", U32, FIELD(add, limit), "5", "1", "9", "How many." },
		{ "force", BOOL, FIELD(add, force), "no", NULL, NULL, "Really." }) },
	{ .name = "user list", .doc = "Lists." },
	{ .name = "allow",
	    .doc = "Allows.",
	    .conf_size = sizeof(struct allow),
	    .options = LIST(struct option, { "scope", FLAGS, FIELD(allow, scopes), "", NULL,
					       NULL, "What.", .words = "a:read a:write b" }) },
};

static const struct command_list all = { commands, 4 };

static struct arena arena;
static struct general conf;
static struct arguments general, own;
static const struct command *command;

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

/* Reads a command line written with spaces; the reason is "" on success. */
static struct str
read_line(const char *line)
{
	char *argv[32];
	struct str rest = str_from_c(line), word, reason = S("");
	size_t n = 0;

	while (line[0] && str_split(&rest, ' ', &word))
		argv[n++] = str_to_c(&arena, word);
	argv[n] = NULL;
	conf = (struct general){ 0 };
	general = (struct arguments){ .options = { general_table, 3 }, .conf = &conf };
	option_preset(general.options, &conf, &arena);
	if (arguments_read(all, argv, &arena, &general, &own, &command, &reason) == OK)
		return S("");
	assert_true(reason.len > 0);
	return reason;
}

static void
arguments_read_takes_options_by_name_and_by_place(void **state)
{
	(void)state;
	static const char *const lines[] = {
		"--data=d --json user add a@b --password p --max-limit 7",
		"user add a@b p 7 --data d --json",
		"--data d --json user add --max-limit=7 --password=p a@b",
		"user add --address a@b p --json --max-limit 7 --data d",
		"--json --data d user add --password p -- a@b 7",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const struct add *add;

		assert_str(read_line(lines[i]), "");
		assert_string_equal(command->name, "user add");
		assert_str(conf.data, "d");
		assert_true(conf.json);
		add = own.conf;
		assert_str(add->address, "a@b");
		assert_str(add->password, "p");
		assert_int_equal(add->limit, 7);
		assert_false(add->force);
		assert_null(arguments_missing(&own));
	}
}

static void
arguments_read_adds_to_a_list_with_each_mention(void **state)
{
	(void)state;
	static const char *const lines[] = {
		"allow --scope a:read --scope b",
		"allow --scope a:read,b",
		"allow --scope b --scope a:read,b",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_str(read_line(lines[i]), "");
		assert_int_equal(((const struct allow *)own.conf)->scopes, 1u << 0 | 1u << 2);
	}
}

static void
arguments_read_leaves_defaults_and_tells_what_is_missing(void **state)
{
	(void)state;
	const struct add *add;

	assert_str(read_line("user add a@b --force"), "");
	add = own.conf;
	assert_int_equal(add->limit, 5);
	assert_true(add->force);
	assert_str(conf.data, "here");
	assert_false(conf.json);
	assert_string_equal(arguments_missing(&own)->name, "password");
	assert_str(read_line("serve"), "");
	assert_null(arguments_missing(&own));
	assert_str(read_line(""), "");
	assert_null(command);
}

static void
arguments_read_gathers_lists_whatever_is_in_an_item(void **state)
{
	(void)state;
	assert_str(read_line("--set a=[1,2] serve --set=b=c --set d,e"), "");
	assert_int_equal(conf.set.count, 3);
	assert_str(conf.set.at[0], "a=[1,2]");
	assert_str(conf.set.at[1], "b=c");
	assert_str(conf.set.at[2], "d,e");
}

static void
arguments_read_says_what_it_does_not_understand(void **state)
{
	(void)state;
	static const struct {
		const char *line, *reason;
	} cases[] = {
		{ "sevre", "unknown command \"sevre\"; did you mean \"serve\"?" },
		{ "frobnicate", "unknown command \"frobnicate\"" },
		{ "user", "after \"user\" comes one of: add, list" },
		{ "user ad", "unknown command \"user ad\"; did you mean \"add\"?" },
		{ "user frobnicate", "after \"user\" comes one of: add, list" },
		{ "user --json add", "after \"user\" comes one of: add, list" },
		{ "serve --dta x", "unknown option \"--dta\"; did you mean \"--data\"?" },
		{ "user add --max_limit 7",
		    "unknown option \"--max_limit\"; did you mean \"--max-limit\"?" },
		{ "--max-limit 7 user add", "unknown option \"--max-limit\"" },
		{ "serve --data", "\"--data\" needs a value" },
		{ "serve --data x --data y", "\"data\" is given twice" },
		{ "serve now", "\"now\" is one word too many" },
		{ "user add a b 5 6", "\"6\" is one word too many" },
		{ "user add a b 10", "\"max-limit\": \"10\" is too much: at most 9" },
		{ "--json=perhaps serve", "\"json\": \"perhaps\" is not yes or no" },
		{ "serve -- --json", "\"--json\" is one word too many" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
		    str_to_c(&arena, read_line(cases[i].line)), cases[i].reason);
}

static void
arguments_usage_shows_what_is_needed_first(void **state)
{
	(void)state;
	assert_str(arguments_usage(&commands[1], &arena),
	    "user add ADDRESS [--password PASSWORD] [--max-limit MAX-LIMIT] [--force]");
	assert_str(arguments_usage(&commands[0], &arena), "serve");
}

static void
arguments_help_has_a_line_for_each_option(void **state)
{
	(void)state;
	assert_str(arguments_help(general.options, &arena),
	    "  --data DATA               Where.\n"
	    "  --json                    JSON.\n"
	    "  --set SET                 Settings.\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_read_adds_to_a_list_with_each_mention),
		cmocka_unit_test(arguments_read_takes_options_by_name_and_by_place),
		cmocka_unit_test(arguments_read_leaves_defaults_and_tells_what_is_missing),
		cmocka_unit_test(arguments_read_gathers_lists_whatever_is_in_an_item),
		cmocka_unit_test(arguments_read_says_what_it_does_not_understand),
		cmocka_unit_test(arguments_usage_shows_what_is_needed_first),
		cmocka_unit_test(arguments_help_has_a_line_for_each_option),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

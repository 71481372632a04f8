/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/option.h"

struct conf {
	bool send;
	uint32_t count;
	uint64_t bytes;
	msec_t idle_ms;
	struct str title;
	struct str_list names;
	enum { STARTTLS, DIRECT, NONE } tls;
	uint32_t serve;
	uint32_t workers;
	uint64_t total;
	struct str body;
};

static const struct option table[] = {
	{ "send", BOOL, FIELD(conf, send), "no", NULL, NULL, "Sends." },
	{ "count", U32, FIELD(conf, count), "10", "2", "1000", "Counts." },
	{ "bytes", SIZE, FIELD(conf, bytes), "64KiB", "1KiB", "10MiB", "Weighs.",
	    .words = "unlimited" },
	{ "idle", TIME, FIELD(conf, idle_ms), "60s", "5s", "1h", "Waits." },
	{ "title", STRING, FIELD(conf, title), NULL, "2", "8", "Names." },
	{ "names", STRINGS, FIELD(conf, names), "a, b", NULL, "3", "Lists." },
	{ "tls", CHOICE, FIELD(conf, tls), "starttls", NULL, NULL, "Chooses.",
	    .words = "starttls direct none" },
	{ "serve", FLAGS, FIELD(conf, serve), "c2s", "1", NULL, "Allows.",
	    .words = "c2s s2s web" },
	{ "workers", U32, FIELD(conf, workers), "auto", "1", "64", "Runs.", .words = "auto" },
	{ "total", U64, FIELD(conf, total), "0", NULL, NULL, "Sums." },
	{ "body", PROSE, FIELD(conf, body), "", NULL, "12", "Tells." },
};

static const struct option_list options = { table, sizeof(table) / sizeof(table[0]) };

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

/* Sets the option from the text a person might write; the reason is "" on success. */
static struct str
set(struct conf *conf, const char *name, const char *text)
{
	const struct option *o = option_find(options, str_from_c(name));
	struct str_list values = option_pieces(o, str_from_c(text), &arena);
	struct option_fault f;

	assert_non_null(o);
	if (option_set(o, values.at, values.count, conf, &arena, &f) == OK)
		return S("");
	assert_true(f.reason.len > 0);
	return f.reason;
}

static void
option_set_reads_what_option_print_writes(void **state)
{
	(void)state;
	static const struct {
		const char *name, *text, *printed;
	} cases[] = {
		{ "send", "yes", "yes" },
		{ "send", "True", "yes" },
		{ "send", "on", "yes" },
		{ "send", "off", "no" },
		{ "count", "2", "2" },
		{ "count", "1000", "1000" },
		{ "bytes", "1024", "1KiB" },
		{ "bytes", "1025", "1025" },
		{ "bytes", "1025B", "1025" },
		{ "bytes", "1536 KiB", "1536KiB" },
		{ "bytes", "2048KiB", "2MiB" },
		{ "bytes", "unlimited", "unlimited" },
		{ "idle", "5s", "5s" },
		{ "idle", "60000ms", "1m" },
		{ "idle", "90s", "90s" },
		{ "idle", "5001ms", "5001ms" },
		{ "idle", "1h", "1h" },
		{ "title", "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ "names", "", "" },
		{ "names", "x", "x" },
		{ "names", " x ,y,  z", "x, y, z" },
		{ "tls", "direct", "direct" },
		{ "tls", "NONE", "none" },
		{ "serve", "web, c2s", "c2s, web" },
		{ "workers", "auto", "auto" },
		{ "workers", "64", "64" },
		{ "total", "9223372036854775807", "9223372036854775807" },
		{ "body", "two\n\tlines", "two\n\tlines" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct option *o = option_find(options, str_from_c(cases[i].name));
		struct conf conf = { 0 };
		struct str printed;

		assert_str(set(&conf, cases[i].name, cases[i].text), "");
		printed = option_print(o, &conf, &arena);
		assert_str(printed, cases[i].printed);
		conf = (struct conf){ 0 };
		assert_str(set(&conf, cases[i].name, str_to_c(&arena, printed)), "");
		assert_str(option_print(o, &conf, &arena), cases[i].printed);
	}
}

static void
option_set_says_what_is_wrong_and_leaves_the_conf_alone(void **state)
{
	(void)state;
	static const struct {
		const char *name, *text, *reason;
	} cases[] = {
		{ "send", "maybe", "\"maybe\" is not yes or no" },
		{ "send", "", "\"\" is not yes or no" },
		{ "count", "1", "\"1\" is too little: at least 2" },
		{ "count", "1001", "\"1001\" is too much: at most 1000" },
		{ "count", "99999999999999999999",
		    "\"99999999999999999999\" is too much: at most 1000" },
		{ "count", "-1", "\"-1\" is not a whole number, such as 100" },
		{ "count", "0x10", "\"0x10\" is not a whole number, such as 100" },
		{ "count", "1s", "\"1s\" is not a whole number, such as 100" },
		{ "bytes", "10MB",
		    "\"10MB\" is not a size, such as 512, 64KiB or 10MiB, or unlimited" },
		{ "bytes", "11MiB", "\"11MiB\" is too much: at most 10MiB" },
		{ "bytes", "9223372036854775807TiB",
		    "\"9223372036854775807TiB\" is too much: at most 10MiB" },
		{ "bytes", "0", "\"0\" is too little: at least 1KiB" },
		{ "idle", "60",
		    "\"60\" is not a time with its unit, such as 500ms, 60s, 5m, 1h or 7d" },
		{ "idle", "90m", "\"90m\" is too much: at most 1h" },
		{ "idle", "4s", "\"4s\" is too little: at least 5s" },
		{ "title", "", "may not be empty" },
		{ "title", "a", "is shorter than 2 bytes" },
		{ "title", "123456789", "is longer than 8 bytes" },
		{ "title", "a\nb", "holds a control character" },
		{ "title", "a\xff", "is not UTF-8" },
		{ "names", "a,b,c,d", "has 4 items: at most 3 are allowed" },
		{ "names", "a,,c", "may not be empty" },
		{ "tls", "startls",
		    "\"startls\" is not known here; did you mean \"starttls\"?" },
		{ "tls", "ssl3", "\"ssl3\" is not one of starttls, direct or none" },
		{ "serve", "c2s, ws", "\"ws\" is not one of c2s, s2s or web" },
		{ "serve", "", "may not be empty" },
		{ "workers", "0", "\"0\" is too little: at least 1" },
		{ "workers", "many", "\"many\" is not a whole number, such as 100, or auto" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf conf, before;

		memset(&conf, 0x5a, sizeof(conf));
		before = conf;
		assert_str(set(&conf, cases[i].name, cases[i].text), cases[i].reason);
		assert_memory_equal(&conf, &before, sizeof(conf));
	}
}

static void
option_set_names_the_item_of_a_list_that_is_at_fault(void **state)
{
	(void)state;
	const struct str values[] = { S("c2s"), S("s2s"), S("smtp") };
	struct conf conf = { 0 };
	struct option_fault f;

	assert_int_equal(
	    option_set(option_find(options, S("serve")), values, 3, &conf, &arena, &f),
	    E_INVALID);
	assert_int_equal(f.item, 2);
	assert_int_equal(conf.serve, 0);
}

static void
option_set_refuses_a_list_for_a_single_value(void **state)
{
	(void)state;
	const struct str values[] = { S("2"), S("3") };
	struct conf conf = { 0 };
	struct option_fault f;

	assert_int_equal(
	    option_set(option_find(options, S("count")), values, 2, &conf, &arena, &f),
	    E_INVALID);
	assert_str(f.reason, "takes one value, not a list");
}

static void
option_set_cuts_long_text_in_its_reason_between_characters(void **state)
{
	(void)state;
	struct conf conf = { 0 };
	char text[64 * 3 + 2] = "x"; /* so that 60 bytes end inside a character */
	struct str reason;

	for (size_t i = 0; i < 64; i++)
		memcpy(text + 1 + 3 * i, "\xe2\x82\xac", 3);
	reason = set(&conf, "send", text);
	assert_true(str_is_utf8(reason));
	assert_true(reason.len < 100);
}

static void
option_preset_fills_in_every_default(void **state)
{
	(void)state;
	struct conf conf = { 0 };

	option_preset(options, &conf, &arena);
	assert_false(conf.send);
	assert_int_equal(conf.count, 10);
	assert_int_equal(conf.bytes, 65536);
	assert_int_equal(conf.idle_ms, 60000);
	assert_null(conf.title.at);
	assert_int_equal(conf.names.count, 2);
	assert_str(conf.names.at[1], "b");
	assert_int_equal(conf.tls, STARTTLS);
	assert_int_equal(conf.serve, 1);
	assert_int_equal(conf.workers, 0);
}

static void
option_range_reads_like_a_manual(void **state)
{
	(void)state;
	static const struct {
		const char *name, *range;
	} cases[] = {
		{ "send", "yes or no" },
		{ "count", "2 to 1000" },
		{ "bytes", "1KiB to 10MiB, or unlimited" },
		{ "title", "text, at most 8 bytes" },
		{ "names", "list, at most 3 items" },
		{ "tls", "starttls, direct or none" },
		{ "serve", "list of c2s, s2s or web" },
		{ "total", "a whole number, such as 100" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_str(
		    option_range(option_find(options, str_from_c(cases[i].name)), &arena),
		    cases[i].range);
	assert_null(option_find(options, S("nothing")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(option_set_reads_what_option_print_writes),
		cmocka_unit_test(option_set_says_what_is_wrong_and_leaves_the_conf_alone),
		cmocka_unit_test(option_set_names_the_item_of_a_list_that_is_at_fault),
		cmocka_unit_test(option_set_refuses_a_list_for_a_single_value),
		cmocka_unit_test(option_set_cuts_long_text_in_its_reason_between_characters),
		cmocka_unit_test(option_preset_fills_in_every_default),
		cmocka_unit_test(option_range_reads_like_a_manual),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

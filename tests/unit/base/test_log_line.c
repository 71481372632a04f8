/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include <jansson.h>

#include "base/log_line.h"

static const struct line_style journal = { .journal = true };
static const struct line_style json = { .json = true };
static struct line line;

/* One field's text, as logfmt shows it: what stands behind "<6>test.event text=". */
static struct str
shown(struct str text)
{
	struct log_field f = LOG_STR("text", text);
	struct str s;

	line_format(&line, &journal, LOG_INFO, "test.event", &f, 1);
	s = str_of(line.at, line.len);
	assert_true(str_starts(s, S("<6>test.event text=")));
	assert_true(str_ends(s, S("\n")));
	return str_slice(s, 19, s.len - 20);
}

/* The same as a JSON parser reads it. */
static json_t *
parsed(const struct log_field *f, size_t n)
{
	json_t *object;

	line_format(&line, &json, LOG_WARN, "test.event", f, n);
	object = json_loadb(line.at, line.len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(object);
	assert_string_equal(json_string_value(json_object_get(object, "level")), "warn");
	assert_string_equal(json_string_value(json_object_get(object, "event")), "test.event");
	return object;
}

static void
text_is_quoted_and_escaped_where_it_could_mislead(void **state)
{
	(void)state;
	static const struct {
		struct str text;
		const char *shown;
	} cases[] = {
		{ S("romeo@example.net/orchard"), "romeo@example.net/orchard" },
		{ S(""), "\"\"" }, { S("two words"), "\"two words\"" }, { S("a=b"), "\"a=b\"" },
		{ S("say \"hi\""), "\"say \\\"hi\\\"\"" },
		{ S("back\\slash"), "\"back\\\\slash\"" },
		{ S("line\nbreak\r\n\t"), "\"line\\nbreak\\r\\n\\t\"" },
		{ S("nul\0byte"), "\"nul\\u{0}byte\"" }, { S("\x1b[2J"), "\"\\u{1b}[2J\"" },
		{ S("\x7f"), "\"\\u{7f}\"" },
		{ S("gr\xc3\xbc\xc3\x9f"), "\"gr\xc3\xbc\xc3\x9f\"" },
		{ S("\xf0\x9f\x90\xa6"), "\"\xf0\x9f\x90\xa6\"" },
		{ S("\xc2\x85"), "\"\\u{85}\"" },             /* a control beyond ASCII */
		{ S("\xe2\x80\xae"), "\"\\u{202e}\"" },       /* right-to-left override */
		{ S("\xe2\x80\x8b"), "\"\\u{200b}\"" },       /* zero width space */
		{ S("\xf3\xa0\x81\x81"), "\"\\u{e0041}\"" },  /* a tag */
		{ S("a\xff\xfe"), "\"a\\xff\\xfe\"" },        /* not UTF-8 */
		{ S("\xed\xa0\x80"), "\"\\xed\\xa0\\x80\"" }, /* a surrogate */
		{ S("\xe2\x82"), "\"\\xe2\\x82\"" },          /* cut off */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_str(shown(cases[i].text), cases[i].shown);
}

static void
long_text_is_cut_between_characters(void **state)
{
	(void)state;
	char text[LOG_TEXT_BYTES + 1];
	struct str s;

	memset(text, 'a', sizeof(text));
	s = shown(str_of(text, LOG_TEXT_BYTES));
	assert_int_equal(s.len, LOG_TEXT_BYTES);
	s = shown(str_of(text, LOG_TEXT_BYTES + 1));
	assert_int_equal(s.len, 1 + LOG_TEXT_BYTES + 3 + 1);
	assert_true(str_ends(s, S("a\xe2\x80\xa6\"")));

	/* An umlaut, of two bytes, where the cut would be. */
	memcpy(text + LOG_TEXT_BYTES - 1, "\xc3\xbc", 2);
	s = shown(str_of(text, LOG_TEXT_BYTES + 1));
	assert_int_equal(s.len, 1 + LOG_TEXT_BYTES - 1 + 3 + 1);
	assert_true(str_ends(s, S("a\xe2\x80\xa6\"")));

	/* Bytes that only look like the rest of a character. */
	memset(text, 0x80, sizeof(text));
	s = shown(str_of(text, LOG_TEXT_BYTES + 1));
	assert_true(str_starts(s, S("\"\\x80\\x80")));
}

static void
json_lines_parse_and_carry_every_kind_of_field(void **state)
{
	(void)state;
	const struct log_field f[] = {
		LOG_STR("text", S("\"quoted\" \xe2\x80\xae \xf3\xa0\x81\x81 \\ \n \x01")),
		LOG_U64("u", UINT64_MAX / 2),
		LOG_I64("i", -5),
		LOG_BOOL("yes", true),
		LOG_C("c", "plain"),
		LOG_STATUS("status", E_NOT_FOUND),
		LOG_STR("bad", S("a\xff")),
		LOG_STR("none", ((struct str){ 0 })),
	};
	json_t *o = parsed(f, sizeof(f) / sizeof(f[0]));

	assert_string_equal(json_string_value(json_object_get(o, "text")),
	    "\"quoted\" \xe2\x80\xae \xf3\xa0\x81\x81 \\ \n \x01");
	assert_true(json_integer_value(json_object_get(o, "u")) == INT64_MAX);
	assert_int_equal(json_integer_value(json_object_get(o, "i")), -5);
	assert_true(json_is_true(json_object_get(o, "yes")));
	assert_string_equal(json_string_value(json_object_get(o, "status")), "not-found");
	assert_string_equal(json_string_value(json_object_get(o, "bad")), "a\xef\xbf\xbd");
	assert_string_equal(json_string_value(json_object_get(o, "none")), "");
	assert_int_equal(strlen(json_string_value(json_object_get(o, "time"))), 27);
	json_decref(o);

	/* What is invisible is escaped, not sent to whoever looks at the file. */
	assert_non_null(memmem(line.at, line.len, "\\u202e", 6));
	assert_non_null(memmem(line.at, line.len, "\\udb40\\udc41", 12));
}

static void
accounts_are_shown_as_the_operator_wants(void **state)
{
	(void)state;
	struct line_style style = journal;
	struct log_field f = LOG_ACCOUNT("jid", S("romeo@example.net"));
	char hashed[64];

	line_format(&line, &style, LOG_DEBUG, "a.b", &f, 1);
	assert_str(str_of(line.at, line.len), "<7>a.b jid=romeo@example.net\n");
	style.accounts = LOG_ACCOUNTS_HIDDEN;
	line_format(&line, &style, LOG_ERROR, "a.b", &f, 1);
	assert_str(str_of(line.at, line.len), "<3>a.b jid=-\n");
	style.accounts = LOG_ACCOUNTS_HASHED;
	line_format(&line, &style, LOG_WARN, "a.b", &f, 1);
	assert_int_equal(line.len, strlen("<4>a.b jid=0123456789abcdef\n"));
	assert_null(memmem(line.at, line.len, "romeo", 5));
	memcpy(hashed, line.at, line.len);
	line_format(&line, &style, LOG_WARN, "a.b", &f, 1);
	assert_memory_equal(line.at, hashed, line.len); /* so that lines can be matched */
}

static void
a_line_that_gets_too_long_leaves_out_fields_and_says_so(void **state)
{
	(void)state;
	static const struct line_style *const styles[] = { &journal, &json };
	struct log_field f[64];
	char worst[LOG_TEXT_BYTES];

	memset(worst, 1, sizeof(worst));
	for (size_t i = 0; i < 64; i++) {
		static char names[64][8];

		snprintf(names[i], sizeof(names[i]), "f%zu", i);
		f[i] = LOG_STR(names[i], str_of(worst, sizeof(worst)));
	}
	for (size_t s = 0; s < 2; s++) {
		for (size_t n = 0; n <= 64; n++) {
			line_format(&line, styles[s], LOG_WARN, "test.event", f, n);
			assert_true(line.len <= LOG_LINE_BYTES);
			assert_int_equal(line.at[line.len - 1], '\n');
		}
		assert_non_null(memmem(line.at, line.len, "cut", 3));
	}
	json_decref(parsed(f, 64));
}

static void
a_logfmt_line_begins_with_time_level_and_event(void **state)
{
	(void)state;
	static const struct line_style plain = { 0 };

	line_format(&line, &plain, LOG_INFO, "c2s.bound", NULL, 0);
	assert_int_equal(line.len, 27 + strlen(" info c2s.bound\n"));
	assert_int_equal(line.at[10], 'T');
	assert_int_equal(line.at[26], 'Z');
	assert_memory_equal(line.at + 27, " info c2s.bound\n", 16);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_quoted_and_escaped_where_it_could_mislead),
		cmocka_unit_test(long_text_is_cut_between_characters),
		cmocka_unit_test(json_lines_parse_and_carry_every_kind_of_field),
		cmocka_unit_test(accounts_are_shown_as_the_operator_wants),
		cmocka_unit_test(a_line_that_gets_too_long_leaves_out_fields_and_says_so),
		cmocka_unit_test(a_logfmt_line_begins_with_time_level_and_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

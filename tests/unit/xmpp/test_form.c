/* SPDX-License-Identifier: MIT */
#include "xmpp/form.h"

#include "../unit.h"
#include "base/limits.h"
#include "xml/parser.h"
#include "xmpp/ns.h"

static struct arena arena;
static struct frozen *block; /* what the last form points into */

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
	frozen_free(&block);
	arena_fini(&arena);
	return 0;
}

static const struct xml_bounds wide = {
	.bytes = 1 << 20, .depth = 16, .attributes = 16, .elements = 20000
};

static enum status
read(struct str document, struct form *out)
{
	frozen_free(&block);
	assert_int_equal(xml_parse(document, &wide, &block), OK);
	return form_read(&arena, frozen_root(block), out);
}

#define X "<x xmlns='jabber:x:data' type='submit'>"

/* XEP-0004 section 5.1, the submission. */
static void
form_read_finds_the_fields_of_a_submission(void **state)
{
	(void)state;
	const struct form_field *field;
	struct form f;
	bool public = true;
	uint64_t n;

	assert_int_equal(read(S(X "<field type='hidden' var='FORM_TYPE'>"
				  "<value>jabber:bot</value></field>"
				  "<field type='text-single' var='botname'>"
				  "<value>The Jabber Google Bot</value></field>"
				  "<field type='text-multi' var='description'>"
				  "<value>It&apos;s really cool!</value>"
				  "<value>It even supports Google News!</value></field>"
				  "<field type='boolean' var='public'><value>0</value></field>"
				  "<field var='features'/>"
				  "<field type='list-single' var='maxsubs'>"
				  "<value> 50 </value></field>"
				  "<field type='from-the-future' var='other'><value/></field>"
				  "</x>"),
			     &f),
	    OK);
	assert_int_equal(f.kind, FORM_SUBMIT);
	assert_false(f.is_table);
	assert_str(f.form_type, "jabber:bot");
	assert_int_equal(f.count, 6);
	assert_str(form_value(&f, S("botname")), "The Jabber Google Bot");
	field = form_field(&f, S("description"));
	assert_int_equal(field->type, FIELD_TEXT_MULTI);
	assert_int_equal(field->count, 2);
	assert_str(field->values[0], "It's really cool!");
	assert_str(field->values[1], "It even supports Google News!");
	assert_int_equal(form_bool(&f, S("public"), &public), OK);
	assert_false(public);
	assert_int_equal(form_field(&f, S("features"))->count, 0);
	assert_null(form_value(&f, S("features")).at);
	assert_int_equal(form_u64(&f, S("maxsubs"), 100, &n), OK);
	assert_int_equal(n, 50);
	assert_int_equal(form_field(&f, S("other"))->type, FIELD_TEXT_SINGLE);
	assert_non_null(form_value(&f, S("other")).at); /* empty, but there */
	assert_null(form_field(&f, S("FORM_TYPE")));
	assert_null(form_field(&f, S("nothing")));
	assert_null(form_value(&f, S("nothing")).at);
}

static void
values_are_read_as_their_type_writes_them(void **state)
{
	(void)state;
	static const struct {
		const char *value;
		enum status as_bool;
		bool truth;
		enum status as_number;
		uint64_t number;
	} cases[] = {
		{ "1", OK, true, OK, 1 },
		{ "true", OK, true, E_INVALID, 0 },
		{ "0", OK, false, OK, 0 },
		{ "false", OK, false, E_INVALID, 0 },
		{ "\n 1 ", OK, true, OK, 1 },
		{ "TRUE", E_INVALID, false, E_INVALID, 0 },
		{ "yes", E_INVALID, false, E_INVALID, 0 },
		{ "", E_INVALID, false, E_INVALID, 0 },
		{ "10", E_INVALID, false, OK, 10 },
		{ "11", E_INVALID, false, E_LIMIT, 0 },
		{ "-1", E_INVALID, false, E_INVALID, 0 },
		{ "99999999999999999999", E_INVALID, false, E_LIMIT, 0 },
	};
	struct form f;
	uint64_t n;
	bool b;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
		    read(str_format(&arena, X "<field var='v'><value>%s</value></field></x>",
			     cases[i].value),
			&f),
		    OK);
		assert_int_equal(form_bool(&f, S("v"), &b), cases[i].as_bool);
		if (cases[i].as_bool == OK)
			assert_int_equal(b, cases[i].truth);
		assert_int_equal(form_u64(&f, S("v"), 10, &n), cases[i].as_number);
		if (cases[i].as_number == OK)
			assert_int_equal(n, cases[i].number);
	}
	assert_int_equal(form_bool(&f, S("w"), &b), E_NOT_FOUND);
	assert_int_equal(form_u64(&f, S("w"), 10, &n), E_NOT_FOUND);
}

/* XEP-0068 sections 4.1 to 4.3. */
static void
form_type_counts_when_hidden_or_submitted(void **state)
{
	(void)state;
	static const struct {
		const char *kind, *field;
		bool counts;
	} cases[] = {
		{ "form", "type='hidden'><value>a</value>", true },
		{ "result", "type='hidden'><value>a</value>", true },
		{ "submit", "type='hidden'><value>a</value>", true },
		{ "submit", "><value>a</value>", true },
		{ "form", "><value>a</value>", false },
		{ "result", "type='text-single'><value>a</value>", false },
		{ "result", "type='hidden'>", false },
		{ "result", "type='hidden'><value>a</value><value>b</value>", false },
	};
	struct form f;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
		    read(str_format(&arena,
			     "<x xmlns='jabber:x:data' type='%s'><field var='FORM_TYPE' "
			     "%s</field></x>",
			     cases[i].kind, cases[i].field),
			&f),
		    OK);
		assert_int_equal(f.form_type.at != NULL, cases[i].counts);
		assert_int_equal(f.count, !cases[i].counts);
	}
}

static void
form_read_refuses_what_is_no_form(void **state)
{
	(void)state;
	static const struct str cases[] = {
		S("<x xmlns='jabber:x:data'/>"),
		S("<x xmlns='jabber:x:data' type=''/>"),
		S("<x xmlns='jabber:x:data' type='error'/>"),
		S("<x xmlns='jabber:x:oob' type='form'/>"),
		S("<y xmlns='jabber:x:data' type='form'/>"),
		S(X "<field><value>a</value></field></x>"),
		S(X "<field var=''/></x>"),
		S(X "<field var='a'/><field var='a'/></x>"),
		S(X "<field var='FORM_TYPE'><value>a</value></field>"
		    "<field var='FORM_TYPE'><value>b</value></field></x>"),
		S(X "<field var='FORM_TYPE'/>"
		    "<field var='FORM_TYPE'><value>b</value></field></x>"),
		S(X "<field var='FORM_TYPE'><value>a</value></field>"
		    "<field var='FORM_TYPE'/></x>"),
	};
	struct form f = { .title = S("untouched") };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(read(cases[i], &f), E_INVALID);
	assert_int_equal(form_read(&arena, ELEM_NONE, &f), E_INVALID);
	assert_str(f.title, "untouched");
}

static void
form_read_accepts_fixed_text_without_name_and_tables(void **state)
{
	(void)state;
	struct form f;

	assert_int_equal(read(S(X "<field type='fixed'><value>a</value></field>"
				  "<field type='fixed'><value>b</value></field></x>"),
			     &f),
	    OK);
	assert_int_equal(f.count, 2);
	assert_int_equal(read(S("<x xmlns='jabber:x:data' type='result'>"
				"<reported><field var='a'/></reported>"
				"<item><field var='a'/></item><item/></x>"),
			     &f),
	    OK);
	assert_true(f.is_table);
	assert_int_equal(f.count, 0);
	assert_int_equal(read(S("<x xmlns='jabber:x:data' type='cancel'/>"), &f), OK);
	assert_int_equal(f.kind, FORM_CANCEL);
}

/* n fields of m values each. */
static struct str
many(size_t n, size_t m)
{
	struct buf b;
	struct str text;

	buf_init(&b, 1 << 20);
	assert_int_equal(buf_add(&b, S(X)), OK);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(buf_add(&b, str_format(&arena, "<field var='v%zu'>", i)), OK);
		for (size_t k = 0; k < m; k++)
			assert_int_equal(buf_add(&b, S("<value/>")), OK);
		assert_int_equal(buf_add(&b, S("</field>")), OK);
	}
	assert_int_equal(buf_add(&b, S("</x>")), OK);
	text = str_copy(&arena, buf_str(&b));
	buf_fini(&b);
	return text;
}

static void
form_read_is_bounded(void **state)
{
	(void)state;
	struct form f;

	assert_int_equal(read(many(FORM_FIELDS_MAX, 1), &f), OK);
	assert_int_equal(f.count, FORM_FIELDS_MAX);
	assert_int_equal(read(many(FORM_FIELDS_MAX + 1, 0), &f), E_LIMIT);
	assert_int_equal(read(many(4, FORM_VALUES_MAX / 4), &f), OK);
	assert_int_equal(read(many(4, FORM_VALUES_MAX / 4 + 1), &f), E_LIMIT);
}

static struct str
written(const struct form *f)
{
	struct xml_writer w;

	xml_begin_inner(&w, &arena, S(""));
	form_write(&w, f);
	return xml_written(&w);
}

static void
form_write_writes_what_xep_0004_shows(void **state)
{
	(void)state;
	static const struct form_option levels[] = {
		{ S("10 Subscribers"), S("10") },
		{ S(""), S("<none>") },
	};
	const struct str two[] = { S("news"), S("search") };

	assert_str(written(&(struct form){ .kind = FORM_FORM,
		       .title = S("Bot Configuration"),
		       .instructions = S("Fill out this form!"),
		       .form_type = S("jabber:bot"),
		       .fields = FORM_FIELDS(
			   { .type = FIELD_FIXED, FIELD_VALUE(S("Section 1: Bot Info")) },
			   { .var = S("botname"), .label = S("The name of your bot") },
			   { .var = S("public"),
			       .type = FIELD_BOOLEAN,
			       .label = S("Public bot?"),
			       .required = true },
			   { .var = S("features"),
			       .type = FIELD_LIST_MULTI,
			       .desc = S("What it does"),
			       .values = two,
			       .count = 2 },
			   { .var = S("maxsubs"),
			       .type = FIELD_LIST_SINGLE,
			       FIELD_VALUE(S("10")),
			       .options = levels,
			       .option_count = 2 }) }),
	    "<x xmlns='jabber:x:data' type='form'>"
	    "<title>Bot Configuration</title>"
	    "<instructions>Fill out this form!</instructions>"
	    "<field var='FORM_TYPE' type='hidden'><value>jabber:bot</value></field>"
	    "<field type='fixed'><value>Section 1: Bot Info</value></field>"
	    "<field var='botname' label='The name of your bot'/>"
	    "<field var='public' type='boolean' label='Public bot?'><required/></field>"
	    "<field var='features' type='list-multi'><desc>What it does</desc>"
	    "<value>news</value><value>search</value></field>"
	    "<field var='maxsubs' type='list-single'><value>10</value>"
	    "<option label='10 Subscribers'><value>10</value></option>"
	    "<option><value>&lt;none&gt;</value></option></field></x>");
	assert_str(written(&(struct form){ .kind = FORM_CANCEL }),
	    "<x xmlns='jabber:x:data' type='cancel'/>");
}

static void
every_type_of_field_is_read_as_it_was_written(void **state)
{
	(void)state;
	for (enum field_type type = FIELD_TEXT_SINGLE; type <= FIELD_FIXED; type++) {
		struct form f;

		assert_int_equal(read(written(&(struct form){ .kind = FORM_RESULT,
					  .form_type = S("urn:t"),
					  .fields = FORM_FIELDS({ .var = S("v&v"),
					      .type = type,
					      .required = type % 2,
					      FIELD_VALUE(S("<'\">")) }) }),
				     &f),
		    OK);
		assert_int_equal(f.kind, FORM_RESULT);
		assert_str(f.form_type, "urn:t");
		assert_int_equal(f.count, 1);
		assert_int_equal(f.fields[0].type, type);
		assert_int_equal(f.fields[0].required, type % 2);
		assert_str(f.fields[0].var, "v&v");
		assert_str(form_value(&f, S("v&v")), "<'\">");
	}
}

/* XEP-0004 section 3.4. */
static void
a_table_has_fields_and_rows(void **state)
{
	(void)state;
	struct xml_writer w;

	xml_begin_inner(&w, &arena, S(""));
	form_table_begin(&w, &(struct form){ .kind = FORM_RESULT,
				 .form_type = S("urn:x"),
				 .fields = FORM_FIELDS({ .var = S("a"), .label = S("A") },
				     { .var = S("b"), .type = FIELD_JID_SINGLE }) });
	form_row(&w,
	    (const struct form_field[]){ { .var = S("a"), FIELD_VALUE(S("1")) },
		{ .var = S("b"), FIELD_VALUE(S("x@y")) } },
	    2);
	form_table_end(&w);
	assert_str(xml_written(&w),
	    "<x xmlns='jabber:x:data' type='result'>"
	    "<field var='FORM_TYPE' type='hidden'><value>urn:x</value></field>"
	    "<reported><field var='a' label='A'/><field var='b' type='jid-single'/></reported>"
	    "<item><field var='a'><value>1</value></field>"
	    "<field var='b'><value>x@y</value></field></item></x>");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(form_read_finds_the_fields_of_a_submission),
		cmocka_unit_test(values_are_read_as_their_type_writes_them),
		cmocka_unit_test(form_type_counts_when_hidden_or_submitted),
		cmocka_unit_test(form_read_refuses_what_is_no_form),
		cmocka_unit_test(form_read_accepts_fixed_text_without_name_and_tables),
		cmocka_unit_test(form_read_is_bounded),
		cmocka_unit_test(form_write_writes_what_xep_0004_shows),
		cmocka_unit_test(every_type_of_field_is_read_as_it_was_written),
		cmocka_unit_test(a_table_has_fields_and_rows),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "stream/bosh_body.h"
#include "xmpp/ns.h"

#define BODY "<body xmlns='http://jabber.org/protocol/httpbind' "

static struct frozen *
parsed(const char *text)
{
	struct frozen *f = NULL;

	assert_int_equal(xml_parse(str_from_c(text), &xml_bounds_stored, &f), OK);
	return f;
}

static enum status
read(const char *text, struct bosh_body *out)
{
	struct frozen *f = parsed(text);
	enum status s = bosh_body_read(f, out);

	frozen_free(&f);
	return s;
}

static void
attributes_are_read(void **state)
{
	struct bosh_body b;

	(void)state;
	assert_int_equal(read(BODY "rid='9007199254740991' wait='60' hold='1' ack='1' "
				   "newkey='CA393B51b682f61f98e7877d61146407f3d0a770'/>",
			     &b),
	    OK);
	assert_true(b.rid == UINT64_C(9007199254740991) && b.has_wait && b.wait_s == 60);
	assert_true(b.has_hold && b.hold == 1 && b.acks && b.is_empty && !b.has_pause);
	assert_memory_equal(b.newkey, "ca393b51b682f61f98e7877d61146407f3d0a770", 40);
	assert_true(!b.key[0] && !b.terminates && !b.restarts);
	assert_int_equal(
	    read(BODY "rid='1' type='terminate' pause='3'> <a xmlns='b'/>\n</body>", &b), OK);
	assert_true(b.terminates && b.has_pause && b.pause_s == 3 && !b.is_empty);
	assert_int_equal(
	    read(BODY "rid='1' xmlns:x='urn:xmpp:xbosh' x:restart='true' restart='no'/>", &b),
	    OK);
	assert_true(b.restarts);
	assert_int_equal(read(BODY "rid='1' restart='true'/>", &b), OK);
	assert_false(b.restarts);
}

static void
what_makes_no_sense_is_refused(void **state)
{
	static const char *const cases[] = {
		"<body rid='1'/>",
		"<html xmlns='http://jabber.org/protocol/httpbind' rid='1'/>",
		BODY "/>",
		BODY "rid=''/>",
		BODY "rid='0'/>",
		BODY "rid='-1'/>",
		BODY "rid=' 1'/>",
		BODY "rid='9007199254740992'/>",
		BODY "rid='99999999999999999999999999'/>",
		BODY "rid='1' wait='65536'/>",
		BODY "rid='1' hold='x'/>",
		BODY "rid='1' pause='1.5'/>",
		BODY "rid='1' key=''/>",
		BODY "rid='1' key='ca393b51b682f61f98e7877d61146407f3d0a77'/>",
		BODY "rid='1' newkey='ga393b51b682f61f98e7877d61146407f3d0a770'/>",
		BODY "rid='1'>text</body>",
		BODY "rid='1'><a xmlns='b'/>text</body>",
	};
	struct bosh_body b;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# %s\n", cases[i]);
		assert_int_equal(read(cases[i], &b), E_INVALID);
	}
}

/* XEP-0206 section 1: stanzas that name no namespace are meant to be in jabber:client. */
static void
elements_stand_alone(void **state)
{
	static const struct {
		const char *body, *ns, *content;
	} cases[] = {
		{ BODY "rid='1'><iq xmlns='jabber:client'><a/></iq></body>", "jabber:client",
		    "<a/>" },
		{ BODY "rid='1'><iq><a/></iq></body>", "jabber:client", "<a/>" },
		{ BODY "rid='1'><iq><a xmlns='b'/></iq></body>", "jabber:client",
		    "<a xmlns='b'/>" },
		{ BODY "rid='1' xmlns:c='jabber:client'><c:iq><c:a/></c:iq></body>",
		    "jabber:client", "<a/>" },
		{ BODY "rid='1'><auth xmlns='sasl'>x</auth></body>", "sasl", "x" },
	};
	const struct xml_bounds bounds = {
		.bytes = 200, .depth = 4, .attributes = 4, .elements = 4
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct frozen *body = parsed(cases[i].body), *f = NULL;
		struct elem e = elem_first(frozen_root(body));

		assert_int_equal(bosh_body_element(e, &bounds, &f), OK);
		assert_str(elem_ns(frozen_root(f)), cases[i].ns);
		assert_str(frozen_content(f), cases[i].content);
		frozen_free(&f);
		frozen_free(&body);
	}
}

static void
elements_are_bounded_one_by_one(void **state)
{
	const struct xml_bounds bounds = {
		.bytes = 30, .depth = 1, .attributes = 4, .elements = 4
	};
	struct frozen *body =
	    parsed(BODY "rid='1'><a xmlns='b'><c/></a><a xmlns='b'><c><d><e/></d></c></a>"
			"<a xmlns='b'>12345678901234567890</a></body>");
	struct elem e = elem_first(frozen_root(body));
	struct frozen *f = NULL;

	(void)state;
	assert_int_equal(bosh_body_element(e, &bounds, &f), OK);
	frozen_free(&f);
	e = elem_next(e);
	assert_int_equal(bosh_body_element(e, &bounds, &f), E_LIMIT);
	e = elem_next(e);
	assert_int_equal(bosh_body_element(e, &bounds, &f), E_LIMIT);
	frozen_free(&body);
}

/* SHA-1 of the hexadecimal text, as in section 15.3. */
static void
keys_follow_each_other_backwards(void **state)
{
	static const char first[] = "92713d4709377111cf31f2a71986c411bd6cb5b0",
			  second[] = "c62acc6f8c0c715ca7c1c81bec6fea819c9c3c62";

	(void)state; /* K(1) and K(2) of the seed "seed" */
	assert_true(bosh_key_follows(first, second));
	assert_false(bosh_key_follows(second, first));
	assert_false(bosh_key_follows(first, first));
}

static void
the_lower_version_is_agreed_on(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 256);
	assert_str(bosh_version(&a, S("1.6")), "1.6");
	assert_str(bosh_version(&a, S("1.11")), "1.11");
	assert_str(bosh_version(&a, S("1.12")), "1.11");
	assert_str(bosh_version(&a, S("2.0")), "1.11");
	assert_str(bosh_version(&a, S("0.99")), "0.99");
	assert_null(bosh_version(&a, S("1")).at);
	assert_null(bosh_version(&a, S("1.x")).at);
	assert_null(bosh_version(&a, S("1.2.3")).at);
	assert_null(bosh_version(&a, (struct str){ 0 }).at);
	arena_fini(&a);
}

static void
answers_are_never_pages(void **state)
{
	(void)state;
	assert_str(bosh_content_type((struct str){ 0 }), "text/xml; charset=utf-8");
	assert_str(bosh_content_type(S("text/html")), "text/xml; charset=utf-8");
	assert_str(bosh_content_type(S("image/svg+xml")), "text/xml; charset=utf-8");
	assert_str(bosh_content_type(S("text/plain\r\nX: y")), "text/xml; charset=utf-8");
	assert_str(bosh_content_type(S("Application/XML")), "application/xml");
	assert_str(bosh_content_type(S("text/plain")), "text/plain");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attributes_are_read),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(elements_stand_alone),
		cmocka_unit_test(elements_are_bounded_one_by_one),
		cmocka_unit_test(keys_follow_each_other_backwards),
		cmocka_unit_test(the_lower_version_is_agreed_on),
		cmocka_unit_test(answers_are_never_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

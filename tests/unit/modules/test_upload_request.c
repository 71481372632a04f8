/* SPDX-License-Identifier: MIT
 *
 * What strangers say of their files: names, types, requests; and the rows made of it.
 */
#include "../unit.h"

#include "base/limits.h"
#include "modules/upload/file_name.h"
#include "modules/upload/media_type.h"
#include "modules/upload/put.h"
#include "modules/upload/record.h"
#include "xml/parser.h"
#include "xmpp/ns.h"

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
names_lose_what_misleads_and_keep_the_rest(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "a.png", "a.png" }, { "tr\xc3\xa8s cool.jpg", "tr\xc3\xa8s cool.jpg" },
		{ "\xf0\x9f\x90\xa6.gif", "\xf0\x9f\x90\xa6.gif" }, { "..", "_." },
		{ ".htaccess", "_htaccess" }, { "../../etc/passwd", "_._.._etc_passwd" },
		{ "C:\\a", "C:_a" }, { "a\r\nX: y", "a__X: y" }, { "\x7f\xc2\x85", "__" },
		{ "x\xe2\x80\xaegpj.exe", "x_gpj.exe" }, /* U+202E */
		{ "\xe2\x81\xa6x\xe2\x81\xa9", "_x_" },  /* U+2066, U+2069 */
		{ "a\xef\xbb\xbf\xe2\x80\x8b", "a__" },  /* U+FEFF, U+200B */
	};
	struct str out;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(file_name_clean(&arena, str_from_c(cases[i].in), &out), OK);
		assert_str(out, cases[i].out);
	}
	assert_int_equal(file_name_clean(&arena, S("a\0b"), &out), OK);
	assert_str(out, "a_b");
	assert_int_equal(file_name_clean(&arena, S(""), &out), E_INVALID);
	assert_int_equal(file_name_clean(&arena, S("\xc3"), &out), E_INVALID);
	assert_int_equal(file_name_clean(&arena, S("\xc0\xae"), &out), E_INVALID);
}

static void
names_may_be_as_long_as_their_bound(void **state)
{
	(void)state;
	char name[UPLOAD_NAME_MAX + 1];
	struct str out;

	memset(name, 'x', sizeof(name));
	assert_int_equal(file_name_clean(&arena, str_of(name, UPLOAD_NAME_MAX), &out), OK);
	assert_int_equal(
	    file_name_clean(&arena, str_of(name, UPLOAD_NAME_MAX + 1), &out), E_LIMIT);
}

static void
names_are_written_so_that_nothing_ends_early(void **state)
{
	(void)state;

	assert_str(
	    file_name_in_url(&arena, S("a b\xc3\xa8?#%/.~-_")), "a%20b%C3%A8%3F%23%25%2F.~-_");
	assert_str(file_name_disposition(&arena, S("a.png"), true),
	    "inline; filename=\"a.png\"; filename*=UTF-8''a.png");
	assert_str(file_name_disposition(&arena, S("\"\\;'%\xc3\xa8"), false),
	    "attachment; filename=\"__;'__\"; filename*=UTF-8''%22%5C%3B%27%25%C3%A8");
}

static void
types_are_read_strictly_and_without_parameters(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "image", "image/", "/png", "image/p ng",
		"image/png/x", "im\"age/png", "image/png\r\nX: y", ";", "a/b,c/d", "-/-" };
	struct str out;

	assert_int_equal(media_type_read(&arena, S(" Image/PNG ; q=1"), &out), OK);
	assert_str(out, "image/png");
	assert_int_equal(media_type_read(&arena, S("application/vnd.a-b.c+d"), &out), OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(media_type_read(&arena, str_from_c(bad[i]), &out), E_INVALID);
}

static void
what_could_run_is_served_as_bytes(void **state)
{
	(void)state;
	static const char *const active[] = { "text/html", "image/svg+xml", "text/xml",
		"application/xml", "application/xhtml+xml", "text/javascript", "text/css",
		"application/javascript", "multipart/related", "message/rfc822",
		"application/vnd.mozilla.xul+xml", "application/x-anything", "font/woff" };
	static const char *const shown[] = { "image/png", "image/jpeg", "audio/ogg",
		"video/mp4" };

	for (size_t i = 0; i < sizeof(active) / sizeof(active[0]); i++) {
		assert_str(
		    media_type_served(str_from_c(active[i])), "application/octet-stream");
		assert_false(media_type_is_shown(str_from_c(active[i])));
	}
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		assert_str(media_type_served(str_from_c(shown[i])), shown[i]);
		assert_true(media_type_is_shown(str_from_c(shown[i])));
	}
	assert_str(media_type_served(S("application/pdf")), "application/pdf");
	assert_false(media_type_is_shown(S("application/pdf")));
	assert_false(media_type_is_shown(S("image/x-new")));
}

static enum status
read_request(const char *attributes, const char *children, struct upload_request *out)
{
	AUTO(frozen) xml = NULL;
	struct str text = str_format(&arena,
	    "<request xmlns='urn:xmpp:http:upload:0' %s>%s"
	    "</request>",
	    attributes, children);

	assert_int_equal(xml_parse_in(text, NS_CLIENT, &xml_bounds_stored, &xml), OK);
	return upload_request_read(frozen_root(xml), &arena, out);
}

#define PURPOSE(name) "<" name " xmlns='urn:xmpp:http:upload:purpose:0'/>"

static void
requests_are_read_as_the_schema_has_them(void **state)
{
	(void)state;
	static const struct {
		const char *attributes, *children;
		enum status status;
	} cases[] = {
		{ "filename='a' size='1'", "", OK },
		{ "filename='a' size='99999999999999999999'", "", OK },
		{ "filename='a' size='0'", "", E_INVALID },
		{ "filename='a' size='+1'", "", E_INVALID },
		{ "filename='a' size=' 1'", "", E_INVALID },
		{ "filename='a'", "", E_INVALID },
		{ "size='1'", "", E_INVALID },
		{ "filename='a' size='1' content-type=''", "", E_INVALID },
		{ "filename='a' size='1'", PURPOSE("message"), OK },
		{ "filename='a' size='1'", PURPOSE("profile") PURPOSE("profile"), E_INVALID },
		{ "filename='a' size='1'", PURPOSE("other"), E_UNSUPPORTED },
		{ "filename='a' size='1'", PURPOSE("ephemeral"), E_INVALID },
		{ "filename='a' size='1'", "<profile xmlns='urn:example'/>", OK },
	};
	struct upload_request r;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    read_request(cases[i].attributes, cases[i].children, &r), cases[i].status);
	assert_int_equal(read_request("filename='a' size='7' content-type='Text/Plain'",
			     "<ephemeral xmlns='urn:xmpp:http:upload:purpose:0' "
			     "expire-before='1970-01-01T00:00:02Z'/>",
			     &r),
	    OK);
	assert_str(r.name, "a");
	assert_str(r.type, "text/plain");
	assert_int_equal(r.bytes, 7);
	assert_int_equal(r.purpose, UPLOAD_EPHEMERAL);
	assert_int_equal(r.expires_us, 2000000);
	assert_int_equal(read_request("filename='a' size='7'", PURPOSE("permanent"), &r), OK);
	assert_int_equal(r.purpose, UPLOAD_PERMANENT);
	assert_null(r.type.at);
	assert_int_equal(r.expires_us, 0);
}

static void
paths_have_a_token_and_a_name(void **state)
{
	(void)state;
	struct str token, name;

	assert_true(upload_path_read(S("ABCDEFGHIJKLMNOPQRSTUVWX/a b"), &token, &name));
	assert_str(token, "ABCDEFGHIJKLMNOPQRSTUVWX");
	assert_str(name, "a b");
	assert_false(upload_path_read(S("ABCDEFGHIJKLMNOPQRSTUVW/a"), &token, &name));
	assert_false(upload_path_read(S("ABCDEFGHIJKLMNOPQRSTUVWX/"), &token, &name));
	assert_false(upload_path_read(S("ABCDEFGHIJKLMNOPQRSTUVWX"), &token, &name));
	assert_false(upload_path_read(S("ABCDEFGHIJKLMNOPQRSTUVWX/a/b"), &token, &name));
	assert_false(upload_path_read(S(""), &token, &name));
}

static void
records_are_read_as_they_were_written_and_cut_ones_are_refused(void **state)
{
	(void)state;
	struct upload_record r = {
		.token = S("ABCDEFGHIJKLMNOPQRSTUVWX"),
		.account = S("juliet@host"),
		.name = S("a.png"),
		.type = S("image/png"),
		.bytes = 12345678901,
		.purpose = UPLOAD_EPHEMERAL,
		.made_us = 1000000,
		.expires_us = 2000000,
	};
	struct upload_record got;
	struct str value;

	memset(r.hash.bytes, 0xa5, BLOB_HASH_BYTES);
	value = upload_record_encode(&arena, &r);
	assert_int_equal(upload_record_decode(value, &got), OK);
	assert_str(got.token, "ABCDEFGHIJKLMNOPQRSTUVWX");
	assert_str(got.account, "juliet@host");
	assert_str(got.name, "a.png");
	assert_str(got.type, "image/png");
	assert_memory_equal(got.hash.bytes, r.hash.bytes, BLOB_HASH_BYTES);
	assert_true(got.bytes == r.bytes && got.purpose == r.purpose);
	assert_true(got.made_us == r.made_us && got.expires_us == r.expires_us);
	for (size_t cut = 0; cut < value.len; cut++)
		assert_int_equal(
		    upload_record_decode(str_slice(value, 0, cut), &got), E_INVALID);
	assert_int_equal(
	    upload_record_decode(str_format(&arena, "%.*sx", STR_ARG(value)), &got), E_INVALID);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(names_lose_what_misleads_and_keep_the_rest),
		CASE(names_may_be_as_long_as_their_bound),
		CASE(names_are_written_so_that_nothing_ends_early),
		CASE(types_are_read_strictly_and_without_parameters),
		CASE(what_could_run_is_served_as_bytes),
		CASE(requests_are_read_as_the_schema_has_them),
		CASE(paths_have_a_token_and_a_name),
		CASE(records_are_read_as_they_were_written_and_cut_ones_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

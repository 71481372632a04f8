/* SPDX-License-Identifier: MIT */
#include "rig.h"

/* What the route was told, as text. */
static void
tell(struct http_exchange *x)
{
	http_answer(x, 200, S("text/plain"),
	    str_format(x->arena,
		"path=%.*s rest=%.*s host=%.*s authority=%.*s address=%.*s %s "
		"watcher=%d url=%.*s",
		STR_ARG(x->path), STR_ARG(x->rest), STR_ARG(x->host), STR_ARG(x->authority),
		STR_ARG(x->address), x->secure ? "secure" : "clear", http_is_watcher(x),
		STR_ARG(http_site_url(x))));
}

static const struct http_route table[] = {
	{ S("/all/"), HTTP_GET, .flags = HTTP_PLAIN, .run = tell },
	{ S("/all/below/"), HTTP_GET, .run = tell },
	{ S("/"), HTTP_GET, .run = tell },
	{ S("/one"), HTTP_GET | HTTP_POST, .flags = HTTP_CORS, .run = tell },
};

static const struct http_routes routes = TABLE(table);

static int
begin(void **state)
{
	(void)state;
	rig_begin(routes);
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	rig_end();
	return 0;
}

static void
ask(const char *target, const char *fields)
{
	struct arena a;

	arena_init(&a, 1024);
	rig_say(str_format(
	    &a, "GET %s HTTP/1.1\r\nHost: Chat.example.org:5281\r\n%s\r\n", target, fields));
	arena_fini(&a);
}

static void
the_longest_route_takes_what_is_below_it(void **state)
{
	(void)state;
	ask("/all/x/y", "");
	assert_true(rig_saw("path=/all/x/y rest=x/y host=chat.example.org "
			    "authority=chat.example.org:5281 address=127.0.0.1 clear"));
	ask("/all/below/z?q", "");
	assert_true(rig_saw("rest=z "));
	ask("/all/", "");
	assert_true(rig_saw("rest= "));
	ask("/all", "");
	assert_true(rig_saw(" 404 "));
	ask("/one", "");
	assert_true(rig_saw("path=/one rest= "));
	ask("/one/", "");
	assert_true(rig_saw(" 404 "));
	ask("/two", "");
	assert_true(rig_saw(" 404 "));
	ask("/", "");
	assert_true(rig_saw("rest= "));
	ask("/onetwo", "");
	assert_true(rig_saw(" 404 "));
	ask("http://other.example/one", "");
	assert_true(rig_saw("host=other.example authority=other.example "));
}

static void
proxies_are_believed_when_they_are_trusted(void **state)
{
	static const char claims[] = "X-Forwarded-For: 192.0.2.9, 198.51.100.7\r\n"
				     "X-Forwarded-Proto: https\r\n"
				     "X-Forwarded-Host: chat.example.com\r\n";
	static const struct str trusted[] = { S("127.0.0.0/8"), S("10.0.0.0/8") };
	static const struct str watchers[] = { S("198.51.100.0/24") };

	(void)state;
	ask("/one", claims);
	assert_true(
	    rig_saw("address=127.0.0.1 clear watcher=0 url=http://chat.example.org:5281"));
	site_conf.trusted_proxies = (struct str_list){ trusted, 2 };
	site_conf.metrics_from = (struct str_list){ watchers, 1 };
	rig_publish(routes);
	ask("/one", claims);
	/* The nearest that is no proxy: who stands in front of it may have been invented. */
	assert_true(
	    rig_saw("host=chat.example.com authority=chat.example.com "
		    "address=198.51.100.7 secure watcher=1 url=https://chat.example.com"));
	ask("/one", "X-Forwarded-For: 192.0.2.9, 10.1.1.1\r\n");
	assert_true(rig_saw("address=192.0.2.9 clear"));
	ask("/one", "X-Forwarded-For: 192.0.2.9, nonsense\r\n");
	assert_true(rig_saw("address=127.0.0.1 clear"));
	ask("/one", "X-Forwarded-For: \r\nX-Forwarded-Proto: http\r\n");
	assert_true(rig_saw("address=127.0.0.1 clear"));
	ask("/one", "X-Forwarded-Host: a b\r\n");
	assert_true(rig_saw(" 400 "));
}

static void
without_tls_one_is_sent_to_https(void **state)
{
	(void)state;
	site_conf.require_tls = true;
	rig_publish(routes);
	ask("/one?a=b", "");
	assert_true(rig_saw("HTTP/1.1 308 Permanent Redirect\r\n"));
	assert_true(rig_saw("Location: https://chat.example.org:5281/one?a=b\r\n"));
	rig_say(S("POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"));
	assert_true(rig_saw("HTTP/1.1 403 "));
	ask("/all/x", "");
	assert_true(rig_saw("HTTP/1.1 200 "));
	site_conf.public_url = S("https://Chat.example.net/");
	rig_publish(routes);
	ask("/one", "");
	assert_true(rig_saw("Location: https://chat.example.net/one\r\n"));
}

static void
other_origins_may_ask_where_the_route_says_so(void **state)
{
	(void)state;
	rig_say(S("OPTIONS /one HTTP/1.1\r\nHost: a\r\nOrigin: https://b\r\n"
		  "Access-Control-Request-Method: PUT\r\n\r\n"));
	assert_true(rig_saw("HTTP/1.1 204 No Content\r\n"));
	assert_true(rig_saw("Access-Control-Allow-Origin: *\r\n"));
	assert_true(rig_saw("Allow: GET, HEAD, POST, OPTIONS\r\n"));
	assert_true(rig_saw("Access-Control-Allow-Methods: GET, HEAD, POST, OPTIONS\r\n"));
	rig_say(S("OPTIONS /all/ HTTP/1.1\r\nHost: a\r\nOrigin: https://b\r\n"
		  "Access-Control-Request-Method: GET\r\n\r\n"));
	assert_true(rig_saw("Allow: GET, HEAD, OPTIONS\r\n"));
	assert_false(rig_saw("Access-Control"));
}

static void
every_answer_has_the_fields_that_protect(void **state)
{
	static const char *const fields[] = {
		"X-Content-Type-Options: nosniff\r\n",
		"Referrer-Policy: no-referrer\r\n",
		"Permissions-Policy: ",
		"Content-Security-Policy: default-src 'self'; ",
		"frame-ancestors 'none'",
		"Cache-Control: no-store\r\n",
	};

	(void)state;
	for (int i = 0; i < 3; i++) {
		if (i < 2)
			ask(i ? "/one" : "/none", "");
		else
			rig_say(S("GET / HTTP/1.1\r\n\r\n"));
		for (size_t k = 0; k < sizeof(fields) / sizeof(fields[0]); k++)
			assert_true(rig_saw(fields[k]));
	}
}

static void
hsts_is_sent_over_tls_where_it_is_wanted(void **state)
{
	static const struct str trusted[] = { S("127.0.0.1") };

	(void)state;
	site_conf.hsts_ms = INT64_C(86400000) * 365;
	site_conf.trusted_proxies = (struct str_list){ trusted, 1 };
	rig_publish(routes);
	ask("/one", "X-Forwarded-Proto: https\r\n");
	assert_true(rig_saw("Strict-Transport-Security: max-age=31536000\r\n"));
	got.len = 0;
	ask("/one", "");
	assert_false(rig_saw("Strict-Transport-Security"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    the_longest_route_takes_what_is_below_it, begin, finish),
		cmocka_unit_test_setup_teardown(
		    proxies_are_believed_when_they_are_trusted, begin, finish),
		cmocka_unit_test_setup_teardown(
		    without_tls_one_is_sent_to_https, begin, finish),
		cmocka_unit_test_setup_teardown(
		    other_origins_may_ask_where_the_route_says_so, begin, finish),
		cmocka_unit_test_setup_teardown(
		    every_answer_has_the_fields_that_protect, begin, finish),
		cmocka_unit_test_setup_teardown(
		    hsts_is_sent_over_tls_where_it_is_wanted, begin, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "xmpp/sasl.h"

#include "base/limits.h"

#include "sasl_fixture.h"

static struct jid juliet_text;

static struct sasl_channel
certified(void)
{
	struct sasl_channel channel = bound;

	juliet_text = jid_trusted(S("juliet@example.org"));
	channel.certified = &juliet_text;
	channel.n_certified = 1;
	return channel;
}

static void
assert_offer(const struct sasl_offer *o, const char *mechanisms, const char *bindings)
{
	struct str got = S("");

	for (unsigned i = 0; i < o->n_mechanisms; i++)
		got = str_format(&arena, "%.*s %.*s", STR_ARG(got), STR_ARG(o->mechanism[i]));
	assert_str(str_trim(got), mechanisms);
	got = S("");
	for (unsigned i = 0; i < o->n_bindings; i++)
		got = str_format(&arena, "%.*s %.*s", STR_ARG(got), STR_ARG(o->binding[i]));
	assert_str(str_trim(got), bindings);
}

static void
what_is_offered_depends_on_the_channel(void **state)
{
	(void)state;
	struct sasl_channel plain_tls = { .secure = true }, with_certificate = certified();
	struct sasl_channel not_really = bound;
	struct sasl_offer o;

	sasl_offer_login(&conf, &clear, &o);
	assert_offer(&o, "SCRAM-SHA-512 SCRAM-SHA-256 SCRAM-SHA-1 ANONYMOUS", "");
	sasl_offer_login(&conf, &plain_tls, &o);
	assert_offer(&o, "SCRAM-SHA-512 SCRAM-SHA-256 SCRAM-SHA-1 PLAIN ANONYMOUS", "");
	sasl_offer_login(&conf, &bound, &o);
	assert_offer(&o,
	    "SCRAM-SHA-512-PLUS SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS "
	    "SCRAM-SHA-512 SCRAM-SHA-256 SCRAM-SHA-1 PLAIN ANONYMOUS",
	    "tls-exporter tls-server-end-point");
	sasl_offer_login(&conf, &with_certificate, &o);
	assert_offer(&o,
	    "EXTERNAL SCRAM-SHA-512-PLUS SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS "
	    "SCRAM-SHA-512 SCRAM-SHA-256 SCRAM-SHA-1 PLAIN ANONYMOUS",
	    "tls-exporter tls-server-end-point");

	not_really.secure = false;
	sasl_offer_login(&conf, &not_really, &o);
	assert_offer(&o, "SCRAM-SHA-512 SCRAM-SHA-256 SCRAM-SHA-1 ANONYMOUS", "");
}

static void
what_is_offered_depends_on_the_operator(void **state)
{
	(void)state;
	struct sasl_channel with_certificate = certified();
	struct sasl_offer o;

	conf = (struct sasl_conf){ 0 };
	sasl_offer_login(&conf, &with_certificate, &o);
	assert_offer(&o, "", "tls-exporter tls-server-end-point");
	conf.hashes = 1u << HASH_SHA256;
	sasl_offer_login(&conf, &with_certificate, &o);
	assert_offer(
	    &o, "SCRAM-SHA-256-PLUS SCRAM-SHA-256", "tls-exporter tls-server-end-point");
	conf = (struct sasl_conf){ .external = true };
	sasl_offer_login(&conf, &with_certificate, &o);
	assert_offer(&o, "EXTERNAL", "tls-exporter tls-server-end-point");
}

static void
tokens_are_offered_with_the_bindings_that_exist(void **state)
{
	(void)state;
	struct sasl_channel plain_tls = { .secure = true }, old_tls = { .secure = true };
	struct sasl_offer o;

	sasl_offer_fast(&clear, &o);
	assert_offer(&o, "", "");
	sasl_offer_fast(&plain_tls, &o);
	assert_offer(&o, "HT-SHA-256-NONE", "");
	sasl_offer_fast(&bound, &o);
	assert_offer(&o, "HT-SHA-256-EXPR HT-SHA-256-ENDP HT-SHA-256-NONE",
	    "tls-exporter tls-server-end-point");
	old_tls.binding[SASL_TLS_UNIQUE] = S("finished");
	sasl_offer_fast(&old_tls, &o);
	assert_offer(&o, "HT-SHA-256-UNIQ HT-SHA-256-NONE", "tls-unique");
}

static void
only_what_was_offered_can_be_chosen(void **state)
{
	(void)state;
	struct sasl_offer login, fast;
	struct sasl_request r = { .mechanism = S("HT-SHA-256-NONE"), .initial = S("u\0x") };

	assert_failure(start(&bound, "", S("")), SASL_INVALID_MECHANISM);
	assert_failure(start(&bound, "SCRAM", S("")), SASL_INVALID_MECHANISM);
	assert_failure(start(&bound, "plain", S("")), SASL_INVALID_MECHANISM);
	assert_failure(start(&bound, "PLAIN ", S("")), SASL_INVALID_MECHANISM);
	assert_failure(start(&bound, "DIGEST-MD5", S("")), SASL_INVALID_MECHANISM);
	assert_failure(start(&bound, "EXTERNAL", S("")), SASL_INVALID_MECHANISM);
	conf.plain = false;
	assert_failure(start(&bound, "PLAIN", S("\0user\0pencil")), SASL_INVALID_MECHANISM);

	/* The two lists do not mix. */
	sasl_offer_login(&conf, &bound, &login);
	sasl_offer_fast(&bound, &fast);
	sasl_free(&exchange);
	exchange = sasl_new(&conf, &bound, &login, S("example.org"));
	assert_failure(sasl_start(exchange, &r), SASL_INVALID_MECHANISM);
	sasl_free(&exchange);
	exchange = sasl_new(&conf, &bound, &fast, S("example.org"));
	r.mechanism = S("SCRAM-SHA-1");
	assert_failure(sasl_start(exchange, &r), SASL_INVALID_MECHANISM);
}

static void
a_mechanism_that_needs_tls_says_so(void **state)
{
	(void)state;

	assert_failure(start(&clear, "PLAIN", S("\0user\0pencil")), SASL_ENCRYPTION_REQUIRED);
	assert_failure(start(&clear, "EXTERNAL", S("")), SASL_ENCRYPTION_REQUIRED);
	assert_failure(start(&clear, "HT-SHA-256-NONE", S("")), SASL_ENCRYPTION_REQUIRED);
}

static void
without_an_initial_response_an_empty_challenge_asks_for_it(void **state)
{
	(void)state;
	struct sasl_turn turn = start(&bound, "PLAIN", (struct str){ 0 });

	assert_int_equal(turn.what, SASL_CHALLENGE);
	assert_int_equal(turn.bytes.len, 0);
	assert_non_null(turn.bytes.at);
	turn = sasl_step(exchange, S("\0user\0pencil"));
	assert_int_equal(turn.what, SASL_NEED_ACCOUNT);
	assert_str(jid_full(turn.user), "user@example.org");

	/* An empty initial response is one. */
	assert_failure(start(&bound, "PLAIN", S("")), SASL_MALFORMED_REQUEST);
}

static void
messages_beyond_the_limit_are_refused(void **state)
{
	(void)state;
	static const char *const names[] = { "PLAIN", "SCRAM-SHA-1", "ANONYMOUS",
		"HT-SHA-256-NONE" };
	char *bytes = arena_alloc(&arena, SASL_MESSAGE_MAX + 1);

	memset(bytes, 'a', SASL_MESSAGE_MAX + 1);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_failure(start(&bound, names[i], str_of(bytes, SASL_MESSAGE_MAX + 1)),
		    SASL_MALFORMED_REQUEST);
		assert_failure(start(&bound, names[i], str_of(bytes, SASL_MESSAGE_MAX)),
		    SASL_MALFORMED_REQUEST);
	}
}

static void
the_longest_name_and_password_fit(void **state)
{
	(void)state;
	char *bytes = arena_zalloc(&arena, SASL_MESSAGE_MAX);

	memset(bytes + 1, 'u', JID_PART_MAX);
	memset(bytes + 2 + JID_PART_MAX, 'p', 1023);
	assert_int_equal(start(&bound, "PLAIN", str_of(bytes, 2 + JID_PART_MAX + 1023)).what,
	    SASL_NEED_ACCOUNT);
}

/* An exchange can be given up after each of its steps, and then nothing revives it. */
static void
an_exchange_that_was_given_up_stays_so(void **state)
{
	(void)state;
	struct scram_client c = {
		.hash = HASH_SHA1, .password = S("pencil"), .gs2 = S("n,,"), .name = S("user")
	};

	for (int steps = 0;; steps++) {
		struct sasl_turn turn;
		int n = steps;

		turn = start(&bound, "SCRAM-SHA-1", (struct str){ 0 });
		if (n-- > 0)
			turn = sasl_step(exchange, scram_first(&arena, &c));
		if (n-- > 0)
			turn = sasl_supply(exchange, &pencil, NULL);
		if (n-- > 0)
			turn = sasl_step(exchange, scram_final(&arena, &c, turn.bytes));
		if (turn.what == SASL_SUCCESS) {
			/* Too late: it had ended. */
			assert_int_equal(sasl_fail(exchange, SASL_ABORTED).what, SASL_SUCCESS);
			break;
		}
		assert_failure(sasl_fail(exchange, SASL_ABORTED), SASL_ABORTED);
		assert_failure(sasl_step(exchange, scram_first(&arena, &c)), SASL_ABORTED);
		assert_failure(sasl_supply(exchange, &pencil, NULL), SASL_ABORTED);
		assert_failure(sasl_fail(exchange, SASL_TEMPORARY_AUTH_FAILURE), SASL_ABORTED);
	}
}

static void
an_exchange_can_be_freed_after_each_step(void **state)
{
	(void)state;
	struct sasl_offer offered;

	sasl_free(&exchange); /* there is none */
	sasl_offer_login(&conf, &bound, &offered);
	exchange = sasl_new(&conf, &bound, &offered, S("example.org"));
	sasl_free(&exchange);
	assert_null(exchange);
	start(&bound, "PLAIN", (struct str){ 0 });
	sasl_free(&exchange);
	start(&bound, "PLAIN", S("\0user\0pencil"));
	sasl_free(&exchange);
	start(&bound, "PLAIN", S("\0user\0pencil"));
	sasl_supply(exchange, &pencil, NULL);
	sasl_free(&exchange);
}

static void
a_response_out_of_turn_ends_the_exchange(void **state)
{
	(void)state;

	/* While the account is looked up. */
	start(&bound, "PLAIN", S("\0user\0pencil"));
	assert_failure(sasl_step(exchange, S("\0user\0pencil")), SASL_MALFORMED_REQUEST);
	assert_failure(sasl_supply(exchange, &pencil, NULL), SASL_MALFORMED_REQUEST);

	/* While a helper is at work. */
	start(&bound, "PLAIN", S("\0user\0pencil"));
	assert_int_equal(sasl_supply(exchange, &pencil, NULL).what, SASL_NEED_CHECK);
	assert_failure(sasl_step(exchange, S("\0user\0pencil")), SASL_MALFORMED_REQUEST);
	sasl_check(exchange);
	assert_failure(sasl_checked(exchange), SASL_MALFORMED_REQUEST);
}

static void
the_exchange_keeps_nothing_that_belongs_to_others(void **state)
{
	(void)state;
	struct sasl_channel channel = certified();
	struct str secret = str_copy(&arena, conf.secret),
		   host = str_copy(&arena, S("example.org"));
	struct str end_point = str_copy(&arena, S("end\0point"));
	struct jid *address = arena_alloc(&arena, sizeof(*address));
	char *message = str_to_c(&arena, S("juliet@example.org"));
	struct sasl_offer offered;
	struct sasl_turn turn;

	*address = jid_trusted(str_copy(&arena, S("juliet@example.org")));
	conf.secret = secret;
	channel.binding[SASL_TLS_SERVER_END_POINT] = end_point;
	channel.certified = address;
	sasl_offer_login(&conf, &channel, &offered);
	exchange = sasl_new(&conf, &channel, &offered, host);
	turn = sasl_start(exchange, &(struct sasl_request){ .mechanism = S("EXTERNAL"),
					.initial = str_of(message, 18) });
	assert_int_equal(turn.what, SASL_NEED_ACCOUNT);
	/* Under the sanitizers each of these was a malloc of its own. */
	arena_reset(&arena);
	memset(&offered, 0xff, sizeof(offered));
	turn = sasl_supply(exchange, &pencil, NULL);
	assert_int_equal(turn.what, SASL_SUCCESS);
	assert_str(jid_full(turn.user), "juliet@example.org");
}

static void
early_data_is_for_tokens_only(void **state)
{
	(void)state;
	struct sasl_request r = { .mechanism = S("PLAIN"),
		.initial = S("\0user\0pencil"),
		.count = 1,
		.early_data = true };

	assert_failure(start_with(&bound, &r), SASL_NOT_AUTHORIZED);
}

static void
every_failure_has_the_name_of_rfc_6120(void **state)
{
	(void)state;

	for (enum sasl_failure f = 0; f < SASL_FAILURES; f++)
		assert_true(sasl_failure_name(f).len > 0);
	assert_str(sasl_failure_name(SASL_TEMPORARY_AUTH_FAILURE), "temporary-auth-failure");
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(what_is_offered_depends_on_the_channel),
		CASE(what_is_offered_depends_on_the_operator),
		CASE(tokens_are_offered_with_the_bindings_that_exist),
		CASE(only_what_was_offered_can_be_chosen),
		CASE(a_mechanism_that_needs_tls_says_so),
		CASE(without_an_initial_response_an_empty_challenge_asks_for_it),
		CASE(messages_beyond_the_limit_are_refused),
		CASE(the_longest_name_and_password_fit),
		CASE(an_exchange_that_was_given_up_stays_so),
		CASE(an_exchange_can_be_freed_after_each_step),
		CASE(a_response_out_of_turn_ends_the_exchange),
		CASE(the_exchange_keeps_nothing_that_belongs_to_others),
		CASE(early_data_is_for_tokens_only),
		CASE(every_failure_has_the_name_of_rfc_6120),
	};

	return cmocka_run_group_tests_name("sasl", tests, set_up_all, NULL);
}

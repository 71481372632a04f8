/* SPDX-License-Identifier: MIT */
#include "xmpp/sasl.h"

#include "sasl_fixture.h"

/* An exchange with a certificate that has these addresses, by spaces. */
static struct sasl_turn
start_certified(const char *addresses, struct str host, struct str authzid)
{
	struct str rest = str_from_c(addresses), piece;
	struct sasl_channel channel = bound;
	struct jid jids[8];
	struct sasl_offer offered;

	while (str_split(&rest, ' ', &piece))
		assert_int_equal(jid_parse(&arena, piece, &jids[channel.n_certified++]), OK);
	channel.certified = jids;
	sasl_offer_login(&conf, &channel, &offered);
	sasl_free(&exchange);
	exchange = sasl_new(&conf, &channel, &offered, host);
	return sasl_start(
	    exchange, &(struct sasl_request){ .mechanism = S("EXTERNAL"), .initial = authzid });
}

static void
the_address_is_chosen_from_the_certificate(void **state)
{
	(void)state;
	static const struct {
		const char *addresses;
		struct str authzid;
		const char *user; /* NULL: failure */
		enum sasl_failure failure;
	} cases[] = {
		{ "romeo@example.org", S(""), "romeo@example.org", 0 },
		{ "romeo@example.org", S("romeo@example.org"), "romeo@example.org", 0 },
		{ "romeo@example.org", S("ROMEO@Example.org"), "romeo@example.org", 0 },
		{ "romeo@example.org juliet@example.org", S("juliet@example.org"),
		    "juliet@example.org", 0 },
		/* Those of other hosts do not count, nor does a second mention. */
		{ "romeo@example.com romeo@example.org", S(""), "romeo@example.org", 0 },
		{ "romeo@example.org romeo@example.org", S(""), "romeo@example.org", 0 },
		{ "romeo@example.org example.org", S(""), "romeo@example.org", 0 },
		/* XEP-0178 section 2, 11.b. */
		{ "romeo@example.org juliet@example.org", S(""), NULL, SASL_INVALID_AUTHZID },
		{ "romeo@example.org", S("juliet@example.org"), NULL, SASL_INVALID_AUTHZID },
		{ "romeo@example.org", S("romeo@example.org/home"), NULL,
		    SASL_INVALID_AUTHZID },
		{ "romeo@example.org", S("example.org"), NULL, SASL_INVALID_AUTHZID },
		{ "romeo@example.org", S("romeo"), NULL, SASL_INVALID_AUTHZID },
		{ "romeo@example.org", S("@"), NULL, SASL_INVALID_AUTHZID },
		/* 11.c. */
		{ "romeo@example.com", S(""), NULL, SASL_NOT_AUTHORIZED },
		{ "romeo@example.com", S("romeo@example.com"), NULL, SASL_NOT_AUTHORIZED },
		{ "example.org", S(""), NULL, SASL_NOT_AUTHORIZED },
		{ "romeo@example.org/home", S(""), NULL, SASL_NOT_AUTHORIZED },
		{ "romeo@sub.example.org", S(""), NULL, SASL_NOT_AUTHORIZED },
		/* Not text. */
		{ "romeo@example.org", S("romeo@example.org\0"), NULL, SASL_MALFORMED_REQUEST },
		{ "romeo@example.org", S("\xff"), NULL, SASL_MALFORMED_REQUEST },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sasl_turn turn =
		    start_certified(cases[i].addresses, S("example.org"), cases[i].authzid);

		if (!cases[i].user) {
			assert_failure(turn, cases[i].failure);
			continue;
		}
		assert_int_equal(turn.what, SASL_NEED_ACCOUNT);
		assert_str(jid_full(turn.user), cases[i].user);
		turn = sasl_supply(exchange, &pencil, NULL);
		assert_int_equal(turn.what, SASL_SUCCESS);
		assert_str(jid_full(turn.user), cases[i].user);
		assert_null(turn.bytes.at);
	}
}

static void
the_account_must_exist_and_be_open_but_needs_no_password(void **state)
{
	(void)state;
	struct credentials account = { 0 };

	start_certified("romeo@example.org", S("example.org"), S(""));
	assert_int_equal(sasl_supply(exchange, &account, NULL).what, SASL_SUCCESS);
	start_certified("romeo@example.org", S("example.org"), S(""));
	assert_failure(sasl_supply(exchange, NULL, NULL), SASL_NOT_AUTHORIZED);
	account.disabled = true;
	start_certified("romeo@example.org", S("example.org"), S(""));
	assert_failure(sasl_supply(exchange, &account, NULL), SASL_ACCOUNT_DISABLED);
}

static void
between_servers_a_domain_is_chosen_and_no_account_asked_for(void **state)
{
	(void)state;
	struct sasl_turn turn = start_certified("example.com", S(""), S(""));

	assert_int_equal(turn.what, SASL_SUCCESS);
	assert_str(jid_full(turn.user), "example.com");
	turn = start_certified("example.com example.net", S(""), S("example.net"));
	assert_int_equal(turn.what, SASL_SUCCESS);
	assert_str(jid_full(turn.user), "example.net");
	assert_failure(
	    start_certified("example.com", S(""), S("example.net")), SASL_INVALID_AUTHZID);
	assert_failure(start_certified("romeo@example.com", S(""), S("")), SASL_NOT_AUTHORIZED);
	assert_failure(start_certified("romeo@example.com", S(""), S("romeo@example.com")),
	    SASL_NOT_AUTHORIZED);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(the_address_is_chosen_from_the_certificate),
		CASE(the_account_must_exist_and_be_open_but_needs_no_password),
		CASE(between_servers_a_domain_is_chosen_and_no_account_asked_for),
	};

	return cmocka_run_group_tests_name("sasl_external", tests, set_up_all, NULL);
}

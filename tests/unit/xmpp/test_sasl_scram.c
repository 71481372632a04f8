/* SPDX-License-Identifier: MIT
 *
 * The mechanism's source is part of this program, so that the examples of the specifications
 * can be played with the nonce they have.
 */
#include "xmpp/sasl_scram.c"

#include "sasl_fixture.h"

/* --- playing -------------------------------------------------------------------------- */

/* The whole exchange with the account given. */
static struct sasl_turn
play(const struct sasl_channel *channel, const char *mechanism, struct scram_client *c,
    const struct credentials *account)
{
	struct sasl_turn turn = start(channel, mechanism, scram_first(&arena, c));

	if (turn.what != SASL_NEED_ACCOUNT)
		return turn;
	turn = sasl_supply(exchange, account, NULL);
	assert_int_equal(turn.what, SASL_CHALLENGE);
	return sasl_step(exchange, scram_final(&arena, c, turn.bytes));
}

/* --- examples of the specifications --------------------------------------------------- */

struct example {
	const char *mechanism;
	enum hash hash;
	const struct sasl_channel *channel;
	struct str salt; /* base64 */
	struct str client_first;
	struct str nonce;
	const char *server_first;
	struct str client_final;
	const char *server_final;
};

static void
check_example(const struct example *e)
{
	struct credentials account = { 0 };
	struct sasl_turn turn;
	struct str salt;

	assert_int_equal(base64_decode(&arena, e->salt, &salt), OK);
	account.keys[e->hash] = scram_keys_of(e->hash, S("pencil"), salt, 4096);
	turn = start(e->channel, e->mechanism, e->client_first);
	assert_int_equal(turn.what, SASL_NEED_ACCOUNT);
	assert_str(jid_full(turn.user), "user@example.org");
	assert_false(turn.tokens);
	((struct scram *)exchange->own)->nonce = e->nonce;
	turn = sasl_supply(exchange, &account, NULL);
	assert_int_equal(turn.what, SASL_CHALLENGE);
	assert_str(turn.bytes, e->server_first);
	turn = sasl_step(exchange, e->client_final);
	assert_int_equal(turn.what, SASL_SUCCESS);
	assert_str(turn.bytes, e->server_final);
	assert_str(jid_full(turn.user), "user@example.org");
	assert_false(turn.anonymous);
}

static void
scram_sha_1_plays_the_example_of_rfc_5802_section_5(void **state)
{
	(void)state;
	check_example(&(struct example){
	    .mechanism = "SCRAM-SHA-1",
	    .hash = HASH_SHA1,
	    .channel = &clear,
	    .salt = S("QSXCR+Q6sek8bf92"),
	    .client_first = S("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"),
	    .nonce = S("fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j"),
	    .server_first = "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
			    "s=QSXCR+Q6sek8bf92,i=4096",
	    .client_final = S("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
			      "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="),
	    .server_final = "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
	});
}

static void
scram_sha_256_plays_the_example_of_rfc_7677_section_3(void **state)
{
	(void)state;
	check_example(&(struct example){
	    .mechanism = "SCRAM-SHA-256",
	    .hash = HASH_SHA256,
	    .channel = &clear,
	    .salt = S("W22ZaJ0SNY7soEsUEjb6gQ=="),
	    .client_first = S("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"),
	    .nonce = S("rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"),
	    .server_first = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
			    "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
	    .client_final = S("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
			      "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="),
	    .server_final = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
	});
}

/* The messages of RFC 7677 again; proof and signature from Python's hashlib. */
static void
scram_sha_512_plays_what_another_implementation_computes(void **state)
{
	(void)state;
	check_example(&(struct example){
	    .mechanism = "SCRAM-SHA-512",
	    .hash = HASH_SHA512,
	    .channel = &clear,
	    .salt = S("W22ZaJ0SNY7soEsUEjb6gQ=="),
	    .client_first = S("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"),
	    .nonce = S("rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"),
	    .server_first = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
			    "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
	    .client_final = S("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
			      "p=gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8P"
			      "PC6wdp6dybEmDYXYTxwnYPJQ=="),
	    .server_final = "v=ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeV"
			    "GT4+5ZxXnJq199RVG2rR7N7Zw==",
	});
}

/* The server of the example offers less; the client sends an extension that nobody knows. */
static void
scram_sha_1_plus_plays_the_example_of_xep_0474_section_5_3(void **state)
{
	(void)state;
	conf.hashes = 1u << HASH_SHA1;
	conf.plain = conf.anonymous = false;
	conf.hash_lists = true;
	check_example(&(struct example){
	    .mechanism = "SCRAM-SHA-1-PLUS",
	    .hash = HASH_SHA1,
	    .channel = &bound,
	    .salt = S("QSXCR+Q6sek8bf92"),
	    .client_first = S("p=tls-exporter,,n=user,r=12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6"),
	    .nonce = S("12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6"
		       "a09117a6-ac50-4f2f-93f1-93799c2bddf6"),
	    .server_first = "r=12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6"
			    "a09117a6-ac50-4f2f-93f1-93799c2bddf6,"
			    "s=QSXCR+Q6sek8bf92,i=4096,h=G6k/rBLDqgOhRRaCuuatSDFkJ08=",
	    .client_final = S("c=cD10bHMtZXhwb3J0ZXIsLFRISVMgSVMgRkFLRSBDQiBEQVRB,"
			      "r=12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6"
			      "a09117a6-ac50-4f2f-93f1-93799c2bddf6,"
			      "x=19C6532F-1CF4-4A27-A18D-DC9CEA41BBB3,"
			      "p=M/SIDjT+dfcxUh89jZEypRvFxB4="),
	    .server_final = "v=MQrMPvv7yv4x4Cq4W4Ih25EqS2c=",
	});
}

/* --- who gets in ---------------------------------------------------------------------- */

static const struct {
	const char *mechanism;
	enum hash hash;
	bool binds;
} all[] = {
	{ "SCRAM-SHA-1", HASH_SHA1, false },
	{ "SCRAM-SHA-1-PLUS", HASH_SHA1, true },
	{ "SCRAM-SHA-256", HASH_SHA256, false },
	{ "SCRAM-SHA-256-PLUS", HASH_SHA256, true },
	{ "SCRAM-SHA-512", HASH_SHA512, false },
	{ "SCRAM-SHA-512-PLUS", HASH_SHA512, true },
};

static struct scram_client
client(enum hash hash, bool binds)
{
	return (struct scram_client){ .hash = hash,
		.password = S("pencil"),
		.gs2 = binds ? S("p=tls-server-end-point,,") : S("n,,"),
		.channel = binds ? S("end\0point") : (struct str){ 0 },
		.name = S("user") };
}

static void
the_right_password_gets_in_and_the_server_proves_itself(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (int hash_lists = 0; hash_lists < 2; hash_lists++) {
			struct scram_client c = client(all[i].hash, all[i].binds);
			struct sasl_turn turn;

			conf.hash_lists = hash_lists;
			turn = play(&bound, all[i].mechanism, &c, &pencil);
			assert_int_equal(turn.what, SASL_SUCCESS);
			assert_true(str_eq(turn.bytes, c.signature));
			assert_str(jid_full(turn.user), "user@example.org");
		}
}

static void
a_wrong_password_and_no_account_are_answered_alike(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct scram_client c = client(all[i].hash, all[i].binds);

		c.password = S("pencils");
		assert_failure(
		    play(&bound, all[i].mechanism, &c, &pencil), SASL_NOT_AUTHORIZED);
		c.password = S("pencil");
		assert_failure(play(&bound, all[i].mechanism, &c, NULL), SASL_NOT_AUTHORIZED);
	}
}

static void
an_account_without_keys_for_the_hash_is_answered_like_none(void **state)
{
	(void)state;
	struct scram_client c = client(HASH_SHA512, false);
	struct credentials old = pencil;

	old.keys[HASH_SHA512] = (struct scram_keys){ 0 };
	assert_failure(play(&bound, "SCRAM-SHA-512", &c, &old), SASL_NOT_AUTHORIZED);
}

static void
a_disabled_account_is_told_so_only_with_the_right_password(void **state)
{
	(void)state;
	struct scram_client c = client(HASH_SHA256, false);
	struct credentials closed = pencil;

	closed.disabled = true;
	assert_failure(play(&bound, "SCRAM-SHA-256", &c, &closed), SASL_ACCOUNT_DISABLED);
	c.password = S("pencils");
	assert_failure(play(&bound, "SCRAM-SHA-256", &c, &closed), SASL_NOT_AUTHORIZED);
}

static void
an_unknown_account_has_the_same_salt_each_time(void **state)
{
	(void)state;
	struct str first = S("n,,n=nobody,r=abc"), salt[2];

	for (int i = 0; i < 2; i++) {
		struct sasl_turn turn =
		    start(&clear, i ? "SCRAM-SHA-1" : "SCRAM-SHA-256", first);

		assert_int_equal(turn.what, SASL_NEED_ACCOUNT);
		turn = sasl_supply(exchange, NULL, NULL);
		assert_int_equal(turn.what, SASL_CHALLENGE);
		assert_str(scram_attribute(turn.bytes, 'i'), "4096");
		salt[i] = str_copy(&arena, scram_attribute(turn.bytes, 's'));
	}
	assert_int_equal(salt[0].len, 24);
	assert_true(str_eq(salt[0], salt[1]));
}

static void
names_are_unescaped_and_prepared(void **state)
{
	(void)state;
	static const struct {
		struct str name;
		const char *expected;
	} cases[] = {
		{ S("user"), "user@example.org" },
		{ S("USER"), "user@example.org" },
		{ S("a=2Cb=3Dc"), "a,b=c@example.org" },
		{ S("J\xc3\x9crgen"), "j\xc3\xbcrgen@example.org" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scram_client c = client(HASH_SHA1, false);
		struct sasl_turn turn;

		c.name = cases[i].name;
		turn = play(&clear, "SCRAM-SHA-1", &c, &pencil);
		assert_int_equal(turn.what, SASL_SUCCESS);
		assert_str(jid_full(turn.user), cases[i].expected);
	}
}

static void
the_authzid_must_be_the_user_itself(void **state)
{
	(void)state;
	static const struct {
		struct str gs2;
		bool good;
		enum sasl_failure failure;
	} cases[] = {
		{ S("n,,"), true, 0 },
		{ S("n,a=user@example.org,"), true, 0 },
		{ S("n,a=USER@Example.ORG,"), true, 0 },
		{ S("n,a=juliet@example.org,"), false, SASL_INVALID_AUTHZID },
		{ S("n,a=user@example.com,"), false, SASL_INVALID_AUTHZID },
		{ S("n,a=user@example.org/home,"), false, SASL_INVALID_AUTHZID },
		{ S("n,a=user,"), false, SASL_INVALID_AUTHZID },
		{ S("n,a=example.org,"), false, SASL_INVALID_AUTHZID },
		{ S("n,a=@,"), false, SASL_INVALID_AUTHZID },
		{ S("n,a=,"), false, SASL_MALFORMED_REQUEST },
		{ S("n,a=user=40example.org,"), false, SASL_MALFORMED_REQUEST },
		{ S("n,user@example.org,"), false, SASL_MALFORMED_REQUEST },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scram_client c = client(HASH_SHA1, false);
		struct sasl_turn turn;

		c.gs2 = cases[i].gs2;
		turn = play(&clear, "SCRAM-SHA-1", &c, &pencil);
		if (cases[i].good)
			assert_int_equal(turn.what, SASL_SUCCESS);
		else
			assert_failure(turn, cases[i].failure);
	}
}

/* --- channel binding ------------------------------------------------------------------ */

static void
the_gs2_flag_must_fit_what_was_offered(void **state)
{
	(void)state;
	static const struct {
		const struct sasl_channel *channel;
		const char *mechanism;
		struct str gs2, bytes;
		bool good;
		enum sasl_failure failure;
	} cases[] = {
		{ &bound, "SCRAM-SHA-1", S("n,,"), S(""), true, 0 },
		{ &clear, "SCRAM-SHA-1", S("y,,"), S(""), true, 0 },
		{ &bound, "SCRAM-SHA-1-PLUS", S("p=tls-exporter,,"), S("THIS IS FAKE CB DATA"),
		    true, 0 },
		{ &bound, "SCRAM-SHA-1-PLUS", S("p=tls-server-end-point,,"), S("end\0point"),
		    true, 0 },
		/* The downgrade: it could, but believes that we cannot. */
		{ &bound, "SCRAM-SHA-1", S("y,,"), S(""), false, SASL_NOT_AUTHORIZED },
		/* Bytes of another channel, of another kind, none, more, fewer. */
		{ &bound, "SCRAM-SHA-1-PLUS", S("p=tls-exporter,,"), S("THIS IS FAKE CB DATE"),
		    false, SASL_NOT_AUTHORIZED },
		{ &bound, "SCRAM-SHA-1-PLUS", S("p=tls-exporter,,"), S("end\0point"), false,
		    SASL_NOT_AUTHORIZED },
		{ &bound, "SCRAM-SHA-1-PLUS", S("p=tls-exporter,,"), S(""), false,
		    SASL_NOT_AUTHORIZED },
		{ &bound, "SCRAM-SHA-1-PLUS", S("p=tls-exporter,,"), S("THIS IS FAKE CB DATA!"),
		    false, SASL_NOT_AUTHORIZED },
		{ &bound, "SCRAM-SHA-1-PLUS", S("p=tls-exporter,,"), S("THIS IS FAKE CB DAT"),
		    false, SASL_NOT_AUTHORIZED },
		{ &bound, "SCRAM-SHA-1", S("n,,"), S("surplus"), false, SASL_NOT_AUTHORIZED },
		/* A kind that this connection does not have, or nobody has. */
		{ &bound, "SCRAM-SHA-1-PLUS", S("p=tls-unique,,"), S(""), false,
		    SASL_NOT_AUTHORIZED },
		{ &bound, "SCRAM-SHA-1-PLUS", S("p=,,"), S(""), false, SASL_NOT_AUTHORIZED },
		{ &bound, "SCRAM-SHA-1-PLUS", S("p=TLS-EXPORTER,,"), S("THIS IS FAKE CB DATA"),
		    false, SASL_NOT_AUTHORIZED },
		/* Mechanism and flag that contradict each other. */
		{ &bound, "SCRAM-SHA-1-PLUS", S("n,,"), S(""), false, SASL_MALFORMED_REQUEST },
		{ &bound, "SCRAM-SHA-1-PLUS", S("y,,"), S(""), false, SASL_MALFORMED_REQUEST },
		{ &bound, "SCRAM-SHA-1", S("p=tls-exporter,,"), S("THIS IS FAKE CB DATA"),
		    false, SASL_MALFORMED_REQUEST },
		{ &clear, "SCRAM-SHA-1-PLUS", S("p=tls-exporter,,"), S(""), false,
		    SASL_INVALID_MECHANISM },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scram_client c = client(HASH_SHA1, false);
		struct sasl_turn turn;

		c.gs2 = cases[i].gs2;
		c.channel = cases[i].bytes;
		turn = play(cases[i].channel, cases[i].mechanism, &c, &pencil);
		if (cases[i].good)
			assert_int_equal(turn.what, SASL_SUCCESS);
		else
			assert_failure(turn, cases[i].failure);
	}
}

static void
the_hash_of_the_lists_is_sent_only_when_wanted_and_is_part_of_the_proof(void **state)
{
	(void)state;
	struct scram_client c = client(HASH_SHA256, false);
	struct sasl_turn turn = start(&bound, "SCRAM-SHA-256", scram_first(&arena, &c));
	struct str with, without;

	turn = sasl_supply(exchange, &pencil, NULL);
	assert_null(scram_attribute(turn.bytes, 'h').at);

	conf.hash_lists = true;
	start(&bound, "SCRAM-SHA-256", scram_first(&arena, &c));
	turn = sasl_supply(exchange, &pencil, NULL);
	with = turn.bytes;
	assert_int_equal(scram_attribute(with, 'h').len, 44);

	/* Somebody in between cuts it out; the client does not miss it. */
	without = str_slice(with, 0, with.len - 47);
	assert_failure(
	    sasl_step(exchange, scram_final(&arena, &c, without)), SASL_NOT_AUTHORIZED);
}

static void
the_hash_has_no_second_list_when_no_binding_was_offered(void **state)
{
	(void)state;
	struct scram_client c = client(HASH_SHA1, false);
	struct str lists = S("ANONYMOUS\x1eSCRAM-SHA-1\x1eSCRAM-SHA-256\x1eSCRAM-SHA-512");
	struct sasl_turn turn;
	char hash[HASH_MAX];

	conf.hash_lists = true;
	start(&clear, "SCRAM-SHA-1", scram_first(&arena, &c));
	turn = sasl_supply(exchange, &pencil, NULL);
	hash_of(HASH_SHA1, lists, hash);
	assert_true(
	    str_eq(scram_attribute(turn.bytes, 'h'), base64_encode(&arena, str_of(hash, 20))));
}

/* --- messages that are none ----------------------------------------------------------- */

static void
malformed_first_messages_are_refused(void **state)
{
	(void)state;
	static const struct {
		struct str message;
		enum sasl_failure failure;
	} cases[] = {
		{ S(""), SASL_MALFORMED_REQUEST },
		{ S("n"), SASL_MALFORMED_REQUEST },
		{ S("n,"), SASL_MALFORMED_REQUEST },
		{ S("n,,"), SASL_MALFORMED_REQUEST },
		{ S(",,n=user,r=abc"), SASL_MALFORMED_REQUEST },
		{ S("x,,n=user,r=abc"), SASL_MALFORMED_REQUEST },
		{ S("N,,n=user,r=abc"), SASL_MALFORMED_REQUEST },
		{ S("nn,,n=user,r=abc"), SASL_MALFORMED_REQUEST },
		{ S("F,n,,n=user,r=abc"), SASL_MALFORMED_REQUEST }, /* GSS-API only */
		{ S("n,n=user,r=abc"), SASL_MALFORMED_REQUEST },
		{ S("n=user,r=abc"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=user"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=user,"), SASL_MALFORMED_REQUEST },
		{ S("n,,r=abc"), SASL_MALFORMED_REQUEST },
		{ S("n,,r=abc,n=user"), SASL_MALFORMED_REQUEST }, /* order */
		{ S("n,,n=,r=abc"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=user,r="), SASL_MALFORMED_REQUEST },
		{ S("n,,n=user,r=a c"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=user,r=a\x7f"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=user,r=\xc3\xbc"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=user,r=abc,"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=user,r=abc,x"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=user,r=abc,x="), SASL_MALFORMED_REQUEST },
		{ S("n,,n=user,r=abc,1=y"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=user,r=abc,n=admin"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=user,r=abc,r=def"), SASL_MALFORMED_REQUEST },
		/* Mandatory extensions, wherever they stand (RFC 5802 section 5.1). */
		{ S("n,,m=x,n=user,r=abc"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=user,r=abc,m=x"), SASL_MALFORMED_REQUEST },
		/* Escapes. */
		{ S("n,,n=a=b,r=abc"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=a=2cb,r=abc"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=a=3db,r=abc"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=a=2,r=abc"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=a=,r=abc"), SASL_MALFORMED_REQUEST },
		/* Bytes that are no text. */
		{ S("n,,n=us\0er,r=abc"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=user\xff,r=abc"), SASL_MALFORMED_REQUEST },
		{ S("n,,n=user,r=abc,x=\xc3"), SASL_MALFORMED_REQUEST },
		/* Names that no account can have. */
		{ S("n,,n=user@example.org,r=abc"), SASL_NOT_AUTHORIZED },
		{ S("n,,n=us er,r=abc"), SASL_NOT_AUTHORIZED },
		{ S("n,,n=us/er,r=abc"), SASL_NOT_AUTHORIZED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_failure(
		    start(&clear, "SCRAM-SHA-1", cases[i].message), cases[i].failure);
}

static void
malformed_final_messages_are_refused(void **state)
{
	(void)state;
	/* %N stands for the nonce. */
	static const struct {
		const char *message;
		enum sasl_failure failure;
	} cases[] = {
		{ "", SASL_MALFORMED_REQUEST },
		{ "c=biws", SASL_MALFORMED_REQUEST },
		{ "c=biws,r=%N", SASL_MALFORMED_REQUEST },
		{ "c=biws,r=%N,", SASL_MALFORMED_REQUEST },
		{ "c=biws,r=%N,p=", SASL_MALFORMED_REQUEST },
		{ "c=biws,r=%N,p=AAAA", SASL_MALFORMED_REQUEST }, /* too short */
		{ "c=biws,r=%N,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAA", SASL_MALFORMED_REQUEST },
		{ "c=biws,r=%N,p=AAAAAAAAAAAAAAAAAAAAAAAAAA==", SASL_MALFORMED_REQUEST },
		{ "c=biws,r=%N,p=AAAAAAAAAAAAAAAAAAAAAAAAAAB=", SASL_MALFORMED_REQUEST },
		{ "c=biws,r=%N,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA", SASL_MALFORMED_REQUEST },
		{ "c=biws,r=%N,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=,x=y", SASL_MALFORMED_REQUEST },
		{ "c=biws,r=%N,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=,", SASL_MALFORMED_REQUEST },
		{ "c=biws,r=%N,m=x,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_MALFORMED_REQUEST },
		{ "c=biws,r=%N,c=biws,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_MALFORMED_REQUEST },
		{ "c=biws,r=%N,r=%N,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_MALFORMED_REQUEST },
		{ "r=%N,c=biws,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_MALFORMED_REQUEST },
		{ "c=biws,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=,r=%N", SASL_MALFORMED_REQUEST },
		{ "c=biws,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_MALFORMED_REQUEST },
		{ "c=,r=%N,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_MALFORMED_REQUEST },
		{ "c=biw,r=%N,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_MALFORMED_REQUEST },
		{ "c=bi*s,r=%N,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_MALFORMED_REQUEST },
		{ "c=biws,r=%N,x=\xff,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_MALFORMED_REQUEST },
		/* Well-formed, and not what this exchange is about. */
		{ "c=eSws,r=%N,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_NOT_AUTHORIZED }, /* y,, */
		{ "c=biwsLA==,r=%N,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_NOT_AUTHORIZED },
		{ "c=biw=,r=%N,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_NOT_AUTHORIZED },
		{ "c=biws,r=%NA,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_NOT_AUTHORIZED },
		{ "c=biws,r=abc,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_NOT_AUTHORIZED },
		{ "c=biws,r=%N,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_NOT_AUTHORIZED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str rest = str_from_c(cases[i].message), piece, message = S("");
		struct sasl_turn turn = start(&clear, "SCRAM-SHA-1", S("n,,n=user,r=abc"));
		struct str nonce;

		turn = sasl_supply(exchange, &pencil, NULL);
		nonce = scram_attribute(turn.bytes, 'r');
		while (str_split(&rest, '%', &piece)) {
			bool is_nonce_next = rest.at != NULL;

			message =
			    str_format(&arena, "%.*s%.*s", STR_ARG(message), STR_ARG(piece));
			if (is_nonce_next) {
				message = str_format(
				    &arena, "%.*s%.*s", STR_ARG(message), STR_ARG(nonce));
				rest = str_slice(rest, 1, rest.len);
			}
		}
		assert_failure(sasl_step(exchange, message), cases[i].failure);
	}
}

static void
every_changed_byte_of_a_good_exchange_makes_it_fail(void **state)
{
	(void)state;
	struct scram_client c = client(HASH_SHA256, true);
	struct str first, final;
	struct sasl_turn turn;

	c.extension = S(",x=y");
	first = scram_first(&arena, &c);
	/* The first message: what still parses changes what the proof is about, or the user. */
	for (size_t i = 0; i < first.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			char *bytes = str_to_c(&arena, first);

			bytes[i] = (char)(bytes[i] ^ 1 << bit);
			turn = start(&bound, "SCRAM-SHA-256-PLUS", str_of(bytes, first.len));
			if (turn.what == SASL_NEED_ACCOUNT) {
				turn = sasl_supply(exchange, &pencil, NULL);
				assert_int_equal(turn.what, SASL_CHALLENGE);
				turn = sasl_step(exchange, scram_final(&arena, &c, turn.bytes));
			}
			assert_int_equal(turn.what, SASL_FAILURE);
		}
	start(&bound, "SCRAM-SHA-256-PLUS", first);
	turn = sasl_supply(exchange, &pencil, NULL);
	final = scram_final(&arena, &c, turn.bytes);
	for (size_t i = 0; i < final.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			struct str again;
			char *bytes;

			start(&bound, "SCRAM-SHA-256-PLUS", first);
			turn = sasl_supply(exchange, &pencil, NULL);
			again = scram_final(&arena, &c, turn.bytes);
			assert_int_equal(again.len, final.len);
			bytes = str_to_c(&arena, again);
			bytes[i] = (char)(bytes[i] ^ 1 << bit);
			turn = sasl_step(exchange, str_of(bytes, again.len));
			assert_int_equal(turn.what, SASL_FAILURE);
		}
}

static void
every_cut_of_a_good_message_makes_it_fail(void **state)
{
	(void)state;
	struct scram_client c = client(HASH_SHA1, false);
	struct str first = scram_first(&arena, &c);
	struct sasl_turn turn;
	size_t final_len = 1;

	for (size_t len = 0; len < first.len; len++) {
		turn = start(&clear, "SCRAM-SHA-1", str_slice(first, 0, len));
		if (turn.what == SASL_NEED_ACCOUNT) { /* the nonce is only shorter */
			turn = sasl_supply(exchange, &pencil, NULL);
			turn = sasl_step(exchange, scram_final(&arena, &c, turn.bytes));
		}
		assert_int_equal(turn.what, SASL_FAILURE);
	}
	for (size_t len = 0; len < final_len; len++) {
		struct str final;

		start(&clear, "SCRAM-SHA-1", first);
		turn = sasl_supply(exchange, &pencil, NULL);
		final = scram_final(&arena, &c, turn.bytes);
		final_len = final.len;
		assert_failure(
		    sasl_step(exchange, str_slice(final, 0, len)), SASL_MALFORMED_REQUEST);
	}
}

static void
unknown_extensions_are_ignored_and_proved(void **state)
{
	(void)state;
	struct scram_client c = client(HASH_SHA256, false);

	c.extension = S(",t=1,X=\xe2\x82\xac=,a=b");
	assert_int_equal(play(&bound, "SCRAM-SHA-256", &c, &pencil).what, SASL_SUCCESS);
}

static void
an_exchange_cannot_be_replayed(void **state)
{
	(void)state;
	struct scram_client c = client(HASH_SHA1, false);
	struct str first = scram_first(&arena, &c), final;
	struct sasl_turn turn;

	start(&clear, "SCRAM-SHA-1", first);
	turn = sasl_supply(exchange, &pencil, NULL);
	final = scram_final(&arena, &c, turn.bytes);
	assert_int_equal(sasl_step(exchange, final).what, SASL_SUCCESS);

	start(&clear, "SCRAM-SHA-1", first);
	sasl_supply(exchange, &pencil, NULL);
	assert_failure(sasl_step(exchange, final), SASL_NOT_AUTHORIZED);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(scram_sha_1_plays_the_example_of_rfc_5802_section_5),
		CASE(scram_sha_256_plays_the_example_of_rfc_7677_section_3),
		CASE(scram_sha_512_plays_what_another_implementation_computes),
		CASE(scram_sha_1_plus_plays_the_example_of_xep_0474_section_5_3),
		CASE(the_right_password_gets_in_and_the_server_proves_itself),
		CASE(a_wrong_password_and_no_account_are_answered_alike),
		CASE(an_account_without_keys_for_the_hash_is_answered_like_none),
		CASE(a_disabled_account_is_told_so_only_with_the_right_password),
		CASE(an_unknown_account_has_the_same_salt_each_time),
		CASE(names_are_unescaped_and_prepared),
		CASE(the_authzid_must_be_the_user_itself),
		CASE(the_gs2_flag_must_fit_what_was_offered),
		CASE(the_hash_of_the_lists_is_sent_only_when_wanted_and_is_part_of_the_proof),
		CASE(the_hash_has_no_second_list_when_no_binding_was_offered),
		CASE(malformed_first_messages_are_refused),
		CASE(malformed_final_messages_are_refused),
		CASE(every_changed_byte_of_a_good_exchange_makes_it_fail),
		CASE(every_cut_of_a_good_message_makes_it_fail),
		CASE(unknown_extensions_are_ignored_and_proved),
		CASE(an_exchange_cannot_be_replayed),
	};

	return cmocka_run_group_tests_name("sasl_scram", tests, set_up_all, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "../unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "loop/worker.h"
#include "transport/certificate.h"

static struct arena arena;
static char folder[] = "/tmp/jaseur-certificate-XXXXXX";
static struct str crt, key, reason;

/* "b\u00fccher.example", and what DNS makes of it. */
#define BUECHER "b\303\274cher.example"

static const struct certificate_host hosts[] = {
	{ { "xn--bcher-kva.example", 21 }, { BUECHER, sizeof(BUECHER) - 1 } },
	{ { "chat.example.org", 16 }, { NULL, 0 } },
};

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
	assert_non_null(mkdtemp(folder));
	crt = str_format(&arena, "%s/test.crt", folder);
	key = str_format(&arena, "%s/test.key", folder);
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	unlink(crt.at);
	unlink(key.at);
	assert_int_equal(rmdir(folder), 0); /* nothing else was left behind */
	arena_fini(&arena);
	return 0;
}

static void
a_made_certificate_says_what_was_asked_for(void **state)
{
	struct certificate c = { 0 };
	usec_t day = (usec_t)24 * 60 * 60 * 1000000;

	(void)state;
	assert_int_equal(certificate_make(crt, key, hosts, 2, 90, &arena, &reason), OK);
	assert_int_equal(certificate_read(crt, &arena, &c), OK);
	assert_str(c.subject, "CN=xn--bcher-kva.example");
	assert_str(c.issuer, "CN=xn--bcher-kva.example");
	assert_true(c.is_self_signed);
	assert_str(c.key, "EC 256");
	assert_int_equal(c.fingerprint.len, 64);
	assert_int_equal(c.n_hosts, 2);
	assert_str(c.hosts[0], "xn--bcher-kva.example");
	assert_str(c.hosts[1], "chat.example.org");
	assert_int_equal((c.valid_until - c.valid_from) / day, 91);
	assert_true(c.valid_from < loop_wall_us());
}

static bool
has_other_name(X509 *x, const char *oid, int type, const char *text)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	bool found = false;

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *n = sk_GENERAL_NAME_value(names, i);
		const ASN1_STRING *s;
		char id[64];

		if (n->type != GEN_OTHERNAME)
			continue;
		OBJ_obj2txt(id, sizeof(id), n->d.otherName->type_id, 1);
		s = n->d.otherName->value->value.asn1_string;
		found |= strcmp(id, oid) == 0 && n->d.otherName->value->type == type &&
			 str_eq(str_of((const char *)ASN1_STRING_get0_data(s),
				    (size_t)ASN1_STRING_length(s)),
			     str_from_c(text));
	}
	GENERAL_NAMES_free(names);
	return found;
}

static void
it_names_the_hosts_in_the_ways_of_xmpp(void **state)
{
	FILE *f;
	X509 *x;

	(void)state;
	assert_int_equal(certificate_make(crt, key, hosts, 2, 90, &arena, &reason), OK);
	f = fopen(crt.at, "re");
	assert_non_null(f);
	x = PEM_read_X509(f, NULL, NULL, NULL);
	fclose(f);
	assert_non_null(x);
	assert_true(has_other_name(x, "1.3.6.1.5.5.7.8.5", V_ASN1_UTF8STRING, BUECHER));
	assert_true(has_other_name(
	    x, "1.3.6.1.5.5.7.8.7", V_ASN1_IA5STRING, "_xmpp-client.xn--bcher-kva.example"));
	assert_true(has_other_name(
	    x, "1.3.6.1.5.5.7.8.7", V_ASN1_IA5STRING, "_xmpp-server.xn--bcher-kva.example"));
	assert_false(has_other_name(
	    x, "1.3.6.1.5.5.7.8.7", V_ASN1_IA5STRING, "_xmpp-client.chat.example.org"));
	assert_int_equal(X509_check_host(x, "chat.example.org", 0, 0, NULL), 1);
	X509_free(x);
}

static void
nobody_else_may_read_the_key_even_where_an_old_one_lay_open(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(certificate_make(crt, key, hosts, 1, 1, &arena, &reason), OK);
	assert_int_equal(chmod(key.at, 0644), 0);
	assert_int_equal(certificate_make(crt, key, hosts, 1, 1, &arena, &reason), OK);
	assert_int_equal(stat(key.at, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(crt.at, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
a_long_name_has_no_common_name(void **state)
{
	static const char name[] =
	    "a-very-long-label-that-goes-on-and-on.and-another-that-does-so."
	    "example.org";
	struct certificate_host host = { { name, sizeof(name) - 1 },
		{ name, sizeof(name) - 1 } };
	struct certificate c = { 0 };

	(void)state;
	assert_int_equal(certificate_make(crt, key, &host, 1, 1, &arena, &reason), OK);
	assert_int_equal(certificate_read(crt, &arena, &c), OK);
	assert_int_equal(c.subject.len, 0);
	assert_str(c.hosts[0], name);
}

static void
a_folder_that_is_not_there_is_named(void **state)
{
	struct str nowhere = S("/nonexistent/test.key");

	(void)state;
	assert_int_equal(certificate_make(crt, nowhere, hosts, 1, 1, &arena, &reason), E_IO);
	assert_str(reason, "cannot write /nonexistent/test.key: No such file or directory");
}

static void
what_is_no_certificate_is_not_read(void **state)
{
	struct certificate c;

	(void)state;
	assert_int_equal(certificate_read(crt, &arena, &c), E_NOT_FOUND);
	assert_int_equal(certificate_make(crt, key, hosts, 1, 1, &arena, &reason), OK);
	assert_int_equal(certificate_read(key, &arena, &c), E_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_made_certificate_says_what_was_asked_for),
		TEST(it_names_the_hosts_in_the_ways_of_xmpp),
		TEST(nobody_else_may_read_the_key_even_where_an_old_one_lay_open),
		TEST(a_long_name_has_no_common_name),
		TEST(a_folder_that_is_not_there_is_named),
		TEST(what_is_no_certificate_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

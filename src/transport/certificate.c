/* SPDX-License-Identifier: MIT */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "transport/certificate.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/hash.h"
#include "base/random.h"
#include "loop/worker.h"

#define ID_ON_XMPP_ADDR "1.3.6.1.5.5.7.8.5"
#define ID_ON_DNS_SRV "1.3.6.1.5.5.7.8.7"

enum { DAY_S = 24 * 60 * 60, COMMON_NAME_MAX = 64, SERIAL_BYTES = 16 };

/* OpenSSL's own failures while making something of ours: out of memory, or a library that
 * lacks what every one has. */
static void
must(bool done)
{
	if (!done) {
		fprintf(stderr, "OpenSSL cannot make a certificate\n");
		abort();
	}
}

/* --- making ---------------------------------------------------------------------------- */

static ASN1_STRING *
text_of(int type, struct str text)
{
	ASN1_STRING *s = ASN1_STRING_type_new(type);

	must(s && ASN1_STRING_set(s, text.at, (int)text.len) == 1);
	return s;
}

static void
add_dns_name(GENERAL_NAMES *names, struct str host)
{
	GENERAL_NAME *name = GENERAL_NAME_new();

	must(name && sk_GENERAL_NAME_push(names, name) > 0);
	GENERAL_NAME_set0_value(name, GEN_DNS, text_of(V_ASN1_IA5STRING, host));
}

static void
add_other_name(GENERAL_NAMES *names, const char *oid, int type, struct str text)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_TYPE *value = ASN1_TYPE_new();
	ASN1_OBJECT *kind = OBJ_txt2obj(oid, 1);

	must(name && value && kind && sk_GENERAL_NAME_push(names, name) > 0);
	ASN1_TYPE_set(value, type, text_of(type, text));
	must(GENERAL_NAME_set0_othername(name, kind, value) == 1);
}

static void
add_names(X509 *x, const struct certificate_host *hosts, size_t n, struct arena *a)
{
	GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();

	must(names);
	for (size_t i = 0; i < n; i++) {
		struct str dns = hosts[i].dns, xmpp = hosts[i].xmpp;

		if (dns.len)
			add_dns_name(names, dns);
		if (dns.len && xmpp.len) {
			add_other_name(names, ID_ON_DNS_SRV, V_ASN1_IA5STRING,
			    str_format(a, "_xmpp-client.%.*s", STR_ARG(dns)));
			add_other_name(names, ID_ON_DNS_SRV, V_ASN1_IA5STRING,
			    str_format(a, "_xmpp-server.%.*s", STR_ARG(dns)));
		}
		if (xmpp.len)
			add_other_name(names, ID_ON_XMPP_ADDR, V_ASN1_UTF8STRING, xmpp);
	}
	must(X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) == 1);
	GENERAL_NAMES_free(names);
}

static void
add_extension(X509 *x, int nid, const char *value)
{
	X509V3_CTX self;
	X509_EXTENSION *e;

	X509V3_set_ctx(&self, x, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &self, nid, value);
	must(e && X509_add_ext(x, e, -1) == 1);
	X509_EXTENSION_free(e);
}

static void
set_serial(X509 *x)
{
	unsigned char bytes[SERIAL_BYTES];
	BIGNUM *number;

	random_bytes(bytes, sizeof(bytes));
	bytes[0] &= 0x7f; /* positive (RFC 5280 section 4.1.2.2) */
	number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	must(number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x)));
	BN_free(number);
}

static X509 *
make(EVP_PKEY *key, const struct certificate_host *hosts, size_t n, unsigned days,
    struct arena *a)
{
	struct str name = hosts[0].dns.len ? hosts[0].dns : hosts[0].xmpp;
	time_t now = (time_t)(loop_wall_us() / 1000000);
	X509 *x = X509_new();
	X509_NAME *subject;

	must(x && X509_set_version(x, X509_VERSION_3) == 1);
	set_serial(x);
	must(ASN1_TIME_set(X509_getm_notBefore(x), now - DAY_S) &&
	     ASN1_TIME_adj(X509_getm_notAfter(x), now, (int)days, 0));
	subject = X509_get_subject_name(x);
	/* The names that count are the others; a longer one is left out. */
	if (name.len <= COMMON_NAME_MAX)
		must(X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
			 (const unsigned char *)name.at, (int)name.len, -1, 0) == 1);
	must(X509_set_issuer_name(x, subject) == 1 && X509_set_pubkey(x, key) == 1);
	add_extension(x, NID_basic_constraints, "critical,CA:FALSE");
	add_extension(x, NID_key_usage, "critical,digitalSignature");
	add_extension(x, NID_ext_key_usage, "serverAuth,clientAuth");
	add_extension(x, NID_subject_key_identifier, "hash");
	add_names(x, hosts, n, a);
	must(X509_sign(x, key, EVP_sha256()) > 0);
	return x;
}

/* --- writing --------------------------------------------------------------------------- */

static enum status
failed(int error, const char *path, struct arena *a, struct str *reason)
{
	*reason = str_format(a, "cannot write %s: %s", path, strerrordesc_np(error));
	switch (error) {
	case ENOSPC:
	case EDQUOT:
		return E_FULL;
	case EACCES:
	case EPERM:
	case EROFS:
		return E_DENIED;
	default:
		return E_IO;
	}
}

/* All or nothing, on disk. Returns an errno. */
static int
write_through(const char *path, struct str bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int error = 0;

	if (fd < 0)
		return errno;
	if (fchmod(fd, 0600) != 0) /* the file of an attempt that was cut short */
		error = errno;
	while (!error && bytes.len) {
		ssize_t n = write(fd, bytes.at, bytes.len);

		if (n >= 0)
			bytes = str_slice(bytes, (size_t)n, bytes.len);
		else if (errno != EINTR)
			error = errno;
	}
	if (!error && fsync(fd) != 0)
		error = errno;
	if (close(fd) != 0 && !error)
		error = errno;
	return error;
}

static int
sync_folder_of(const char *path, struct arena *a)
{
	int fd =
	    open(dirname(str_to_c(a, str_from_c(path))), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = 0;

	if (fd < 0 || fsync(fd) != 0)
		error = errno;
	if (fd >= 0)
		close(fd);
	return error;
}

static enum status
replace_file(struct str path, BIO *content, struct arena *a, struct str *reason)
{
	const char *c = str_to_c(a, path);
	const char *fresh = str_to_c(a, str_format(a, "%s.new", c));
	char *at;
	long len = BIO_get_mem_data(content, &at);
	int error = write_through(fresh, str_of(at, (size_t)len));

	if (!error && rename(fresh, c) != 0)
		error = errno;
	if (!error)
		error = sync_folder_of(c, a);
	if (!error)
		return OK;
	unlink(fresh);
	return failed(error, c, a, reason);
}

enum status
certificate_make(struct str certificate_path, struct str key_path,
    const struct certificate_host *hosts, size_t n, unsigned days, struct arena *a,
    struct str *reason)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	BIO *key_text = BIO_new(BIO_s_secmem()), *text = BIO_new(BIO_s_mem());
	enum status s;
	X509 *x;

	assert(n >= 1);
	must(key && key_text && text);
	x = make(key, hosts, n, days, a);
	must(PEM_write_bio_PrivateKey(key_text, key, NULL, NULL, 0, NULL, NULL) == 1 &&
	     PEM_write_bio_X509(text, x) == 1);
	if ((s = replace_file(key_path, key_text, a, reason)) == OK)
		s = replace_file(certificate_path, text, a, reason);
	BIO_free(key_text);
	BIO_free(text);
	X509_free(x);
	EVP_PKEY_free(key);
	return s;
}

/* --- reading --------------------------------------------------------------------------- */

static struct str
print_name(struct arena *a, const X509_NAME *name)
{
	BIO *b = BIO_new(BIO_s_mem());
	struct str text;
	char *at;
	long len;

	must(b);
	X509_NAME_print_ex(b, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
	len = BIO_get_mem_data(b, &at);
	text = str_copy(a, str_of(at, len > 0 ? (size_t)len : 0));
	BIO_free(b);
	return text;
}

static usec_t
moment_of(const ASN1_TIME *t)
{
	struct tm parts;

	if (ASN1_TIME_to_tm(t, &parts) != 1)
		return 0;
	return (usec_t)timegm(&parts) * 1000000;
}

static void
read_hosts(X509 *x, struct arena *a, struct certificate *out)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	int n = names ? sk_GENERAL_NAME_num(names) : 0;
	struct str *hosts = arena_alloc(a, (size_t)n * sizeof(*hosts));

	out->hosts = hosts;
	for (int i = 0; i < n; i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		if (name->type == GEN_DNS)
			hosts[out->n_hosts++] = str_copy(
			    a, str_of((const char *)ASN1_STRING_get0_data(name->d.dNSName),
				   (size_t)ASN1_STRING_length(name->d.dNSName)));
	}
	GENERAL_NAMES_free(names);
}

/* Of the key with the name of its algorithm, as certificates hold it. */
static struct str
digest_key(X509 *x, struct arena *a)
{
	unsigned char *der = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
	char digest[HASH_MAX];

	if (len < 0)
		return S("");
	hash_of(HASH_SHA256, str_of((const char *)der, (size_t)len), digest);
	OPENSSL_free(der);
	return hex_encode(a, str_of(digest, hash_size(HASH_SHA256)));
}

enum status
certificate_read(struct str path, struct arena *a, struct certificate *out)
{
	FILE *f = fopen(str_to_c(a, path), "re");
	struct certificate c = { 0 };
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned digest_len = 0;
	EVP_PKEY *key;
	X509 *x;

	if (!f)
		return E_NOT_FOUND;
	x = PEM_read_X509(f, NULL, NULL, NULL);
	fclose(f);
	if (!x)
		return E_INVALID;
	c.subject = print_name(a, X509_get_subject_name(x));
	c.issuer = print_name(a, X509_get_issuer_name(x));
	c.valid_from = moment_of(X509_get0_notBefore(x));
	c.valid_until = moment_of(X509_get0_notAfter(x));
	c.is_self_signed = X509_self_signed(x, 1) == 1;
	if ((key = X509_get0_pubkey(x)))
		c.key = str_format(
		    a, "%s %d", EVP_PKEY_get0_type_name(key), EVP_PKEY_get_bits(key));
	X509_digest(x, EVP_sha256(), digest, &digest_len);
	c.fingerprint = hex_encode(a, str_of((const char *)digest, digest_len));
	c.key_digest = digest_key(x, a);
	read_hosts(x, a, &c);
	X509_free(x);
	*out = c;
	return OK;
}

/* SPDX-License-Identifier: MIT */
#include "xmpp/domain.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <unicode/uidna.h>
#include <unicode/utf8.h>

#include "xmpp/codepoint.h"

enum { LABEL_MAX = 63 };

/* What each byte becomes; NUL: not in an LDH label, nor a dot. */
static const char ldh[256] = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
			     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
			     "\0\0\0\0\0\0\0\0\0\0\0\0\0-.\0"
			     "0123456789\0\0\0\0\0\0"
			     "\0abcdefghijklmno"
			     "pqrstuvwxyz\0\0\0\0\0"
			     "\0abcdefghijklmno"
			     "pqrstuvwxyz";

static UIDNA *uts46;
static pthread_once_t uts46_once = PTHREAD_ONCE_INIT;

static void
open_uts46(void)
{
	UErrorCode error = U_ZERO_ERROR;

	uts46 = uidna_openUTS46(UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
				    UIDNA_CHECK_CONTEXTO | UIDNA_NONTRANSITIONAL_TO_ASCII |
				    UIDNA_NONTRANSITIONAL_TO_UNICODE,
	    &error);
	assert(U_SUCCESS(error)); /* the tables are part of the library */
}

/* An LDH label that is not reserved (RFC 5890 section 2.3.1). */
static bool
is_plain_label(const char *at, size_t len)
{
	return len > 0 && len <= LABEL_MAX && at[0] != '-' && at[len - 1] != '-' &&
	       !(len >= 4 && at[2] == '-' && at[3] == '-');
}

/* False when the name is more than plain labels: prepare_unicode() decides then. */
static bool
prepare_plain(struct str in, char *out, size_t *len)
{
	size_t label = 0, end = in.len;

	if (end > 1 && in.at[end - 1] == '.')
		end--;
	if (end == 0 || end > DOMAIN_MAX)
		return false;
	for (size_t i = 0; i < end; i++) {
		char c = ldh[(unsigned char)in.at[i]];

		if (c == '\0')
			return false;
		out[i] = c;
		if (c == '.') {
			if (!is_plain_label(out + label, i - label))
				return false;
			label = i + 1;
		}
	}
	if (!is_plain_label(out + label, end - label))
		return false;
	*len = end;
	return true;
}

/* A U-label is one that has an A-label of at most 63 bytes (RFC 5890 section 2.3.2.1). */
static bool
has_a_labels(const char *name, size_t len)
{
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UErrorCode error = U_ZERO_ERROR;
	char ascii[DOMAIN_IN_MAX];

	uidna_nameToASCII_UTF8(uts46, name, (int32_t)len, ascii, sizeof(ascii), &info, &error);
	return U_SUCCESS(error) && !(info.errors & ~(uint32_t)UIDNA_ERROR_DOMAIN_NAME_TOO_LONG);
}

/* Long labels are refused here: the time to encode one grows with the square. */
static bool
has_only_allowed(const char *name, size_t len)
{
	size_t in_label = 0; /* an A-label is not shorter than its U-label in code points */

	for (size_t i = 0; i < len;) {
		int32_t c;

		U8_NEXT_UNSAFE((const uint8_t *)name, i, c);
		if (c != '.' && (!codepoint_in_domain(c) || ++in_label > LABEL_MAX))
			return false;
		if (c == '.')
			in_label = 0;
	}
	return true;
}

/*
 * UTS #46 does the mapping and checks labels, bidirectional and contextual rules; what it
 * allows beyond IDNA2008, mostly symbols, is refused here.
 */
static enum status
prepare_unicode(struct str in, char out[DOMAIN_MAX], size_t *len)
{
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UErrorCode error = U_ZERO_ERROR;
	char name[DOMAIN_MAX + 1]; /* one more for the final dot */
	size_t n;

	if (!str_is_utf8(in))
		return E_INVALID;
	pthread_once(&uts46_once, open_uts46);
	n = (size_t)uidna_nameToUnicodeUTF8(
	    uts46, in.at, (int32_t)in.len, name, sizeof(name), &info, &error);
	if (error == U_BUFFER_OVERFLOW_ERROR)
		return E_LIMIT;
	if (U_FAILURE(error) || info.errors)
		return E_INVALID;
	if (n > 1 && name[n - 1] == '.')
		n--;
	if (n > DOMAIN_MAX)
		return E_LIMIT;
	if (n == 0 || !has_only_allowed(name, n) || !has_a_labels(name, n))
		return E_INVALID;
	memcpy(out, name, n);
	*len = n;
	return OK;
}

static enum status
prepare_ipv6(struct str in, char out[DOMAIN_MAX], size_t *len)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (in.len < 4 || in.len - 2 >= sizeof(text) || in.at[in.len - 1] != ']')
		return E_INVALID;
	memcpy(text, in.at + 1, in.len - 2);
	text[in.len - 2] = '\0';
	if (memchr(text, '\0', in.len - 2) || inet_pton(AF_INET6, text, &address) != 1)
		return E_INVALID;
	inet_ntop(AF_INET6, &address, text, sizeof(text));
	*len = strlen(text) + 2;
	out[0] = '[';
	memcpy(out + 1, text, *len - 2);
	out[*len - 1] = ']';
	return OK;
}

enum status
domain_prepare(struct str in, char out[DOMAIN_MAX], size_t *len)
{
	if (in.len > DOMAIN_IN_MAX)
		return E_LIMIT;
	if (in.len == 0)
		return E_INVALID;
	if (prepare_plain(in, out, len))
		return OK;
	if (in.at[0] == '[')
		return prepare_ipv6(in, out, len);
	return prepare_unicode(in, out, len);
}

enum status
domain_to_ascii(struct arena *a, struct str domain, struct str *out)
{
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UErrorCode error = U_ZERO_ERROR;
	char ascii[DOMAIN_ASCII_MAX];
	int32_t n;

	if (domain.len && domain.at[0] == '[') {
		*out = str_copy(a, str_slice(domain, 1, domain.len - 2));
		return OK;
	}
	pthread_once(&uts46_once, open_uts46);
	n = uidna_nameToASCII_UTF8(
	    uts46, domain.at, (int32_t)domain.len, ascii, sizeof(ascii), &info, &error);
	if (error == U_BUFFER_OVERFLOW_ERROR || info.errors)
		return E_LIMIT;
	assert(U_SUCCESS(error));
	*out = str_copy(a, str_of(ascii, (size_t)n));
	return OK;
}

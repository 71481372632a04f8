/* SPDX-License-Identifier: MIT */
#include "transport/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

enum { MAPPED = 12 }; /* bytes before an IPv4 address */

static const uint8_t mapped_prefix[MAPPED] = { [10] = 0xff, [11] = 0xff };
static const struct address none;

struct address
address_of_ipv4(const uint8_t at[4])
{
	struct address a;

	memcpy(a.at, mapped_prefix, MAPPED);
	memcpy(a.at + MAPPED, at, 4);
	return a;
}

struct address
address_of(const struct sockaddr *sa)
{
	struct address a = none;

	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		a = address_of_ipv4((const uint8_t *)&in.sin_addr);
	} else if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		memcpy(a.at, &in6.sin6_addr, 16);
	}
	return a;
}

bool
address_is_ipv4(const struct address *a)
{
	return memcmp(a->at, mapped_prefix, MAPPED) == 0;
}

bool
address_is_none(const struct address *a)
{
	return address_eq(a, &none);
}

bool
address_eq(const struct address *a, const struct address *b)
{
	return memcmp(a->at, b->at, sizeof(a->at)) == 0;
}

enum status
address_parse(struct str text, struct address *out)
{
	char c[ADDRESS_TEXT_MAX];
	struct address a;

	if (text.len == 0 || text.len >= sizeof(c) || memchr(text.at, 0, text.len))
		return E_INVALID;
	memcpy(c, text.at, text.len);
	c[text.len] = '\0';
	memcpy(a.at, mapped_prefix, MAPPED);
	if (inet_pton(AF_INET, c, a.at + MAPPED) != 1 && inet_pton(AF_INET6, c, a.at) != 1)
		return E_INVALID;
	*out = a;
	return OK;
}

size_t
address_print(const struct address *a, char out[ADDRESS_TEXT_MAX])
{
	bool ipv4 = address_is_ipv4(a);
	const char *text;

	if (address_is_none(a)) {
		out[0] = '\0';
		return 0;
	}
	text = inet_ntop(
	    ipv4 ? AF_INET : AF_INET6, a->at + (ipv4 ? MAPPED : 0), out, ADDRESS_TEXT_MAX);
	assert(text);
	return strlen(text);
}

socklen_t
address_to_socket(const struct address *a, uint16_t port, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof(*out));
	if (address_is_ipv4(a)) {
		struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };

		memcpy(&in.sin_addr, a->at + MAPPED, 4);
		memcpy(out, &in, sizeof(in));
		return sizeof(in);
	}
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

	memcpy(&in6.sin6_addr, a->at, 16);
	memcpy(out, &in6, sizeof(in6));
	return sizeof(in6);
}

struct address
address_cut(const struct address *a, unsigned bits)
{
	struct address cut = none;
	unsigned whole = bits / 8;

	assert(bits <= 128);
	memcpy(cut.at, a->at, whole);
	if (bits % 8)
		cut.at[whole] = (uint8_t)(a->at[whole] & (0xff00U >> bits % 8));
	return cut;
}

enum status
network_parse(struct str text, struct network *out)
{
	size_t slash = str_find(text, '/');
	struct network n = { .bits = 128 };
	struct address cut;
	bool ipv4;

	if (address_parse(str_slice(text, 0, slash), &n.at) != OK)
		return E_INVALID;
	if (slash < text.len) {
		uint64_t bits;

		/* A prefix is counted in the notation that was used. */
		ipv4 = str_find(str_slice(text, 0, slash), ':') == slash;
		if (str_to_u64(str_slice(text, slash + 1, text.len), ipv4 ? 32 : 128, &bits) !=
		    OK)
			return E_INVALID;
		n.bits = (unsigned)bits + (ipv4 ? 96 : 0);
	}
	cut = address_cut(&n.at, n.bits);
	if (!address_eq(&cut, &n.at))
		return E_INVALID;
	*out = n;
	return OK;
}

bool
network_has(const struct network *n, const struct address *a)
{
	struct address cut = address_cut(a, n->bits);

	return address_eq(&cut, &n->at);
}

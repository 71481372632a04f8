/* SPDX-License-Identifier: MIT
 *
 * Addresses of the Internet protocols, both as 16 bytes: IPv4 as IPv4-mapped IPv6 (RFC 4291
 * section 2.5.5.2), so that a peer is the same on whichever socket it comes.
 */
#ifndef TRANSPORT_ADDRESS_H
#define TRANSPORT_ADDRESS_H

#include <sys/socket.h>

#include "base/str.h"

enum { ADDRESS_TEXT_MAX = 46 }; /* bytes, with the NUL */

struct address {
	uint8_t at[16]; /* all zero: no address, as on a Unix socket */
};

/* A block of addresses: those that have the first `bits` bits of `at`. */
struct network {
	struct address at;
	unsigned bits; /* 0 to 128; an IPv4 prefix length plus 96 */
};

/* Of another family than the two: no address. */
struct address address_of(const struct sockaddr *sa);

struct address address_of_ipv4(const uint8_t at[4]); /* in network order */

bool address_is_ipv4(const struct address *a);
bool address_is_none(const struct address *a);
bool address_eq(const struct address *a, const struct address *b);

/* E_INVALID: "192.0.2.1" and "2001:db8::1" are understood, names and zones are not. */
MUST_CHECK enum status address_parse(struct str text, struct address *out);

/* "192.0.2.1", "2001:db8::1" (RFC 5952), "" for no address. Returns the length. */
size_t address_print(const struct address *a, char out[ADDRESS_TEXT_MAX]);

/* As bind() and connect() want it; returns its length. IPv4 as AF_INET. */
socklen_t address_to_socket(
    const struct address *a, uint16_t port, struct sockaddr_storage *out);

/* The first `bits` bits, the rest zero. */
struct address address_cut(const struct address *a, unsigned bits);

/*
 * "10.0.0.0/8", "fd00::/8", or a single address.
 *
 * E_INVALID  not an address, a prefix that is too long, or bits set behind the prefix, which
 *            is rather a typing mistake than meant
 */
MUST_CHECK enum status network_parse(struct str text, struct network *out);

bool network_has(const struct network *n, const struct address *a);

#endif

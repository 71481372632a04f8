/* SPDX-License-Identifier: MIT
 *
 * The domainpart of an address (RFC 7622 section 3.2): a name in the form of IDNA2008, with
 * U-labels, or an IPv6 literal in brackets. IPv4 addresses have the form of a name.
 */
#ifndef XMPP_DOMAIN_H
#define XMPP_DOMAIN_H

#include "base/str.h"

enum {
	DOMAIN_MAX = 1023,              /* bytes of the form in which domains are kept */
	DOMAIN_IN_MAX = 4 * DOMAIN_MAX, /* bytes before */
	DOMAIN_ASCII_MAX = 253,         /* bytes of what DNS accepts */
};

/*
 * Lower case, A-labels turned into U-labels, the final dot dropped, IPv6 addresses written
 * as RFC 5952 wants. *len is written only when OK is returned; the bytes of out are
 * undefined otherwise.
 *
 * E_INVALID  not a domain name, not an address
 * E_LIMIT    longer than DOMAIN_MAX bytes afterwards, or DOMAIN_IN_MAX before
 */
MUST_CHECK enum status domain_prepare(struct str in, char out[DOMAIN_MAX], size_t *len);

/*
 * With A-labels, for DNS, certificates and server name indication. IPv6 addresses lose
 * their brackets.
 *
 * domain  came out of domain_prepare()
 *
 * E_LIMIT  longer than DNS allows
 */
MUST_CHECK enum status domain_to_ascii(struct arena *a, struct str domain, struct str *out);

#endif

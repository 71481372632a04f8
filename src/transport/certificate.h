/* SPDX-License-Identifier: MIT
 *
 * Certificates as files: a self-signed one for the first start, and what is in any, for
 * status pages. These write to the disk or read from it: not on workers.
 */
#ifndef TRANSPORT_CERTIFICATE_H
#define TRANSPORT_CERTIFICATE_H

#include "base/str.h"
#include "base/time.h"

struct certificate_host {
	struct str dns;  /* with A-labels; "no string" when DNS could not have it */
	struct str xmpp; /* with U-labels, as in addresses; "no string": only for the web */
};

/*
 * Makes a key (ECDSA on P-256) and a certificate that it signs itself, for all of the hosts:
 * as dNSName and, with xmpp, as SRVName (RFC 4985) and XmppAddr (RFC 6120 section
 * 13.7.1.2). Replaces both files at once each, mode 0600, on disk when it returns.
 *
 * n       at least one
 * days    how long it is valid; it has been for a day already, for clocks that are slow
 * reason  written on failure: for the operator, in the arena
 *
 * E_IO, E_FULL, E_DENIED  a file cannot be written
 */
MUST_CHECK enum status certificate_make(struct str certificate_path, struct str key_path,
    const struct certificate_host *hosts, size_t n, unsigned days, struct arena *a,
    struct str *reason);

struct certificate {
	struct str subject, issuer; /* "CN=example.org" (RFC 2253) */
	usec_t valid_from, valid_until;
	bool is_self_signed;
	struct str key;          /* "EC 256", "RSA 2048" */
	struct str fingerprint;  /* SHA-256, lower-case hexadecimal */
	struct str key_digest;   /* the same of the public key (RFC 6698 section 2.1.2) */
	const struct str *hosts; /* dNSName */
	size_t n_hosts;
};

/*
 * The first certificate of a PEM file, in the arena.
 *
 * E_NOT_FOUND  there is no such file, or it may not be read
 * E_INVALID    it holds no certificate
 */
MUST_CHECK enum status certificate_read(
    struct str path, struct arena *a, struct certificate *out);

#endif

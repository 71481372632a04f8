/* SPDX-License-Identifier: MIT
 *
 * "jaseur dns": the records that lead clients to the configured hosts, ready for a zone.
 *
 *   SRV   RFC 6120 section 3.2.1 (xmpp-client), XEP-0368 (xmpps-client)
 *   TLSA  RFC 7673, 3 1 1: the key of the certificate that is there now
 *
 * The TXT record of XEP-0156 is not among them: its version 1.4.0 has taken it back.
 */
#ifndef DAEMON_DNS_H
#define DAEMON_DNS_H

#include "daemon/commands.h"

struct dns_conf {
	struct str target; /* "no string": the host itself */
};

int dns(const struct invocation *i);

#endif

/* SPDX-License-Identifier: MIT
 *
 * Invitations as they are passed around: their tokens, and the addresses that hold one.
 *
 *     k7h2mq3p w4xv...          what names it, then what nobody can guess
 *     xmpp:juliet@example.org?roster;preauth=TOKEN;ibr=y     become contacts (XEP-0401 0.6.0)
 *     xmpp:example.org?register;preauth=TOKEN                an account (XEP-0445 0.2.0)
 */
#ifndef XMPP_INVITATION_H
#define XMPP_INVITATION_H

#include "xmpp/jid.h"

enum {
	/* Letters and digits without upper case, five random bits each: good in addresses, in
	 * small QR codes, and to be read out. */
	INVITATION_ID_LEN = 8,
	INVITATION_SECRET_LEN = 20, /* 100 bits (XEP-0379 section 5.1 wants 80) */
	INVITATION_TOKEN_LEN = INVITATION_ID_LEN + INVITATION_SECRET_LEN,
};

/* out: INVITATION_TOKEN_LEN characters. */
void invitation_token_make(char *out);

/* Whether it may be a token of ours. */
bool invitation_token_is_one(struct str text);

/* Of a token that is one. */
struct str invitation_token_id(struct str token);

struct invitation_link {
	enum { INVITATION_ROSTER, INVITATION_REGISTER } what;
	struct jid to; /* ROSTER: who invites; REGISTER: the account, or only its host */
	bool ibr;      /* ROSTER: the token makes an account as well */
	struct str token;
};

/* The link as an address (RFC 5122). */
struct str invitation_uri(struct arena *a, const struct invitation_link *link);

#endif

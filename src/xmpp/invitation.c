/* SPDX-License-Identifier: MIT */
#include "xmpp/invitation.h"

#include "base/encode.h"
#include "base/random.h"

/* RFC 4648 section 6, in lower case. */
static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

void
invitation_token_make(char *out)
{
	uint8_t bytes[INVITATION_TOKEN_LEN];

	random_bytes(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		out[i] = alphabet[bytes[i] & 31];
	mem_wipe(bytes, sizeof(bytes));
}

bool
invitation_token_is_one(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!text.at[i] || !strchr(alphabet, text.at[i]))
			return false;
	return text.len == INVITATION_TOKEN_LEN;
}

struct str
invitation_token_id(struct str token)
{
	assert(token.len == INVITATION_TOKEN_LEN);
	return str_slice(token, 0, INVITATION_ID_LEN);
}

/* Section 2.2: what is not allowed in the part is escaped; so is all that is not ASCII. */
static struct str
address_in_uri(struct arena *a, struct jid j)
{
	struct str domain = percent_encode(a, jid_domain(j), "-._~[:]");

	if (jid_local(j).len == 0)
		return domain;
	return str_format(
	    a, "%.*s@%.*s", STR_ARG(percent_encode(a, jid_local(j), "-._~")), STR_ARG(domain));
}

struct str
invitation_uri(struct arena *a, const struct invitation_link *link)
{
	return str_format(a, "xmpp:%.*s?%s;preauth=%.*s%s",
	    STR_ARG(address_in_uri(a, link->to)),
	    link->what == INVITATION_ROSTER ? "roster" : "register", STR_ARG(link->token),
	    link->what == INVITATION_ROSTER && link->ibr ? ";ibr=y" : "");
}

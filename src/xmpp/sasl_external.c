/* SPDX-License-Identifier: MIT
 *
 * EXTERNAL (RFC 4422 appendix A, XEP-0178 1.2): the certificate has already proved who the
 * client may be; it says which of these it wants to be, or leaves it to us when there is
 * only one.
 *
 *     client  [authzid]
 *
 * With a host, the addresses of its accounts count; without one (between servers), domains.
 */
#include "xmpp/sasl_mechanism.h"

static bool
is_offered(const struct sasl_mechanism *m, const struct sasl_conf *conf,
    const struct sasl_channel *channel)
{
	(void)m;
	return conf->external && channel->n_certified > 0;
}

static bool
is_ours(const struct sasl *s, struct jid certified)
{
	if (str_is_empty(s->host))
		return jid_is_domain(certified);
	return !str_is_empty(jid_local(certified)) && jid_is_bare(certified) &&
	       str_eq(jid_domain(certified), s->host);
}

/* Of those that count: how many, or how many are `wanted` unless that is empty. */
static size_t
candidates(const struct sasl *s, struct jid wanted, struct jid *found)
{
	size_t n = 0;

	for (size_t i = 0; i < s->channel.n_certified; i++) {
		struct jid certified = s->channel.certified[i];

		if (!is_ours(s, certified) ||
		    (!jid_is_empty(wanted) && !jid_eq(certified, wanted)) ||
		    (n > 0 && jid_eq(certified, *found)))
			continue;
		*found = certified;
		n++;
	}
	return n;
}

static struct sasl_turn
on_message(struct sasl *s, struct str message)
{
	struct jid wanted = { 0 }, found = { 0 };
	size_t n;

	if (!str_is_utf8(message) || str_find(message, '\0') < message.len)
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "authzid is no text");
	if (message.len && jid_parse(&s->arena, message, &wanted) != OK)
		return sasl_refuse(s, SASL_INVALID_AUTHZID, "authzid is no address");
	if (candidates(s, (struct jid){ 0 }, &found) == 0)
		return sasl_refuse(
		    s, SASL_NOT_AUTHORIZED, "certificate has no address for this host");
	n = candidates(s, wanted, &found);
	if (n == 0)
		return sasl_refuse(
		    s, SASL_INVALID_AUTHZID, "certificate does not have that address");
	if (n > 1)
		return sasl_refuse(s, SASL_INVALID_AUTHZID,
		    "certificate has several addresses and none was chosen");
	s->user = found;
	if (jid_is_domain(found))
		return (struct sasl_turn){ .what = SASL_SUCCESS, .user = found };
	return sasl_ask_account(s);
}

static struct sasl_turn
on_account(struct sasl *s, const struct credentials *account, const struct fast_tokens *tokens)
{
	(void)tokens;
	sasl_take_account(s, account, account != NULL);
	return sasl_admit(s, (struct str){ 0 });
}

const struct sasl_mechanism sasl_external = {
	.name = S("EXTERNAL"),
	.secure_only = true,
	.is_offered = is_offered,
	.on_message = on_message,
	.on_account = on_account,
};

/* SPDX-License-Identifier: MIT
 *
 * mod_session: the session request that clients from before RFC 6121 insist on.
 *
 * Source   RFC 3921 section 3; optional since draft-cridland-xmpp-session-01
 * Reacts   iq-set {urn:ietf:params:xml:ns:xmpp-session}session
 * Keeps    nothing: a bound session is established
 */
#include "modules/list.h"
#include "xmpp/ns.h"

static enum verdict
answer(struct call *c)
{
	return iq_result(c, (struct str){ 0 });
}

static enum verdict
write_feature(struct call *c)
{
	xml_open(c->out, NS_SESSION, S("session"));
	xml_empty(c->out, S(""), S("optional"));
	xml_close(c->out);
	return PASS;
}

static const struct hook hooks[] = {
	{ ON_IQ_SET, SERVER | ACCOUNT, NS_SESSION, S("session"), HANDLE, answer },
	{ .on = ON_FEATURES_CLIENT, .in = HANDLE, .run = write_feature },
};

const struct module mod_session = {
	.name = "session",
	.doc = "Answers the session request of old clients.",
	.specs = LIST(struct spec, { RFC, 3921, "", "section 3" }),
	.hooks = TABLE(hooks),
};

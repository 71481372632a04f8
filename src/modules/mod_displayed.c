/* SPDX-License-Identifier: MIT
 *
 * mod_displayed: what has been read on one device is read on all, told with the marker that
 * the contact gets.
 *
 * Source   XEP-0490 1.0.1 sections 5.4.1 to 5.4.3 and 6.2; the node itself is mod_pep's
 * Reacts   a message that a session sends with <displayed/> for the server
 * Keeps    nothing; items of the node "urn:xmpp:mds:displayed:0", by the chat's address
 */
#include "modules/list.h"
#include "modules/pubsub/pep.h"
#include "xmpp/ns.h"

/* The message as the contact is to get it: the element is for the server alone. */
static struct stanza *
without(struct call *c, const struct stanza *st)
{
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = st->type,
		.to = st->to,
		.from = st->from,
		.id = st->id,
		.lang = st->lang,
	};
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_MESSAGE);
	for (struct elem e = elem_first(stanza_root(st)); elem_exists(e); e = elem_next(e))
		if (!elem_is(e, NS_DISPLAYED, S("displayed")))
			xml_raw(&w, elem_markup(e, c->arena));
	return stanza_finish(&w, &head);
}

static enum verdict
on_sent(struct call *c)
{
	struct elem e = elem_child(stanza_root(c->stanza), NS_DISPLAYED, S("displayed"));
	struct elem id = elem_child(e, NS_STANZA_ID, S("stanza-id"));

	if (!elem_exists(e))
		return PASS;
	if (elem_exists(id) && !elem_exists(elem_next_like(id)))
		pep_publish(c, &(struct publication){
				   .node = NS_DISPLAYED,
				   .conf = node_config_of_private(), /* section 5.1 */
				   .id = jid_full(c->stanza->to),
				   .payload = elem_markup_in(e, S(""), c->arena),
				   .publisher = jid_full(c->session->jid),
			       });
	call_replace(c, without(c, c->stanza));
	return PASS;
}

static const struct feature features[] = { { NS_DISPLAYED_ASSIST, ACCOUNT } };

static const struct hook hooks[] = {
	{ .on = ON_MESSAGE, .at = SENT, .in = REWRITE, .run = on_sent },
};

const struct module mod_displayed = {
	.name = "displayed",
	.doc = "What has been read on one device is read on all.",
	.specs = LIST(struct spec, { XEP, 490, "1.0.1", "complete" }),
	.features = TABLE(features),
	.needs = LIST(const char *const, "pep"),
	.hooks = TABLE(hooks),
};

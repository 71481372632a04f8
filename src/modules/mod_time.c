/* SPDX-License-Identifier: MIT
 *
 * mod_time: tells the server's time.
 *
 * Source   XEP-0202 2.0
 * Reacts   iq-get {urn:xmpp:time}time to the server
 * Keeps    nothing
 */
#include "modules/list.h"
#include "xmpp/date.h"
#include "xmpp/ns.h"

static enum verdict
answer(struct call *c)
{
	struct xml_writer w;

	iq_result_begin(c, &w);
	xml_open(&w, NS_TIME, S("time"));
	xml_leaf(
	    &w, S(""), S("tzo"), S("+00:00")); /* where the machine stands is its own affair */
	xml_leaf(&w, S(""), S("utc"), date_format(c->arena, loop_wall_us()));
	xml_close(&w);
	return iq_result_finish(c, &w);
}

static const struct feature features[] = { { NS_TIME, SERVER | SERVICE } };

static const struct hook hooks[] = {
	{ ON_IQ_GET, SERVER | SERVICE, NS_TIME, S("time"), HANDLE, answer },
};

const struct module mod_time = {
	.name = "time",
	.doc = "Tells the server's time.",
	.specs = LIST(struct spec, { XEP, 202, "2.0", "complete" }),
	.features = TABLE(features),
	.hooks = TABLE(hooks),
};

/* SPDX-License-Identifier: MIT
 *
 * mod_contact: whom to write to about this server.
 *
 * Source   XEP-0157 1.1.1
 * Reacts   disco#info of the server
 * Keeps    nothing
 */
#include "modules/list.h"
#include "xmpp/ns.h"

struct contact_conf {
	struct str_list abuse, admin, feedback, sales, security, status, support;
};

static void
write_field(struct xml_writer *w, struct str var, const struct str_list *addresses)
{
	if (addresses->count == 0)
		return;
	xml_open(w, S(""), S("field"));
	xml_attr(w, S("var"), var);
	xml_attr(w, S("type"), S("list-multi"));
	for (size_t i = 0; i < addresses->count; i++)
		xml_leaf(w, S(""), S("value"), addresses->at[i]);
	xml_close(w);
}

static enum verdict
write_form(struct call *c)
{
	const struct contact_conf *conf = c->conf;

	if (conf->abuse.count + conf->admin.count + conf->feedback.count + conf->sales.count +
		conf->security.count + conf->status.count + conf->support.count ==
	    0)
		return PASS;
	xml_open(c->out, NS_FORM, S("x"));
	xml_attr(c->out, S("type"), S("result"));
	xml_open(c->out, S(""), S("field"));
	xml_attr(c->out, S("var"), S("FORM_TYPE"));
	xml_attr(c->out, S("type"), S("hidden"));
	xml_leaf(c->out, S(""), S("value"), NS_SERVER_INFO);
	xml_close(c->out);
	write_field(c->out, S("abuse-addresses"), &conf->abuse);
	write_field(c->out, S("admin-addresses"), &conf->admin);
	write_field(c->out, S("feedback-addresses"), &conf->feedback);
	write_field(c->out, S("sales-addresses"), &conf->sales);
	write_field(c->out, S("security-addresses"), &conf->security);
	write_field(c->out, S("status-addresses"), &conf->status);
	write_field(c->out, S("support-addresses"), &conf->support);
	xml_close(c->out);
	return PASS;
}

static const struct hook hooks[] = {
	{ .on = ON_DISCO_INFO, .in = HANDLE, .run = write_form },
};

#define ADDRESSES(member)                                                                      \
	{                                                                                      \
#member, STRINGS, FIELD(contact_conf, member), NULL, NULL, "16",               \
		    "Addresses (xmpp:, mailto:, https:) for " #member "."                      \
	}

const struct module mod_contact = {
	.name = "contact",
	.doc = "Says whom to write to about this server.",
	.specs = LIST(struct spec, { XEP, 157, "1.1.1", "complete" }),
	.conf_size = sizeof(struct contact_conf),
	.options = LIST(struct option, ADDRESSES(abuse), ADDRESSES(admin), ADDRESSES(feedback),
	    ADDRESSES(sales), ADDRESSES(security), ADDRESSES(status), ADDRESSES(support)),
	.hooks = TABLE(hooks),
};

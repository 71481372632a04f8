/* SPDX-License-Identifier: MIT
 *
 * mod_version: says which software this is.
 *
 * Source   XEP-0092 1.1
 * Reacts   iq-get {jabber:iq:version}query to the server
 * Keeps    nothing
 */
#include <sys/utsname.h>

#include "modules/list.h"
#include "xmpp/ns.h"

struct version_conf {
	bool show_os;
};

static enum verdict
answer(struct call *c)
{
	const struct version_conf *conf = c->conf;
	struct utsname os;
	struct xml_writer w;

	iq_result_begin(c, &w);
	xml_open(&w, NS_VERSION, S("query"));
	xml_leaf(&w, S(""), S("name"), S("Jaseur"));
	xml_leaf(&w, S(""), S("version"), S(JASEUR_VERSION));
	if (conf->show_os && uname(&os) == 0)
		xml_leaf(&w, S(""), S("os"), str_from_c(os.sysname));
	xml_close(&w);
	return iq_result_finish(c, &w);
}

static const struct feature features[] = { { NS_VERSION, SERVER | SERVICE } };

static const struct hook hooks[] = {
	{ ON_IQ_GET, SERVER | SERVICE, NS_VERSION, S("query"), HANDLE, answer },
};

const struct module mod_version = {
	.name = "version",
	.doc = "Says which software this is.",
	.specs = LIST(struct spec, { XEP, 92, "1.1", "complete" }),
	.features = TABLE(features),
	.conf_size = sizeof(struct version_conf),
	.options = LIST(struct option, { "show_os", BOOL, FIELD(version_conf, show_os), "no",
					   NULL, NULL, "Also name the operating system." }),
	.hooks = TABLE(hooks),
};

/* SPDX-License-Identifier: MIT */
#include "xmpp/disco.h"

void
disco_write_identity(
    struct xml_writer *w, struct str category, struct str type, struct str name)
{
	xml_open(w, S(""), S("identity"));
	xml_attr(w, S("category"), category);
	xml_attr(w, S("type"), type);
	if (name.len)
		xml_attr(w, S("name"), name);
	xml_close(w);
}

void
disco_write_feature(struct xml_writer *w, struct str var)
{
	xml_open(w, S(""), S("feature"));
	xml_attr(w, S("var"), var);
	xml_close(w);
}

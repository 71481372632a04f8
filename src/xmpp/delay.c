/* SPDX-License-Identifier: MIT */
#include "xmpp/delay.h"

#include "xmpp/date.h"
#include "xmpp/ns.h"

struct stanza *
delay_stamp(const struct stanza *st, struct str from, usec_t received_us, struct arena *a)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_CLIENT);
	xml_open(&w, NS_DELAY, S("delay"));
	xml_attr(&w, S("from"), from);
	xml_attr(&w, S("stamp"), date_format_usec(a, received_us));
	xml_close(&w);
	return stanza_with(st, xml_written(&w), a);
}

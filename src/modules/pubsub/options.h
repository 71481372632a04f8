/* SPDX-License-Identifier: MIT
 *
 * What a subscriber may choose (XEP-0060 section 16.4.2):
 *
 *   pubsub#deliver  whether he is notified at all
 *   pubsub#expire   until when the subscription lasts; "presence" is not offered
 */
#ifndef MODULES_PUBSUB_OPTIONS_H
#define MODULES_PUBSUB_OPTIONS_H

#include "modules/pubsub/ask.h"
#include "modules/pubsub/people.h"

struct subscribe_options {
	bool deliver;
	usec_t until_us; /* 0: for ever */
};

struct subscribe_options options_preset(void);
struct subscribe_options options_of(const struct subscriber *s);
void options_set(struct subscriber *s, const struct subscribe_options *options);

/* What the form in an element says over the options. False: refused (section 6.3.4.5). */
bool options_read(struct ask *q, struct elem in, struct subscribe_options *options);

void options_write(
    struct xml_writer *w, const struct subscribe_options *options, struct arena *a);

#endif

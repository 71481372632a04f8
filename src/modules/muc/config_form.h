/* SPDX-License-Identifier: MIT
 *
 * What the owners of a room decide, as a form (XEP-0045 sections 10.1.3, 10.2 and 16.5.3).
 *
 * A field that is not submitted keeps its value, and one that is not known is passed over.
 * Besides the registered ones there are: muc#roomconfig_enablearchiving, of which
 * muc#roomconfig_enablelogging is another name; muc#roomconfig_allowvoicerequests,
 * muc#roomconfig_allowvisitornickchange and muc#roominfo_contactjid, as other servers have
 * them; muc#roomconfig_slow_mode_duration (XEP-0500 section 4.1); and who may register:
 * x-roomconfig_members_may_register, x-roomconfig_members_may_ask.
 */
#ifndef MODULES_MUC_CONFIG_FORM_H
#define MODULES_MUC_CONFIG_FORM_H

#include "base/option.h"
#include "modules/muc/affiliations.h"
#include "xmpp/form.h"

/* Writes <x/>: the form with the values as they are. The lists of admins and owners are in it
 * as long as they have no more than ROOM_FORM_LIST_MAX together. */
void config_form_write(struct xml_writer *w, struct jid room, const struct room_conf *conf,
    const struct affiliations *a);

/* A list of the form. */
struct config_list {
	bool given;
	const struct jid *jid; /* bare */
	size_t n;
};

struct config_submitted {
	struct room_conf conf; /* whole: what was not given is as before */
	struct config_list admins, owners;
};

/*
 * Reads a submission.
 *
 * was   as the room is; the result shares texts with it and with the form
 * why   a sentence for the owner; written only when it fails
 *
 * E_INVALID      it is no submission of such a form
 * E_UNSUPPORTED  a value is none, is not offered, or fields contradict each other
 */
MUST_CHECK enum status config_form_read(const struct form *f, const struct room_conf *was,
    struct arena *a, struct config_submitted *out, struct str *why);

/* --- for the operator ----------------------------------------------------------------------
 */

/* A field as the administration writes it: its name without "muc#roomconfig_", one value;
 * several are joined by ";". */
struct config_setting {
	struct str name, value;
};

/* The configuration as it is. */
const struct config_setting *config_settings(
    struct arena *a, const struct room_conf *conf, size_t *n);

/*
 * As config_form_read, of texts such as "membersonly=1".
 *
 * E_INVALID  a text is no such field, the form has none of that name, or it is said twice
 */
MUST_CHECK enum status config_settings_read(const struct str_list *texts,
    const struct room_conf *was, struct arena *a, struct config_submitted *out,
    struct str *why);

#endif

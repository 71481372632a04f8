/* SPDX-License-Identifier: MIT
 *
 * mod_muc: rooms in which people talk; muc.h says where what is.
 *
 * Source   XEP-0045 1.35.5; XEP-0307, XEP-0313 section 6, XEP-0359, XEP-0410, XEP-0421
 * Reacts   everything for the service rooms.HOST
 * Keeps    rows of each room: KIND_ROOM, KIND_SUBJECT, KIND_AFFILIATION, its archive; rows of
 *          the service: KIND_LISTED
 */
#include "modules/list.h"
#include "modules/muc/service.h"
#include "router/service.h"
#include "xmpp/ns.h"

void
muc_count(unsigned metric, int64_t n)
{
	module_count(&mod_muc, metric, (uint64_t)n);
}

static struct str
domain(const void *conf)
{
	return ((const struct muc_conf *)conf)->domain;
}

static const struct str features[] = { NS_MUC, NS_MUC_STABLE_ID, NS_MUC_UNIQUE, NS_OCCUPANT_ID,
	NS_SELF_PING, NS_CHANNEL_SEARCH, NS_RESULT_SET, NS_VCARD };

static const struct service_type rooms = {
	.label = "rooms",
	.domain = domain,
	.category = S("conference"),
	.type = S("text"),
	.name = "Rooms",
	.features = TABLE(features),
	.arrive = muc_arrive,
};

static void
enter_worker(void)
{
	rooms_worker_init();
	room_archive_worker_init();
	rooms_left_worker_init();
}

static void
leave_worker(void)
{
	rooms_left_worker_fini();
	rooms_worker_fini();
}

static const struct hook hooks[] = {
	{ .on = ON_ACCOUNT_DELETED, .in = HANDLE, .run = muc_on_account_deleted },
};

const struct module mod_muc = {
	.name = "muc",
	.doc = "Rooms in which people talk.",
	.specs = LIST(struct spec, { XEP, 45, "1.35.5", "complete" },
	    { XEP, 249, "1.2", "invitations pass" }, { XEP, 307, "0.1", "complete" },
	    { XEP, 313, "1.1.3", "of rooms" }, { XEP, 317, "0.3.1", "complete" },
	    { XEP, 410, "1.1.0", "complete" }, { XEP, 421, "1.0.1", "complete" },
	    { XEP, 425, "0.3.0", "complete" },
	    { XEP, 433, "0.1.0", "by address; without numbers of occupants" },
	    { XEP, 486, "0.1.0", "complete" }, { XEP, 500, "0.1.1", "complete" }),
	.needs = LIST(const char *const, "accounts", "archive", "commands"),
	.conf_size = sizeof(struct muc_conf),
	.options = LIST(struct option,
	    { "domain", STRING, FIELD(muc_conf, domain), "", NULL, "255",
		"Domain of the service; `rooms.` in front of the host's when it is empty." },
	    { "archive", BOOL, FIELD(muc_conf, archive), "yes", NULL, NULL,
		"Whether new rooms keep what is said in them; their owners may decide "
		"otherwise." },
	    { "create", CHOICE, FIELD(muc_conf, create), "local", NULL, NULL,
		"Who may create rooms: `local` are the accounts of all hosts here, `admins` "
		"those of `modules.commands.admins`.",
		"everybody local admins nobody" },
	    { "creators", STRINGS, FIELD(muc_conf, creators), NULL, NULL, "256",
		"Addresses and domains that may create rooms whatever `create` says." },
	    { "max_occupants", U32, FIELD(muc_conf, max_occupants), "10000", "1", "1000000",
		"Occupants of one room; its owners may let in fewer." },
	    { "max_presence", SIZE, FIELD(muc_conf, max_presence_bytes), "8KiB", "1KiB",
		"256KiB", "An occupant's presence, which everybody in the room gets." }),
	.metrics = LIST(struct metric,
	    [MUC_ROOMS] = { "muc_rooms", GAUGE, "rooms", "Rooms that are in memory." },
	    [MUC_OCCUPANTS] = { "muc_occupants", GAUGE, "occupants",
		"Occupants of rooms, whatever number of clients they use." },
	    [MUC_MESSAGES] = { "muc_messages", COUNTER, "messages",
		"Messages said to all in a room." },
	    [MUC_GHOSTS] = { "muc_ghosts", COUNTER, "occupants",
		"Clients taken out of rooms because they were not reachable any more." }),
	.hooks = TABLE(hooks),
	.service = &rooms,
	.enter_worker = enter_worker,
	.leave_worker = leave_worker,
};

/* SPDX-License-Identifier: MIT */
#include "modules/list.h"

static const struct module *const all[] = {
	&mod_accounts,
	&mod_blocking,
	&mod_roster,
	&mod_invites,
	&mod_subscription,
	&mod_presence,
	&mod_archive,
	&mod_carbons,
	&mod_caps,
	&mod_pep,
	&mod_displayed,
	&mod_inbox,
	&mod_push,
	&mod_offline,
	&mod_commands,
	&mod_disco,
	&mod_contact,
	&mod_register,
	&mod_login,
	&mod_session,
	&mod_ping,
	&mod_version,
	&mod_time,
	&mod_last,
	&mod_vcard,
	&mod_search,
	&mod_private,
	&mod_csi,
	&mod_host_meta,
	&mod_web,
	&mod_upload,
	&mod_muc,
};

const struct module_list modules_all = TABLE(all);

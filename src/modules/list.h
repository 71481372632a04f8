/* SPDX-License-Identifier: MIT
 *
 * All modules. Within a phase, their hooks run in this order.
 */
#ifndef MODULES_LIST_H
#define MODULES_LIST_H

#include "router/dispatch.h"
#include "router/module.h"

extern const struct module mod_accounts;
extern const struct module mod_archive;
extern const struct module mod_avatar;
extern const struct module mod_blocking;
extern const struct module mod_blocklist;
extern const struct module mod_bookmarks;
extern const struct module mod_bytestreams;
extern const struct module mod_caps;
extern const struct module mod_carbons;
extern const struct module mod_commands;
extern const struct module mod_confirm;
extern const struct module mod_contact;
extern const struct module mod_csi;
extern const struct module mod_delegation;
extern const struct module mod_disco;
extern const struct module mod_displayed;
extern const struct module mod_exchange;
extern const struct module mod_external;
extern const struct module mod_host_meta;
extern const struct module mod_inbox;
extern const struct module mod_invites;
extern const struct module mod_last;
extern const struct module mod_leave;
extern const struct module mod_login;
extern const struct module mod_muc;
extern const struct module mod_offline;
extern const struct module mod_outage;
extern const struct module mod_pep;
extern const struct module mod_ping;
extern const struct module mod_policy;
extern const struct module mod_presence;
extern const struct module mod_private;
extern const struct module mod_privilege;
extern const struct module mod_pubsub;
extern const struct module mod_push;
extern const struct module mod_register;
extern const struct module mod_reports;
extern const struct module mod_roster;
extern const struct module mod_search;
extern const struct module mod_session;
extern const struct module mod_strangers;
extern const struct module mod_subscription;
extern const struct module mod_time;
extern const struct module mod_upload;
extern const struct module mod_vcard;
extern const struct module mod_vcard4;
extern const struct module mod_version;
extern const struct module mod_watch;
extern const struct module mod_web;

extern const struct module_list modules_all;

#endif

/* SPDX-License-Identifier: MIT
 *
 * What somebody may ask of the administration. Whoever writes needs not be able to read, and
 * the other way round; `admin` may do everything.
 */
#ifndef DAEMON_SCOPE_H
#define DAEMON_SCOPE_H

/* In the order of the bits below, which are kept with tokens: grows at its end only. */
#define SCOPE_WORDS                                                                            \
	"admin users:read users:write rosters:read rosters:write groups:read groups:write "    \
	"sessions:read sessions:write messages:send metrics:read config:read audit:read "      \
	"portal:login uploads:read uploads:write invites:read invites:write confirm:ask "      \
	"outages:read outages:write reports:read reports:write rooms:read rooms:write"

enum scope {
	SCOPE_NONE = 0, /* for everybody */
	SCOPE_ADMIN = 1 << 0,
	SCOPE_USERS_READ = 1 << 1,
	SCOPE_USERS_WRITE = 1 << 2,
	SCOPE_ROSTERS_READ = 1 << 3,
	SCOPE_ROSTERS_WRITE = 1 << 4,
	SCOPE_GROUPS_READ = 1 << 5,
	SCOPE_GROUPS_WRITE = 1 << 6,
	SCOPE_SESSIONS_READ = 1 << 7,
	SCOPE_SESSIONS_WRITE = 1 << 8,
	SCOPE_MESSAGES_SEND = 1 << 9,
	SCOPE_METRICS_READ = 1 << 10,
	SCOPE_CONFIG_READ = 1 << 11,
	SCOPE_AUDIT_READ = 1 << 12,
	SCOPE_PORTAL_LOGIN = 1 << 13,
	SCOPE_UPLOADS_READ = 1 << 14,
	SCOPE_UPLOADS_WRITE = 1 << 15,
	SCOPE_INVITES_READ = 1 << 16,
	SCOPE_INVITES_WRITE = 1 << 17,
	SCOPE_CONFIRM_ASK = 1 << 18,
	SCOPE_OUTAGES_READ = 1 << 19,
	SCOPE_OUTAGES_WRITE = 1 << 20,
	SCOPE_REPORTS_READ = 1 << 21,
	SCOPE_REPORTS_WRITE = 1 << 22,
	SCOPE_ROOMS_READ = 1 << 23,
	SCOPE_ROOMS_WRITE = 1 << 24,
};

#endif

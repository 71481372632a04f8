/* SPDX-License-Identifier: MIT */
#include "daemon/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

uint64_t
privileges_raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	return limit.rlim_cur;
}

/* From all of root's capabilities, which PR_SET_KEEPCAPS kept, to the one. */
static bool
keep_only_binding(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = { 0 };
	const uint32_t bind = UINT32_C(1) << CAP_NET_BIND_SERVICE;

	sets[0].effective = sets[0].permitted = bind;
	return syscall(SYS_capset, &header, sets) == 0;
}

enum status
privileges_drop(const char *user, const char *const *owned, size_t n)
{
	const struct passwd *account = getpwnam(user);

	if (!account)
		return E_NOT_FOUND;
	if (geteuid() != 0)
		return account->pw_uid == geteuid() ? OK : E_DENIED;
	for (size_t i = 0; i < n; i++)
		if (chown(owned[i], account->pw_uid, account->pw_gid) != 0)
			return E_IO;
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 ||
	    initgroups(account->pw_name, account->pw_gid) != 0 ||
	    setgid(account->pw_gid) != 0 || setuid(account->pw_uid) != 0)
		return E_IO;
	/* A container may not have the capability to give: then ports below 1024 fail later,
	 * each with its own message. */
	if (!keep_only_binding() && geteuid() == 0)
		return E_IO;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return E_IO;
	return OK;
}

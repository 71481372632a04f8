/* SPDX-License-Identifier: MIT */
#include "router/state.h"

#include <stdalign.h>

#include "router/dispatch.h"
#include "router/module.h"

static struct {
	size_t account[MODULES_MAX], session[MODULES_MAX]; /* offsets behind the struct */
	size_t account_bytes, session_bytes;
} layout;

static size_t
rounded(size_t bytes)
{
	return (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

/* Where the first state lies. */
enum {
	ALIGN = alignof(max_align_t),
	ACCOUNT_HEAD = (sizeof(struct account) + ALIGN - 1) / ALIGN * ALIGN,
	SESSION_HEAD = (sizeof(struct session) + ALIGN - 1) / ALIGN * ALIGN,
};

void
state_layout(void)
{
	struct module_list modules = dispatch_modules();

	layout.account_bytes = ACCOUNT_HEAD - sizeof(struct account);
	layout.session_bytes = SESSION_HEAD - sizeof(struct session);
	for (size_t i = 0; i < modules.count; i++) {
		layout.account[i] = sizeof(struct account) + layout.account_bytes;
		layout.session[i] = sizeof(struct session) + layout.session_bytes;
		layout.account_bytes += rounded(modules.at[i]->account_bytes);
		layout.session_bytes += rounded(modules.at[i]->session_bytes);
	}
}

size_t
state_account_bytes(void)
{
	return layout.account_bytes;
}

size_t
state_session_bytes(void)
{
	return layout.session_bytes;
}

void *
module_account_state(const struct module *m, struct account *a)
{
	return (char *)a + layout.account[dispatch_index(m)];
}

void *
module_session_state(const struct module *m, struct session *s)
{
	return (char *)s + layout.session[dispatch_index(m)];
}

void
state_load(struct account *a, struct str kind, struct str item, struct str value)
{
	struct module_list modules = dispatch_modules();

	for (size_t i = 0; i < modules.count; i++) {
		const struct module *m = modules.at[i];

		for (size_t k = 0; k < m->kept.count; k++)
			if (str_eq(m->kept.at[k].kind, kind))
				m->kept.at[k].load(
				    (char *)a + layout.account[i], a, item, value);
	}
}

size_t
state_kinds(struct str *kinds, size_t max)
{
	struct module_list modules = dispatch_modules();
	size_t n = 0;

	for (size_t i = 0; i < modules.count; i++)
		for (size_t k = 0; k < modules.at[i]->kept.count; k++) {
			assert(n < max);
			kinds[n++] = modules.at[i]->kept.at[k].kind;
		}
	return n;
}

void
state_account_fini(struct account *a)
{
	struct module_list modules = dispatch_modules();

	for (size_t i = 0; i < modules.count; i++) {
		void *state = (char *)a + layout.account[i];

		if (modules.at[i]->account_fini)
			modules.at[i]->account_fini(state, a);
		memset(state, 0, modules.at[i]->account_bytes);
	}
}

void
state_session_fini(struct session *s)
{
	struct module_list modules = dispatch_modules();

	for (size_t i = 0; i < modules.count; i++)
		if (modules.at[i]->session_fini)
			modules.at[i]->session_fini((char *)s + layout.session[i], s);
}

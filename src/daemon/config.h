/* SPDX-License-Identifier: MIT
 *
 * The configuration: what the file and the command line say, checked against the tables of
 * everyone who can be configured. Immutable and counted: a reload builds another one.
 *
 *     workers: 2                    options that stand at the top (section "")
 *     hosts:                        or short: [example.org]
 *       example.org:
 *         certificate: example.pem
 *         modules: { register: { enabled: yes } }
 *     components:
 *       irc.example.org: { secret: ... }   one map for each component
 *     listen:
 *       - { name: c2s, port: 5222, tls: starttls, serve: [c2s] }
 *     limits: { stanza_bytes: 256KiB }     one map for each section
 *     modules:
 *       ping: { idle: 5m }                 one map for each module, for all hosts
 *
 * Over the file come, in this order, `--set` arguments, `--host`, `--port-offset`.
 */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include "base/option.h"
#include "daemon/config_tree.h"
#include "router/component.h"

/* --- what may be configured ------------------------------------------------------------ */

struct config_module {
	struct section section;
	bool is_off; /* unless the configuration says `enabled: yes` */
};

/* The tables; they outlive every configuration read with them. */
struct config_schema {
	const struct section *const *sections;
	size_t n_sections;
	const struct config_module *modules;
	size_t n_modules;
};

enum listen_tls { LISTEN_STARTTLS, LISTEN_DIRECT_TLS, LISTEN_NO_TLS };

enum listen_serve {
	LISTEN_C2S = 1,
	LISTEN_HTTP = 2,
	LISTEN_COMPONENT = 4,
	LISTEN_SOCKS5 = 8,
	LISTEN_TURN = 16, /* over UDP: config_listener.udp */
	LISTEN_SERVE_ALL = 31,
};

struct config_listener {
	struct str name; /* for logs and `--set listen.NAME.port=...`; never empty */
	bool enabled;
	uint32_t port;
	struct str address; /* an IP address, or "*" for all of the machine */
	enum listen_tls tls;
	uint32_t serve; /* mask of enum listen_serve, never empty */
	bool proxy;     /* behind one that speaks the PROXY protocol */
	bool udp;       /* then LISTEN_TURN alone, without TLS */
};

struct config_host {
	struct str name;             /* normalised domain */
	struct str certificate, key; /* PEM files; "no string": the self-made one */
	const void *const *modules;  /* conf by place in the schema; NULL: not enabled */
};

/* The tables of the two, for the manual; that of components is component_section. */
extern const struct section config_listen_section, config_host_section;

/* The listeners when the file names none, as YAML: "{ name: c2s, ... }"; "no string" behind
 * the last. */
struct str config_usual_listener(size_t place, uint32_t port_offset, struct arena *a);

/* --- reading ---------------------------------------------------------------------------- */

struct config_source {
	struct str name;       /* of the file, as messages shall show it */
	struct str text;       /* what it holds */
	struct str_list set;   /* `--set` arguments */
	struct str_list hosts; /* `--host` arguments: served also if the file has them not */
	uint32_t port_offset;  /* shifts the listeners' ports when the file says no ports */
};

struct config;

/*
 * p    receives all that is wrong, for the operator; its arena must be set
 * out  one reference, written only when OK is returned
 *
 * E_INVALID  something is wrong
 */
MUST_CHECK enum status config_read(const struct config_schema *schema,
    const struct config_source *source, struct config_problems *p, struct config **out);

struct config *config_ref(struct config *c);
void config_unref(struct config **c);

/* --- looking up: at start and reload, not per stanza ------------------------------------ */

/* The conf of a section; it must exist in the schema. */
const void *config_section(const struct config *c, const char *name);

/* The conf of a module at a host, NULL when it is not enabled there, or no such host. */
const void *config_module(const struct config *c, struct str host, struct str module);

const struct config_host *config_hosts(const struct config *c, size_t *n);
const struct config_host *config_host(const struct config *c, struct str name);

/* By name, as config_hosts. */
const struct component_conf *config_components(const struct config *c, size_t *n);

/* Those that are enabled. */
const struct config_listener *config_listeners(const struct config *c, size_t *n);

#endif

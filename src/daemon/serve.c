/* SPDX-License-Identifier: MIT
 *
 * The life of a server: read, claim, drop privileges, open, bind, run; then signals.
 *
 *   SIGHUP           reads the configuration and the certificates again, all or nothing,
 *                    and opens the log file anew
 *   SIGTERM, SIGINT  no new connections; clients are told and given `drain` to leave; a
 *                    second one stops at once
 */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <unistd.h>

#include "daemon/commands.h"

#include "base/log.h"
#include "daemon/certificates.h"
#include "daemon/config_file.h"
#include "daemon/core.h"
#include "daemon/directory.h"
#include "daemon/health.h"
#include "daemon/log_section.h"
#include "daemon/notify.h"
#include "daemon/ports.h"
#include "daemon/privileges.h"
#include "daemon/sections.h"
#include "daemon/setup.h"
#include "daemon/web.h"
#include "http/client/client.h"
#include "http/client/conf.h"
#include "http/conf.h"
#include "loop/cause.h"
#include "modules/bytestreams/tunnel.h"
#include "modules/roster/groups_conf.h"
#include "router/component.h"
#include "router/session.h"
#include "stream/stream.h"
#include "transport/listener.h"
#include "transport/tls.h"

enum { DRAIN_LOOK_MS = 20 }; /* how often the connections are counted */

/* The end of all sessions, and what comes of it: messages that clients have not acknowledged
 * are kept. */
struct farewell {
	struct cause cause;
	atomic_bool over;
};

struct server {
	const struct general *general;
	struct arena *arena;
	struct str data; /* absolute */
	int directory;   /* the claim on it */
	sigset_t signals;
	struct config *config;
	bool made_config; /* there was no file: we wrote one */
	struct tls_context *tls;
	struct core core;
	struct ports ports;
	struct farewell farewell;
};

static const struct server_conf *
conf_of(const struct config *c)
{
	return config_section(c, "");
}

/* Says what keeps the server from starting. */
static enum status
cannot(const char *what, struct str reason, enum status s)
{
	fprintf(stderr, "jaseur: %s: %.*s\n", what, STR_ARG(reason));
	return s;
}

/* --- the steps of the start ----------------------------------------------------------------
 */

static enum status
claim_directory(struct server *s)
{
	char *data = str_to_c(s->arena, s->general->data), *absolute;
	enum status st;

	if ((st = directory_make(data)) != OK ||
	    (st = directory_claim(data, &s->directory)) != OK)
		return cannot(data,
		    st == E_EXISTS ? S("another server works here")
				   : str_from_c(strerror(errno)),
		    st);
	if (!(absolute = realpath(data, NULL)))
		return cannot(data, str_from_c(strerror(errno)), E_IO);
	s->data = str_copy(s->arena, str_from_c(absolute));
	free(absolute);
	return OK;
}

static enum status
read_config(struct server *s)
{
	struct config_problems p = { .arena = s->arena };
	enum status st;

	if ((st = config_file_make(s->general, &p, &s->made_config)) == OK)
		st = config_file_read(s->general, &p, &s->config);
	config_problems_print(&p);
	return st;
}

static enum status
drop_privileges(struct server *s)
{
	const char *owned[] = { s->data.at, general_config_path(s->general, s->arena).at };
	struct str user = conf_of(s->config)->user;
	enum status st;

	privileges_raise_descriptors();
	if (!user.at)
		return OK;
	if ((st = privileges_drop(user.at, owned, s->made_config ? 2 : 1)) == OK)
		return OK;
	return cannot(user.at,
	    st == E_NOT_FOUND ? S("there is no such account of the system")
	    : st == E_DENIED  ? S("only root can become another account")
			      : str_from_c(strerror(errno)),
	    st);
}

static enum status
open_everything(struct server *s)
{
	struct str reason = S("out of threads");
	struct http_client_setup *client;
	struct http_site *site;
	enum status st;

	if ((st = log_section_open(config_section(s->config, log_section.name), s->data,
		 s->arena, &reason)) != OK)
		return cannot("log", reason, st);
	if ((st = certificates_load(s->config, s->data, s->arena, &reason, &s->tls)) != OK)
		return cannot("certificates", reason, st);
	if ((st = core_prepare(&s->core, s->config, s->data, 0, s->tls, s->arena, &reason)) !=
	    OK)
		return cannot("start", reason, st);
	if ((st = web_site(s->config, s->arena, &reason, &site)) != OK)
		return cannot("http", reason, st);
	http_start();
	http_site_publish(site);
	if ((st = ports_open(&s->ports, s->config, s->data, s->tls, s->arena, &reason)) != OK)
		return cannot("listen", reason, st);
	if ((st = http_client_setup_new(config_section(s->config, http_client_section.name),
		 s->ports.transport, s->arena, &reason, &client)) != OK)
		return cannot("http_client", reason, st);
	http_client_start();
	http_client_use(client);
	if ((st = core_run(&s->core)) != OK)
		return cannot("start", S("threads cannot be started"), st);
	groups_reconsider(); /* behind the letters that bring those of the store */
	ports_start(&s->ports);
	return OK;
}

/* --- telling that it has started -----------------------------------------------------------
 */

static json_t *
served_at(const struct config_listener *l)
{
	json_t *words = json_array();

	if (l->serve & LISTEN_C2S)
		json_array_append_new(words, json_string("c2s"));
	if (l->serve & LISTEN_HTTP)
		json_array_append_new(words, json_string("http"));
	if (l->serve & LISTEN_COMPONENT)
		json_array_append_new(words, json_string("component"));
	if (l->serve & LISTEN_SOCKS5)
		json_array_append_new(words, json_string("socks5"));
	if (l->serve & LISTEN_TURN)
		json_array_append_new(words, json_string("turn"));
	return words;
}

/* "ready {...}" for the program that started us. */
static void
print_ready(const struct server *s)
{
	static const char *const tls[] = {
		[LISTEN_STARTTLS] = "starttls",
		[LISTEN_DIRECT_TLS] = "direct",
		[LISTEN_NO_TLS] = "none",
	};
	json_t *listeners = json_array(), *line;

	for (size_t i = 0; i < s->ports.n_listeners; i++) {
		const struct open_listener *l = &s->ports.listeners[i];

		json_array_append_new(
		    listeners, json_pack("{s:s%, s:s%, s:i, s:s, s:o}", "name", l->conf.name.at,
				   l->conf.name.len, "address", l->conf.address.at,
				   l->conf.address.len, "port", (int)open_listener_port(l),
				   "tls", tls[l->conf.tls], "serve", served_at(&l->conf)));
	}
	line = json_pack("{s:i, s:o}", "pid", (int)getpid(), "listeners", listeners);
	fputs("ready ", stdout);
	json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
	json_decref(line);
}

/* "web, clients" */
static struct str
served_words(uint32_t serve, struct arena *a)
{
	static const struct {
		enum listen_serve serve;
		const char *word;
	} words[] = { { LISTEN_HTTP, "web" }, { LISTEN_C2S, "clients" },
		{ LISTEN_COMPONENT, "components" }, { LISTEN_SOCKS5, "bytestreams" },
		{ LISTEN_TURN, "calls" } };
	struct str text = S("");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (serve & words[i].serve)
			text = str_format(
			    a, "%.*s%s%s", STR_ARG(text), text.len ? ", " : "", words[i].word);
	return text;
}

/* For the person who started us, and does not know yet what to do. */
static void
print_next_steps(const struct server *s)
{
	size_t n;
	const struct config_host *hosts = config_hosts(s->config, &n);
	const char *program = program_invocation_name;

	fprintf(stderr, "Jaseur %s serves", JASEUR_VERSION);
	for (size_t i = 0; i < n && i < 5; i++)
		fprintf(stderr, "%s %.*s", i ? "," : "", STR_ARG(hosts[i].name));
	fputs(n > 5 ? ", ...\n" : "\n", stderr);
	for (size_t i = 0; i < s->ports.n_listeners; i++) {
		const struct open_listener *l = &s->ports.listeners[i];

		fprintf(stderr, "  port %-5u  %.*s, %s%s\n", open_listener_port(l),
		    STR_ARG(served_words(l->conf.serve, s->arena)),
		    l->conf.udp                        ? "UDP"
		    : l->conf.tls == LISTEN_STARTTLS   ? "STARTTLS"
		    : l->conf.tls == LISTEN_DIRECT_TLS ? "TLS from the first byte"
						       : "unencrypted",
		    l->conf.proxy ? ", behind a proxy" : "");
	}
	fprintf(stderr, "  configuration: %.*s\n",
	    STR_ARG(general_config_path(s->general, s->arena)));
	if (n && certificates_is_self_made(&hosts[0]))
		fputs(
		    "  the certificate is self-signed: clients will ask whether to trust it\n",
		    stderr);
	fprintf(stderr, "  make an account:  %s --data %.*s user add YOU@%.*s\n", program,
	    STR_ARG(s->general->data), STR_ARG(n ? hosts[0].name : S("HOST")));
}

/* --- signals -------------------------------------------------------------------------------
 */

/* A whole new configuration, or none of it. */
static enum status
change(struct server *s, struct config *fresh, struct arena *a, struct str *reason)
{
	struct tls_context *tls = NULL;
	struct http_client_setup *client = NULL;
	struct http_site *site = NULL;
	struct hosts *hosts = NULL;
	enum status st;

	if ((st = web_site(fresh, a, reason, &site)) != OK ||
	    (st = http_client_setup_new(config_section(fresh, http_client_section.name),
		 s->ports.transport, a, reason, &client)) != OK ||
	    (st = certificates_load(fresh, s->data, a, reason, &tls)) != OK ||
	    (st = setup_hosts(fresh, s->data, tls, a, reason, &hosts)) != OK)
		goto done;
	st = ports_change(&s->ports, fresh, tls, a, reason);
	if (st == OK) {
		hosts_publish(TAKE(hosts));
		components_reconsider();
		groups_reconsider();
		http_site_publish(TAKE(site));
		http_client_use(TAKE(client));
	}
done:
	hosts_free(&hosts);
	http_client_setup_free(&client);
	http_site_free(&site);
	tls_context_unref(&tls);
	return st;
}

static void
log_problems(const struct config_problems *p)
{
	for (size_t i = 0; i < p->count && i < CONFIG_PROBLEMS_SHOWN; i++)
		log_error("config.wrong",
		    LOG_STR("reason", config_problem_text(&p->at[i], p->arena)));
}

static void
reload(struct server *s)
{
	struct arena a;
	struct config_problems p = { .arena = &a };
	struct config *fresh = NULL;
	struct str reason = S("see the problems above");
	enum status st;

	notify_reloading();
	arena_init(&a, 16 * 1024);
	if ((st = config_file_read(s->general, &p, &fresh)) != OK)
		log_problems(&p);
	else
		st = change(s, fresh, &a, &reason);
	if (st == OK && log_section_open(config_section(fresh, log_section.name), s->data, &a,
			    &reason) != OK)
		log_error("log.failed", LOG_STR("reason", reason));
	if (log_reopen() != OK)
		log_error("log.failed", LOG_STR("reason", S("the file cannot be opened anew")));
	if (st == OK) {
		config_unref(&s->config);
		s->config = TAKE(fresh);
		log_info("config.reloaded");
	} else {
		log_error("config.refused", LOG_STR("reason", reason));
	}
	config_unref(&fresh);
	arena_fini(&a);
	notify_ready();
}

/* Until a signal asks for the end. */
static void
wait_for_the_end(struct server *s)
{
	siginfo_t signal;

	for (;;) {
		if (sigwaitinfo(&s->signals, &signal) < 0)
			continue;
		if (signal.si_signo != SIGHUP)
			return;
		reload(s);
	}
}

/* Streams as well: those over HTTP need no connection to be there. */
static bool
is_busy(const struct server *s)
{
	return ports_connections(&s->ports) > 0 || streams_count() > 0;
}

static void
on_over(struct cause *c)
{
	atomic_store(&list_entry(c, struct farewell, cause)->over, true);
}

/* False: a second signal asks for haste. */
static bool
wait_a_little(struct server *s)
{
	const struct timespec look = { .tv_nsec = DRAIN_LOOK_MS * 1000000 };
	int signal = sigtimedwait(&s->signals, NULL, &look);

	return signal != SIGTERM && signal != SIGINT;
}

/* Clients are told to go, and given the time to. A second signal ends the waiting, but not
 * the one for the store, which has the same time again. */
static void
drain(struct server *s)
{
	struct farewell *f = &s->farewell;
	struct cause *cause = &f->cause;
	msec_t patience = conf_of(s->config)->drain_ms, left;

	health_drain();
	cause_init(&f->cause, on_over);
	ports_stop_listening(&s->ports);
	cause_swap(&f->cause);
	streams_end(STREAM_SYSTEM_SHUTDOWN);
	cause_swap(NULL);
	tunnels_end_waiting();
	http_end_all();
	http_client_end_all();
	for (left = patience; left > 0 && is_busy(s); left -= DRAIN_LOOK_MS)
		if (!wait_a_little(s))
			break;
	while (is_busy(s)) {
		streams_end(STREAM_SYSTEM_SHUTDOWN);
		conns_end();
		wait_a_little(s);
	}
	cause_swap(&f->cause);
	sessions_end_detached();
	cause_swap(NULL);
	cause_drop(&cause);
	for (left = patience; left > 0 && !atomic_load(&f->over); left -= DRAIN_LOOK_MS)
		wait_a_little(s);
	if (!atomic_load(&f->over))
		log_error("server.hurried");
}

/* --- the whole -----------------------------------------------------------------------------
 */

static void
block_signals(struct server *s)
{
	sigemptyset(&s->signals);
	sigaddset(&s->signals, SIGHUP);
	sigaddset(&s->signals, SIGTERM);
	sigaddset(&s->signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &s->signals, NULL);
}

static void
stop(struct server *s)
{
	core_stop(&s->core);
	ports_close(&s->ports);
	tls_context_unref(&s->tls);
	config_unref(&s->config);
	log_info("server.stopped");
	log_close();
	close(s->directory);
}

int
serve(const struct invocation *i)
{
	struct server s = { .general = i->general, .arena = i->arena };

	block_signals(&s);
	if (claim_directory(&s) != OK || read_config(&s) != OK || drop_privileges(&s) != OK ||
	    open_everything(&s) != OK)
		return EXIT_FAILURE;
	print_next_steps(&s);
	log_info("server.ready", LOG_C("version", JASEUR_VERSION), LOG_I64("pid", getpid()));
	print_ready(&s);
	notify_ready();
	wait_for_the_end(&s);
	notify_stopping();
	log_info("server.stopping");
	drain(&s);
	stop(&s);
	return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/certificates.h"

#include "base/log.h"
#include "transport/certificate.h"
#include "transport/tls.h"
#include "xmpp/domain.h"

enum {
	SELF_MADE_DAYS = 3650,
	WARN_DAYS = 14,
};

#define DAY_US ((usec_t)24 * 60 * 60 * 1000000)

bool
certificates_is_self_made(const struct config_host *host)
{
	return host->certificate.at == NULL;
}

static struct str
path_in(struct str data, struct arena *a, struct str name)
{
	if (str_starts(name, S("/")))
		return name;
	return str_format(a, "%.*s/%.*s", STR_ARG(data), STR_ARG(name));
}

static struct str
directory_in(struct str data, struct arena *a)
{
	return path_in(data, a, S("certificates"));
}

/* The name as DNS has it, and the files. */
static enum status
name_files(const struct config_host *host, struct str data, struct str *ascii,
    struct tls_identity *identity, struct arena *a)
{
	struct str directory = directory_in(data, a);
	enum status s = domain_to_ascii(a, host->name, ascii);

	if (s != OK)
		return s;
	if (certificates_is_self_made(host)) {
		identity->certificate =
		    str_format(a, "%.*s/%.*s.pem", STR_ARG(directory), STR_ARG(*ascii));
		identity->key =
		    str_format(a, "%.*s/%.*s.key", STR_ARG(directory), STR_ARG(*ascii));
	} else {
		identity->certificate = path_in(data, a, host->certificate);
		identity->key = path_in(data, a, host->key);
	}
	return OK;
}

enum status
certificates_path(
    const struct config_host *host, struct str data, struct arena *a, struct str *out)
{
	struct tls_identity identity;
	struct str ascii;
	enum status s = name_files(host, data, &ascii, &identity, a);

	if (s == OK)
		*out = identity.certificate;
	return s;
}

static enum status
make_if_missing(const struct config_host *host, struct str ascii,
    const struct tls_identity *identity, struct str data, struct arena *a, struct str *reason)
{
	struct certificate_host names = { .dns = ascii, .xmpp = host->name };
	struct str directory = directory_in(data, a);

	if (access(identity->certificate.at, F_OK) == 0 && access(identity->key.at, F_OK) == 0)
		return OK;
	if (mkdir(directory.at, 0700) != 0 && errno != EEXIST) {
		*reason = str_format(a, "%.*s: %s", STR_ARG(directory), strerror(errno));
		return E_IO;
	}
	return certificate_make(
	    identity->certificate, identity->key, &names, 1, SELF_MADE_DAYS, a, reason);
}

/* Paths, and the name as DNS has it. */
static enum status
identify(const struct config_host *host, struct str data, struct tls_identity *identity,
    struct arena *a, struct str *reason)
{
	struct str *ascii = arena_alloc(a, sizeof(*ascii));

	if (name_files(host, data, ascii, identity, a) != OK) {
		*reason = str_format(a, "%.*s is too long for DNS", STR_ARG(host->name));
		return E_LIMIT;
	}
	identity->hosts = (struct str_list){ ascii, 1 };
	if (certificates_is_self_made(host))
		return make_if_missing(host, *ascii, identity, data, a, reason);
	return OK;
}

static void
warn_of_end(
    const struct config_host *host, const struct tls_identity *identity, struct arena *a)
{
	struct certificate certificate;
	struct timespec now;
	usec_t left;

	if (certificate_read(identity->certificate, a, &certificate) != OK)
		return; /* what is wrong with it, the context says */
	clock_gettime(CLOCK_REALTIME, &now);
	left = certificate.valid_until - ((usec_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	if (left < 0)
		log_error("certificate.expired", LOG_STR("host", host->name),
		    LOG_STR("file", identity->certificate));
	else if (left < WARN_DAYS * DAY_US)
		log_warn("certificate.expires", LOG_STR("host", host->name),
		    LOG_STR("file", identity->certificate), LOG_I64("days", left / DAY_US));
}

static enum status
new_context(const struct config *config, struct str data, const struct tls_identity *identities,
    size_t n, struct arena *a, struct str *reason, struct tls_context **out)
{
	const struct str_list alpn = { (const struct str[]){ S("xmpp-client") }, 1 };
	struct tls_conf conf =
	    *(const struct tls_conf *)config_section(config, tls_section.name);

	if (conf.client_ca.at)
		conf.client_ca = path_in(data, a, conf.client_ca);
	return tls_context_new(&conf, identities, n, alpn, a, reason, out);
}

enum status
certificates_load(const struct config *config, struct str data, struct arena *a,
    struct str *reason, struct tls_context **out)
{
	size_t n;
	const struct config_host *hosts = config_hosts(config, &n);
	struct tls_identity *identities = arena_zalloc(a, n * sizeof(*identities));
	enum status s;

	for (size_t i = 0; i < n; i++) {
		if ((s = identify(&hosts[i], data, &identities[i], a, reason)) != OK)
			return s;
		warn_of_end(&hosts[i], &identities[i], a);
	}
	return new_context(config, data, identities, n, a, reason, out);
}

enum status
certificates_check(
    const struct config *config, struct str data, struct arena *a, struct str *reason)
{
	size_t n, named = 0;
	const struct config_host *hosts = config_hosts(config, &n);
	struct tls_identity *identities = arena_zalloc(a, n * sizeof(*identities));
	struct tls_context *context = NULL;
	enum status s;

	for (size_t i = 0; i < n; i++)
		if (!certificates_is_self_made(&hosts[i]) &&
		    (s = identify(&hosts[i], data, &identities[named++], a, reason)) != OK)
			return s;
	if (named == 0)
		return OK;
	s = new_context(config, data, identities, named, a, reason, &context);
	tls_context_unref(&context);
	return s;
}

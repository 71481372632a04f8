/* SPDX-License-Identifier: MIT */
#include "daemon/login_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/limits.h"
#include "modules/mod_login.h"

static enum status
read_file(struct str path, struct arena *a, struct str *reason, struct str *out)
{
	char *text = arena_alloc(a, JWT_FILE_MAX + 1);
	int fd = open(str_to_c(a, path), O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 0;

	if (fd < 0) {
		*reason = str_format(a, "%.*s: %s", STR_ARG(path), strerror(errno));
		return E_NOT_FOUND;
	}
	while (len <= JWT_FILE_MAX && (n = read(fd, text + len, JWT_FILE_MAX + 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	if (n < 0 || len > JWT_FILE_MAX) {
		*reason = str_format(a, "%.*s: %s", STR_ARG(path),
		    n < 0 ? strerror(errno) : "is too large to be a key");
		return n < 0 ? E_NOT_FOUND : E_LIMIT;
	}
	*out = str_of(text, len);
	return OK;
}

static enum status
add_file(struct jwt_keys *keys, struct str file, bool secret, struct str data, struct arena *a,
    struct str *reason)
{
	struct str path = str_starts(file, S("/"))
			      ? file
			      : str_format(a, "%.*s/%.*s", STR_ARG(data), STR_ARG(file));
	struct str text = { 0 }, why;
	enum status s = read_file(path, a, reason, &text);

	if (s != OK)
		return s;
	s = secret ? jwt_keys_add_secret(keys, text, a, &why)
		   : jwt_keys_add(keys, text, a, &why);
	if (s != OK)
		*reason = str_format(a, "%.*s: %.*s", STR_ARG(path), STR_ARG(why));
	return s;
}

enum status
login_keys_read(const struct config *c, struct str host, struct str data, struct arena *a,
    struct str *reason, const struct jwt_keys **out)
{
	const struct login_conf *conf = config_module(c, host, S("login"));
	struct jwt_keys *keys;
	const struct jwt_keys *unused;
	struct arena files;
	enum status s = OK;

	*out = NULL;
	if (!conf || (!conf->jwt_keys.len && !conf->jwt_secret.len))
		return OK;
	if (!conf->jwt_issuer.len || !conf->jwt_audience.len) {
		*reason = str_format(a,
		    "%.*s: modules.login needs jwt_issuer and jwt_audience with its keys",
		    STR_ARG(host));
		return E_INVALID;
	}
	keys = jwt_keys_new();
	arena_init_wiped(&files, 1024);
	if (conf->jwt_keys.len)
		s = add_file(keys, conf->jwt_keys, false, data, &files, reason);
	if (s == OK && conf->jwt_secret.len)
		s = add_file(keys, conf->jwt_secret, true, data, &files, reason);
	if (s != OK) {
		*reason = str_copy(a, *reason);
		unused = keys;
		jwt_keys_free(&unused);
	} else {
		*out = keys;
	}
	arena_fini(&files);
	return s;
}

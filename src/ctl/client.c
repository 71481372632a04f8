/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctl/client.h"

#include "base/buf.h"

enum {
	ANSWER_MAX = 64 * 1024 * 1024,
	READ_BYTES = 64 * 1024,
};

struct str
client_socket_path(struct str directory, struct arena *a)
{
	struct str path = str_format(a, "%.*s/control.sock", STR_ARG(directory));
	struct sockaddr_un limit;
	int fd;

	if (str_starts(path, S("/")) && path.len < sizeof(limit.sun_path))
		return path;
	fd = open(str_to_c(a, directory), O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? path : str_format(a, "/proc/self/fd/%d/control.sock", fd);
}

enum status
client_connect(struct str directory, int *out)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct arena a;
	struct str path;
	enum status s = OK;
	int fd;

	arena_init(&a, 4096);
	path = client_socket_path(directory, &a);
	if (path.len < sizeof(to.sun_path))
		memcpy(to.sun_path, path.at, path.len);
	arena_fini(&a);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
	    connect(fd, (const struct sockaddr *)(const void *)&to, sizeof(to)) == 0) {
		*out = fd;
		return OK;
	}
	s = errno == ENOENT || errno == ECONNREFUSED ? E_NOT_FOUND
	    : errno == EACCES                        ? E_DENIED
						     : E_IO;
	if (fd >= 0)
		close(fd);
	return s;
}

static enum status
send_all(int fd, struct str bytes)
{
	while (bytes.len) {
		ssize_t n = send(fd, bytes.at, bytes.len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return E_CLOSED;
		bytes = str_slice(bytes, (size_t)n, bytes.len);
	}
	return OK;
}

/* --- the answer --------------------------------------------------------------------------- */

/* Reads more of it. */
static enum status
read_more(int fd, struct buf *in)
{
	char *at = buf_reserve(in, READ_BYTES);
	ssize_t n;

	if (!at)
		return E_LIMIT;
	do
		n = read(fd, at, READ_BYTES);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return E_CLOSED;
	buf_added(in, (size_t)n);
	return OK;
}

/* "Content-Length: 17" of that name: its value. */
static bool
is_field(struct str line, struct str name, struct str *value)
{
	if (!str_eq_nocase(str_slice(line, 0, name.len), name))
		return false;
	*value = str_trim(str_slice(line, name.len, line.len));
	return true;
}

enum status
client_read_head(struct str head, unsigned *status, size_t *length)
{
	struct str rest = head, line, version = S("HTTP/1.1 "), value;
	uint64_t n;
	bool has_length = false;

	str_split(&rest, '\n', &line);
	if (!str_starts(line, version) ||
	    str_to_u64(str_slice(line, version.len, 3), 999, &n) != OK)
		return E_INVALID;
	*status = (unsigned)n;
	while (str_split(&rest, '\n', &line)) {
		if (!is_field(line, S("content-length:"), &value))
			continue;
		if (str_to_u64(value, ANSWER_MAX, &n) != OK)
			return E_INVALID;
		*length = (size_t)n;
		has_length = true;
	}
	return has_length ? OK : E_INVALID;
}

static enum status
read_answer(int fd, struct buf *in, unsigned *status, json_t **answer)
{
	struct str end = S("\r\n\r\n");
	const char *found;
	size_t head, length = 0;
	enum status s;

	while (!(found = in->len ? memmem(in->at, in->len, end.at, end.len) : NULL))
		if ((s = read_more(fd, in)) != OK)
			return s;
	head = (size_t)(found - in->at) + end.len;
	if (client_read_head(str_of(in->at, head), status, &length) != OK)
		return E_IO;
	while (in->len - head < length)
		if ((s = read_more(fd, in)) != OK)
			return s;
	*answer = json_loadb(in->at + head, length, 0, NULL);
	return *answer ? OK : E_IO;
}

/* --- the request -------------------------------------------------------------------------- */

static enum status
send_request(int fd, const char *method, struct str target, const json_t *body)
{
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	struct str bytes = str_from_c(text);
	struct arena a;
	enum status s;

	arena_init(&a, 1024);
	s = send_all(
	    fd, str_format(&a,
		    "%s %.*s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
		    "Content-Length: %zu\r\n\r\n",
		    method, STR_ARG(target), bytes.len));
	if (s == OK)
		s = send_all(fd, bytes);
	arena_fini(&a);
	if (text)
		mem_wipe(text, bytes.len); /* may hold a password */
	free(text);
	return s;
}

enum status
client_ask(int fd, const char *method, struct str target, const json_t *body, unsigned *status,
    json_t **answer)
{
	enum status s = send_request(fd, method, target, body);
	struct buf in;

	buf_init(&in, ANSWER_MAX);
	if (s == OK)
		s = read_answer(fd, &in, status, answer);
	buf_fini(&in);
	return s;
}

/* SPDX-License-Identifier: MIT
 *
 * Session tickets (RFC 5077 section 4, RFC 8446 section 4.6.1): what a returning client
 * needs, encrypted under a key of ours, so that the server keeps nothing.
 *
 * One key serves all contexts and workers, for TICKET_LIFE_S; the one before still opens
 * tickets. Whoever learns a key can read what was sent in sessions that were resumed without
 * a new key exchange (TLS 1.2), so keys live in memory only and die young.
 *
 * A ticket's name holds which key, and which certificate it was given under: with another
 * certificate the client's idea of tls-server-end-point would be another than ours.
 */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <pthread.h>

#include "base/random.h"
#include "loop/worker.h"
#include "transport/tls_inside.h"

struct ticket_key {
	unsigned char name[TICKET_KEY];
	unsigned char cipher[32];
	unsigned char mac[32];
};

static struct {
	pthread_mutex_t lock;
	struct ticket_key now, before;
	msec_t made_ms; /* 0: none yet */
} keys = { .lock = PTHREAD_MUTEX_INITIALIZER };

static EVP_CIPHER *cipher;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
fetch(void)
{
	cipher = EVP_CIPHER_fetch(NULL, "AES-256-CBC", NULL);
}

static void
copy_keys(struct ticket_key *now, struct ticket_key *before)
{
	msec_t now_ms = loop_now_ms();

	pthread_mutex_lock(&keys.lock);
	if (!keys.made_ms || now_ms - keys.made_ms >= TICKET_LIFE_S * 1000) {
		/* After a long silence even the newer one is too old. */
		if (!keys.made_ms || now_ms - keys.made_ms >= 2 * TICKET_LIFE_S * 1000)
			random_bytes(&keys.before, sizeof(keys.before));
		else
			keys.before = keys.now;
		random_bytes(&keys.now, sizeof(keys.now));
		keys.made_ms = now_ms ? now_ms : 1;
	}
	*now = keys.now;
	*before = keys.before;
	pthread_mutex_unlock(&keys.lock);
}

static bool
use(struct ticket_key *k, const unsigned char *iv, EVP_CIPHER_CTX *c, EVP_MAC_CTX *m,
    int encrypt)
{
	char digest[] = "SHA256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, k->mac, sizeof(k->mac)),
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};

	return cipher && EVP_CipherInit_ex2(c, cipher, k->cipher, iv, encrypt, NULL) == 1 &&
	       EVP_MAC_CTX_set_params(m, params) == 1;
}

/* As SSL_CTX_set_tlsext_ticket_key_evp_cb wants it: below 0 error, 0 no ticket or not ours,
 * 1 fine, 2 fine but to be replaced by a new one. */
int
tls_ticket_key(SSL *ssl, unsigned char name[16], unsigned char *iv, EVP_CIPHER_CTX *c,
    EVP_MAC_CTX *m, int encrypt)
{
	const struct tls_face *face = tls_face_of(ssl);
	struct ticket_key now, before;
	int answer = 0;

	pthread_once(&once, fetch);
	copy_keys(&now, &before);
	if (encrypt) {
		memcpy(name, now.name, TICKET_KEY);
		memcpy(name + TICKET_KEY, face->ticket_name, TICKET_CERTIFICATE);
		random_bytes(iv, 16);
		answer = use(&now, iv, c, m, 1) ? 1 : -1;
	} else if (memcmp(name + TICKET_KEY, face->ticket_name, TICKET_CERTIFICATE) == 0) {
		if (memcmp(name, now.name, TICKET_KEY) == 0)
			answer = use(&now, iv, c, m, 0) ? 1 : -1;
		else if (memcmp(name, before.name, TICKET_KEY) == 0)
			answer = use(&before, iv, c, m, 0) ? 2 : -1;
	}
	mem_wipe(&now, sizeof(now));
	mem_wipe(&before, sizeof(before));
	return answer;
}

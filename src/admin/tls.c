/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/tls.h"

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdio.h>

#include "core/log.h"

/* A context, which OpenSSL counts: nothing of ours has to be kept beside it. */
static SSL_CTX *in_use;

static SSL_CTX *context_of(const struct tls *tls)
{
	return (SSL_CTX *)(void *)(size_t)tls;
}

static bool fail(const char *what, char *why, size_t size)
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = code != 0 ? ERR_reason_error_string(code) : NULL;

	snprintf(why, size, "%s%s%s", what, reason != NULL ? ": " : "",
		 reason != NULL ? reason : "");
	ERR_clear_error();
	return false;
}

static BIO *open_bytes(struct slice bytes)
{
	BIO *bio = BIO_new_mem_buf(bytes.data, (int)bytes.len);

	CHECK(bio != NULL);
	return bio;
}

/* An encrypted key would make OpenSSL ask on the terminal. */
static int no_passphrase(char *buf, int size, int writing, void *arg)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

/* The server's own first, those that it was signed by behind it. */
static bool use_certificates(SSL_CTX *ctx, struct slice pem, char *why, size_t size)
{
	BIO *bio = open_bytes(pem);
	X509 *x = PEM_read_bio_X509_AUX(bio, NULL, no_passphrase, NULL);
	bool ok = x != NULL && SSL_CTX_use_certificate(ctx, x) == 1;

	if (!ok)
		fail(x == NULL ? "there is no certificate in PEM in it" :
				 "the certificate cannot be used", why, size);
	X509_free(x);
	while (ok && (x = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL)) != NULL) {
		ok = SSL_CTX_add0_chain_cert(ctx, x) == 1;
		if (!ok) {
			X509_free(x);
			fail("a certificate behind the first cannot be used", why, size);
		}
	}
	ERR_clear_error();	/* the end of the file is one */
	BIO_free(bio);
	return ok;
}

static bool use_key(SSL_CTX *ctx, struct slice pem, char *why, size_t size)
{
	BIO *bio = open_bytes(pem);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	bool ok = key != NULL;

	if (!ok)
		fail("there is no private key in PEM in it that can be read without a passphrase",
		     why, size);
	else if (SSL_CTX_use_PrivateKey(ctx, key) != 1 || SSL_CTX_check_private_key(ctx) != 1)
		ok = fail("it is not the key of the certificate", why, size);
	EVP_PKEY_free(key);
	BIO_free(bio);
	return ok;
}

static bool use_authorities(SSL_CTX *ctx, struct slice pem, char *why, size_t size)
{
	BIO *bio = open_bytes(pem);
	unsigned count = 0;
	X509 *x;

	while ((x = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL)) != NULL) {
		count += X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), x) == 1 &&
			 SSL_CTX_add_client_CA(ctx, x) == 1;
		X509_free(x);
	}
	BIO_free(bio);
	if (count == 0)
		return fail("there is no certificate in PEM in it", why, size);
	ERR_clear_error();
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	return true;
}

static SSL_CTX *new_context(void)
{
	static const unsigned char name[] = "heddle";
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	CHECK(ctx != NULL);
	CHECK(SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
					 SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	(void)SSL_CTX_set_session_id_context(ctx, name, sizeof(name) - 1);
	return ctx;
}

struct tls *tls_new(const struct tls_files *files, enum tls_part *part, char *why, size_t size)
{
	SSL_CTX *ctx = new_context();

	ERR_clear_error();
	*part = TLS_CERTIFICATE;
	if (use_certificates(ctx, files->certificate, why, size)) {
		*part = TLS_KEY;
		if (use_key(ctx, files->key, why, size)) {
			*part = TLS_CLIENT_CA;
			if (files->client_ca.len == 0 ||
			    use_authorities(ctx, files->client_ca, why, size))
				return (struct tls *)(void *)ctx;
		}
	}
	SSL_CTX_free(ctx);
	return NULL;
}

void tls_free(struct tls *tls)
{
	SSL_CTX_free(context_of(tls));
}

bool tls_is_expired(const struct tls *tls)
{
	const X509 *x = SSL_CTX_get0_certificate(context_of(tls));

	return x != NULL && X509_cmp_current_time(X509_get0_notAfter(x)) < 0;
}

void tls_use(struct tls *tls)
{
	SSL_CTX_free(in_use);
	in_use = context_of(tls);
}

bool tls_is_in_use(void)
{
	return in_use != NULL;
}

struct bufferevent *tls_accept(struct event_base *base)
{
	SSL *ssl = SSL_new(in_use);
	struct bufferevent *bev;

	CHECK(ssl != NULL);
	bev = bufferevent_openssl_socket_new(base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING,
					     BEV_OPT_CLOSE_ON_FREE);
	CHECK(bev != NULL);
	/* many clients end without close_notify; the length of a request says that it is whole */
	bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
	return bev;
}

void tls_end(struct bufferevent *bev)
{
	SSL *ssl = bufferevent_openssl_get_ssl(bev);

	if (ssl == NULL || !SSL_is_init_finished(ssl))
		return;
	/* the client's is not waited for */
	SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN);
	(void)SSL_shutdown(ssl);
	ERR_clear_error();
}

bool tls_is_ready(struct bufferevent *bev)
{
	SSL *ssl = bufferevent_openssl_get_ssl(bev);

	return ssl != NULL && SSL_is_init_finished(ssl);
}

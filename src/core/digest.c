/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/digest.h"

#include <openssl/err.h>
#include <openssl/evp.h>

/*
 * OpenSSL 3 has the names of digests that it does not have: those of a provider that is not
 * loaded, MD4 for one. Only use shows that. Digests of any length (SHAKE) sign nothing.
 */
bool digest_exists(const char *name)
{
	const EVP_MD *digest = EVP_get_digestbyname(name);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool exists = digest != NULL && ctx != NULL && EVP_MD_size(digest) > 0 &&
		      (EVP_MD_flags(digest) & EVP_MD_FLAG_XOF) == 0 &&
		      EVP_DigestInit_ex(ctx, digest, NULL) == 1;

	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return exists;
}

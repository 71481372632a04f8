/* SPDX-License-Identifier: MIT
 *
 * The files of web/first that the program holds (tools/pack-assets).
 */
#ifndef MODULES_WEB_ASSETS_H
#define MODULES_WEB_ASSETS_H

#include "http/asset.h"

extern const struct http_assets web_assets; /* sent as they are */
extern const struct http_assets web_pages;  /* texts that are filled in */

#endif

// SPDX-License-Identifier: MIT
// Validates the OpenAPI document on standard input; says what is wrong and fails.
import { text } from "node:stream/consumers";
import { Validator } from "@seriousme/openapi-schema-validator";

const result = await new Validator().validate(JSON.parse(await text(process.stdin)));
if (!result.valid) {
  console.error(JSON.stringify(result.errors, null, 2));
  process.exit(1);
}

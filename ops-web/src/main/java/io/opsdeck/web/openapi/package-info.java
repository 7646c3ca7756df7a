/** The description of the REST API: OpenAPI 3.1 made from the handlers, and a page to read it on. */
@NullMarked
package io.opsdeck.web.openapi;

import org.jspecify.annotations.NullMarked;

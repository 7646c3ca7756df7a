/** What all REST controllers share: problems, paging, OpenAPI. */
@NullMarked
package io.opsdeck.web.api;

import org.jspecify.annotations.NullMarked;

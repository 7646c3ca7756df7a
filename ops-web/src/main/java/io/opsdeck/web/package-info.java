/** Pages, REST and tracking interfaces, security and start-up: everything that knows HTTP, and no business rule. */
@NullMarked
package io.opsdeck.web;

import org.jspecify.annotations.NullMarked;

/** What leaves a workspace: deliveries, lanes, freezes and the test of the mail server. */
@NullMarked
package io.opsdeck.web.outbound;

import org.jspecify.annotations.NullMarked;

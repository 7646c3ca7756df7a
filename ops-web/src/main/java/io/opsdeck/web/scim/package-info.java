/** SCIM 2.0 for identity providers under {@code /scim/v2}, and the page that connects one. */
@NullMarked
package io.opsdeck.web.scim;

import org.jspecify.annotations.NullMarked;
